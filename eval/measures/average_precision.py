"""AP@k: the mean, over the gold clauses, of the precision at the rank of each.

A gold clause outside the first k adds 0. The mean over topics is MAP@k. Source:
Buckley & Voorhees, Evaluating Evaluation Measure Stability, SIGIR 2000; cut off
at k as trec_eval's ``map_cut``.
"""

from collections.abc import Sequence


def average_precision_at_k(ranks: Sequence[int | None], k: int) -> float:
    """AP@k of one topic; ``ranks`` as in :func:`eval.measures.recall.recall_at_k`.

    One result may hit several gold clauses (a list's head quoted with its items):
    precision at its rank then counts them all, and is never above 1.
    Raises ValueError when there is no gold clause.
    """
    if not ranks:
        raise ValueError("average precision needs at least one gold clause")
    found = sorted(rank for rank in ranks if rank is not None and rank <= k)
    precisions = (min(1.0, sum(other <= rank for other in found) / rank) for rank in found)
    return sum(precisions) / len(ranks)
