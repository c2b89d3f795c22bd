"""The threshold of refusal, and the questions that were written for it alone."""

import numpy as np
import pytest

from eval.choices import FRESH_QUESTIONS
from eval.run.topics import load_topics
from eval.tools.calibrate import FreshQuestion, _threshold
from ingest.index.expected_questions import ExpectedQuestions, read_lines
from ingest.settings import PROJECT


def test_questions_for_the_threshold_are_known_to_nothing_else() -> None:
    fresh = {row.question.casefold() for row in read_lines(FRESH_QUESTIONS, FreshQuestion)}
    topics = {t.question.casefold() for t in load_topics(PROJECT / "eval/data/topics.jsonl")}
    known = ExpectedQuestions.load(PROJECT / "corpus").in_languages(("en", "zh"))
    expected = {question.casefold() for question in known}
    assert len(fresh) > 800
    assert not fresh & (topics | expected)


def test_questions_for_the_threshold_are_of_both_kinds() -> None:
    answerable = [row.answerable for row in read_lines(FRESH_QUESTIONS, FreshQuestion)]
    assert 0.4 < sum(answerable) / len(answerable) < 0.6


@pytest.mark.parametrize(
    ("probabilities", "threshold"),
    [
        ([0.9] * 20, 0.9),
        ([0.2] + [0.9] * 19, 0.9),  # one in twenty may be refused
        ([0.2, 0.6] + [0.9] * 18, 0.6),  # two may not
        ([0.5] * 20, 0.5),
    ],
)
def test_the_threshold_refuses_one_in_twenty_at_most(
    probabilities: list[float], threshold: float
) -> None:
    assert _threshold(np.array(probabilities)) == pytest.approx(threshold, abs=0.011)
