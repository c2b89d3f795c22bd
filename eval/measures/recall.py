"""R@k: the share of the gold clauses that stand in the first k results.

Source: Voorhees & Harman (eds.), TREC: Experiment and Evaluation in Information
Retrieval, MIT Press 2005, chapter 3.
"""

from collections.abc import Sequence


def recall_at_k(ranks: Sequence[int | None], k: int) -> float:
    """R@k of one topic.

    ``ranks``: for each gold clause the rank (1 is best) of the first result that
    hits it, None when no result does. Raises ValueError when there is no gold clause.
    """
    if not ranks:
        raise ValueError("recall needs at least one gold clause")
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)
