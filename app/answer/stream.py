"""What happens while a question is answered, in order: events for page and command line.

First comes :class:`Searched`, last :class:`Answered`; between them, only when a
language model words the answer, one event for each of its statements. Every event
carries ``answer``: what stands if the reader stops there.
"""

from dataclasses import dataclass

from app.contract import Answer, Rejected, Statement
from app.search.searcher import Trace


@dataclass(frozen=True, slots=True)
class Searched:
    """The search is done; ``answer``: the clauses as they stand, or the refusal; ``trace``:
    what it was made from."""

    answer: Answer
    trace: Trace


@dataclass(frozen=True, slots=True)
class StatementChecked:
    """A statement that may be shown; its citations are in ``answer``.

    ``line``: as it stands in the answer, with its marks and the outcome of the check.
    """

    statement: Statement
    line: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class StatementRejected:
    """A sentence of the model that is left out, with the reasons; no part of the answer."""

    rejected: Rejected
    answer: Answer


@dataclass(frozen=True, slots=True)
class Answered:
    """The end. ``answer.notes`` say what did not go as configured."""

    answer: Answer


AnswerEvent = Searched | StatementChecked | StatementRejected | Answered
