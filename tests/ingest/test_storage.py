"""What must not be lost: the same promises from SQLite's files and from Postgres."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgres import Postgres
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update

from app.conversations import store
from app.following import rows
from app.following.followed import Checkpoint, ToFollow
from app.following.store import FollowingStore
from app.readers import LOCAL
from app.server import tables
from app.server.audit.log import AuditLog
from ingest.errors import ConfigError
from ingest.settings import PROJECT
from ingest.storage import Database, StorageUnavailable, Tables

_metadata = MetaData()
_things = Table("thing", _metadata, Column("id", Integer, primary_key=True), Column("name", String))
THINGS = Tables("things", _metadata, 1)


def names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(_things.c.name).order_by(_things.c.id)))


@pytest.fixture
def things(kept_in: str, tmp_path: Path) -> Database:  # noqa: ARG001
    return Database(tmp_path / "things.sqlite", THINGS)


def test_a_change_that_fails_leaves_nothing(things: Database) -> None:
    def change() -> None:
        with things.change() as session:
            session.execute(insert(_things).values(id=1, name="half"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert names(things) == []


def test_what_is_read_at_once_stood_there_at_one_moment(things: Database) -> None:
    with things.read() as session:
        assert session.scalars(select(_things.c.name)).all() == []
        with things.change() as other:
            other.execute(insert(_things).values(id=1, name="later"))
        assert session.scalars(select(_things.c.name)).all() == []
    assert names(things) == ["later"]


def test_who_changes_is_alone(things: Database, tmp_path: Path) -> None:
    """Four processes read a number and write the next one: none is lost."""
    with things.change() as session:
        session.execute(insert(_things).values(id=1, name="0"))
    code = (
        "import sys; from pathlib import Path\n"
        "sys.path[:0] = ['tests/ingest', 'tests']\n"
        "from test_storage import THINGS, _things\n"
        "from sqlalchemy import select, update\n"
        "from ingest.storage import Database\n"
        "things = Database(Path(sys.argv[1]), THINGS)\n"
        "for _ in range(25):\n"
        "    with things.change() as session:\n"
        "        found = int(session.scalar(select(_things.c.name)))\n"
        "        session.execute(update(_things).values(name=str(found + 1)))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "things.sqlite")]
    processes = [subprocess.Popen(command, cwd=PROJECT) for _ in range(4)]
    assert [process.wait(120) for process in processes] == [0] * 4
    assert names(things) == ["100"]


@pytest.mark.usefixtures("database")
def test_tables_are_copied_from_one_engine_to_the_other(tmp_path: Path) -> None:
    served = Database(tmp_path / "things.sqlite", THINGS)
    file = Database(tmp_path / "copy.sqlite", THINGS, as_file=True)
    with served.change() as session:
        session.execute(insert(_things), [{"id": n, "name": f"{n} 条"} for n in range(2_500)])
    served.copy_to(file)
    assert names(file) == names(served)
    with pytest.raises(StorageUnavailable):
        file.copy_to(served)  # half of it would be worse than nothing
    assert not served.is_empty()
    served.put_aside("things_before")
    assert served.is_empty()
    file.copy_to(served)
    assert names(served) == names(file)


@pytest.mark.parametrize("of", [store.TABLES, tables.TABLES, rows.TABLES], ids=lambda of: of.what)
@pytest.mark.usefixtures("kept_in")
def test_older_tables_come_to_what_new_ones_are(of: Tables, tmp_path: Path) -> None:
    """Every revision that there was, brought up to date, is what the program expects."""
    newest = Database(tmp_path / "a.sqlite", of)
    with newest.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == str(of.schema)
        assert compare_metadata(context, of.metadata) == []
    if of.migrations is not None:
        scripts = ScriptDirectory(str(of.migrations), version_locations=[str(of.migrations)])
        assert scripts.get_current_head() == str(of.schema)
        revisions = [script.revision for script in scripts.walk_revisions()]
        assert revisions == [str(of.schema - n) for n in range(of.schema - 1)]


#: what schema 1 of the conversations was
SCHEMA_1 = (
    "CREATE TABLE conversation (id VARCHAR NOT NULL PRIMARY KEY, title TEXT NOT NULL,"
    " created VARCHAR NOT NULL, updated VARCHAR NOT NULL)",
    "CREATE INDEX ix_conversation_updated ON conversation (updated)",
    "CREATE TABLE turn (id VARCHAR NOT NULL PRIMARY KEY, conversation VARCHAR NOT NULL,"
    " number INTEGER NOT NULL,"
    " question TEXT NOT NULL, asked_at VARCHAR NOT NULL, as_of VARCHAR, answer TEXT,"
    " words TEXT NOT NULL, error TEXT, was_stopped BOOLEAN NOT NULL, helpful BOOLEAN, reason TEXT,"
    " FOREIGN KEY(conversation) REFERENCES conversation (id) ON DELETE CASCADE)",
    "CREATE INDEX ix_turn_conversation ON turn (conversation)",
    "INSERT INTO conversation VALUES ('c', 'When?', '2026-01-01', '2026-01-01')",
    "INSERT INTO turn VALUES ('t', 'c', 0, 'When?', '2026-01-01', NULL, NULL, 'When?', NULL,"
    " FALSE, NULL, NULL)",
)


def test_a_file_of_the_first_program_is_taken_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / store.FILE)) as file, file:
        for statement in SCHEMA_1:
            file.execute(statement)
        file.execute("PRAGMA user_version = 1")
    database = Database(tmp_path / store.FILE, store.TABLES)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == "2"
        assert compare_metadata(context, store.TABLES.metadata) == []
    assert [turn.question for turn in store.ConversationStore(tmp_path).turns("c")] == ["When?"]


@pytest.mark.usefixtures("database")
def test_older_tables_in_postgres_are_brought_up_to_date(tmp_path: Path) -> None:
    older = Tables("conversations", MetaData(), 1)
    first = Database(tmp_path / store.FILE, older)
    with first.engine.begin() as connection:
        for statement in SCHEMA_1:
            connection.exec_driver_sql(statement)
    first.close()
    newer = Database(tmp_path / store.FILE, store.TABLES)
    with newer.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == "2"
        assert compare_metadata(context, store.TABLES.metadata) == []
    assert [turn.question for turn in store.ConversationStore(tmp_path).turns("c")] == ["When?"]


def test_the_audit_log_of_the_first_server_is_taken_over(kept_in: str, tmp_path: Path) -> None:
    database = tables.open_server_tables(tmp_path)
    AuditLog(database, tmp_path).write("key.make", LOCAL, "test", {})
    with database.engine.begin() as connection:
        for column in ("fraction", "is_cancelled"):  # since schema 2
            connection.exec_driver_sql(f"ALTER TABLE job DROP COLUMN {column}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '1'")
        if kept_in == "files":  # and before Alembic
            connection.exec_driver_sql("DROP TABLE alembic_version")
            connection.exec_driver_sql("PRAGMA user_version = 1")
    database.close()
    database = tables.open_server_tables(tmp_path)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.TABLES.metadata) == []
    audit = AuditLog(database, tmp_path)
    assert audit.faults() == [] and audit.anchor().seq == 1


@pytest.mark.usefixtures("kept_in")
def test_what_was_followed_before_folders_is_taken_over(tmp_path: Path) -> None:
    database = Database(tmp_path / rows.FILE, rows.TABLES)
    first = FollowingStore(tmp_path, "rita", database)
    thing = ToFollow("clause", "hours#1", "Item 1", "en", "{}")
    id_ = first.add(thing, Checkpoint((), "f", date(2026, 1, 1), lambda: b"", {}))
    with database.engine.begin() as connection:
        for column in ("folder", "note"):  # since schema 2
            connection.exec_driver_sql(f"ALTER TABLE followed DROP COLUMN {column}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '1'")
    database.close()
    store_now = FollowingStore(tmp_path, "rita")
    store_now.annotate(id_, "", "Toys", "ask Li")
    [followed] = store_now.all()
    assert (followed.title, followed.folder, followed.note) == ("Item 1", "Toys", "ask Li")


def test_tables_of_a_newer_program_are_left_alone(things: Database, tmp_path: Path) -> None:
    with things.change() as session:
        session.execute(
            update(Table("alembic_version", MetaData(), Column("version_num", String))).values(
                version_num="99"
            )
        )
    with pytest.raises(StorageUnavailable, match="newer version"):
        Database(tmp_path / "things.sqlite", THINGS)


@pytest.mark.parametrize("address", ["mysql://root@host/desk", "nowhere", "sqlite:///a file"])
def test_an_address_of_anything_else_is_one_line(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_DATABASE", address)
    with pytest.raises(ConfigError, match="setting database"):
        Database(tmp_path / "things.sqlite", THINGS)


def test_a_plain_install_says_what_postgres_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_DATABASE", "postgresql://desk@db.example.com/desk")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"pip install 'clause-desk\[postgres\]'"):
        Database(tmp_path / "things.sqlite", THINGS)


@pytest.mark.usefixtures("database")
def test_a_server_that_is_away_is_one_line_and_found_again(
    postgres_server: Postgres, tmp_path: Path
) -> None:
    things = Database(tmp_path / "things.sqlite", THINGS)
    with things.change() as session:
        session.execute(insert(_things).values(id=1, name="kept"))
    postgres_server.stop()
    try:
        with pytest.raises(StorageUnavailable) as caught:
            names(things)
        assert "\n" not in str(caught.value) and "can be reached" in str(caught.value)
    finally:
        postgres_server.start()
    assert names(things) == ["kept"]


def test_a_password_is_told_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    address = f"postgresql+psycopg://desk:very-secret@/desk?host={tmp_path}"
    monkeypatch.setenv("CLAUSEDESK_DATABASE", address)
    with pytest.raises(StorageUnavailable) as caught:
        Database(tmp_path / "things.sqlite", THINGS)
    assert "very-secret" not in str(caught.value) and "\n" not in str(caught.value)
