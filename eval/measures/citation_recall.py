"""Citation recall: the share of an answer's statements that their citations support.

Source: ALCE (Gao et al., EMNLP 2023), section 4: a statement scores 1 when it has
citations and these together support it, else 0. Support is read from the topic's gold
clauses, as in :mod:`eval.measures.citation_precision`. Beside it stands
:func:`gold_cited`, ALCE's "correctness" turned to clauses: how much of what had to be
cited was cited.
"""

from collections.abc import Mapping, Sequence


def citation_recall(
    statements: Sequence[Sequence[int]], supports: Mapping[int, bool]
) -> float | None:
    """Share of statements with at least one citation that supports.

    ``statements``: the citation numbers of each statement; ``supports``: for each
    citation number whether it hits a gold clause (a number that names no citation
    does not support). None for an answer without statements.
    """
    if not statements:
        return None
    supported = sum(any(supports.get(n, False) for n in numbers) for numbers in statements)
    return supported / len(statements)


def gold_cited(cited: Sequence[bool]) -> float:
    """Share of the gold clauses that some citation hits (``cited``: one per gold clause).

    Raises ValueError when there is no gold clause.
    """
    if not cited:
        raise ValueError("gold_cited needs at least one gold clause")
    return sum(cited) / len(cited)
