"""What an answer's confidence is worth: does it order topics, and is it as high as it should be?"""

from collections.abc import Sequence
from math import ceil

import numpy as np

from app.views.evaluation_report import ReliabilityBin, RiskPoint

BINS = 10


def auroc(confidences: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """AUROC: the chance that an answerable topic gets more confidence than one that is not.

    Ties count half (the Mann-Whitney statistic). 0.5 is a coin, 1.0 a perfect order; no
    threshold is involved. Source: Hanley & McNeil, The Meaning and Use of the Area under a
    Receiver Operating Characteristic (ROC) Curve, Radiology 143, 1982.

    None when one of the two classes is empty. Raises ValueError when lengths differ.
    """
    scores = np.asarray(confidences, dtype=float)
    positive = np.asarray(answerable, dtype=bool)
    if scores.shape != positive.shape:
        raise ValueError(f"{scores.size} confidences for {positive.size} topics")
    above, below = scores[positive], scores[~positive]
    if above.size == 0 or below.size == 0:
        return None
    difference = above[:, None] - below[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


def risk_coverage_curve(
    confidences: Sequence[float], correct: Sequence[bool]
) -> tuple[RiskPoint, ...]:
    """The share of errors (risk) among the topics that the system is surest of (coverage).

    Topics are taken in order of falling confidence. One point after each group with the same
    confidence, coverage rising: topics that tie can't be told apart by a threshold, so they
    come in together. Sources: El-Yaniv & Wiener, On the Foundations of Noise-free Selective
    Classification, JMLR 11, 2010; Geifman & El-Yaniv, Selective Classification for Deep
    Neural Networks, NeurIPS 2017. Raises ValueError when lengths differ.
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


def reliability_bins(
    confidences: Sequence[float], answerable: Sequence[bool], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Topics sorted into equal bins by confidence; those with at least one, confidence rising.

    Raises ValueError when lengths differ.
    """
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, covered in zip(confidences, answerable, strict=True):
        members.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, covered))
    return tuple(
        ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(group),
            confidence=sum(confidence for confidence, _ in group) / len(group),
            share=sum(covered for _, covered in group) / len(group),
        )
        for number, group in sorted(members.items())
    )


def expected_calibration_error(
    confidences: Sequence[float], answerable: Sequence[bool], bins: int = BINS
) -> float | None:
    """ECE: how far confidence is from the share that was covered; 0..1, lower is better.

    The mean over bins, weighted by size, of |mean confidence - share answerable|; None
    without topics. Sources: Naeini, Cooper & Hauskrecht, Obtaining Well Calibrated
    Probabilities Using Bayesian Binning, AAAI 2015; Guo et al., On Calibration of Modern
    Neural Networks, ICML 2017.
    """
    filled = reliability_bins(confidences, answerable, bins)
    total = sum(b.n for b in filled)
    return sum(b.n * abs(b.confidence - b.share) for b in filled) / total if total else None
