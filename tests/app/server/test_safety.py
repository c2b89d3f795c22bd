"""What docs/security.md promises, each with its test: headers, uploads, paths, addresses, words."""

import hashlib
import io
import json
import logging
import random
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from company import Served, company, copied, free_port, running, served, signed_in

from app.contract import Question
from app.desk import ClauseDesk
from app.keeping.uploads import keep_upload
from app.readers import Permission
from app.search.question import LONGEST_QUESTION
from app.server.limits import RateLimit
from app.server.running.logs import log_as_json, without_secrets
from ingest.settings import PROJECT, Settings
from ingest.watching.sources import WatchedSources
from ingest.watching.watch import watch as look

OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize("path", ["/api/v1/graph", "/health", "/auth/signed-out", "/api/v1/none"])
def test_every_response_has_the_headers(server: Served, path: str) -> None:
    with server.with_key() as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "default-src" in policy
    assert "'unsafe-eval'" not in policy and "http" not in policy and "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


def test_another_sites_name_for_this_server_finds_nothing(server: Served) -> None:
    with server.with_key() as client:
        for host in ("evil.example", "127.0.0.1.evil.example", "", "127.0.0.1:1", "[::1"):
            told = client.get("/api/v1/graph", headers={"Host": host})
            assert told.status_code in (400, 421), host


def test_without_sign_on_other_sites_pages_cannot_ask(
    small: Settings, small_desk: ClauseDesk, tmp_path: Path
) -> None:
    port = free_port()
    with (
        served(company(small, tmp_path, port, None), small_desk, port) as server,
        server.as_nobody() as client,
    ):
        assert client.get("/api/v1/me").json()["name"] == "this machine"
        assert client.post("/api/v1/search", json={"question": "deposit"}).is_success
        for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
            told = client.post(
                "/api/v1/search", json={"question": "deposit"}, headers={"Origin": origin}
            )
            assert told.status_code == 403, origin


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.txt", "..\\..\\x.txt", "/etc/x.txt", "a\x00b.txt", "\u202etxt.md", ".txt"],
)
def test_an_upload_stays_where_uploads_wait(small: Settings, tmp_path: Path, name: str) -> None:
    settings = Settings(corpus=small.corpus, var=tmp_path / "var")
    path = keep_upload(settings, name, b"1. A clause.")
    assert path.parent.parent == tmp_path / "var" / "uploads"
    assert path.resolve().is_relative_to((tmp_path / "var" / "uploads").resolve())
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]


