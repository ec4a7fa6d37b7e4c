"""A mirror of the shop's leaky bucket, shared by all clients of a store in this process."""
from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

_REMEMBERED_DOCUMENTS = 500
# What a document is taken to cost before its first answer; the answer corrects it.
_UNKNOWN_COST = 50.0


def document_key(document: str) -> str:
    """What the costs of a document are remembered under."""
    return hashlib.sha256(document.encode()).hexdigest()


class Budget:
    """What is left of the rate limit, as the last answer said and with what has come back since.

    Shopify's ``throttleStatus`` is the truth; between two answers the mirror restores points by itself and subtracts
    what is under way, so that threads do not spend the same points. Thread-safe. Unknown (before the first answer) it
    makes nobody wait.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._maximum = self._available = self._rate = 0.0
        self._at = 0.0
        self._under_way = 0.0
        self._costs: OrderedDict[str, float] = OrderedDict()
        self._node_costs: OrderedDict[str, float] = OrderedDict()

    def reserve(self, cost: float, keep: float = 0.0) -> float:
        """0.0 when ``cost`` points were set aside (then call :meth:`settle` once), else the seconds to wait, with
        nothing set aside. ``keep`` is the share of the whole bucket (0 to 1) that is left for others."""
        with self._lock:
            missing = min(cost + keep * self._maximum, self._maximum) - self._now_available()
            if self._rate and missing > 0:
                return missing / self._rate
            self._under_way += cost
            return 0.0

    def settle(self, reserved: float, status: Mapping | None = None) -> None:
        """End of a request for which ``reserved`` points were set aside, with the ``throttleStatus`` of its answer."""
        with self._lock:
            self._under_way = max(0.0, self._under_way - reserved)
            if status and status.get('restoreRate'):
                self._maximum = float(status.get('maximumAvailable') or 0)
                self._available = float(status.get('currentlyAvailable') or 0)
                self._rate = float(status['restoreRate'])
                self._at = self._clock()

    def available(self) -> float | None:
        """Points left now, or None before the first answer."""
        with self._lock:
            return self._now_available() if self._rate else None

    def estimate(self, key: str, records: int = 0) -> float:
        """Points that the document with this :func:`document_key` will be charged beforehand: for so many ``records``
        when the cost of one is known, else as much as the last time."""
        with self._lock:
            if records and key in self._node_costs:
                return records * self._node_costs[key]
            return self._costs.get(key, _UNKNOWN_COST)

    def learn(self, key: str, requested: float) -> None:
        with self._lock:
            self._remember(self._costs, key, requested)

    def node_cost(self, key: str) -> float | None:
        """Points a record when many are read by their ids with this document, or None when it was never done."""
        with self._lock:
            return self._node_costs.get(key)

    def learn_node_cost(self, key: str, points: float) -> None:
        with self._lock:
            self._remember(self._node_costs, key, points)

    def _now_available(self) -> float:
        restored = self._available + (self._clock() - self._at) * self._rate
        return min(restored, self._maximum) - self._under_way

    @staticmethod
    def _remember(costs: OrderedDict, key: str, points: float) -> None:
        costs[key] = float(points)
        costs.move_to_end(key)
        while len(costs) > _REMEMBERED_DOCUMENTS:
            costs.popitem(last=False)
