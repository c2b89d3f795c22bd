"""AUROC: the chance that an answerable topic gets more confidence than one that is not.

Ties count half (the Mann-Whitney statistic). 0.5 is a coin, 1.0 a perfect order; no
threshold is involved. Source: Hanley & McNeil, The Meaning and Use of the Area under a
Receiver Operating Characteristic (ROC) Curve, Radiology 143, 1982.
"""

from collections.abc import Sequence

import numpy as np


def auroc(confidences: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """AUROC of ``confidences`` (one per topic) for ``answerable``.

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
