"""The row that names the snapshot which serves, in the set database: one for each index folder,
under its path."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Column, ColumnElement, MetaData, String, Table, delete, insert, select

from ingest.storage import Database, Tables, server_address

_metadata = MetaData()
_current = Table(
    "current_snapshot",
    _metadata,
    Column("folder", String, primary_key=True),
    Column("name", String, nullable=False),
)
TABLES = Tables("the name of the index that serves", _metadata, schema=1)


def read(root: Path) -> str | None:
    """Raises StorageUnavailable, as :func:`write` does."""
    with _database(root).read() as session:
        return session.scalar(select(_current.c.name).where(_of(root)))


def write(root: Path, name: str) -> None:
    with _database(root).change() as session:
        session.execute(delete(_current).where(_of(root)))
        session.execute(insert(_current).values(folder=str(root.resolve()), name=name))


def _of(root: Path) -> ColumnElement[bool]:
    return _current.c.folder == str(root.resolve())


def _database(root: Path) -> Database:
    return _opened(root, str(server_address()))


@lru_cache
def _opened(root: Path, address: str) -> Database:
    """Looked at before each question, so it stays open."""
    del address
    return Database(root / "index", TABLES)
