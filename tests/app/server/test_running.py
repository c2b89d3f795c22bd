"""To run it: readiness, an orderly end, one process alone, backup and restore, traces."""

import json
import signal
import tarfile
import threading
import time
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import Invoke, one_line
from company import Served, company, copied, first_key, free_port, running, served, wait_for
from postgres import Postgres

from app.conversations.feedback import Feedback, feedback_lines, keep_feedback
from app.conversations.store import ConversationStore
from app.desk import ClauseDesk
from app.following.checking import Follower
from app.following.store import FollowingStore
from app.readers import LOCAL, Permission
from app.server.access.keys import KeyRing
from app.server.audit.log import AuditLog
from app.server.running.backup import BadBackup, restore_backup, write_backup
from app.server.tables import open_server_tables
from ingest.settings import Settings


def test_ready_says_so_and_why_not(server: Served) -> None:
    with server.as_nobody() as client:
        assert client.get("/ready").json()["status"] == "ready"
        server.service.is_ending = True
        try:
            assert client.get("/ready").status_code == 503
            assert client.get("/health").status_code == 200
        finally:
            server.service.is_ending = False


def test_an_answer_under_way_is_finished_when_the_server_ends(
    small: Settings, tmp_path: Path
) -> None:
    port = free_port()
    settings = company(small, tmp_path, port, None)
    told: list[httpx.Response] = []
    with running(settings, port) as process:

        def ask() -> None:
            # the first question waits for the models: long enough to be overtaken by the end
            question = {"question": "What deposit does an exhibitor pay?"}
            url = f"http://127.0.0.1:{port}/api/v1/ask"
            told.append(httpx.post(url, json=question, timeout=120))

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        asking.join()
        assert process.wait(60) == 0
    assert told[0].status_code == 200 and "4,500" in told[0].text
    assert [line.action for line in opened(settings.var).lines()] == ["answer"]


def test_a_quiet_connection_stays_open_as_long_as_a_proxys(small: Settings, tmp_path: Path) -> None:
    port = free_port()
    with running(company(small, tmp_path, port, None), port):
        connection = HTTPConnection("127.0.0.1", port)
        connection.connect()
        connection.auto_open = 0  # a connection that was closed is not opened again
        for _ in range(2):
            connection.request("GET", "/health")
            assert connection.getresponse().read()
            time.sleep(6)
        connection.close()


def opened(var: Path) -> AuditLog:
    return AuditLog(open_server_tables(var), var)


def test_two_servers_do_not_share_a_folder(
    app: Invoke, small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    settings = company(small, tmp_path, port, None)
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(settings.corpus))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(settings.var))
    with running(settings, port):
        ended = app("serve", "--port", free_port())
        assert ended.code == 2
        assert "another server runs" in one_line(ended.err)
        (tmp_path / "b.tar.gz").write_bytes(b"no backup")
        assert app("restore", tmp_path / "b.tar.gz").code == 2


def test_serving_others_without_sign_on_is_refused(app: Invoke) -> None:
    ended = app("serve", "--host", "0.0.0.0")
    assert ended.code == 2 and "without sign-on" in one_line(ended.err)


def test_keys_by_the_command_line(
    app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path))
    key = first_key(app("keys", "make", "importer", "--scope", "ask", "--days", 7).out)
    [listed] = app("keys", "list").out.splitlines()
    assert "importer" in listed and "until" in listed and key not in listed
    ring = KeyRing(open_server_tables(tmp_path))
    assert ring.reader_of(key) is not None
    assert app("keys", "revoke", key.split("_")[1]).code == 0
    assert ring.reader_of(key) is None
    assert "revoked" in app("keys", "list").out
    assert "no key 000000000000" in one_line(app("keys", "revoke", "000000000000").err)
    assert [line.action for line in opened(tmp_path).lines()] == ["key.make", "key.revoke"]


