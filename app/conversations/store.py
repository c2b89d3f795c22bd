"""Conversations kept on this machine, in ``var/conversations.sqlite``.

Any number of browsers, threads and processes may read and write at once: SQLite's
write-ahead log lets readers go on, and each change is one short transaction.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import ValidationError
from sqlalchemy import (
    Connection,
    ForeignKey,
    Text,
    create_engine,
    delete,
    event,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

from app.contract import Answer
from app.plain_text import shortened
from ingest.errors import ClauseDeskError

_ENDING = ".sqlite"
FILE = f"conversations{_ENDING}"
#: of the tables, kept in the file's user_version
SCHEMA = 2
#: what answers of schema 1 hold that a statement has no more
_NO_LONGER_TOLD = (',"translated":false', ',"translated":true')
LONGEST_TITLE = 120
#: seconds for which a change waits for the others'
_PATIENCE = 30


class ConversationsUnavailable(ClauseDeskError):
    """Conversations cannot be read or kept; the line says why."""


class _Table(DeclarativeBase):
    pass


class _Conversation(_Table):
    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(primary_key=True)
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
    anew: Mapped[bool] = mapped_column(server_default="0")  # since schema 2
    helpful: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)


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
    """``notice``: one line about a damaged file that was set aside, None if there was none.

    Every method raises ConversationsUnavailable when the file cannot be read or written.
    """

    def __init__(self, var: Path) -> None:
        self._path = var / FILE
        self.notice: str | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock"):
                self.notice = _set_aside_if_damaged(self._path)
                self._engine = create_engine(
                    f"sqlite:///{self._path}", connect_args={"timeout": _PATIENCE}
                )
                event.listen(self._engine, "connect", _prepare)
                _Table.metadata.create_all(self._engine)
                with self._engine.begin() as connection:
                    _bring_up(connection)
                    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
        except (OSError, DBAPIError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    def add_turn(
        self,
        conversation: str,
        turn: str,
        question: str,
        as_of: date | None,
        at: datetime,
        anew: bool = False,
    ) -> None:
        """Keep a question; the first one of a conversation gives it its title."""
        title = shortened(question, LONGEST_TITLE) or "…"
        now = _written(at)
        last = select(func.max(_Turn.number)).where(_Turn.conversation == conversation)
        with self._change() as session:
            session.execute(
                insert(_Conversation)
                .values(id=conversation, title=title, created=now, updated=now)
                .on_conflict_do_update(index_elements=["id"], set_={"updated": now})
            )
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
        with self._change() as session:
            session.execute(
                update(_Turn)
                .where(_Turn.id == turn)
                .values(
                    answer=answer.model_dump_json() if answer else None,
                    words=_Turn.question + (f"\n{answer.answer}" if answer else ""),
                    error=error,
                    was_stopped=was_stopped,
                )
            )

    def keep_feedback(self, turn: str, helpful: bool, reason: str) -> None:
        with self._change() as session:
            session.execute(
                update(_Turn).where(_Turn.id == turn).values(helpful=helpful, reason=reason)
            )

    def turns(self, conversation: str) -> list[KeptTurn]:
        """In the order in which they were asked; [] for a conversation that is not there."""
        with self._read() as session:
            rows = session.scalars(
                select(_Turn).where(_Turn.conversation == conversation).order_by(_Turn.number)
            )
            return [_kept(row) for row in rows]

    def conversation_of(self, turn: str) -> str | None:
        with self._read() as session:
            return session.scalar(select(_Turn.conversation).where(_Turn.id == turn))

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
            .group_by(_Conversation.id)
            .order_by(_Conversation.updated.desc(), _Conversation.id)
            .limit(limit)
        )
        for word in words.split():
            said = select(_Turn.conversation).where(_Turn.words.contains(word, autoescape=True))
            query = query.where(
                _Conversation.title.contains(word, autoescape=True) | _Conversation.id.in_(said)
            )
        with self._read() as session:
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
            with self._change() as session:
                session.execute(
                    update(_Conversation)
                    .where(_Conversation.id == conversation)
                    .values(title=title)
                )

    def title(self, conversation: str) -> str | None:
        with self._read() as session:
            return session.scalar(
                select(_Conversation.title).where(_Conversation.id == conversation)
            )

    def delete(self, conversation: str) -> None:
        """With all its turns."""
        with self._change() as session:
            session.execute(delete(_Conversation).where(_Conversation.id == conversation))

    @contextmanager
    def _change(self) -> Iterator[Session]:
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise self._unavailable(error) from error

    @contextmanager
    def _read(self) -> Iterator[Session]:
        try:
            with Session(self._engine) as session:
                yield session
        except DBAPIError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> ConversationsUnavailable:
        cause = getattr(error, "orig", None) or error
        why = getattr(cause, "strerror", None) or str(cause).partition("\n")[0]
        return ConversationsUnavailable(
            f"conversations cannot be kept in {self._path} ({why}): mend or move that file"
        )


def _set_aside_if_damaged(path: Path) -> str | None:
    """Raises ConversationsUnavailable for a file that a newer program wrote."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as file:
            [(found,)] = file.execute("PRAGMA quick_check(1)").fetchall()
            [(schema,)] = file.execute("PRAGMA user_version").fetchall()
            damage = None if found == "ok" else str(found)
    except sqlite3.OperationalError:
        raise  # locked, or not ours to read: no damage
    except (sqlite3.DatabaseError, ValueError) as error:
        damage, schema = str(error), 0
    if schema > SCHEMA:
        raise ConversationsUnavailable(
            f"{path} was written by a newer version of this program: use that one, or move the file"
        )
    if damage is None:
        return None
    aside = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{_ENDING}")
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        beside = Path(f"{path}{ending}")
        if beside.exists():
            beside.rename(f"{aside}{ending}")
    return (
        f"the file of conversations was damaged ({' '.join(damage.split())}); it is kept as "
        f"{aside.name}, a new one was begun"
    )


def _bring_up(connection: Connection) -> None:
    """A file of schema 1 gets what came since, and loses what answers tell no more."""
    if connection.exec_driver_sql("PRAGMA user_version").scalar() != 1:
        return
    connection.exec_driver_sql("ALTER TABLE turn ADD COLUMN anew BOOLEAN NOT NULL DEFAULT 0")
    for told in _NO_LONGER_TOLD:
        without = func.replace(_Turn.answer, told, "")
        connection.execute(update(_Turn).values(answer=without))


def _prepare(connection: Any, _: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


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


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
