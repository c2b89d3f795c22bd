"""Quote exactness: the share of quotes that stand in their document to the letter.

``document_text[start:end] == quote`` is the project's own contract (DESIGN.md, Answer);
no tidying of white space or case is allowed for.
"""

from collections.abc import Sequence


def is_exact(document_text: str, start: int, end: int, quote: str) -> bool:
    """Whether ``quote`` is what stands at ``start`` to ``end`` (code points)."""
    # Negative offsets would count from the end in Python and could agree by accident.
    return 0 <= start < end <= len(document_text) and document_text[start:end] == quote


def quote_exactness(exact: Sequence[bool]) -> float | None:
    """Share of True in ``exact`` (one per citation); None for an answer that quotes nothing."""
    return sum(exact) / len(exact) if exact else None
