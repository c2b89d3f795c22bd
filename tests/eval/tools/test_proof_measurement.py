"""The measurement of the citation check: its pairs, its bars, its command."""

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from real_corpus import CORPUS

from app.contract import CheckOutcome
from app.proof import CheckedStatement
from eval.choices import PAIRS_FILE
from eval.cli import commands
from eval.errors import CannotRun
from eval.tools import proof_measurement as measure
from ingest.settings import Settings

PAIRS = measure.load_pairs(PAIRS_FILE)


def test_the_pairs_are_many_and_of_every_kind() -> None:
    labels = Counter(pair.label for pair in PAIRS)
    assert labels[True] >= 200 and labels[False] >= 400
    assert {pair.clauses[0].partition("#")[0] for pair in PAIRS} == {
        "ccc-exemption", "gacc-2016-67", "gacc-2016-68", "gacc-2018-19", "msr-expo-2018",
    }  # fmt: skip
    assert all((pair.kind is None) == pair.label for pair in PAIRS)
    assert len(Counter(pair.kind for pair in PAIRS if pair.kind)) >= 13


def test_no_clause_is_in_dev_and_in_test() -> None:
    first = [p for p in PAIRS if p.split in ("dev", "test") and p.style in ("near", "chinese")]
    dev = {pair.clauses for pair in first if pair.split == "dev"}
    assert not dev & {pair.clauses for pair in first if pair.split == "test" and pair.label}


def test_the_check_holds_its_bars() -> None:
    figures = measure.figures(measure.judge(PAIRS, Settings(corpus=CORPUS)))
    assert figures.caught >= measure.CAUGHT
    assert figures.true_failed <= measure.TRUE_FAILED
    assert figures.paraphrases_unchecked <= measure.PARAPHRASE_UNCHECKED
    assert figures.precision >= 0.9


def test_the_command_runs_short() -> None:
    result = CliRunner().invoke(commands, ["checker", "--short", "--errors"])
    assert result.exit_code in (0, 1), result.output
    assert "false sentences caught: " in result.output
    assert "true sentences failed: " in result.output


def test_shares() -> None:
    def judged(label: bool, check: CheckOutcome) -> measure.Judged:
        pair = measure.LabelledSentence(
            statement="x",
            clauses=("a#1",),
            label=label,
            kind=None if label else "number changed",
            style="paraphrase",
            split="dev",
        )
        return measure.Judged(pair, CheckedStatement(check, ()))

    figures = measure.figures(
        [
            judged(True, CheckOutcome.VERIFIED),
            judged(True, CheckOutcome.FAILED),
            judged(True, CheckOutcome.NOT_CHECKED),
            judged(True, CheckOutcome.VERIFIED),
            judged(False, CheckOutcome.FAILED),
            judged(False, CheckOutcome.FAILED),
            judged(False, CheckOutcome.NOT_CHECKED),
            judged(False, CheckOutcome.VERIFIED),
        ]
    )
    assert figures.caught == 0.75
    assert figures.true_failed == 0.25
    assert figures.paraphrases_unchecked == 0.25
    assert figures.precision == pytest.approx(2 / 3)
    assert not figures.holds


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{}", "Field required"),
        ('{"statement": "x", "unknown": 1}', "Field required"),
        ("not json", "Invalid JSON"),
    ],
)
def test_a_wrong_file_is_told(line: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(CannotRun, match=complaint):
        measure.load_pairs(path)


def test_a_clause_that_is_not_held_is_told() -> None:
    pair = PAIRS[0].model_copy(update={"clauses": ("gacc-2016-67#99",)})
    with pytest.raises(CannotRun, match="gacc-2016-67#99"):
        measure.judge([pair], Settings(corpus=CORPUS))
