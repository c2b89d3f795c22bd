"""Evidence quoted: the share of a topic's evidence spans that stand in the quotes.

Stricter than citing the right clause: the words that answer must be shown. The
counterpart of evidence recall in Thorne et al., FEVER, NAACL 2018, counted on spans.
"""

from collections.abc import Sequence


def evidence_quoted(covered: Sequence[bool]) -> float:
    """Share of True in ``covered`` (one per evidence span); ValueError when there is none."""
    if not covered:
        raise ValueError("evidence_quoted needs at least one evidence span")
    return sum(covered) / len(covered)
