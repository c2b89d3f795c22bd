"""The discriminant tells two kinds of questions apart by their vectors."""

from pathlib import Path

import numpy as np
import pytest

from ingest.index.leaning import FEWEST, Leaning, load_leanings, save_leanings

RANDOM = np.random.default_rng(7)


def questions(count: int, middle: float) -> np.ndarray:
    """Vectors that differ in the first of 8 places only, much spread in the second."""
    vectors = RANDOM.normal(0, 0.2, (count, 8)).astype(np.float32)
    vectors[:, 0] += middle
    vectors[:, 1] *= 20
    return vectors


def test_a_new_question_leans_to_its_own_kind() -> None:
    leaning = Leaning.between(questions(300, 0.5), questions(60, -0.5))
    covered = [leaning.of(vector) > 0 for vector in questions(100, 0.5)]
    uncovered = [leaning.of(vector) < 0 for vector in questions(100, -0.5)]
    assert np.mean(covered + uncovered) > 0.97


@pytest.mark.parametrize(("covered", "uncovered"), [(0, 0), (300, 0), (300, FEWEST - 1)])
def test_few_questions_lean_nowhere(covered: int, uncovered: int) -> None:
    leaning = Leaning.between(questions(covered, 0.5), questions(uncovered, -0.5))
    assert leaning.of(questions(1, 0.5)[0]) == 0


def test_it_is_the_same_when_read_again(tmp_path: Path) -> None:
    leaning = Leaning.between(questions(300, 0.5), questions(60, -0.5))
    save_leanings({"minilm": leaning}, tmp_path / "leaning.npz")
    read = load_leanings(tmp_path / "leaning.npz")["minilm"]
    question = questions(1, 0.2)[0]
    assert read.of(question) == pytest.approx(leaning.of(question), abs=1e-4)
