"""Latency: the wall-clock time of an answer, as median and 95th percentile.

Percentiles interpolate linearly (type 7 of Hyndman & Fan, Sample Quantiles in
Statistical Packages, The American Statistician 50, 1996, numpy's default). Latency is
reported and never decides a run: it depends on the machine.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Latency(NamedTuple):
    """Milliseconds."""

    median: float
    p95: float


def latency(milliseconds: Sequence[float]) -> Latency | None:
    """Median and 95th percentile of ``milliseconds``; None without a measurement."""
    if not milliseconds:
        return None
    median, p95 = np.percentile(milliseconds, [50, 95])
    return Latency(float(median), float(p95))
