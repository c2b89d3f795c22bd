"""A conversation: questions in their order, each with its answer, its error, or neither yet.

A turn is stored before it is answered: the page's program may be stopped at any
moment by the next input, and must find the question again.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from app.desk import ClauseDesk
from app.models import Answer, Question
from ingest.errors import ClauseDeskError

log = logging.getLogger(__name__)

_BUG = "This question could not be answered because of a fault in the program; the log says which."


@dataclass
class Turn:
    """A question and what became of it; ``as_of`` None asks about today."""

    number: int
    question: str
    as_of: date | None
    answer: Answer | None = None
    error: str | None = None
    #: what the reader said of the answer last: right or not, and why
    feedback: tuple[bool, str] | None = None
    #: stands behind ``?answer=`` in the page's address
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def is_pending(self) -> bool:
        return self.answer is None and self.error is None


@dataclass
class Conversation:
    _turns: list[Turn] = field(default_factory=list)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._turns)

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, number: int) -> Turn:
        return self._turns[number]

    def ask(self, question: str, as_of: date | None = None) -> Turn:
        """Store a question; :meth:`answer` answers it."""
        turn = Turn(len(self._turns), question, as_of)
        self._turns.append(turn)
        return turn

    def history(self, turn: Turn) -> tuple[str, ...]:
        """The questions before a turn, oldest first, without those that could not be read."""
        return tuple(
            earlier.question for earlier in self._turns[: turn.number] if earlier.error is None
        )

    def answer(self, turn: Turn, desk: ClauseDesk) -> None:
        """Answer a turn; an error is kept as its line, and the conversation goes on."""
        question = Question(text=turn.question, history=self.history(turn), as_of=turn.as_of)
        try:
            turn.answer = desk.ask(question)
        except ClauseDeskError as error:
            turn.error = str(error)
        except Exception:  # a bug: left pending, the turn would meet it again at each drawing
            log.exception("a question could not be answered")
            turn.error = _BUG
