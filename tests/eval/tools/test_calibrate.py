"""The refusal model is fitted on what may be learnt from, and on nothing that measures it."""

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from click.testing import CliRunner
from fake_system import topic
from small_corpus import NEW_DEPOSITS, with_documents

from app.desk import ClauseDesk
from app.teaching.topics import Topic, load_topics
from eval.choices import KEPT_APART, TOPICS_FILE, TRAINING
from eval.cli import commands
from eval.tools import calibrate as calibration
from eval.tools.calibrate import calibrate
from eval.training.examples import load_questions
from eval.training.recipe import Recipe
from ingest.settings import Settings

THINGS = ("boat", "horse", "tent", "kite", "drum", "sledge", "canoe")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions on sixty made-up rule books, of which every tenth is for tuning, and one more."""
    training = tmp_path_factory.mktemp("training")
    (training / "rules").mkdir()
    rows = [row for number in range(60) for row in questions_on(f"{number:02}.md", number)]
    for number in (*range(60), 65):
        thing = THINGS[number // 10]
        text = (
            f"# The {thing.title()} Act\n\n1. The hire of a {thing} costs {number} crowns.\n\n"
            f"2. A {thing} is given back before sunset.\n"
        )
        (training / "rules" / f"{number:02}.md").write_text(text, encoding="utf-8")
    write(training / "rules.jsonl", rows)
    tuning = "".join(f"made-up/{number:02}.md\n" for number in range(5, 60, 10))
    (training / "tuning.txt").write_text(tuning, encoding="utf-8")
    write(training / "twins.jsonl", [row for n in range(60) for row in pair_on(f"{n:02}.md", n)])
    return training


def questions_on(name: str, number: int, twin_answered: bool = False) -> list[dict[str, object]]:
    thing = THINGS[number // 10]
    return [
        {
            "document": f"made-up/{name}",
            "clauses": ["1"],
            "language": "en",
            "answered": answered,
            "question": question,
        }
        for question, answered in (
            (f"What does the hire of a {thing} cost?", True),
            (f"When must I bring the {thing} back?", True),
            (f"Which colour has the {thing} of the mayor's aunt?", twin_answered),
        )
    ]


def pair_on(name: str, number: int) -> list[dict[str, object]]:
    """Two questions asked in one manner, the first of them answered."""
    thing = THINGS[number // 10]
    answered, _, unanswered = questions_on(name, number)
    asked = (f"What does a {thing} cost for hire?", f"What does a {thing} cost when it is broken?")
    pair = zip((answered, unanswered), asked, strict=True)
    return [{**row, "question": question} for row, question in pair]


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


TOPICS = (
    topic("deposit/en1", "What deposit is paid for each exhibit?", {"gacc-2022-8#2": "4,500"}),
    topic("register/en1", "Where is an exhibit registered?", {"gacc-2022-8#1": "Customs"}),
    topic("pizza/en1", "Best pizza topping recipe?"),
)


@cache
def small_desk() -> ClauseDesk:
    return ClauseDesk(with_documents(Path(mkdtemp()), NEW_DEPOSITS))


def fitted(folder: Path, var: Path, apart: list[dict[str, object]]) -> tuple[object, object]:
    """Weights, and what was measured on the questions kept apart."""
    kept_apart = var / "apart"
    kept_apart.mkdir()
    write(kept_apart / "q.jsonl", apart)
    (kept_apart / "twins").mkdir()
    write(kept_apart / "twins" / "q.jsonl", pair_on("65.md", 60))
    out = var / "refusal.json"
    recipe = Recipe(folder, var / "none", near_misses=var / "none", work=var / "work")
    measured = calibrate(Settings(var=var), TOPICS, recipe, kept_apart, lambda *_: None, out)
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["measured"] == measured
    assert measured["tuning documents: questions"] == 18  # three on each of six documents
    assert measured["pairs on tuning documents: questions"] == 12
    assert measured["pairs on documents kept apart: questions"] == 2
    assert measured["development topics: questions"] == len(TOPICS)
    apart_measured = {k: v for k, v in measured.items() if k.startswith("documents kept apart")}
    return written["weights"], apart_measured


def test_what_is_kept_apart_is_measured_and_changes_no_weight(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "open_clause_desk", small_desk)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    weights, measured = fitted(folder, first, questions_on("65.md", 60))
    others = questions_on("65.md", 60, twin_answered=True)
    others[0]["answered"] = False
    same, otherwise = fitted(folder, second, others)
    assert same == weights
    assert otherwise != measured


def test_only_development_topics_are_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Topic] = []

    def fit(_settings: Settings, topics: list[Topic], *_: object) -> dict[str, float]:
        given.extend(topics)
        return {}

    monkeypatch.setattr(calibration, "calibrate", fit)
    assert CliRunner().invoke(commands, ["calibrate"]).exit_code == 0
    assert len(given) > 100 and {topic.split for topic in given} == {"dev"}


def test_nothing_that_is_learnt_from_is_measured_with() -> None:
    learnt = load_questions(sorted(TRAINING.glob("*.jsonl")))
    apart = load_questions(sorted(KEPT_APART.rglob("*.jsonl")))
    test = {t.question.casefold() for t in load_topics(TOPICS_FILE) if t.split == "test"}
    assert len(apart) > 600 and len(test) > 200
    assert not {row.document for row in learnt} & {row.document for row in apart}
    asked = {row.question.casefold() for row in learnt}
    assert not asked & (test | {row.question.casefold() for row in apart})
