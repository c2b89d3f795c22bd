"""How much one reader may ask for: requests a minute, bytes a request."""

import threading
import time
from collections.abc import Callable

#: readers remembered at most; the ones that have been quiet longest are forgotten
_MOST = 10_000


class RateLimit:
    """A bucket for each reader: it holds a minute's requests and fills evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # what is left, and when

    def wait(self, reader: str) -> float:
        """Take one request; 0, or the seconds after which there is one again."""
        now = self._clock()
        with self._lock:
            left, then = self._buckets.pop(reader, (self._size, now))
            left = min(self._size, left + (now - then) * self._size / 60)
            allowed = left >= 1
            self._buckets[reader] = (left - 1 if allowed else left, now)
            while len(self._buckets) > _MOST:
                del self._buckets[next(iter(self._buckets))]
        return 0.0 if allowed else (1 - left) * 60 / self._size
