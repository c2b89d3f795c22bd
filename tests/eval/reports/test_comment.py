"""The comment for a pull request: two runs, before and after."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from evaluated import HOSTILE, Mutant, options
from fake_system import FakeSystem, fake_topics, topic
from pydantic import TypeAdapter

from app.views.evaluation_report import EvaluationReport
from eval.cli import commands
from eval.evaluation import evaluate
from eval.reports.comment import MARKER, comment
from eval.reports.json_report import report_json


def report_of(system: FakeSystem, folder: Path, *topics: object) -> EvaluationReport:
    folder.mkdir(exist_ok=True)
    written = report_json(evaluate(system, options(folder, topics)))  # type: ignore[arg-type]
    return TypeAdapter(EvaluationReport).validate_json(written)


def test_before_and_after(tmp_path: Path) -> None:
    before = report_of(FakeSystem(), tmp_path)
    now = report_of(Mutant(), tmp_path)
    told = comment(before, now, alpha=0.05)
    assert told.startswith(MARKER)
    assert "10 of 13 topics right, 11 before" in told
    assert "| status\\_accuracy | 100.0% | 66.7% | -33.3 |" in told
    assert "1 topic newly wrong" in told
    assert "`early/en1` (must) Expendable materials turned to domestic sale" in told
    assert "status shown: in force; expected: not yet in force" in told
    assert "- before: " in told
    assert "- after: " in told
    back = comment(now, before, alpha=0.05)
    assert "1 topic newly right" in back
    assert "newly wrong" not in back


def test_nothing_moved_and_nothing_before(tmp_path: Path) -> None:
    now = report_of(FakeSystem(), tmp_path)
    assert "No measure moved." in comment(now, now, alpha=0.05)
    first = comment(None, now, alpha=0.05)
    assert "11 of 13 topics right" in first
    assert "No earlier run to compare with." in first


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    topics = fake_topics()
    before = report_of(FakeSystem(), tmp_path, *topics[1:])
    edited = topics[2].model_copy(update={"must": False})
    now = report_of(FakeSystem(), tmp_path, *topics[:2], edited, *topics[3:-1])
    told = comment(before, now, alpha=0.05)
    assert "- 2 topics are new or edited, and not compared" in told
    assert "- 1 topics of the earlier run were not asked" in told


def test_words_of_questions_stay_words(tmp_path: Path) -> None:
    asked = topic("x/y", f"Solid wastes {HOSTILE}", {"gacc-2016-67#9": "1 January 2017"})
    right = report_of(FakeSystem(), tmp_path, asked)
    told = comment(right, right, alpha=0.05)
    assert "<script>" not in told


def test_the_command_reads_the_files(tmp_path: Path) -> None:
    written = report_json(evaluate(FakeSystem(), options(tmp_path)))
    now, before = tmp_path / "now.json", tmp_path / "before.json"
    now.write_text(written, encoding="utf-8")

    def told(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands, ["comment", *arguments])
        return done.exit_code, done.stdout or str(done.exception)

    assert told(str(now), "--before", str(before))[1].startswith(MARKER)  # a first run has none
    before.write_text(written, encoding="utf-8")
    assert "No measure moved." in told(str(now), "--before", str(before))[1]
    before.write_text(json.dumps({"a": 1}), encoding="utf-8")
    assert "is no report of this version" in told(str(now), "--before", str(before))[1]
    assert "there is no" in told(str(tmp_path / "gone.json"))[1]


@pytest.mark.parametrize("system", [FakeSystem(), Mutant()])
def test_a_comment_fits_a_forge(system: FakeSystem, tmp_path: Path) -> None:
    now = report_of(system, tmp_path)
    assert len(comment(now, now, alpha=0.05)) < 65_536
