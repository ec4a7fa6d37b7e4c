"""How much a shop has, and how long it takes to bring it over: the counts of a first import, and its pace."""

from __future__ import annotations

from collections.abc import Mapping

# ``limit: null`` counts all of them (Admin API, Count): without it Shopify stops at 10,000.
COUNTS = """
query InitialCounts($customers: String, $orders: String) {
  customersCount(query: $customers, limit: null) { count precision }
  productsCount(limit: null) { count precision }
  ordersCount(query: $orders, limit: null) { count precision }
}
"""

STEPS = ('plan', 'customers', 'products', 'orders')
# Seconds a record, measured on two cores; as soon as a step runs its own pace counts.
SECONDS = {'plan': 0.02, 'customers': 0.02, 'products': 0.08, 'orders': 0.15}
# A pace that was measured on fewer says nothing.
MEASURED_FROM = 20


def counts(answer: Mapping) -> dict[str, int]:
    """``{step: how many records Shopify has}`` of the answer to :data:`COUNTS`; a part that may not be read is left out."""
    found = {name: (answer.get(f'{name}Count') or {}).get('count') for name in ('customers', 'products', 'orders')}
    found['plan'] = found['products']
    return {name: int(count) for name, count in found.items() if count is not None}


def pace(step: str, done: int, seconds: float) -> float:
    """Seconds a record takes, by what was measured, or by experience while too little was."""
    return seconds / done if done >= MEASURED_FROM and seconds > 0 else SECONDS[step]


def seconds_left(steps: Mapping[str, tuple[int, int, float]]) -> float:
    """For ``{step: (records, of them done, seconds that these took)}``."""
    return sum(max(0, total - done) * pace(step, done, seconds) for step, (total, done, seconds) in steps.items())


def progress(steps: Mapping[str, tuple[int, int]]) -> float:
    """0 to 100 for ``{step: (records, of them done)}``, each step by the time that it takes."""
    total = sum(records * SECONDS[step] for step, (records, _done) in steps.items())
    done = sum(min(done, records) * SECONDS[step] for step, (records, done) in steps.items())
    return 100.0 * done / total if total else 100.0
