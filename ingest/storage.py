"""Tables that must not be lost, behind one seam: SQLite's files, or one Postgres for several.

`CLAUSEDESK_DATABASE` says which; what stands above sees no difference. Any number of threads and
processes may read and write at once: readers go on, and each change is one short transaction
that begins as the only writer of its tables (BEGIN IMMEDIATE; an advisory lock in Postgres, where
a schema stands for a file). A process that is killed leaves the change before or the change
after, never half of one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateSchema

from ingest.errors import ClauseDeskError, ConfigError
from ingest.settings import load_settings

#: seconds for which a change waits for the others'
_PATIENCE = 30
#: seconds for which a server of databases may keep a new connection waiting
_ANSWERS_WITHIN = 10
#: rows that are copied at once
_BATCH = 1_000
#: Alembic's own table: the revision that the tables have
_REVISION = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)


class StorageUnavailable(ClauseDeskError):
    """A file of tables cannot be read or written; the line says why."""


@dataclass(frozen=True)
class Tables:
    """What a file holds: ``what`` in words, for errors; ``schema``: the version of the tables,
    from 1 on.

    ``migrations``: folder of Alembic's scripts, whose revisions are "2", "3", … up to ``schema``;
    None while there is only version 1. ``durable``: a change that was told of outlives a loss of
    power too.
    """

    what: str
    metadata: MetaData
    schema: int
    migrations: Path | None = None
    durable: bool = False
    error: type[StorageUnavailable] = StorageUnavailable


class Database:
    """One set of tables; :attr:`Tables.error` is raised where it cannot be read or written.

    ``path``: the file; in Postgres its stem names the schema. ``as_file``: whatever is set.
    """

    def __init__(self, path: Path, tables: Tables, *, as_file: bool = False) -> None:
        self.path = path
        self._tables = tables
        self._server = None if as_file else server_address()
        #: all that is read in a transaction of Postgres stood there when it began, as in SQLite's
        self._reading = {} if self._server is None else {"isolation_level": "REPEATABLE READ"}
        try:
            with self._opened_alone():
                self.engine = self._connected()
                self._bring_up_to_date()
        except (OSError, DBAPIError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def change(self) -> Iterator[Session]:
        """One transaction: all of it is kept, or nothing. Nobody else writes meanwhile."""
        try:
            with Session(self.engine.execution_options(writes=True)) as session, session.begin():
                yield session
        except (DBAPIError, NoConnectionFree) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """All that is read in it stood there at one moment."""
        try:
            with Session(self.engine.execution_options(**self._reading)) as session:
                yield session
        except (DBAPIError, NoConnectionFree) as error:
            raise self._unavailable(error) from error

    def settle(self) -> None:
        """Have no older state lie in the files: SQLite's write-ahead log goes into the file,
        Postgres writes its tables anew."""
        statements = ["PRAGMA wal_checkpoint(TRUNCATE)"]
        if self._server is not None:
            statements = [f'VACUUM (FULL) "{name}"' for name in self._tables.metadata.tables]
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def is_empty(self) -> bool:
        with self.read() as session:
            tables = self._tables.metadata.sorted_tables
            return not any(session.execute(select(table).limit(1)).first() for table in tables)

    def copy_to(self, other: "Database") -> None:
        """Bring all rows, as they stand at one moment, into an empty set of the same tables."""
        with self.read() as here, other.change() as there:
            for table in self._tables.metadata.sorted_tables:
                rows = here.execute(select(table).execution_options(yield_per=_BATCH))
                for part in rows.mappings().partitions():
                    there.execute(insert(table), [dict(row) for row in part])

    def put_aside(self, name: str) -> None:
        """Begin anew; what stands in Postgres is kept as a schema of the name ``name``."""
        with self.engine.execution_options(writes=True).begin() as connection:
            connection.exec_driver_sql(f'ALTER SCHEMA "{self.path.stem}" RENAME TO "{name}"')
        self._bring_up_to_date()

    def close(self) -> None:
        self.engine.dispose()

    def _opened_alone(self) -> AbstractContextManager[object]:
        if self._server is not None:
            return nullcontext()  # who brings tables up to date is the only writer
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{self.path}.lock")

    def _connected(self) -> Engine:
        if self._server is not None:
            return _connected_to(self._server, self.path.stem)
        self.path.touch(mode=0o600)  # what readers asked is for this account's eyes only
        engine = create_engine(f"sqlite:///{self.path}", connect_args={"timeout": _PATIENCE})
        event.listen(engine, "connect", self._prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def _bring_up_to_date(self) -> None:
        newest = self._tables.schema
        with self.engine.execution_options(writes=True).begin() as connection:
            found = self._revision(connection)
            if found > newest:
                raise self._tables.error(
                    f"{self._place} was written by a newer version of this program: "
                    "use that one, or move the file"
                )
            if not found:
                self._tables.metadata.create_all(connection)
            elif found < newest:
                self._migrate(connection, found)
            _REVISION.create(connection, checkfirst=True)
            connection.execute(delete(_REVISION))
            connection.execute(insert(_REVISION).values(version_num=str(newest)))
            if self._server is None:  # what programs before Alembic look at
                connection.exec_driver_sql(f"PRAGMA user_version = {newest}")

    def _revision(self, connection: Connection) -> int:
        """0 where nothing was made yet."""
        found = inspect(connection)
        if self._server is not None and not found.has_schema(self.path.stem):
            connection.execute(CreateSchema(self.path.stem))
        if found.has_table(_REVISION.name):
            return int(connection.scalar(select(_REVISION.c.version_num)) or 0)
        if self._server is not None:
            return 0
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def _migrate(self, connection: Connection, found: int) -> None:
        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        folder = str(self._tables.migrations)
        scripts = ScriptDirectory(folder, version_locations=[folder])
        newest_first = [s for s in scripts.walk_revisions() if int(s.revision) > found]
        with Operations.context(MigrationContext.configure(connection)):
            for script in reversed(newest_first):
                script.module.upgrade()

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

    @property
    def _place(self) -> str:
        if self._server is None:
            return str(self.path)
        return f"{self._server.render_as_string(hide_password=True)}, schema {self.path.stem},"

    def _unavailable(self, error: Exception) -> StorageUnavailable:
        cause = getattr(error, "orig", None) or error
        why = getattr(cause, "strerror", None) or str(cause).partition("\n")[0]
        mend = "mend or move that file" if self._server is None else "see that it can be reached"
        return self._tables.error(
            f"{self._tables.what} cannot be kept in {self._place} ({why}): {mend}"
        )


@contextmanager
def held(path: Path, *, shared: bool = False) -> Iterator[bool]:
    """Hold a lock while the block lasts and the process lives; False: somebody else has it.

    ``path``: its file; in Postgres its name alone. ``shared``: with others who hold it so; a file
    is never shared. A lock in Postgres is lost when the server is started anew.
    """
    server = server_address()
    if server is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, thread_local=False)  # whoever ends a job lets go of its lock
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
        return
    engine = _connected_to(server, "public")
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            of = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
            had = connection.exec_driver_sql(f"SELECT {of}(hashtext('{path.name}'))").scalar_one()
            yield bool(had)
    except OperationalError as error:
        raise StorageUnavailable(f"{server.render_as_string()} cannot be reached") from error
    finally:
        engine.dispose()  # the lock goes with the connection


def server_address() -> URL | None:
    """Of the Postgres that all tables are kept in; None where they are files.

    Raises ConfigError for an address of anything else.
    """
    setting = load_settings().database
    if setting is None:
        return None
    try:
        url = make_url(setting.get_secret_value())
        if url.get_backend_name() == "postgresql":
            return url.set(drivername="postgresql+psycopg")
    except ArgumentError:
        pass
    raise ConfigError("setting database: no address like postgresql+psycopg://user@host/desk")


def _connected_to(server: URL, schema: str) -> Engine:
    options = f"-csearch_path={schema} -clock_timeout={_PATIENCE}s"
    try:
        engine = create_engine(
            server,
            pool_pre_ping=True,  # the server may have been started anew
            connect_args={"options": options, "connect_timeout": _ANSWERS_WITHIN},
        )
    except ImportError as error:
        raise ConfigError(
            "setting database: Postgres needs more than a plain install: "
            "pip install 'clause-desk[postgres]'"
        ) from error

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock(hashtext('{schema}'))")

    event.listen(engine, "begin", begin)
    return engine


def set_aside_if_damaged(path: Path, tables: Tables) -> str | None:
    """Move a file that is no sound database out of the way; one line about it, or None."""
    if server_address() is not None or not path.exists():
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
