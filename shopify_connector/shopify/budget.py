"""What is left of a shop's rate limit, mirrored from what Shopify reports with every answer (Admin API, rate limits)."""
from __future__ import annotations

import threading
import time


class Budget:
    """Shared by all lanes of a store within one process; thread-safe. Points; seconds."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._maximum = self._rate = self._available = None
        self._at = 0.0
        self._costs = {}
        # Ids a request, by document: what one client has learnt the next one of the store starts with.
        self.sizes = {}

    def learn(self, status: dict, document: str, requested: float | None) -> None:
        """``status`` is ``extensions.cost.throttleStatus``, ``requested`` the document's requested cost."""
        with self._lock:
            self._maximum, self._rate = float(status['maximumAvailable']), float(status['restoreRate'])
            self._available, self._at = float(status['currentlyAvailable']), self._clock()
            if requested:
                self._costs[hash(document)] = max(float(requested), self._costs.get(hash(document), 0.0) * 0.9)

    def wait_for(self, document: str, keep_fraction: float = 0.0) -> float:
        """Seconds until the document fits, with ``keep_fraction`` of the bucket left for others; takes its cost away."""
        with self._lock:
            if self._available is None or not self._rate:
                return 0.0
            now = self._clock()
            self._available, self._at = min(self._maximum, self._available + (now - self._at) * self._rate), now
            cost = self._costs.get(hash(document), 0.0)
            short = cost + self._maximum * keep_fraction - self._available
            if short <= 0:
                self._available -= cost
                return 0.0
            return short / self._rate
