"""Expected questions: found by, never quoted; wrong lines told; documents without any kept in."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from ingest.index.expected_vectors import QuestionVectors
from small_corpus import NEW_DEPOSITS, with_documents

from app.contract import Question
from app.desk import ClauseDesk
from ingest.errors import CatalogError, ClauseDeskError
from ingest.index.cache import CachedEmbeddings
from ingest.index.content import SearchUnit
from ingest.index.expected_questions import VECTORS, ExpectedQuestions
from ingest.keeping.verification import verify
from ingest.pipeline import build, embed_questions, embedding_models
from ingest.settings import PROJECT, Settings


def quiet(_stage: str, _done: int, _total: int) -> None:
    pass


def write(settings: Settings, rows: Sequence[dict[str, str]], name: str = "me.jsonl") -> Path:
    path = settings.corpus / "questions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def expected(clause_id: str, question: str, language: str = "en") -> dict[str, str]:
    return {"clause_id": clause_id, "language": language, "question": question}


def first(settings: Settings, question: str) -> str:
    return ClauseDesk.open(settings).search(Question(text=question))[0].clause_id


@pytest.fixture
def hall(tmp_path: Path) -> Settings:
    return with_documents(tmp_path, NEW_DEPOSITS)


def test_a_clause_is_found_by_a_question_that_shares_no_word_with_it(hall: Settings) -> None:
    question = "At what hour do the doors get locked for the night?"
    write(
        hall,
        [
            expected("hours#2", "When are the doors locked in the evening?"),
            expected("hours#1", "From what time may visitors come in?"),
            expected("hours#2", "几点关门?", "zh"),
            expected("hours#1", "几点开门?", "zh"),
        ],
    )
    build(hall, quiet)
    assert first(hall, question) == "hours#2"
    assert first(hall, "晚上几点关门") == "hours#2"
    answer = ClauseDesk.open(hall).search(Question(text=question))[0]
    assert answer.text == "2. The hall closes at six."  # the clause, not the question


def test_a_document_without_questions_is_not_lost_behind_one_that_has_them(hall: Settings) -> None:
    write(hall, [expected("hours#1", "When does it open?"), expected("hours#2", "When shut?")])
    build(hall, quiet)
    found = first(hall, "What deposit shall an exhibitor pay for each exhibit?")
    assert found == "gacc-2022-8#2"


def test_questions_come_and_go_without_the_documents_being_embedded_again(hall: Settings) -> None:
    write(hall, [expected("hours#2", "When are the doors locked?")])
    before = build(hall, quiet)
    write(hall, [expected("hours#1", "When are the doors unlocked?")])
    after = build(hall, quiet)
    assert before.fingerprint != after.fingerprint
    assert first(hall, "doors unlocked") == "hours#1"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no json", "me.jsonl, line 1"),
        ('{"clause_id": "hours#1", "language": "en"}', "question: Field required"),
        ('{"clause_id": "hours", "language": "en", "question": "When?"}', "clause_id"),
        ('{"clause_id": "hours#1", "language": "fr", "question": "Quand?"}', "language"),
        ('{"clause_id": "hours#1", "language": "en", "question": "When?", "x": 1}', "x: Extra"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "me.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(CatalogError) as error:
        ExpectedQuestions.load(tmp_path)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_verify_names_questions_of_a_clause_that_is_gone(hall: Settings) -> None:
    write(hall, [expected("hours#9", "When?")])
    build(hall, quiet)
    faults = [fault.line for fault in verify(hall).faults]
    assert any("hours#9" in line for line in faults), faults


def test_vectors_beside_the_questions_are_those_that_embedding_gives(hall: Settings) -> None:
    rows = [
        expected("hours#2", "When are the doors locked?"),
        expected("hours#1", "几点开门", "zh"),
    ]
    write(hall, rows)
    assert embed_questions(hall) == {"minilm": 1, "multilingual": 2}
    texts = [row["question"] for row in rows]
    for model, text in zip(embedding_models(), texts, strict=True):
        shipped = QuestionVectors.load(hall.corpus / "questions" / VECTORS)
        with closing(CachedEmbeddings(model, hall.var / f"{model.name}.sqlite", shipped)) as cache:
            kept = cache.question_vectors([text])[0]
        assert float(kept @ model.query_vector(text)) > 0.999
        assert np.linalg.norm(kept) == pytest.approx(1.0, abs=1e-5)


def test_damaged_vectors_are_told(hall: Settings) -> None:
    write(hall, [expected("hours#2", "When are the doors locked?")])
    (hall.corpus / "questions" / VECTORS).write_bytes(b"no vectors")
    with pytest.raises(ClauseDeskError, match="embed-questions"):
        build(hall, quiet)


def test_every_question_of_the_project_has_its_clause_and_its_vector() -> None:
    settings = Settings(corpus=PROJECT / "corpus")
    questions = ExpectedQuestions.load(settings.corpus)
    with np.load(settings.corpus / "questions" / VECTORS) as kept:
        asked = (questions.in_languages(m.question_languages) for m in embedding_models())
        assert len(kept["keys"]) == sum(map(len, asked))
    units = [SearchUnit(clause_id, "", "", "", "", "") for clause_id in questions.clause_ids]
    assert all(unit.questions for unit in questions.attached(units))
