"""A conversation: questions in their order, each with its answer, its error, or neither yet.

A turn is stored before it is answered: the page's program may be stopped at any
moment by the next input, and must find the question again; so must the next server.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4
from weakref import WeakValueDictionary

from app.answer.stream import AnswerEvent
from app.contract import Answer, Question
from app.conversations.answer_job import AnswerJob
from app.conversations.store import ConversationStore, ConversationsUnavailable
from app.desk import ClauseDesk
from app.search.searcher import Trace
from app.views.next_questions import next_questions

Watch = Callable[[Iterator[AnswerEvent]], Iterator[AnswerEvent]]

#: what is being answered on this server, by turn: a page that is loaded anew finds it again
_under_way: WeakValueDictionary[str, AnswerJob] = WeakValueDictionary()


@dataclass
class Turn:
    """A question and what became of it; ``as_of`` None asks about today, ``documents`` () all."""

    number: int
    question: str
    as_of: date | None
    documents: tuple[str, ...] = ()
    answer: Answer | None = None
    error: str | None = None
    #: what the answer was made from; None for one that was kept and opened again
    trace: Trace | None = None
    #: what the reader said of the answer last: right or not, and why
    feedback: tuple[bool, str] | None = None
    #: what may be asked after it; None until it is worked out
    next_questions: tuple[str, ...] | None = None
    #: under way; None before and after
    job: AnswerJob | None = None
    #: stopped by the reader before anything was found
    was_stopped: bool = False
    #: asked without the earlier questions
    anew: bool = False
    #: stands behind ``?answer=`` in the page's address
    id: str = field(default_factory=lambda: uuid4().hex)
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_pending(self) -> bool:
        return self.answer is None and self.error is None and not self.was_stopped


@dataclass
class Conversation:
    """``store``: keeps every turn; None keeps them for the life of this object only.

    ``watched``: what each answer's events pass through on their way to the reader.
    ``problem``: the line of a store that cannot be written; asking goes on without it.
    """

    store: ConversationStore | None = None
    watched: Watch = iter
    id: str = field(default_factory=lambda: uuid4().hex)
    problem: str | None = None
    _turns: list[Turn] = field(default_factory=list)

    @classmethod
    def kept(
        cls, store: ConversationStore, conversation_id: str, watched: Watch = iter
    ) -> "Conversation":
        """A conversation as it was kept; raises ConversationsUnavailable."""
        conversation = cls(store, watched, conversation_id)
        conversation._read_on()
        return conversation

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._turns)

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, number: int) -> Turn:
        return self._turns[number]

    def ask(
        self,
        question: str,
        as_of: date | None = None,
        *,
        anew: bool = False,
        documents: tuple[str, ...] = (),
    ) -> Turn:
        """Store a question; :meth:`answer` answers it. ``anew``: without the earlier ones;
        ``documents``: kept with the answer, not before."""
        self._keep(self._read_on)
        turn = Turn(len(self._turns), question, as_of, documents, anew=anew)
        self._turns.append(turn)
        if (store := self.store) is not None:
            self._keep(
                lambda: store.add_turn(self.id, turn.id, question, as_of, turn.asked_at, anew)
            )
        return turn

    def history(self, turn: Turn) -> tuple[str, ...]:
        """The questions before a turn, oldest first, from the last one that was asked anew on,
        without those that could not be read."""
        begin = max((t.number for t in self._turns[: turn.number + 1] if t.anew), default=0)
        earlier = self._turns[begin : turn.number]
        return tuple(one.question for one in earlier if one.error is None)

    def begin(self, turn: Turn, desk: ClauseDesk) -> AnswerJob:
        """Have a turn answered; one whose answer is on its way already goes on."""
        if turn.job is None:
            question = Question(
                text=turn.question,
                history=self.history(turn),
                as_of=turn.as_of,
                documents=turn.documents,
            )
            turn.job = _under_way.get(turn.id) or AnswerJob(
                lambda: self.watched(desk.stream(question))
            )
            _under_way[turn.id] = turn.job
        return turn.job

    def settle(self, turn: Turn) -> None:
        """Keep what the job has come to, once it is done."""
        job = turn.job
        if job is not None and job.is_done:
            turn.answer, turn.error, turn.job = job.answer, job.error, None
            turn.trace = job.trace
            if (store := self.store) is not None:
                self._keep(lambda: store.settle(turn.id, turn.answer, turn.error, turn.was_stopped))

    def stop(self, turn: Turn) -> None:
        """The reader has seen enough: what stands is the answer, if anything does."""
        if turn.job is not None:
            turn.job.stop()
            if turn.job.answer is None:
                turn.was_stopped = True
            self.settle(turn)

    def trace(self, turn: Turn, answer: Answer, desk: ClauseDesk) -> Trace:
        """What the answer was made from; one of an earlier day or corpus is made anew.

        Raises what the desk raises when there is no index.
        """
        if turn.trace is None or turn.trace.library is not desk.library():
            held = desk.library().documents
            asked = Question(
                text=answer.question,
                history=self.history(turn),
                as_of=answer.as_of,
                documents=tuple(one for one in answer.documents if one in held),
            )
            turn.trace = desk.trace(asked)
        return turn.trace

    def work_out_next(self, turn: Turn, answer: Answer, desk: ClauseDesk) -> tuple[str, ...]:
        """What may be asked after an answer; raises what the desk raises when there is no index."""
        if turn.next_questions is None:
            asked = {one.question for one in self._turns}
            turn.next_questions = next_questions(desk.searcher(), answer, asked)
        return turn.next_questions

    def judge(self, turn: Turn, helpful: bool, reason: str) -> None:
        """Keep what the reader says of an answer."""
        turn.feedback = (helpful, reason)
        if (store := self.store) is not None:
            self._keep(lambda: store.keep_feedback(turn.id, helpful, reason))

    def answer(self, turn: Turn, desk: ClauseDesk) -> None:
        """Answer a turn and wait for it; an error is kept as its line."""
        job = self.begin(turn, desk)
        steps = 0
        while not job.is_done:
            steps = job.wait(steps, 60)
        self.settle(turn)

    def _read_on(self) -> None:
        """Take over what is kept and not here yet: another browser may have asked on."""
        if self.store is None:
            return
        here = {turn.id for turn in self._turns}
        for kept in self.store.turns(self.id):
            if kept.id not in here:
                self._turns.append(
                    Turn(
                        number=len(self._turns),
                        question=kept.question,
                        as_of=kept.as_of,
                        documents=kept.answer.documents if kept.answer else (),
                        answer=kept.answer,
                        error=kept.error,
                        feedback=kept.feedback,
                        was_stopped=kept.was_stopped,
                        anew=kept.anew,
                        id=kept.id,
                        asked_at=kept.asked_at,
                    )
                )

    def _keep(self, change: Callable[[], None]) -> None:
        try:
            change()
            self.problem = None
        except ConversationsUnavailable as error:
            self.problem = str(error)
