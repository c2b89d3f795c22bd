"""What a check says when a statement does not pass it."""

from dataclasses import dataclass

from app.contract import CheckOutcome
from app.proof.reading import StatedRule


@dataclass(frozen=True, slots=True)
class Objection:
    """``check``: FAILED when the quote says otherwise, NOT_CHECKED when it does not say so."""

    check: CheckOutcome
    reason: str  # one short line


def failed(reason: str) -> Objection:
    return Objection(CheckOutcome.FAILED, reason)


def unsure(reason: str) -> Objection:
    return Objection(CheckOutcome.NOT_CHECKED, reason)


def contradicted(part: StatedRule, reason: str) -> Objection:
    """Failed when the part is worded as the quote is; free words may only seem to contradict."""
    return failed(reason) if part.close else unsure(reason)
