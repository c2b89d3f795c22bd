"""How much one reader may ask for: requests a minute, also of several processes together."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Column, Float, MetaData, String, Table, delete, insert, select

from ingest.storage import Database, Tables

#: readers remembered at most; the ones that have been quiet longest are forgotten
_MOST = 10_000

_FILE = "rates.sqlite"
_metadata = MetaData()
_buckets = Table(
    "bucket",
    _metadata,
    Column("reader", String, primary_key=True),
    Column("left", Float, nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
)
_TABLES = Tables("how much each reader asked for", _metadata, schema=1)


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
            left, seconds = self._taken(left, now - then)
            self._buckets[reader] = (left, now)
            while len(self._buckets) > _MOST:
                del self._buckets[next(iter(self._buckets))]
        return seconds

    def _taken(self, left: float, since: float) -> tuple[float, float]:
        """What is left of a bucket once it has filled and one was taken; the wait for one."""
        left = min(self._size, left + max(0.0, since) * self._size / 60)
        return (left - 1, 0.0) if left >= 1 else (left, (1 - left) * 60 / self._size)


class SharedRateLimit(RateLimit):
    """The buckets of several processes, in the set database; it has a lock of its own, so that
    nobody waits for the audit log here."""

    def __init__(self, per_minute: int, var: Path) -> None:
        super().__init__(per_minute, time.time)
        self._database = Database(var / _FILE, _TABLES)

    def wait(self, reader: str) -> float:
        now = self._clock()
        with self._database.change() as session:
            # a bucket that has stood for a minute is full again
            session.execute(delete(_buckets).where(_buckets.c.at < now - 60))
            row = session.execute(select(_buckets).where(_buckets.c.reader == reader)).one_or_none()
            left, seconds = self._taken(*((row.left, now - row.at) if row else (self._size, 0.0)))
            session.execute(delete(_buckets).where(_buckets.c.reader == reader))
            session.execute(insert(_buckets).values(reader=reader, left=left, at=now))
        return seconds
