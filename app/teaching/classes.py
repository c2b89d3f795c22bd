"""Classes: a lesson's quiz taken by many at once, joined by a code and without a name.

A learner is a word made up by the page; the trainer sees the answers and which questions are missed.
"""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ForeignKey, Text, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.errors import NotThere
from app.teaching.quiz import Given
from ingest.storage import Database, StorageUnavailable, Tables, stamp

FILE = "classes.sqlite"
#: characters of a code that are read aloud and typed without a mistake
_SIGNS = "ACDEFGHJKMNPRTUVWXY34679"
_LENGTH = 5


class ClassesUnavailable(StorageUnavailable):
    """Classes cannot be read or kept; the line says why."""


class UnknownClass(NotThere):
    """A code under which no class is held, or not any more."""


class _Table(DeclarativeBase):
    pass


class _Class(_Table):
    __tablename__ = "class"

    code: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(index=True)
    opened: Mapped[str]  # ISO 8601, UTC


class _Answer(_Table):
    __tablename__ = "class_answer"

    code: Mapped[str] = mapped_column(
        ForeignKey("class.code", ondelete="CASCADE"), primary_key=True
    )
    learner: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)  # its place in the lesson, from 0
    choice: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text)
    right: Mapped[bool | None]
    given: Mapped[str]


TABLES = Tables(what="classes", metadata=_Table.metadata, schema=1, error=ClassesUnavailable)


@dataclass(frozen=True, slots=True)
class ClassResults:
    """``learners``: what each has given, by the step's place, in the order in which they began."""

    learners: tuple[dict[int, Given], ...]

    @property
    def most_missed(self) -> tuple[tuple[int, int, int], ...]:
        """Of each step that anybody answered wrongly its place, how often, and how many judged
        answers it has; the most often missed first."""
        given = [pair for learner in self.learners for pair in learner.items()]
        judged = Counter(step for step, one in given if one.right is not None)
        missed = Counter(step for step, one in given if one.right is False)
        order = sorted(missed, key=lambda step: (-missed[step] / judged[step], step))
        return tuple((step, missed[step], judged[step]) for step in order)


class Classes:
    """The classes of one folder; every method raises ClassesUnavailable when they can't be read
    or kept."""

    def __init__(self, var: Path) -> None:
        self._file = Database(var / FILE, TABLES)

    def open(self, lesson_id: str) -> str:
        """A new class; its code."""
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        with self._file.change() as session:
            session.add(_Class(code=code, lesson=lesson_id, opened=stamp(datetime.now(UTC))))
        return code

    def lesson_of(self, code: str) -> str:
        """Raises UnknownClass."""
        with self._file.read() as session:
            lesson = session.scalar(select(_Class.lesson).where(_Class.code == code))
        if lesson is None:
            raise UnknownClass(f"there is no class {code}: ask for its code again")
        return lesson

    def of(self, lesson_id: str) -> list[str]:
        """The codes of a lesson's classes, the latest first."""
        query = select(_Class.code).where(_Class.lesson == lesson_id).order_by(_Class.opened.desc())
        with self._file.read() as session:
            return list(session.scalars(query))

    def keep(self, code: str, learner: str, step: int, given: Given) -> None:
        """Keep an answer, or what became of it; raises UnknownClass."""
        self.lesson_of(code)
        answer = _Answer(
            code=code,
            learner=learner,
            step=step,
            choice=given.choice,
            words=given.words,
            right=given.right,
            given=stamp(datetime.now(UTC)),
        )
        with self._file.change() as session:
            session.merge(answer)

    def results(self, code: str) -> ClassResults:
        return ClassResults(tuple(self._given(code).values()))

    def given_by(self, code: str, learner: str) -> dict[int, Given]:
        """What one learner has answered, by the step's place."""
        return self._given(code).get(learner, {})

    def _given(self, code: str) -> dict[str, dict[int, Given]]:
        """By learner, in the order in which they began."""
        query = select(_Answer).where(_Answer.code == code).order_by(_Answer.given)
        learners: dict[str, dict[int, Given]] = {}
        with self._file.read() as session:
            for row in session.scalars(query):
                given = Given(choice=row.choice, words=row.words, right=row.right)
                learners.setdefault(row.learner, {})[row.step] = given
        return learners

    def close(self, code: str) -> None:
        """Delete a class with all its answers."""
        with self._file.change() as session:
            session.execute(delete(_Class).where(_Class.code == code))
