"""RR@k: one over the rank of the first result that hits a gold clause, 0 beyond k.

The mean over topics is MRR. Source: Kantor & Voorhees, The TREC-5 Confusion Track,
Information Retrieval 2, 2000.
"""

from collections.abc import Sequence


def reciprocal_rank(ranks: Sequence[int | None], k: int) -> float:
    """RR@k of one topic; ``ranks`` as in :func:`eval.measures.recall.recall_at_k`."""
    found = [rank for rank in ranks if rank is not None and rank <= k]
    return 1 / min(found) if found else 0.0
