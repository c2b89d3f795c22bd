"""What a check says when a statement does not pass it."""

from dataclasses import dataclass

from app.models import Check


@dataclass(frozen=True, slots=True)
class Finding:
    """``check``: FAILED when the quote says otherwise, NOT_CHECKED when it does not say so."""

    check: Check
    reason: str  # one short line


def failed(reason: str) -> Finding:
    return Finding(Check.FAILED, reason)


def unsure(reason: str) -> Finding:
    return Finding(Check.NOT_CHECKED, reason)
