"""What happens while a question is answered, in order: events for page and command line.

First comes :class:`Searched`, last :class:`Answered`; between them, only when a language model
also translates, :class:`Pointed`. Every event carries ``answer``: what stands if the reader
stops there.
"""

from dataclasses import dataclass

from app.contract import Answer
from app.search.searcher import Trace


@dataclass(frozen=True, slots=True)
class Searched:
    """The search is done; ``answer``: the clauses as they stand, or the refusal; ``trace``:
    what it was made from."""

    answer: Answer
    trace: Trace


@dataclass(frozen=True, slots=True)
class Pointed:
    """The model has pointed at what answers; its translations are still to come."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Answered:
    """The end. ``answer.notes`` say what did not go as configured."""

    answer: Answer


AnswerEvent = Searched | Pointed | Answered
