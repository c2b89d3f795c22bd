"""The tables of the server: sessions, keys, jobs and the audit log, in ``var/server.sqlite`` or
the set database."""

from pathlib import Path

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text, false

from ingest.storage import Database, StorageUnavailable, Tables

FILE = "server.sqlite"
#: held as long as a server runs: alone on files, with others on Postgres
LOCK = "serve.lock"
SCHEMA = 2

_metadata = MetaData()


class ServerStateUnavailable(StorageUnavailable):
    """Sessions, keys or the audit log cannot be read or kept: nobody is served."""


#: times are ISO 8601 in UTC, as `ingest.storage.stamp` writes them
sessions = Table(
    "session",
    _metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),  # of the cookie's value
    Column("reader", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("permissions", String, nullable=False),
    Column("began", String, nullable=False),
    Column("ends", String, nullable=False),
)
keys = Table(
    "api_key",
    _metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False),  # of the whole key
    Column("name", String, nullable=False),
    Column("permissions", String, nullable=False),
    Column("made", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("ends", String),
    Column("revoked", String),
)
jobs = Table(
    "job",
    _metadata,
    Column("id", String, primary_key=True),
    Column("reader", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("began", String, nullable=False),
    Column("ended", String),
    Column("state", String, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("fraction", Float, nullable=False, server_default="0"),
    Column("is_cancelled", Boolean, nullable=False, server_default=false()),
)
#: what is not in the hash of a line stands in ``personal`` and ``salt``, so that it can be blanked
audit_lines = Table(
    "audit_line",
    _metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("action", String, nullable=False),
    Column("front", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("commitment", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("personal", Text),
    Column("salt", String),
)
#: one row: where the chain begins, after older lines were dropped, and where it ends
audit_head = Table(
    "audit_head",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("base_seq", Integer, nullable=False),
    Column("base_hash", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("seal", String, nullable=False),
)


TABLES = Tables(
    what="sessions, keys and the audit log",
    metadata=_metadata,
    schema=SCHEMA,
    migrations=Path(__file__).parent / "migrations",
    durable=True,
    error=ServerStateUnavailable,
)


def open_server_tables(var: Path) -> Database:
    """Raises ServerStateUnavailable. A damaged file is never set aside in silence: it holds the
    audit log."""
    return Database(var / FILE, TABLES)
