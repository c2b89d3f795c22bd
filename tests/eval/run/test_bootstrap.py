"""Intervals and the paired test, on cases whose answer is known."""

from collections.abc import Sequence
from math import comb

import pytest

from eval.run.bootstrap import Interval, drop_p_value, holm, mean_interval, set_interval


def test_interval_of_a_mean() -> None:
    values = [1.0] * 80 + [0.0] * 20
    low, high = mean_interval(values, range(100))
    # normal approximation: 0.8 ± 1.96 * 0.04
    assert low == pytest.approx(0.72, abs=0.02)
    assert high == pytest.approx(0.88, abs=0.02)
    assert mean_interval(values, range(100)) == Interval(low, high)  # no chance in it
    assert mean_interval([1.0, 1.0], ["a", "b"]) == Interval(1.0, 1.0)
    with pytest.raises(ValueError, match="at least one value"):
        mean_interval([], [])


def test_variants_of_one_family_count_as_one() -> None:
    values = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    alone = mean_interval(values, range(8))
    paired = mean_interval(values, ["a", "a", "a", "a", "b", "b", "b", "b"])
    assert paired == Interval(0.0, 1.0)
    assert alone.low > 0.0


def test_interval_of_a_set_measure() -> None:
    correct = [True] * 8 + [False] * 2

    def share(places: Sequence[int]) -> float:
        return sum(correct[place] for place in places) / len(places)

    low, high = set_interval(share, range(10)) or (0, 0)
    assert (low, high) == mean_interval([float(c) for c in correct], range(10))
    assert set_interval(lambda _places: None, range(10)) is None


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([0.0] * 50, 1.0),
        ([-1.0], 0.5),
        ([-1.0] * 5, 1 / 32),  # all five families fell: one flip in 2^5
        ([-1.0] * 10 + [0.0] * 90, 1 / 1024),  # what did not move says nothing
        ([1.0] * 5, 1.0),
        # McNemar's exact test: 8 lost, 2 won
        ([-1.0] * 8 + [1.0] * 2, sum(comb(10, won) for won in range(3)) / 1024),
    ],
)
def test_drop_p_value(differences: list[float], expected: float) -> None:
    assert drop_p_value(differences, range(len(differences))) == pytest.approx(expected)


def test_many_families_are_sampled() -> None:
    differences = [-1.0] * 20 + [1.0] * 10
    exact = sum(comb(30, won) for won in range(11)) / 2**30
    assert drop_p_value(differences, range(30)) == pytest.approx(exact, abs=0.01)


def test_a_family_flips_as_one() -> None:
    assert drop_p_value([-1.0] * 5, ["same"] * 5) == 0.5


def test_holm() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "c": 0.06, "b": 0.06}
    )
    assert holm({"a": 0.9, "b": 0.8}) == {"b": 1.0, "a": 1.0}
    assert holm({}) == {}
