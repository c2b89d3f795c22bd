"""A conversation: questions in their order, each with its answer, its error, or neither yet.

A turn is stored before it is answered: the page's program may be stopped at any
moment by the next input, and must find the question again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from app.answer_job import AnswerJob
from app.desk import ClauseDesk
from app.models import Answer, Question


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
    #: under way; None before and after
    job: AnswerJob | None = None
    #: stopped by the reader before anything was found
    was_stopped: bool = False
    #: stands behind ``?answer=`` in the page's address
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def is_pending(self) -> bool:
        return self.answer is None and self.error is None and not self.was_stopped


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

    def begin(self, turn: Turn, desk: ClauseDesk) -> AnswerJob:
        """Have a turn answered; one whose answer is on its way already goes on."""
        if turn.job is None:
            question = Question(text=turn.question, history=self.history(turn), as_of=turn.as_of)
            turn.job = AnswerJob(lambda: desk.stream(question))
        return turn.job

    def settle(self, turn: Turn) -> None:
        """Keep what the job has come to, once it is done."""
        job = turn.job
        if job is not None and job.is_done:
            turn.answer, turn.error, turn.job = job.answer, job.error, None

    def stop(self, turn: Turn) -> None:
        """The reader has seen enough: what stands is the answer, if anything does."""
        if turn.job is not None:
            turn.job.stop()
            if turn.job.answer is None:
                turn.was_stopped = True
            self.settle(turn)

    def answer(self, turn: Turn, desk: ClauseDesk) -> None:
        """Answer a turn and wait for it; an error is kept as its line."""
        job = self.begin(turn, desk)
        steps = 0
        while not job.is_done:
            steps = job.wait(steps, 60)
        self.settle(turn)
