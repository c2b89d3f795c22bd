"""What took time to make, kept by content in a SQLite file: nothing is made twice.

The file can be thrown away. Rows are written as they are made, so a build that is killed goes on
where it was; a damaged file is thrown away and filled anew.
"""

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from ingest.errors import ClauseDeskError

log = logging.getLogger(__name__)

#: keys a statement; SQLite allows 32,766, and more than this is no faster
_LOOKUP = 1_000

_Given = TypeVar("_Given")


class KeptByContent:
    """Bytes by a hash of what they were made from; several threads may use it.

    ``what``: the table's and its column's name. Raises :class:`ClauseDeskError` when the file can be
    neither read nor made.
    """

    def __init__(
        self, path: Path, what: str, is_sound: Callable[[bytes], bool] = lambda _: True
    ) -> None:
        """``is_sound``: a row of which it is not true is made again."""
        self._path = path
        self._what = what
        self._is_sound = is_sound
        self._lock = threading.RLock()
        self._connection = self._open()

    def through(
        self,
        batches: Iterable[Mapping[bytes, _Given]],
        make: Callable[[Iterator[list[_Given]]], Iterable[Sequence[bytes]]],
    ) -> Iterator[dict[bytes, bytes]]:
        """Each batch's rows by key, batch after batch: what is kept, and what ``make`` gives, in
        its order, for what is not; that is kept before it is given."""
        asked: deque[tuple[dict[bytes, bytes], list[bytes]]] = deque()

        def missing() -> Iterator[list[_Given]]:
            for batch in batches:
                known = self.get(list(batch))
                new = [key for key in batch if key not in known]
                asked.append((known, new))
                yield [batch[key] for key in new]

        for made in make(missing()):
            known, new = asked.popleft()
            rows = dict(zip(new, made, strict=True))
            self.keep(rows)
            yield known | rows

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What is kept under these keys."""
        found: dict[bytes, bytes] = {}
        with self._lock:
            try:
                for start in range(0, len(keys), _LOOKUP):
                    batch = keys[start : start + _LOOKUP]
                    marks = ",".join("?" * len(batch))
                    query = f"SELECT key, {self._what} FROM {self._what} WHERE key IN ({marks})"
                    found |= dict(self._connection.execute(query, batch))
            except sqlite3.OperationalError as error:
                raise self._out_of_reach(error) from error
            except sqlite3.DatabaseError as error:
                self._start_anew(error)
        # a flipped bit does not always show as a damaged file
        return {key: row for key, row in found.items() if self._is_sound(row)}

    def keep(self, rows: Mapping[bytes, bytes]) -> None:
        """Write rows, in one transaction."""
        if rows:
            self._write(f"INSERT OR REPLACE INTO {self._what} VALUES (?, ?)", list(rows.items()))

    def clear(self) -> None:
        """Forget everything; the file's room is given back."""
        self._write(f"DELETE FROM {self._what}", [()])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._lock:
            try:
                self._transact(statement, rows)
            except sqlite3.OperationalError as error:
                raise self._out_of_reach(error) from error
            except sqlite3.DatabaseError as error:
                self._start_anew(error)
                self._transact(statement, rows)

    def _transact(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._connection:
            self._connection.executemany(statement, rows)

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._connect()
        except (OSError, sqlite3.OperationalError) as error:
            raise self._out_of_reach(error) from error
        except sqlite3.DatabaseError as error:
            self._remove(error)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=60, check_same_thread=False)
        try:
            connection.execute("PRAGMA auto_vacuum = FULL")  # of a file that is made now
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self._what} (key BLOB PRIMARY KEY, {self._what} BLOB)"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _start_anew(self, error: sqlite3.DatabaseError) -> None:
        self._connection.close()
        self._remove(error)
        self._connection = self._connect()

    def _remove(self, error: sqlite3.DatabaseError) -> None:
        log.warning("%s is damaged (%s): it is thrown away and filled anew", self._path, error)
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _out_of_reach(self, error: Exception) -> ClauseDeskError:
        return ClauseDeskError(
            f"cannot use {self._path} ({error}): make its folder writable, or delete the file"
        )
