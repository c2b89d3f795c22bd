"""How well the gold clauses are ranked.

Every measure takes ``ranks``: for each gold clause of a topic the rank (1 is best) of the first
result that hits it, None when no result does. One result may hit several gold clauses (a list's
head quoted with its items). Those that have no value without a gold clause raise ValueError.
"""

from collections.abc import Sequence
from math import log2

Ranks = Sequence[int | None]


def success_at_k(ranks: Ranks, k: int) -> float:
    """Success@k: 1 when any of the first k results hits a gold clause, else 0.

    Not recall: one hit among five gold clauses is already a success. Source: Craswell,
    Hawking, Wilkinson & Wu, Overview of the TREC 2003 Web Track.
    """
    return float(bool(_found(ranks, k)))


def recall_at_k(ranks: Ranks, k: int) -> float:
    """R@k: the share of the gold clauses that stand in the first k results.

    Source: Voorhees & Harman (eds.), TREC: Experiment and Evaluation in Information
    Retrieval, MIT Press 2005, chapter 3.
    """
    _need_gold(ranks, "recall")
    return len(_found(ranks, k)) / len(ranks)


def reciprocal_rank(ranks: Ranks, k: int) -> float:
    """RR@k: one over the rank of the first result that hits a gold clause, 0 beyond k.

    The mean over topics is MRR. Source: Kantor & Voorhees, The TREC-5 Confusion Track,
    Information Retrieval 2, 2000.
    """
    found = _found(ranks, k)
    return 1 / found[0] if found else 0.0


def average_precision_at_k(ranks: Ranks, k: int) -> float:
    """AP@k: the mean, over the gold clauses, of the precision at the rank of each.

    A gold clause outside the first k adds 0; precision at a rank counts every gold clause
    found up to it, and is never above 1. The mean over topics is MAP@k. Source: Buckley &
    Voorhees, Evaluating Evaluation Measure Stability, SIGIR 2000; cut off at k as
    trec_eval's ``map_cut``.
    """
    _need_gold(ranks, "average precision")
    found = _found(ranks, k)
    return sum(min(1.0, sum(other <= rank for other in found) / rank) for rank in found) / len(
        ranks
    )


def ndcg_at_k(ranks: Ranks, k: int) -> float:
    """nDCG@k: discounted gain of the gold clauses found, over that of an ideal ranking.

    Each gold clause has gain 1 at the first rank that hits it, discounted by log2(rank + 1).
    The ideal puts one gold clause at each rank; a single result that hits several would beat
    it, so the value is cut at 1. Source: Järvelin & Kekäläinen, Cumulated Gain-Based
    Evaluation of IR Techniques, ACM TOIS 20(4), 2002.
    """
    _need_gold(ranks, "nDCG")
    # summed in the order of the gold clauses: another order may round to another figure
    gain = sum(1 / log2(rank + 1) for rank in ranks if rank is not None and rank <= k)
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gain / ideal)


def _found(ranks: Ranks, k: int) -> list[int]:
    """The ranks up to k, best first."""
    return sorted(rank for rank in ranks if rank is not None and rank <= k)


def _need_gold(ranks: Ranks, measure: str) -> None:
    if not ranks:
        raise ValueError(f"{measure} needs at least one gold clause")
