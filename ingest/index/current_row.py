"""The row that names the snapshot which serves, in the set database."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select

from ingest.storage import Database, Tables, server_address

_metadata = MetaData()
_current = Table(
    "current_snapshot",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
)
TABLES = Tables("the name of the index that serves", _metadata, schema=1)


def read(root: Path) -> str | None:
    """Raises StorageUnavailable, as :func:`write` does."""
    with _database(root).read() as session:
        return session.scalar(select(_current.c.name))


def write(root: Path, name: str) -> None:
    with _database(root).change() as session:
        session.execute(delete(_current))
        session.execute(insert(_current).values(id=1, name=name))


def _database(root: Path) -> Database:
    return _opened(root, str(server_address()))


@lru_cache
def _opened(root: Path, address: str) -> Database:
    """Looked at before each question, so it stays open."""
    del address
    return Database(root / "index", TABLES)
