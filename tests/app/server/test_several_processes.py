"""Two real processes of one desk behind one address, on one Postgres and one Chroma server."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from threading import Timer
from typing import Any, Self

import httpx
import pytest
from chroma_server import ChromaServer
from company import company, copied, free_port, running, sign_in
from postgres import Postgres

from app.errors import Busy
from app.keeping.worker import CorpusTask
from app.readers import LOCAL, Permission
from app.server.access.keys import KeyRing
from app.server.audit.log import AuditLog
from app.server.corpus_changes import KeptJobs
from app.server.limits import SharedRateLimit
from app.server.tables import open_server_tables
from ingest.pipeline import build
from ingest.settings import PROJECT, Settings

DEPOSIT = "What deposit does an exhibitor pay for each exhibit?"


@dataclass
class Pair:
    settings: Settings
    ports: tuple[int, int]

    def at(self, process: int, **headers: str) -> httpx.Client:
        """A client of one of the two, under the one address that both have."""
        host = f"127.0.0.1:{self.ports[0]}"
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.ports[process]}",
            headers={"Host": host, "Origin": f"http://{host}", **headers},
            timeout=60,
        )

    def key(self, *scopes: Permission) -> str:
        database = open_server_tables(self.settings.var)
        key = KeyRing(database).make("a machine", scopes, None, LOCAL)[1]
        database.close()
        return f"Bearer {key}"

    @contextmanager
    def both(self, *scopes: Permission) -> Iterator[tuple[httpx.Client, httpx.Client]]:
        shown = self.key(*scopes)
        with self.at(0, Authorization=shown) as first, self.at(1, Authorization=shown) as second:
            yield first, second


@pytest.fixture(scope="module")
def pair(
    small: Settings,
    issuer: str,
    postgres_server: Postgres,
    chroma: ChromaServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    own = copied(small, folder / "own")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("CLAUSEDESK_DATABASE", postgres_server.new_database())
        patch.setenv("CLAUSEDESK_CHROMA", chroma.address)
        ports = (free_port(), free_port())
        settings = company(own, folder, ports[0], issuer, requests_per_minute=100_000)
        build(settings, lambda _stage, _done, _total: None)
        for port in ports:
            stack.enter_context(running(settings, port, folder / f"{port}.log"))
        yield Pair(settings, ports)


def soon(reached: Callable[[], bool], seconds: float) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds, "it has not come to that"
        time.sleep(0.05)
    return time.monotonic() - began


def ended(client: httpx.Client, job: str) -> dict[str, Any]:
    def card() -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/api/v1/corpus/jobs/{job}").json()
        return found

    soon(lambda: card()["state"] != "running", 120)
    return card()


def test_who_signs_in_at_one_is_signed_in_at_the_other_until_either_ends_it(pair: Pair) -> None:
    with pair.at(0) as first, pair.at(1) as second:
        assert sign_in(first, "rita").status_code == 200
        second.cookies.update(first.cookies)
        assert second.get("/api/v1/me").json()["name"] == "Rita Reader"
        assert second.post("/auth/logout").status_code in (200, 204, 303)
        assert first.get("/api/v1/me").status_code == 401


def test_a_conversation_goes_on_at_whichever_process(pair: Pair) -> None:
    with pair.both(Permission.ASK) as clients:
        begun = clients[0].post("/api/v1/conversations", json={"question": DEPOSIT})
        assert begun.status_code == 201, begun.text
        where = f"/api/v1/conversations/{begun.json()['id']}"
        for client in islice(cycle(reversed(clients)), 4):
            asked = client.post(f"{where}/questions", json={"question": "And for ivory?"})
            assert asked.status_code == 201, asked.text
        told = [client.get(where).json() for client in clients]
        assert told[0] == told[1] and len(told[0]["turns"]) == 5


def test_answers_of_both_are_one_audit_log(pair: Pair) -> None:
    database = open_server_tables(pair.settings.var)
    audit = AuditLog(database, pair.settings.var)
    before = audit.anchor()
    with pair.both(Permission.ASK) as clients, ThreadPoolExecutor(6) as pool:
        asked = [
            pool.submit(client.post, "/api/v1/ask", json={"question": DEPOSIT})
            for client in islice(cycle(clients), 24)
        ]
        answers = [one.result().json() for one in asked]
    assert {answer["citations"][0]["clause_id"] for answer in answers}
    assert len({str(answer["citations"]) for answer in answers}) == 1
    assert audit.faults((before,)) == []
    assert audit.anchor().seq == before.seq + 24
    database.close()


def test_of_two_changes_at_once_one_is_made_and_both_tell_of_it(pair: Pair) -> None:
    with pair.both(Permission.ASK, Permission.CORPUS) as clients:
        before = clients[0].get("/ready").json()["corpus_fingerprint"]
        documents = clients[0].get("/api/v1/documents").json()["documents"]
        address = f"/api/v1/corpus/documents/{documents[-1]['document_id']}"
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(lambda client: client.delete(address), clients))
        assert sorted(answer.status_code for answer in told) == [202, 409], told
        at = 0 if told[0].status_code == 202 else 1
        job, other = told[at].json()["job"], clients[1 - at]
        assert ended(other, job)["state"] == "done"

        def both_serve() -> set[str]:
            return {c.get("/ready").json()["corpus_fingerprint"] for c in clients}

        assert soon(lambda: len(both_serve()) == 1 and before not in both_serve(), 5) < 5


def test_what_a_killed_process_had_begun_is_told_by_the_other(pair: Pair, tmp_path: Path) -> None:
    port = free_port()
    with pair.both(Permission.ASK, Permission.CORPUS) as clients:
        shown = {"Authorization": clients[0].headers["authorization"]}
        with running(pair.settings, port, tmp_path / "log") as third:
            host = {"Host": f"127.0.0.1:{pair.ports[0]}"}
            begun = httpx.post(
                f"http://127.0.0.1:{port}/api/v1/corpus/build", headers=shown | host, timeout=60
            )
            third.kill()
            third.wait(30)
        card = ended(clients[1], begun.json()["job"])
        assert card["state"] in ("broken_off", "done")
        again = clients[1].post("/api/v1/corpus/build")
        assert again.status_code == 202
        assert ended(clients[0], again.json()["job"])["state"] == "done"


class Load:
    """Readers who ask at both processes without end; what each was told is kept."""

    def __init__(self, clients: tuple[httpx.Client, ...]) -> None:
        self.answers: dict[str, set[str]] = {}  # by snapshot
        self.kept: list[str] = []  # conversations that were told of as begun
        self.refused: Counter[int] = Counter()
        self._clients = clients
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(len(self._clients))
        self._readers = [self._pool.submit(self._ask, client) for client in self._clients]
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for reader in self._readers:
            reader.result()
        self._pool.shutdown()

    def _ask(self, client: httpx.Client) -> None:
        while not self._stop.is_set():
            begun = client.post("/api/v1/conversations", json={"question": DEPOSIT})
            if begun.status_code != 201:
                assert begun.status_code == 503, begun.text
                self.refused[503] += 1
                continue
            turn = begun.json()["turns"][0]
            self.kept.append(begun.json()["id"])
            if turn["answer"] is None:  # the question was kept; the line says why no answer
                assert turn["error"], turn
                continue
            told = str([(c["clause_id"], c["quote"]) for c in turn["answer"]["citations"]])
            self.answers.setdefault(turn["answer"]["corpus_fingerprint"], set()).add(told)


def test_each_part_killed_under_load_loses_nothing(
    pair: Pair, postgres_server: Postgres, chroma: ChromaServer, tmp_path: Path
) -> None:
    database = open_server_tables(pair.settings.var)
    audit = AuditLog(database, pair.settings.var)
    before = audit.anchor()

    def serves() -> bool:
        return all(client.get("/ready").status_code == 200 for client in clients)

    def one_is_killed() -> None:
        with (
            running(pair.settings, port := free_port(), tmp_path / "log") as third,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=clients[0].headers) as asker,
        ):
            begun = asker.post("/api/v1/conversations", json={"question": DEPOSIT}, timeout=60)
            load.kept.append(begun.json()["id"])
            Timer(0.2, third.kill).start()
            with suppress(httpx.TransportError):
                while True:  # it ends in the midst of an answer
                    asker.post("/api/v1/conversations", json={"question": DEPOSIT}, timeout=60)

    def ingest_is_killed() -> None:
        catalog = pair.settings.corpus / "catalog.toml"
        text = catalog.read_text(encoding="utf-8")
        catalog.write_text(text.replace("Guarantees for Exhibits", "Guarantees"), encoding="utf-8")
        command = [sys.executable, "-m", "ingest", "build"]
        where = {"CLAUSEDESK_CORPUS": pair.settings.corpus, "CLAUSEDESK_VAR": pair.settings.var}
        environment = os.environ | {key: str(path) for key, path in where.items()}
        with subprocess.Popen(command, cwd=PROJECT, env=environment) as building:
            soon(lambda: any(pair.settings.index.glob(".building-*")), 60)
            building.kill()
        assert subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode == 0

    def engine_is_killed(engine: Postgres | ChromaServer) -> None:
        engine.stop()
        time.sleep(1)
        engine.start()

    with pair.both(Permission.ASK) as clients, Load(clients) as load:
        for killed in (
            one_is_killed,
            ingest_is_killed,
            lambda: engine_is_killed(chroma),
            lambda: engine_is_killed(postgres_server),
        ):
            killed()
            print(f"serves again after {soon(serves, 20):.1f} s; refused {load.refused[503]}")
    assert len(load.answers) == 2 and all(len(told) == 1 for told in load.answers.values())
    with pair.at(0, Authorization=str(clients[0].headers["authorization"])) as client:
        for conversation in load.kept:
            assert client.get(f"/api/v1/conversations/{conversation}").status_code == 200
    assert audit.faults((before,)) == []
    database.close()


@pytest.mark.usefixtures("database")
def test_a_change_is_stopped_by_whichever_process_is_told_to(
    small: Settings, tmp_path: Path
) -> None:
    own = copied(small, tmp_path / "own")
    database = open_server_tables(own.var)
    first, second = (KeptJobs(database, AuditLog(database, own.var), own.var) for _ in range(2))
    removal = CorpusTask(kind="remove", settings=own, document_id="hours")
    job, _ = first.begin(removal, LOCAL, "test")
    with pytest.raises(Busy):
        second.begin(removal, LOCAL, "test")
    second.take_over()  # a process that starts meanwhile leaves it alone
    assert second.card(job).state == "running"
    assert second.cancel(job).state == first.card(job).state == "cancelled"
    again, _ = second.begin(removal, LOCAL, "test")
    soon(lambda: first.card(again).state == "done", 120)
    database.close()


@pytest.mark.usefixtures("database")
def test_a_reader_has_one_allowance_at_both(tmp_path: Path) -> None:
    first, second = SharedRateLimit(6, tmp_path), SharedRateLimit(6, tmp_path)
    waits = [limit.wait("rita") for limit in islice(cycle((first, second)), 7)]
    assert waits[:6] == [0.0] * 6 and 8 < waits[6] <= 10
    assert second.wait("ravi") == 0.0
