"""A build whose corpus, index or kept files are not as they should be: it mends, and tidies up."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from small_corpus import written_corpus

from ingest import pipeline
from ingest.errors import UnreadableDocument
from ingest.index.build import Progress
from ingest.index.snapshot import stored_documents
from ingest.models.clause_model import ClauseText, Vectors
from ingest.settings import Settings

HALLS = ("fees", "stands", "keys")


class Hashing:
    """Any vector will do here: that of a text's hash."""

    fingerprint, dimension = "hashing", 32

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        return [clause]

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        rows = [[byte - 127.5 for byte in sha256(text.encode()).digest()] for text in questions]
        vectors = np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        return self.embed_questions([clause.body for clause in clauses])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    files = {f"{name}.txt": _text(name) for name in HALLS}
    corpus = written_corpus(tmp_path / "corpus", files)
    return Settings(corpus=corpus, var=tmp_path / "var", ray=None)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that builds have read."""
    names: list[str] = []
    load = pipeline.load_bytes

    def noted(data: bytes, name: str, *others: object) -> object:
        names.append(name)
        return load(data, name, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "load_bytes", noted)
    return names


def _text(name: str) -> bytes:
    rules = "\n\n".join(f"{n}. An exhibitor shall look after {n} {name}." for n in range(1, 60))
    return f"Notice on {name}\n\n{rules}\n".encode()


def _build(settings: Settings, progress: Progress = lambda *_: None) -> pipeline.BuildResult:
    return pipeline.build(settings, progress, model=Hashing())


def _a_page(content: bytes) -> bytes:
    at = len(content) // 4096 // 2 * 4096
    return content[:at] + b"\xff" * 4096 + content[at + 4096 :]


def _a_letter(content: bytes) -> bytes:
    return content.replace(b"shall look after 7 fees", b"shall look after 8 fees", 1)


@pytest.mark.parametrize("damage", [_a_page, _a_letter])
def test_the_next_build_mends_what_the_index_keeps_of_documents(
    settings: Settings, damage: Callable[[bytes], bytes]
) -> None:
    first = _build(settings)
    content = settings.index / first.fingerprint / "content.sqlite"
    whole = content.read_bytes()
    content.write_bytes(damage(whole))
    assert content.read_bytes() != whole
    mended = _build(settings)
    assert (mended.built, mended.fingerprint) == (True, first.fingerprint)
    assert (
        sum(len(one.read()[1]) for one in stored_documents(settings.index).values())
        == first.clauses
    )
    assert not _build(settings).built


def test_a_document_that_was_kept_and_is_damaged_is_read_again(
    settings: Settings, read: list[str]
) -> None:
    def stop(stage: str, *_: object) -> None:
        if stage == "vectors":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _build(settings, stop)
    kept = settings.var / "read.sqlite"
    with closing(sqlite3.connect(kept)) as connection, connection:
        changed = "CAST(replace(CAST(document AS TEXT), '7 fees', '8 fees') AS BLOB)"
        connection.execute(f"UPDATE document SET document = {changed}")
    _build(settings)
    assert read == ["fees.txt", "stands.txt", "keys.txt", "fees.txt"]


def test_a_build_that_fails_leaves_nothing_behind(settings: Settings) -> None:
    (settings.corpus / "documents" / "keys.txt").write_bytes(b"\n")
    catalog = settings.corpus / "catalog.toml"
    old, new = (sha256(b).hexdigest() for b in (_text("keys"), b"\n"))
    catalog.write_text(catalog.read_text().replace(old, new))
    with pytest.raises(UnreadableDocument, match=r"keys\.txt"):
        _build(settings)
    assert [path.name for path in settings.index.iterdir()] == [".lock"]


def test_a_build_that_waited_for_another_reads_nothing_again(
    settings: Settings, read: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    results: list[pipeline.BuildResult] = []
    second = threading.Thread(target=lambda: results.append(_build(settings)))

    def begin_second(stage: str, *_: object) -> None:
        if stage == "words" and not second.ident:
            second.start()
            while "waiting" not in caplog.text:
                assert second.is_alive()

    with caplog.at_level(logging.WARNING):
        first = _build(settings, begin_second)
    second.join()
    assert (results[0].built, results[0].fingerprint) == (False, first.fingerprint)
    assert len(read) == len(HALLS)
