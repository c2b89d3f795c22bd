"""Success@k: 1 when any of the first k results hits a gold clause, else 0.

Not recall: one hit among five gold clauses is already a success. Source: Craswell,
Hawking, Wilkinson & Wu, Overview of the TREC 2003 Web Track.
"""

from collections.abc import Sequence


def success_at_k(ranks: Sequence[int | None], k: int) -> float:
    """Success@k of one topic; ``ranks`` as in :func:`eval.measures.recall.recall_at_k`."""
    return float(any(rank is not None and rank <= k for rank in ranks))
