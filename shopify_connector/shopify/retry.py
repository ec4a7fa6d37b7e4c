"""Whether to try again and how long to wait first; each can be asked alone."""
from __future__ import annotations

import random
from collections.abc import Callable

from .errors import ShopifyError, WaitError

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
# Answers that come back at the same moment must not be followed by requests at the same moment.
_SPREAD = 0.1


def may_retry(error: ShopifyError, attempt: int, pause: float, *, max_tries: int, max_wait: float) -> bool:
    """Whether the ``attempt``-th try (from 1) that ended in ``error`` is followed by another one here and now.

    Only what is a matter of waiting, only ``max_tries`` times, and only when the ``pause`` is short: who must wait
    longer than ``max_wait`` seconds gives his worker back and comes again.
    """
    return isinstance(error, WaitError) and attempt < max_tries and pause <= max_wait


def delay(error: ShopifyError, attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the ``attempt``-th try (from 1). ``chance`` gives numbers from 0 to 1.

    What Shopify asks for, or else half a second and twice as much each time; spread, so that workers do not march in
    step.
    """
    if error.retry_after is not None:
        return error.retry_after * (1 + _SPREAD * chance())
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
    return pause * (0.5 + chance() / 2)
