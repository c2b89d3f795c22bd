"""What a check says when a statement does not pass it."""

from dataclasses import dataclass

from app.contract import Check
from app.proof.reading import Part


@dataclass(frozen=True, slots=True)
class Finding:
    """``check``: FAILED when the quote says otherwise, NOT_CHECKED when it does not say so."""

    check: Check
    reason: str  # one short line


def failed(reason: str) -> Finding:
    return Finding(Check.FAILED, reason)


def unsure(reason: str) -> Finding:
    return Finding(Check.NOT_CHECKED, reason)


def contradicted(part: Part, reason: str) -> Finding:
    """Failed when the part is worded as the quote is; free words may only seem to contradict."""
    return failed(reason) if part.close else unsure(reason)