@pytest.fixture
def full(small: Settings, tmp_path: Path) -> Settings:
    """A folder with a corpus, a conversation, a key, an audit log and feedback."""
    settings = copied(small, tmp_path / "full")
    ConversationStore(settings.var, "user:1").add_turn("c", "t", "When?", None, datetime.now(UTC))
    database = open_server_tables(settings.var)
    KeyRing(database).make("kept", [Permission.ASK], None, LOCAL)
    AuditLog(database, settings.var).write("key.make", LOCAL, "test", {})
    database.close()
    (settings.var / "feedback.jsonl").write_text("{}\n")
    library = ClauseDesk.open(small).library()
    followed = FollowingStore(settings.var, "user:1")
    id_ = Follower(followed, library, date.today()).clause("hours#1", "en")
    followed.annotate(id_, "", "Shipment May", "问李")
    return settings


def test_what_is_restored_is_what_was_kept(full: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    anchor = opened(full.var).anchor()
    count = write_backup(full, file)
    assert file.stat().st_mode & 0o077 == 0  # the seal's secret is in it
    other = Settings(corpus=tmp_path / "new" / "corpus", var=tmp_path / "new" / "var")
    assert restore_backup(other, file, replace=False) == count
    for path in full.corpus.rglob("*"):
        if path.is_file():
            assert (other.corpus / path.relative_to(full.corpus)).read_bytes() == path.read_bytes()
    assert [turn.question for turn in ConversationStore(other.var, "user:1").turns("c")] == [
        "When?"
    ]
    assert opened(other.var).faults((anchor,)) == []
    assert [card.name for card in KeyRing(open_server_tables(other.var)).cards()] == ["kept"]
    assert (other.var / "feedback.jsonl").read_text() == "{}\n"
    [followed] = FollowingStore(other.var, "user:1").all()
    assert followed.subject == "hours#1" and FollowingStore(other.var, "user:2").all() == []
    assert (followed.folder, followed.note) == ("Shipment May", "问李")
    assert not (other.var / "index").exists()  # made again from the corpus
    assert list(other.var.glob("clause-desk-restore-*")) == []


def test_a_backup_goes_from_files_into_postgres_and_back(
    full: Settings, tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, there = tmp_path / "backup.tar.gz", full
    anchor = opened(full.var).anchor()
    for place, address in (("served", postgres_server.new_database()), ("files", None)):
        write_backup(there, file)
        if address is not None:
            monkeypatch.setenv("CLAUSEDESK_DATABASE", address)
        else:
            monkeypatch.delenv("CLAUSEDESK_DATABASE")
        there = Settings(corpus=tmp_path / place / "corpus", var=tmp_path / place / "var")
        restore_backup(there, file, replace=False)
        assert (there.var / "conversations.sqlite").exists() == (address is None)
        [turn] = ConversationStore(there.var, "user:1").turns("c")
        assert turn.question == "When?"
        assert [card.name for card in KeyRing(open_server_tables(there.var)).cards()] == ["kept"]
        assert opened(there.var).faults((anchor,)) == []
        assert feedback_lines(there.var) == ["{}"]


@pytest.mark.usefixtures("database")
def test_nothing_in_postgres_is_overwritten_unasked(full: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    write_backup(full, file)
    ConversationStore(full.var, "user:1").add_turn("d", "u", "Later", None, datetime.now(UTC))
    with pytest.raises(BadBackup, match="--replace"):
        restore_backup(full, file, replace=False)
    assert ConversationStore(full.var, "user:1").turns("d")
    restore_backup(full, file, replace=True)
    assert ConversationStore(full.var, "user:1").turns("c")
    assert not ConversationStore(full.var, "user:1").turns("d")


def test_what_readers_asked_is_for_the_accounts_own_eyes(full: Settings) -> None:
    said = Feedback(
        question="When?", history=(), as_of=date(2026, 1, 1), answered=False, clause_ids=(),
        quotes=(), helpful=False, reason="no", given_at=datetime.now(UTC),
    )  # fmt: skip
    (full.var / "feedback.jsonl").unlink()
    keep_feedback(said, full.var)
    for file in (*full.var.glob("*.sqlite*"), full.var / "server.key", full.var / "feedback.jsonl"):
        if not file.name.endswith(".lock"):
            assert file.stat().st_mode & 0o077 == 0, file


def test_a_backup_that_is_being_written_is_too(
    full: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    add = tarfile.TarFile.add

    def noted(archive: tarfile.TarFile, *more: Any) -> None:
        modes.append((tmp_path / "backup.tar.gz.part").stat().st_mode & 0o077)
        add(archive, *more)

    monkeypatch.setattr(tarfile.TarFile, "add", noted)
    write_backup(full, tmp_path / "backup.tar.gz")
    assert modes and not any(modes)


def test_nothing_is_overwritten_unasked(full: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    write_backup(full, file)
    ConversationStore(full.var, "user:1").add_turn("d", "u", "Later", None, datetime.now(UTC))
    with pytest.raises(BadBackup, match="--replace"):
        restore_backup(full, file, replace=False)
    assert ConversationStore(full.var, "user:1").turns("d")
    restore_backup(full, file, replace=True)
    assert not ConversationStore(full.var, "user:1").turns("d")
    assert list(full.var.glob("conversations.sqlite.before-*"))
    assert list(full.corpus.parent.glob("corpus.before-*"))


@pytest.mark.parametrize("damage", ["cut", "noise", "other bytes", "outside", "no list"])
def test_a_damaged_backup_restores_nothing(full: Settings, tmp_path: Path, damage: str) -> None:
    file, other = tmp_path / "backup.tar.gz", tmp_path / "new"
    write_backup(full, file)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-2000])
    elif damage == "noise":
        file.write_bytes(b"no archive")
    else:
        with tarfile.open(file) as archive:
            archive.extractall(tmp_path / "spoilt", filter="data")
        listing = tmp_path / "spoilt" / "backup.json"
        if damage == "other bytes":
            (tmp_path / "spoilt" / "corpus" / "catalog.toml").write_text("# nothing")
        elif damage == "no list":
            listing.unlink()
        else:
            told = json.loads(listing.read_text())
            told["files"]["../../outside"] = "0" * 64
            listing.write_text(json.dumps(told))
        with tarfile.open(file, "w:gz") as archive:
            archive.add(tmp_path / "spoilt", ".")
    settings = Settings(corpus=other / "corpus", var=other / "var")
    with pytest.raises(BadBackup):
        restore_backup(settings, file, replace=False)
    assert [path for path in other.rglob("*") if path.is_file()] == []


def test_traces_go_to_a_collector_without_words_of_a_question(
    small: Settings, small_desk: ClauseDesk, issuer: str, tmp_path: Path
) -> None:
    taken: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    collector = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    port = free_port()
    traces = f"http://127.0.0.1:{collector.server_port}"
    settings = company(small, tmp_path, port, issuer, traces=traces)
    with served(settings, small_desk, port) as server, server.with_key() as client:
        assert client.post("/api/v1/ask", json={"question": "Which zebra deposit?"}).is_success
    collector.shutdown()
    sent = b"".join(taken)
    assert b"POST /api/v1/ask" in sent and b"clause-desk" in sent
    assert b"zebra" not in sent and b"cdk_" not in sent


def test_a_job_that_the_servers_end_broke_off_is_told_so(
    small: Settings, issuer: str, tmp_path: Path
) -> None:
    own = copied(small, tmp_path / "own")
    port = free_port()
    settings = company(own, tmp_path / "company", port, issuer)
    with served(settings, ClauseDesk.open(settings), port) as server:
        key = server.key(Permission.CORPUS)
        shown = {"Authorization": f"Bearer {key}"}
        begun = httpx.post(f"{server.url}/api/v1/corpus/build", headers=shown)
        job = begun.json()["job"]
    with served(settings, ClauseDesk.open(settings), port) as server:
        server.service.jobs.take_over()
        wait_for(f"{server.url}/health")
        card = httpx.get(f"{server.url}/api/v1/corpus/jobs/{job}", headers=shown).json()
    assert card["state"] in ("cancelled", "done")
