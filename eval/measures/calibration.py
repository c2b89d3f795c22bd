"""Expected calibration error: how far confidence is from the share that was covered.

Topics are sorted into equal bins by confidence; the error is the mean over bins,
weighted by size, of |mean confidence - share answerable|. Sources: Naeini, Cooper &
Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015;
Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
"""

from collections.abc import Sequence
from typing import NamedTuple

BINS = 10


class ReliabilityBin(NamedTuple):
    """One filled bin: ``low`` <= confidence < ``high`` (1.0 belongs to the last)."""

    low: float
    high: float
    n: int
    confidence: float  # mean
    share: float  # of answerable topics


def reliability_bins(
    confidences: Sequence[float], answerable: Sequence[bool], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """The bins that hold at least one topic, confidence rising.

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
    """ECE in 0..1, lower is better; None without topics."""
    filled = reliability_bins(confidences, answerable, bins)
    total = sum(b.n for b in filled)
    return sum(b.n * abs(b.confidence - b.share) for b in filled) / total if total else None
