"""nDCG@k: discounted gain of the gold clauses found, over that of an ideal ranking.

Each gold clause has gain 1 at the first rank that hits it, discounted by
log2(rank + 1). Source: Järvelin & Kekäläinen, Cumulated Gain-Based Evaluation of IR
Techniques, ACM TOIS 20(4), 2002.
"""

from collections.abc import Sequence
from math import log2


def ndcg_at_k(ranks: Sequence[int | None], k: int) -> float:
    """nDCG@k of one topic; ``ranks`` as in :func:`eval.measures.recall.recall_at_k`.

    The ideal puts one gold clause at each rank; a single result that hits several
    would beat it, so the value is cut at 1. Raises ValueError without a gold clause.
    """
    if not ranks:
        raise ValueError("nDCG needs at least one gold clause")
    gain = sum(1 / log2(rank + 1) for rank in ranks if rank is not None and rank <= k)
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gain / ideal)
