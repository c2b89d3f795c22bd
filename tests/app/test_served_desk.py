"""The same desk on Postgres and a Chroma server: the same answers."""

import shutil
from pathlib import Path

import pytest
from chroma_server import ChromaServer
from page_index import real_desk, real_index

from app.contract import Question
from app.desk import ClauseDesk
from app.teaching.topics import load_topics
from ingest.pipeline import build
from ingest.settings import PROJECT, Settings

COUNT = 200


def questions() -> list[Question]:
    """Of the development topics, at even distances."""
    topics = [
        t for t in load_topics(PROJECT / "eval" / "data" / "topics.jsonl") if t.split == "dev"
    ]
    chosen = [topics[at * len(topics) // COUNT] for at in range(COUNT)]
    return [Question(text=t.question, history=t.history, as_of=t.as_of) for t in chosen]


def test_two_hundred_questions_are_answered_as_from_files(
    chroma: ChromaServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_CHROMA", chroma.address)
    here = real_index()
    shutil.copytree(here.index, tmp_path / "index")
    settings = Settings(corpus=here.corpus, var=tmp_path)
    assert settings.database is not None and settings.database.get_secret_value() == database
    built = build(settings, lambda _stage, _done, _total: None)
    assert built.built and built.embedded == 0
    served = ClauseDesk.open(settings)
    assert served.fingerprint == real_desk().fingerprint
    for question in questions():
        ours, theirs = (
            desk.ask(question).model_dump(exclude={"timings_ms"}) for desk in (real_desk(), served)
        )
        assert ours == theirs, question
