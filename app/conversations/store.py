"""Conversations, each of one reader: in ``var/conversations.sqlite``, or the set database."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import ForeignKey, Select, Text, delete, false, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column

from app.contract import Answer
from app.errors import NotThere
from app.plain_text import shortened
from ingest.storage import Database, StorageUnavailable, Tables, set_aside_if_damaged, stamp

_ENDING = ".sqlite"
FILE = f"conversations{_ENDING}"
#: of the tables: the newest revision in `migrations`
SCHEMA = 2
LONGEST_TITLE = 120


class ConversationsUnavailable(StorageUnavailable):
    """Conversations cannot be read or kept; the line says why."""


class UnknownConversation(NotThere):
    """A conversation that is not there, or not this reader's."""


class _Table(DeclarativeBase):
    pass


class _Conversation(_Table):
    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True, default="")
    title: Mapped[str] = mapped_column(Text)
    created: Mapped[str]  # ISO 8601, UTC
    updated: Mapped[str] = mapped_column(index=True)


class _Turn(_Table):
    __tablename__ = "turn"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[str]
    as_of: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(Text)  # an Answer as JSON
    words: Mapped[str] = mapped_column(Text)  # what a search looks at
    error: Mapped[str | None] = mapped_column(Text)
    was_stopped: Mapped[bool] = mapped_column(default=False)
    anew: Mapped[bool] = mapped_column(server_default=false())  # since schema 2
    helpful: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)


TABLES = Tables(
    what="conversations",
    metadata=_Table.metadata,
    schema=SCHEMA,
    migrations=Path(__file__).parent / "migrations",
    error=ConversationsUnavailable,
)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question as it is kept; a turn that was never answered has neither answer nor error."""

    id: str
    question: str
    asked_at: datetime
    as_of: date | None
    answer: Answer | None
    error: str | None
    was_stopped: bool
    anew: bool
    feedback: tuple[bool, str] | None


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A line of the list of conversations."""

    id: str
    title: str
    created: datetime
    updated: datetime
    questions: int
    last_turn: str  # id


