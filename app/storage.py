"""Tables on disk, behind one seam: a file of SQLite, reached through SQLAlchemy.

Any number of threads and processes may read and write at once: SQLite's write-ahead log lets
readers go on, and each change is one short transaction that begins as a writer. A process that
is killed leaves the change before or the change after, never half of one.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ingest.errors import ClauseDeskError

#: seconds for which a change waits for the others'
_PATIENCE = 30


class StorageUnavailable(ClauseDeskError):
    """A file of tables cannot be read or written; the line says why."""


@dataclass(frozen=True)
class Tables:
    """What a file holds: ``what`` in words, for errors; ``schema``: the version of the tables.

    ``upgrades``: by the version that a file has, the statements that bring it to the next.
    ``durable``: a change that was told of outlives a loss of power too.
    """

    what: str
    metadata: MetaData
    schema: int
    upgrades: Mapping[int, Sequence[str]] = field(default_factory=dict)
    durable: bool = False
    error: type[StorageUnavailable] = StorageUnavailable


class Database:
    """One file of tables; :attr:`Tables.error` is raised where it cannot be read or written."""

    def __init__(self, path: Path, tables: Tables) -> None:
        self.path = path
        self._tables = tables
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{path}.lock"):
                path.touch(mode=0o600)  # what readers asked is for this account's eyes only
                self.engine = create_engine(
                    f"sqlite:///{path}", connect_args={"timeout": _PATIENCE}
                )
                event.listen(self.engine, "connect", self._prepare)
                event.listen(self.engine, "begin", _begin)
                self._bring_up_to_date()
        except (OSError, DBAPIError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def change(self) -> Iterator[Session]:
        """One transaction: all of it is kept, or nothing. Nobody else writes meanwhile."""
        try:
            with Session(self.engine.execution_options(writes=True)) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise self._unavailable(error) from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """All that is read in it stood there at one moment."""
        try:
            with Session(self.engine) as session:
                yield session
        except DBAPIError as error:
            raise self._unavailable(error) from error

    def settle(self) -> None:
        """Bring the write-ahead log into the file, so that no older state lies in it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()

    def _bring_up_to_date(self) -> None:
        newest = self._tables.schema
        with self.engine.execution_options(writes=True).begin() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if found > newest:
                raise self._tables.error(
                    f"{self.path} was written by a newer version of this program: "
                    "use that one, or move the file"
                )
            for version in range(found or newest, newest):
                for statement in self._tables.upgrades[version]:
                    connection.exec_driver_sql(statement)
            self._tables.metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {newest}")

    def _prepare(self, connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where `_begin` says
        synchronous = "FULL" if self._tables.durable else "NORMAL"
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what was deleted lies nowhere in the file any more
        ):
            connection.execute(f"PRAGMA {pragma}")

    def _unavailable(self, error: Exception) -> StorageUnavailable:
        cause = getattr(error, "orig", None) or error
        why = getattr(cause, "strerror", None) or str(cause).partition("\n")[0]
        return self._tables.error(
            f"{self._tables.what} cannot be kept in {self.path} ({why}): mend or move that file"
        )


def set_aside_if_damaged(path: Path, tables: Tables) -> str | None:
    """Move a file that is no sound database out of the way; one line about it, or None."""
    if not path.exists():
        return None
    try:
        with FileLock(f"{path}.lock"), closing(sqlite3.connect(path, timeout=_PATIENCE)) as file:
            [(found,)] = file.execute("PRAGMA quick_check(1)").fetchall()
            damage = None if found == "ok" else str(found)
    except sqlite3.OperationalError as error:  # locked, or not ours to read: no damage
        raise tables.error(
            f"{tables.what} cannot be kept in {path} ({error}): mend or move that file"
        ) from error
    except (sqlite3.DatabaseError, ValueError) as error:
        damage = str(error)
    if damage is None:
        return None
    aside = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        beside = Path(f"{path}{ending}")
        if beside.exists():
            beside.rename(f"{aside}{ending}")
    return (
        f"the file of {tables.what} was damaged ({' '.join(damage.split())}); it is kept as "
        f"{aside.name}, a new one was begun"
    )


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with microseconds: as text, times stand in their order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