@pytest.fixture(scope="module")
def spare(
    small: Settings, issuer: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server whose corpus may be changed."""
    folder = tmp_path_factory.mktemp("spare")
    own = copied(small, folder / "own")
    port = free_port()
    settings = company(own, folder / "company", port, issuer, requests_per_minute=30)
    with served(settings, ClauseDesk.open(settings), port) as found:
        yield found


def ended(client: httpx.Client, job: str) -> dict[str, object]:
    for _ in range(600):
        card = client.get(f"/api/v1/corpus/jobs/{job}").json()
        if card["state"] != "running":
            return dict(card)
        time.sleep(0.5)
    raise AssertionError("the job goes on and on")


def test_a_document_comes_and_goes_by_rest_and_the_log_tells(
    small: Settings, issuer: str, tmp_path: Path
) -> None:
    own = copied(small, tmp_path / "own")
    port = free_port()
    settings = company(own, tmp_path / "company", port, issuer, requests_per_minute=100_000)
    words = "Notice on the Gate\n\n1. The gate of the hall opens at six in the morning.\n"
    with served(settings, ClauseDesk.open(settings), port) as server:
        with server.signed_in("edda") as edda:
            read = edda.post("/api/v1/corpus/files", params={"name": "gate.txt"}, content=words, headers=OCTETS)  # fmt: skip
            assert read.status_code == 202, read.text
            card = ended(edda, read.json()["job"])
            assert card["state"] == "done", card
            entry = card["result"]["files"][0]["entry"]  # type: ignore[index]
            added = edda.post(
                "/api/v1/corpus/documents",
                json={"documents": [{"upload": read.json()["upload"], "entry": entry}]},
            )
            assert ended(edda, added.json()["job"])["state"] == "done"
            asked = edda.post(
                "/api/v1/ask", json={"question": "When does the gate of the hall open?"}
            )
            assert "six in the morning" in asked.text
            gone = edda.delete(f"/api/v1/corpus/documents/{entry['id']}")
            assert ended(edda, gone.json()["job"])["state"] == "done"
            assert edda.get(f"/api/v1/documents/{entry['id']}").status_code == 404
            refused = edda.post(
                "/api/v1/corpus/files", params={"name": "a.exe"}, content=b"MZ", headers=OCTETS
            )
            assert refused.status_code == 422
        told = [line for line in server.service.audit.lines() if line.action.startswith("corpus.")]
        assert [line.action for line in told] == ["corpus.add", "corpus.remove"]
        assert {line.personal and line.personal["name"] for line in told} == {"Edda Editor"}
        assert told[0].details["documents"] == [entry["id"]]
        assert server.service.audit.faults() == []


def test_what_the_watch_found_is_accepted_or_dismissed_by_rest(
    small: Settings, issuer: str, tmp_path: Path
) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for name in ("Gate", "Lift"):
        words = f"Notice on the {name}\n\n1. The {name.lower()} opens at six in the morning.\n"
        (scans / f"{name}.txt").write_text(words, encoding="utf-8")
    named = {"source": [{"name": "scans", "folder": str(scans)}]}
    port = free_port()
    settings = company(
        copied(small, tmp_path / "own"),
        tmp_path / "company",
        port,
        issuer,
        requests_per_minute=9999,
    )
    list(look(settings, WatchedSources.model_validate(named), all_now=True))
    address = "/api/v1/corpus/proposals"
    with (
        served(settings, ClauseDesk.open(settings), port) as server,
        server.signed_in("edda") as client,
    ):
        gate, lift = sorted(client.get(address).json(), key=lambda found: str(found["address"]))
        assert client.delete(f"{address}/{lift['id']}").status_code == 204
        assert client.delete(f"{address}/{lift['id']}").status_code == 404
        accepted = client.post(f"{address}/{gate['id']}", json={"title": "Notice on our gate"})
        card: Any = ended(client, accepted.json()["job"])
        assert card["state"] == "done" and not card["result"]["files"][0]["reason"], card
        held = client.get(f"/api/v1/documents/{gate['entry']['id']}").json()
        assert held["title"] == "Notice on our gate"
        assert client.get(address).json() == []
        told = {line.action: line.details for line in server.service.audit.lines()}
    assert told["proposal.dismiss"] == {"proposal": str(scans / "Lift.txt")}
    assert told["corpus.add"]["documents"] == [gate["entry"]["id"]]


@pytest.mark.parametrize("file", ["../../elsewhere.txt", "../catalog.toml", "/tmp/x.txt", "..", ""])
def test_a_document_is_written_among_the_documents_only(
    spare: Served, tmp_path: Path, file: str
) -> None:
    corpus = spare.service.settings.corpus
    file = file.replace("/tmp", str(tmp_path))

    def held() -> dict[Path, bytes]:
        found = [*corpus.parent.rglob("*"), *tmp_path.rglob("*")]
        return {one: one.read_bytes() for one in found if one.is_file() and "var" not in one.parts}

    before = held()
    words = f"Notice on the Gate\n\n1. The gate {file} opens at six in the morning.\n"
    upload = keep_upload(spare.service.settings, "gate.txt", words.encode())
    entry = {
        "id": "gate", "kind": "internal", "issuer": "Us", "title": "Gate", "language": "en",
        "source": "", "file": file, "sha256": hashlib.sha256(words.encode()).hexdigest(),
    }  # fmt: skip
    with spare.with_key(Permission.CORPUS) as client:
        added = client.post(
            "/api/v1/corpus/documents",
            json={"documents": [{"upload": upload.parent.name, "entry": entry}]},
        )
        card: Any = ended(client, added.json()["job"])
    assert "no name for a file" in card["result"]["files"][0]["reason"], card
    assert held() == before


def test_who_cancels_anothers_change_is_told_of(spare: Served) -> None:
    with spare.signed_in("edda") as edda, spare.signed_in("anna") as anna:
        job = edda.post("/api/v1/corpus/build").json()["job"]
        for _ in range(2):
            assert anna.delete(f"/api/v1/corpus/jobs/{job}").json()["state"] == "cancelled"
    told = [line for line in spare.service.audit.lines() if line.details.get("job") == job]
    assert [(line.action, line.personal and line.personal["name"]) for line in told] == [
        ("job.cancel", "Anna Admin")
    ]


@pytest.mark.parametrize("path", ["/healthz", "/ready/x", "/.well-known/oauth-protected-resources"])
def test_what_looks_like_an_open_address_is_none(server: Served, path: str) -> None:
    with server.as_nobody() as client:
        assert client.get(path).status_code == 401


def test_too_much_is_refused_however_it_is_sent(spare: Served) -> None:
    with spare.with_key() as client:
        told = client.post("/api/v1/ask", content=b"{" * (2**20 + 1))
        assert told.status_code == 413

        def pieces() -> Iterator[bytes]:
            for _ in range(40):
                yield b" " * 2**16

        told = client.post("/api/v1/ask", content=pieces())
        assert told.status_code == 413


LETTERS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "chinese": "".join(map(chr, range(0x4E00, 0x9FA5))),
}


@pytest.mark.parametrize("letters", LETTERS)
@pytest.mark.parametrize("length", [2000, LONGEST_QUESTION])
def test_a_long_question_without_a_blank_is_soon_answered(
    small_desk: ClauseDesk, letters: str, length: int
) -> None:
    chance = random.Random(length)
    question = "".join(chance.choices(LETTERS[letters], k=length))
    began = time.process_time()
    assert not small_desk.ask(Question(text=question)).answered
    assert time.process_time() - began < 20


def test_too_many_requests_are_told_when_to_come_back(spare: Served) -> None:
    with spare.with_key() as client, spare.with_key() as other:
        for _ in range(30):
            assert client.get("/api/v1/me").status_code == 200
        told = client.get("/api/v1/me")
        assert told.status_code == 429 and int(told.headers["retry-after"]) >= 1
        assert other.get("/api/v1/me").status_code == 200  # whoever else asks is not kept waiting


def test_a_rate_fills_again_evenly() -> None:
    now = [0.0]
    limit = RateLimit(60, lambda: now[0])
    assert all(limit.wait("a") == 0 for _ in range(60))
    assert limit.wait("a") == pytest.approx(1.0)
    now[0] = 1.0
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0


def test_nothing_a_reader_sends_makes_the_server_open_an_address(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSRF: addresses in questions, names and ids are words."""
    asked: list[object] = []
    real = socket.getaddrinfo

    def noted(host: object, *more: object, **keywords: object) -> object:
        asked.append(host)
        return real(host, *more, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    evil = "http://169.254.169.254/latest/meta-data"
    with server.with_key() as client:
        client.post("/api/v1/ask", json={"question": f"What does {evil} say of deposits?"})
        client.get(f"/api/v1/documents/{evil.replace('/', '%2F')}")
        client.post("/api/v1/packs/verify", content=evil.encode(), headers=OCTETS)
    assert all("169.254" not in str(host) for host in asked)


def test_a_pack_that_unpacks_without_end_is_refused(server: Served) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<" * (300 * 2**20))
    with server.with_key() as client:
        told = client.post("/api/v1/packs/verify", content=data.getvalue(), headers=OCTETS)
    assert told.status_code == 422


def endless_pdf() -> bytes:
    """A thousand pages, on each of which the same hundred thousand words are written."""
    pages = 1000
    words = b"BT /F 9 Tf " + b"(a)Tj " * 100_000 + b"ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (4 + page) for page in range(pages)), pages),
        b"<</Length %d>>stream\n%s\nendstream" % (len(words), words),
        *[
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        ]
        * pages,
    ]
    data, places = b"%PDF-1.7\n", b""
    for number, part in enumerate(parts, start=1):
        places += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj%s\nendobj\n" % (number, part)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(data))
    return data + head + places + end


def test_a_pack_that_is_read_without_end_keeps_nobody_waiting(
    small: Settings, small_desk: ClauseDesk, tmp_path: Path
) -> None:
    port = free_port()
    settings = company(small, tmp_path, port, None)
    settings = settings.model_copy(
        update={"loading": settings.loading.model_copy(update={"max_seconds": 8.0})}
    )
    with served(settings, small_desk, port) as server, server.as_nobody() as client:
        told = client.post("/api/v1/packs/verify", content=endless_pdf(), headers=OCTETS)
        assert told.status_code == 422 and "not read within 8 seconds" in told.text


SECRETS = ["cdk_0123456789ab_" + "A" * 43, "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_a_library_logs_holds_no_secret(secret: str) -> None:
    for line in (secret, f"Authorization: Bearer {secret}", f'{{"token": "{secret}"}}'):
        assert secret not in without_secrets(line)


def test_neither_questions_nor_secrets_are_in_the_log(
    small: Settings, issuer: str, tmp_path: Path
) -> None:
    port = free_port()
    log = tmp_path / "log"
    question = "Which deposit for a zebra-striped exhibit?"
    with running(company(small, tmp_path, port, issuer), port, log):
        url = f"http://127.0.0.1:{port}"
        with signed_in(url, "anna") as anna:
            cookie = anna.cookies["clause-desk"]
            key = anna.post("/api/v1/keys", json={"name": "k"}).json()["key"]
            assert anna.post("/api/v1/ask", json={"question": question}).is_success
            anna.get("/api/v1/conversations", params={"words": "zebra-striped"})
            anna.get(f"/?question=zebra-striped&key={key}")
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as machine:
            assert machine.get("/api/v1/me").is_success
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert any(line.get("route") == "/api/v1/ask" for line in lines)
    assert all(line["at"] and line["level"] for line in lines)
    for secret in ("zebra", cookie, key, "secret-of-the-client", "code="):
        assert secret not in text, secret


def test_the_log_is_json_for_every_library(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        log_as_json()
        logging.getLogger("some.library").warning("it broke\nin two %s", "lines")
        try:
            raise ValueError("x")
        except ValueError:
            logging.getLogger("other").exception("a fault")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    one, other = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert one["message"] == "it broke\nin two lines"
    assert "ValueError" in other["trace"]


def test_asking_and_chatting_load_nothing_of_the_server() -> None:
    code = (
        "import sys, app.cli, app.desk, app.server.serve, app.pages.ask.ask_page, app.pages.start\n"
        "loaded = {name for name in sys.modules if name.split('.')[0] in "
        "('fastapi', 'authlib', 'mcp', 'joserfc', 'opentelemetry.sdk') "
        "or name.startswith('app.server.') and name != 'app.server.serve'}\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
