"""When to try again, and after how long."""
from __future__ import annotations

import random

from . import errors


def may_retry(error: Exception, attempt: int, max_tries: int) -> bool:
    """``attempt`` counts from 1."""
    return isinstance(error, errors.WaitError) and attempt < max_tries


def delay(error: errors.ShopifyError, attempt: int, jitter=random.random) -> float:
    """Seconds: as long as Shopify says, else doubling from a second with up to half of it at random."""
    if error.retry_after is not None:
        return error.retry_after
    base = min(30.0, 0.5 * 2 ** attempt)
    return base * (1 + jitter() / 2)