class ConversationStore:
    """The conversations of one reader; those of others are not there for it.

    ``owner``: the reader's id; "" is whoever sits at a page without sign-on.
    ``notice``: one line about a damaged file that was set aside, None if there was none.

    Every method raises ConversationsUnavailable when the file cannot be read or written.
    """

    def __init__(self, var: Path, owner: str = "", kept_in: Database | None = None) -> None:
        self._owner = owner
        self.notice: str | None = None
        if kept_in is None:
            self.notice = set_aside_if_damaged(var / FILE, TABLES)
            kept_in = Database(var / FILE, TABLES)
        self._file = kept_in

    def of(self, owner: str) -> "ConversationStore":
        """The conversations of another reader in the same file."""
        return ConversationStore(self._file.path.parent, owner, self._file)

    def add_turn(
        self,
        conversation: str,
        turn: str,
        question: str,
        as_of: date | None,
        at: datetime,
        anew: bool = False,
    ) -> None:
        """Keep a question; the first one of a conversation gives it its title.

        Raises UnknownConversation for a conversation of somebody else.
        """
        title = shortened(question, LONGEST_TITLE) or "…"
        now = stamp(at)
        last = select(func.max(_Turn.number)).where(_Turn.conversation == conversation)
        with self._file.change() as session:
            kept = session.get(_Conversation, conversation)
            if kept is None:
                session.add(
                    _Conversation(
                        id=conversation, owner=self._owner, title=title, created=now, updated=now
                    )
                )
            elif kept.owner != self._owner:
                raise UnknownConversation(f"there is no conversation {conversation}")
            else:
                kept.updated = now
            session.flush()
            session.execute(
                insert(_Turn).values(
                    id=turn,
                    conversation=conversation,
                    number=func.coalesce(last.scalar_subquery() + 1, 0),
                    question=question,
                    asked_at=now,
                    as_of=as_of.isoformat() if as_of else None,
                    words=question,
                    was_stopped=False,
                    anew=anew,
                )
            )

    def settle(
        self, turn: str, answer: Answer | None, error: str | None, was_stopped: bool
    ) -> None:
        """Keep what a question has come to; nothing for a turn that was deleted meanwhile."""
        with self._file.change() as session:
            session.execute(
                update(_Turn)
                .where(_Turn.id == turn, _Turn.conversation.in_(self._own()))
                .values(
                    answer=answer.model_dump_json() if answer else None,
                    words=_Turn.question + (f"\n{answer.answer}" if answer else ""),
                    error=error,
                    was_stopped=was_stopped,
                )
            )

    def keep_feedback(self, turn: str, helpful: bool, reason: str) -> None:
        with self._file.change() as session:
            session.execute(
                update(_Turn)
                .where(_Turn.id == turn, _Turn.conversation.in_(self._own()))
                .values(helpful=helpful, reason=reason)
            )

    def turns(self, conversation: str) -> list[KeptTurn]:
        """In the order in which they were asked; [] for a conversation that is not there."""
        with self._file.read() as session:
            rows = session.scalars(
                select(_Turn)
                .where(_Turn.conversation == conversation, _Turn.conversation.in_(self._own()))
                .order_by(_Turn.number)
            )
            return [_kept(row) for row in rows]

    def conversation_of(self, turn: str) -> str | None:
        with self._file.read() as session:
            return session.scalar(
                select(_Turn.conversation).where(
                    _Turn.id == turn, _Turn.conversation.in_(self._own())
                )
            )

    def find(self, words: str = "", limit: int = 50) -> list[KeptConversation]:
        """The conversations in which all the words stand, in title, questions or answers, the
        latest first."""
        turn = aliased(_Turn)
        last_turn = (
            select(turn.id)
            .where(turn.conversation == _Conversation.id)
            .order_by(turn.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(_Conversation, func.count(_Turn.id), last_turn)
            .join(_Turn, _Turn.conversation == _Conversation.id)
            .where(_Conversation.owner == self._owner)
            .group_by(_Conversation.id)
            .order_by(_Conversation.updated.desc(), _Conversation.id)
            .limit(limit)
        )
        for word in words.split():
            said = select(_Turn.conversation).where(_Turn.words.icontains(word, autoescape=True))
            query = query.where(
                _Conversation.title.icontains(word, autoescape=True) | _Conversation.id.in_(said)
            )
        with self._file.read() as session:
            return [
                KeptConversation(
                    id=row.id,
                    title=row.title,
                    created=datetime.fromisoformat(row.created),
                    updated=datetime.fromisoformat(row.updated),
                    questions=count,
                    last_turn=last,
                )
                for row, count, last in session.execute(query)
            ]

    def rename(self, conversation: str, title: str) -> None:
        """A title of blanks changes nothing."""
        title = shortened(title, LONGEST_TITLE)
        if title:
            with self._file.change() as session:
                session.execute(
                    update(_Conversation)
                    .where(_Conversation.id == conversation, _Conversation.owner == self._owner)
                    .values(title=title)
                )

    def title(self, conversation: str) -> str | None:
        with self._file.read() as session:
            return session.scalar(
                select(_Conversation.title).where(
                    _Conversation.id == conversation, _Conversation.owner == self._owner
                )
            )

    def delete(self, conversation: str) -> None:
        """With all its turns."""
        with self._file.change() as session:
            session.execute(
                delete(_Conversation).where(
                    _Conversation.id == conversation, _Conversation.owner == self._owner
                )
            )

    def _own(self) -> Select[str]:
        return select(_Conversation.id).where(_Conversation.owner == self._owner)


def _kept(row: _Turn) -> KeptTurn:
    answer, error = None, row.error
    if row.answer is not None:
        try:
            answer = Answer.model_validate_json(row.answer)
        except ValidationError:
            error = "This answer was kept by another version of the program: ask again."
    return KeptTurn(
        id=row.id,
        question=row.question,
        asked_at=datetime.fromisoformat(row.asked_at),
        as_of=date.fromisoformat(row.as_of) if row.as_of else None,
        answer=answer,
        error=error,
        was_stopped=row.was_stopped,
        anew=row.anew,
        feedback=None if row.helpful is None else (row.helpful, row.reason or ""),
    )
