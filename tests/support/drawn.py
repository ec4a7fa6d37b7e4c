"""What Hypothesis thinks of, as a list: for tests that tell many stories to one running Odoo."""

import os

from hypothesis import HealthCheck, Phase, given, seed, settings

SEED = os.environ.get('SHOPIFY_CONNECTOR_SEED')


def drawn(strategy, count, number=0):
    """``count`` examples of a strategy: always the same of a ``number``, unless ``SHOPIFY_CONNECTOR_SEED`` is set."""
    told = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @seed(1000 * int(SEED or 0) + number)
    @given(strategy)
    def collect(example):
        told.append(example)

    collect()
    return told[:count]
