"""An index whose vectors are on a real Chroma server, made current by a row of Postgres."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chroma_server import ChromaServer, own_certificate, proxy_that_asks_for
from index_corpus import ANIMALS, CORPUS_A, CORPUS_B, GOODS, MODEL, TOKENIZER, Corpus, build

from ingest.errors import IndexUnusable
from ingest.index.pointer import pointed_to
from ingest.index.snapshot import Snapshot, SnapshotReader
from ingest.index.vectors import VectorRow, VectorStore
from ingest.settings import PROJECT

CORPUS_C: Corpus = [GOODS]
CORPUS_D: Corpus = [ANIMALS]


@pytest.fixture
def client(chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch) -> chromadb.api.ClientAPI:
    """The server is set for the desk; it holds nothing yet."""
    monkeypatch.setenv("CLAUSEDESK_CHROMA", chroma.address)
    client = chromadb.HttpClient("127.0.0.1", chroma.port)
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    return client


def held(client: chromadb.api.ClientAPI) -> set[str]:
    return {collection.name for collection in client.list_collections()}


def served(root: Path, corpus: Corpus, *, in_database: bool = False) -> str:
    """The collection that serves then."""
    build(root, corpus, on_server=True, in_database=in_database)
    return (root / pointed_to(root) / "chroma" / "collection").read_text()


def best(snapshot: Snapshot, question: str) -> list[str]:
    found = snapshot.vectors.search(MODEL.embed_questions([question])[0], 3)
    return [near.unit_id for near in found]


QUESTIONS = ("May I take my pet along?", "What does a permit cost?", "废物可以过境吗？")


@pytest.mark.usefixtures("client")
def test_the_same_is_found_as_in_files(tmp_path: Path) -> None:
    served(tmp_path / "served", CORPUS_A)
    build(tmp_path / "files", CORPUS_A)
    there, here = (Snapshot.open(tmp_path / name, MODEL, TOKENIZER) for name in ("served", "files"))
    assert there.fingerprint == here.fingerprint
    for question in QUESTIONS:
        vector = MODEL.embed_questions([question])[0]
        ours, theirs = here.vectors.search(vector, 5), there.vectors.search(vector, 5)
        assert [near.unit_id for near in ours] == [near.unit_id for near in theirs]
        assert [n.similarity for n in ours] == pytest.approx(
            [n.similarity for n in theirs], abs=1e-6
        )


def test_more_rows_than_are_taken_at_once_move_from_files_and_back(
    client: chromadb.api.ClientAPI, tmp_path: Path
) -> None:
    vectors = np.random.default_rng(0).standard_normal((6_000, 8)).astype(np.float32)
    rows = [VectorRow(f"d#{n}", 1, "d") for n in range(6_000)]
    (tmp_path / "served").mkdir()
    with (
        closing(VectorStore.create(tmp_path / "files")) as files,
        closing(VectorStore.create(tmp_path / "served", "ab")) as there,
        closing(VectorStore.create(tmp_path / "back")) as back,
    ):
        files.upsert(rows, vectors)
        there.take_over(files)
        back.take_over(there)
        back.check(6_000)
        assert back.search(vectors[5_999], 1)[0].unit_id == "d#5999"
    [name] = held(client)
    assert name.startswith("clauses-ab-")


def test_a_desk_moves_to_a_server_and_back_without_embedding_anew(
    client: chromadb.api.ClientAPI, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    first = build(root, CORPUS_A)
    moved = build(root, CORPUS_A, on_server=True)
    assert moved.built and moved.embedded == 0 and moved.fingerprint == first.fingerprint
    assert len(held(client)) == 1
    assert not build(root, CORPUS_A, on_server=True).built
    assert best(Snapshot.open(root, MODEL, TOKENIZER), QUESTIONS[0])[0] == "animals#1"
    assert build(root, CORPUS_A).embedded == 0
    assert best(Snapshot.open(root, MODEL, TOKENIZER), QUESTIONS[0])[0] == "animals#1"


@pytest.mark.usefixtures("database")
def test_a_snapshot_goes_when_no_reader_holds_it(
    client: chromadb.api.ClientAPI, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    a = served(root, CORPUS_A, in_database=True)
    assert (root / "CURRENT").read_text() == "database\n"
    reading = Snapshot.open(root, MODEL, TOKENIZER)  # a question that takes long
    reader = SnapshotReader(root, MODEL, TOKENIZER)
    assert reader.current().fingerprint in a
    b = served(root, CORPUS_B, in_database=True)
    assert reader.current().fingerprint in b  # looked at before each question
    c = served(root, CORPUS_C, in_database=True)
    assert held(client) == {a, b, c}  # the first is being read still
    assert best(reading, QUESTIONS[0])[0] == "animals#1"
    del reading
    d = served(root, CORPUS_D, in_database=True)
    assert held(client) == {b, c, d}  # the reader has not looked since the second
    assert reader.current().fingerprint in d
    a = served(root, CORPUS_A, in_database=True)
    assert held(client) == {d, a}


@pytest.mark.usefixtures("database")
def test_two_folders_with_the_same_documents_do_not_meet(
    client: chromadb.api.ClientAPI, tmp_path: Path
) -> None:
    a = served(tmp_path / "a" / "index", CORPUS_A, in_database=True)
    b = served(tmp_path / "b" / "index", CORPUS_A, in_database=True)
    served(tmp_path / "b" / "index", CORPUS_B, in_database=True)
    c = served(tmp_path / "b" / "index", CORPUS_C, in_database=True)
    assert a in held(client) and b not in held(client) and c in held(client)
    snapshot = Snapshot.open(tmp_path / "a" / "index", MODEL, TOKENIZER)
    assert best(snapshot, QUESTIONS[0])[0] == "animals#1"


def test_what_a_killed_build_left_on_the_server_goes_with_the_next(
    client: chromadb.api.ClientAPI, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    a = served(root, CORPUS_A)
    code = (
        "import os, sys; from pathlib import Path\n"
        "sys.path.insert(0, 'tests')\n"
        "from index_corpus import CORPUS_B, build\n"
        "from ingest.index.lexical import LexicalBuilder\n"
        "LexicalBuilder.finish = lambda _: os._exit(9)\n"
        "build(Path(sys.argv[1]), CORPUS_B, on_server=True)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(root)], cwd=PROJECT, check=False)
    assert killed.returncode == 9
    assert len(held(client)) == 2
    assert best(Snapshot.open(root, MODEL, TOKENIZER), QUESTIONS[0])[0] == "animals#1"
    c = served(root, CORPUS_C)
    assert held(client) == {a, c}


@pytest.mark.usefixtures("client")
def test_a_server_that_is_away_is_one_line_and_found_again(
    chroma: ChromaServer, tmp_path: Path
) -> None:
    served(tmp_path / "index", CORPUS_A)
    snapshot = Snapshot.open(tmp_path / "index", MODEL, TOKENIZER)
    chroma.stop()
    try:
        for asked in (
            lambda: best(snapshot, QUESTIONS[0]),
            lambda: Snapshot.open(tmp_path / "index", MODEL, TOKENIZER),
        ):
            with pytest.raises(IndexUnusable, match="Chroma server") as caught:
                asked()
            assert "\n" not in str(caught.value)
    finally:
        chroma.start()
    assert best(snapshot, QUESTIONS[0])[0] == "animals#1"


def test_an_index_on_a_server_that_is_not_set_any_more_is_built_anew(
    client: chromadb.api.ClientAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(tmp_path / "index", CORPUS_A)
    monkeypatch.delenv("CLAUSEDESK_CHROMA")
    with pytest.raises(IndexUnusable, match="CLAUSEDESK_CHROMA"):
        Snapshot.open(tmp_path / "index", MODEL, TOKENIZER)
    for corpus in (CORPUS_A, CORPUS_B, CORPUS_C):
        assert build(tmp_path / "index", corpus).built
    assert len(held(client)) == 1  # nobody can take it away from here: the log says so


def test_a_proxy_lets_through_who_shows_the_token(
    chroma: ChromaServer, client: chromadb.api.ClientAPI, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with proxy_that_asks_for("very-secret", chroma.address) as address:
        monkeypatch.setenv("CLAUSEDESK_CHROMA", address)
        with pytest.raises(IndexUnusable) as caught:
            served(tmp_path / "index", CORPUS_A)
        assert held(client) == set()
        monkeypatch.setenv("CLAUSEDESK_CHROMA_TOKEN", "very-secret")
        name = served(tmp_path / "index", CORPUS_A)
    assert "very-secret" not in str(caught.value) and held(client) == {name}


def test_a_server_behind_tls_is_trusted_by_its_certificate_only(
    chroma: ChromaServer, client: chromadb.api.ClientAPI, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    certificate = own_certificate(tmp_path)
    with proxy_that_asks_for("very-secret", chroma.address, certificate) as address:
        monkeypatch.setenv("CLAUSEDESK_CHROMA", address)
        monkeypatch.setenv("CLAUSEDESK_CHROMA_TOKEN", "very-secret")
        with pytest.raises(IndexUnusable, match="certificate"):  # nobody known has signed it
            served(tmp_path / "index", CORPUS_A)
        assert held(client) == set()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        name = served(tmp_path / "index", CORPUS_A)
    assert held(client) == {name}


def test_desks_of_two_tenants_do_not_meet(
    chroma: ChromaServer, client: chromadb.api.ClientAPI, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    admin = chromadb.AdminClient(
        chromadb.Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host="127.0.0.1",
            chroma_server_http_port=chroma.port,
        )
    )
    admin.create_tenant("office")
    admin.create_database("desk", "office")
    monkeypatch.setenv("CLAUSEDESK_CHROMA_TENANT", "office")
    monkeypatch.setenv("CLAUSEDESK_CHROMA_DATABASE", "desk")
    served(tmp_path / "index", CORPUS_A)
    assert held(client) == set()
    monkeypatch.setenv("CLAUSEDESK_CHROMA_TENANT", "default_tenant")
    monkeypatch.setenv("CLAUSEDESK_CHROMA_DATABASE", "default_database")
    with pytest.raises(IndexUnusable):
        Snapshot.open(tmp_path / "index", MODEL, TOKENIZER)
