"""Risk at coverage: the share of errors among the topics the system is surest of.

Topics are taken in order of falling confidence until a share ``coverage`` of them is
in; the risk is the share of errors among those. Sources: El-Yaniv & Wiener, On the
Foundations of Noise-free Selective Classification, JMLR 11, 2010; Geifman & El-Yaniv,
Selective Classification for Deep Neural Networks, NeurIPS 2017.
"""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple


class RiskPoint(NamedTuple):
    """One point of the curve, both in 0..1."""

    coverage: float
    risk: float


def risk_coverage_curve(
    confidences: Sequence[float], correct: Sequence[bool]
) -> tuple[RiskPoint, ...]:
    """One point after each group of topics with the same confidence, coverage rising.

    Topics that tie can't be told apart by a threshold, so they come in together.
    Raises ValueError when lengths differ.
    """
    pairs = sorted(zip(confidences, correct, strict=True), key=lambda pair: -pair[0])
    points: list[RiskPoint] = []
    errors = 0
    for taken, (confidence, right) in enumerate(pairs, start=1):
        errors += not right
        if taken == len(pairs) or pairs[taken][0] != confidence:
            points.append(RiskPoint(taken / len(pairs), errors / taken))
    return tuple(points)


def risk_at_coverage(
    confidences: Sequence[float], correct: Sequence[bool], coverage: float
) -> float | None:
    """Risk of the smallest top group that holds at least ``coverage`` of the topics.

    None without topics. Raises ValueError when ``coverage`` is not in (0, 1].
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage {coverage} is not in (0, 1]")
    total = len(confidences)
    needed = ceil(coverage * total - 1e-9)
    for point in risk_coverage_curve(confidences, correct):
        if point.coverage * total >= needed - 1e-9:
            return point.risk
    return None
