"""Chance: confidence intervals by bootstrap, and a paired test of a drop.

Topics of one family are variants of one question and succeed or fail together, so
families are resampled and flipped, not topics (Efron & Tibshirani, An Introduction to
the Bootstrap, 1993, section 8.6; Smucker, Allan & Carterette, A Comparison of Statistical
Significance Tests for Information Retrieval Evaluation, CIKM 2007). Seeds are fixed: the
same outcomes give the same figures.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SEED = 2016_67
RESAMPLES = 1000
#: a measure of a whole set is computed anew for each resample, so it gets fewer
SET_RESAMPLES = 300
FLIPS = 10_000
#: up to this many families every flip is tried, so the p value is exact
EXACT_FAMILIES = 13
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """Percentile bootstrap interval at :data:`CONFIDENCE`."""

    low: float
    high: float


def mean_interval(values: Sequence[float], families: Sequence[Hashable]) -> Interval:
    """Interval of the mean of ``values``; ``families`` names the family of each.

    Raises ValueError without values.
    """
    if not values:
        raise ValueError("an interval needs at least one value")
    sums: dict[Hashable, float] = {}
    sizes: dict[Hashable, int] = {}
    for value, family in zip(values, families, strict=True):
        sums[family] = sums.get(family, 0.0) + value
        sizes[family] = sizes.get(family, 0) + 1
    weights = _weights(len(sums), RESAMPLES)
    means = weights @ np.array(list(sums.values())) / (weights @ np.array(list(sizes.values())))
    return _percentiles(means)


def set_interval(
    measure: Callable[[Sequence[int]], float | None], families: Sequence[Hashable]
) -> Interval | None:
    """Interval of a measure of a whole set.

    ``measure`` gets the places (0-based, repeated as drawn) of a resample. Resamples on
    which it is None (one class missing) are left out; None when that is all of them.
    """
    members: dict[Hashable, list[int]] = {}
    for place, family in enumerate(families):
        members.setdefault(family, []).append(place)
    groups = list(members.values())
    drawn = (
        measure([at for group, times in zip(groups, row, strict=True) for at in group * times])
        for row in _weights(len(groups), SET_RESAMPLES).tolist()
    )
    values = [value for value in drawn if value is not None]
    return _percentiles(np.array(values)) if values else None


def drop_p_value(differences: Sequence[float], families: Sequence[Hashable]) -> float:
    """The chance of a drop at least this large if before and now were alike.

    ``differences``: now minus before of each topic, so that a drop is negative. Paired
    randomisation, one-sided, families flipped as one; 1.0 when nothing differs.
    """
    sums: dict[Hashable, float] = {}
    for difference, family in zip(differences, families, strict=True):
        sums[family] = sums.get(family, 0.0) + difference
    moved = np.array([total for total in sums.values() if abs(total) > 1e-12])
    if moved.size == 0:
        return 1.0
    observed = moved.sum() + 1e-9  # flips that equal it, but for rounding, count
    if moved.size <= EXACT_FAMILIES:
        signs = np.array(list(product((-1, 1), repeat=moved.size)))
        return float((signs @ moved <= observed).mean())
    generator = np.random.default_rng(SEED)
    signs = generator.choice((-1, 1), size=(FLIPS, moved.size))
    return float((1 + (signs @ moved <= observed).sum()) / (1 + FLIPS))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p values corrected for looking at several measures at once (Holm, 1979)."""
    corrected: dict[str, float] = {}
    largest = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: (p_values[name], name))):
        largest = max(largest, min(1.0, p_values[name] * (len(p_values) - place)))
        corrected[name] = largest
    return corrected


@lru_cache(maxsize=16)  # measures of one group of topics share their draws
def _weights(families: int, resamples: int) -> NDArray[np.int64]:
    """How often each family is drawn, a row per resample."""
    generator = np.random.default_rng(SEED)
    return generator.multinomial(families, np.full(families, 1 / families), size=resamples)


def _percentiles(values: NDArray[np.float64]) -> Interval:
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return Interval(float(low), float(high))
