"""Lessons: a rule taught in steps, each a question, what to notice, and the clause that says so.

A lesson is a TOML file in ``corpus/lessons/``; its words are the trainer's, its clauses
are taken from the corpus to the letter. What the file says is proved when it is loaded:

    title.en = "Is it an expendable material?"
    summary.en = "How to tell ..."

    [[step]]
    question.en = "Are drills expendable materials?"
    notice.en = "Item 3 is a closed door: ..."
    clause = "gacc-2016-67#3"
    as_of = 2017-03-01          # the day for which the status is shown; today if left out
    right.en = "No"             # with `wrong`, the quiz lets the learner choose;
    wrong = [{ en = "Yes" }]    # without them the learner writes
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationError
from pydantic import model_validator as validator

from app.answer.quoted_table import QuotedTable, quoted_table
from app.contract import Day, Frozen
from app.library import Library
from app.plain_text import capitalized
from app.views.source import Place
from app.wording import Language, citation_name, locator_in, status_line
from ingest.corpus.catalog import CatalogEntry
from ingest.errors import ClauseDeskError, UnknownClause
from ingest.facts.modifications import Status
from ingest.index.units import table_span

FOLDER = "lessons"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class LessonError(ClauseDeskError):
    """A lesson's file is wrong; the message names the file and the key."""


class Words(Frozen):
    """A text in English, in Chinese, or in both."""

    en: _Line | None = None
    zh: _Line | None = None

    @validator(mode="after")
    def _has_one(self) -> Self:
        if self.en is None and self.zh is None:
            raise ValueError("write it in en, in zh, or in both")
        return self

    def in_(self, language: Language) -> str:
        """In this language, or in the other where the lesson has no such text."""
        return (self.zh or self.en if language == "zh" else self.en or self.zh) or ""


class LessonStep(Frozen):
    """``clause``: an id; ``right`` and ``wrong``: answers to choose from."""

    question: Words
    notice: Words
    clause: str
    as_of: Day | None = None
    right: Words | None = None
    wrong: tuple[Words, ...] = ()

    @validator(mode="after")
    def _can_be_chosen_from(self) -> Self:
        if (self.right is None) != (not self.wrong):
            raise ValueError("right and wrong belong together: give both or neither")
        if self.right is not None and len({self.right, *self.wrong}) <= len(self.wrong):
            raise ValueError("two answers to choose from are the same")
        return self

    @property
    def answers(self) -> tuple[Words, ...]:
        """The answers to choose from, the right one first; none where the learner writes."""
        return () if self.right is None else (self.right, *self.wrong)


class LessonFile(Frozen):
    """What stands in a lesson's file."""

    title: Words
    summary: Words
    step: tuple[LessonStep, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Lesson:
    """``id``: the file's name without its ending."""

    id: str
    title: Words
    summary: Words
    steps: tuple[LessonStep, ...]


@dataclass(frozen=True, slots=True)
class LessonFault:
    """A lesson that cannot be given; ``lesson``: as it is written, None where that cannot be read."""

    id: str
    line: str
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lessons in the order of their files, and those that cannot be given."""

    lessons: tuple[Lesson, ...]
    faults: tuple[LessonFault, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all that have a file."""
        return (*(one.id for one in self.lessons), *(one.id for one in self.faults))

    def find(self, lesson_id: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it is shown: the clause to the letter, with its status on the day."""

    number: int  # 1-based
    question: str
    notice: str
    answers: tuple[str, ...]  # the right one first
    order: tuple[int, ...]  # their places as they are shown, the same wherever and in each language
    source: str  # "Item 3, GACC Announcement No. 67 of 2016"
    quote: str  # document_text[place.start:place.end]
    table: QuotedTable | None  # of the quote, where it has rows of one
    place: Place
    as_of: date
    status: Status
    status_words: str
    status_proof: str | None  # id of the clause that proves the status

    def letter(self, place: int) -> str:
        """By which a class speaks of an answer; "" of one that the step does not have any more."""
        return chr(ord("A") + self.order.index(place)) if place in self.order else ""

    def choice(self, place: int) -> str:
        """ "B. 90 days" """
        return f"{self.letter(place)}. {self.answers[place]}"


@dataclass(frozen=True, slots=True)
class LessonView:
    id: str
    title: str
    summary: str
    steps: tuple[StepView, ...]


def load_lessons(corpus: Path, library: Library) -> Shelf:
    """The lessons of a corpus folder. One that is wrong keeps no other from being given."""
    lessons: list[Lesson] = []
    faults: list[LessonFault] = []
    for path in sorted((corpus / FOLDER).glob("*.toml")):
        written: Lesson | None = None
        try:
            written = _written(path)
            lessons.append(_proved(written, library))
        except LessonError as error:
            faults.append(LessonFault(path.stem, str(error), written))
    return Shelf(tuple(lessons), tuple(faults))


def load_lesson(path: Path, library: Library) -> Lesson:
    """Raises LessonError, naming file and key, for what is no lesson of this corpus."""
    return _proved(_written(path), library)


def proved_lesson(lesson_id: str, file: LessonFile, library: Library) -> Lesson:
    """Raises LessonError, naming file and key, for what is no lesson of this corpus."""
    return _proved(_named(lesson_id, file), library)


def _written(path: Path) -> Lesson:
    """A lesson whose clauses are not looked for yet; raises LessonError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        file = LessonFile.model_validate(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LessonError(f"{path.name} cannot be read: {error}") from error
    except ValidationError as error:
        raise LessonError(f"{path.name}: {_first_problem(error)}") from error
    return _named(path.stem, file)


def _named(lesson_id: str, file: LessonFile) -> Lesson:
    if not _NAME.fullmatch(lesson_id):
        raise LessonError(
            f"{lesson_id}.toml: a lesson's file is named with small letters, digits and hyphens"
        )
    return Lesson(lesson_id, file.title, file.summary, file.step)


def lost_clauses(clauses: Iterable[str], library: Library) -> list[int]:
    """The numbers of the steps whose clause, named in their order, the corpus does not have: it
    may have gone since with its document or by an edit."""

    def is_lost(clause_id: str) -> bool:
        try:
            library.clause(clause_id)
        except UnknownClause:
            return True
        return False

    return [number for number, one in enumerate(clauses, start=1) if is_lost(one)]


def _proved(lesson: Lesson, library: Library) -> Lesson:
    for number, step in enumerate(lesson.steps, start=1):
        try:
            library.clause(step.clause)
        except UnknownClause as error:
            raise LessonError(f"{lesson.id}.toml: step {number}, clause: {error}") from error
    return lesson


def view_lesson(lesson: Lesson, library: Library, language: Language, today: date) -> LessonView:
    """The lesson in a language; steps without a day of their own are shown as of ``today``.

    Raises UnknownClause for a clause that the corpus has lost since the lesson was loaded.
    """
    return LessonView(
        lesson.id,
        lesson.title.in_(language),
        lesson.summary.in_(language),
        tuple(
            _view_step(number, step, library, language, today)
            for number, step in enumerate(lesson.steps, start=1)
        ),
    )


def lessons_about(lessons: Sequence[Lesson], document_id: str) -> tuple[Lesson, ...]:
    """Those that take a clause from a document."""
    return tuple(
        lesson
        for lesson in lessons
        if any(step.clause.partition("#")[0] == document_id for step in lesson.steps)
    )


def _view_step(
    number: int, step: LessonStep, library: Library, language: Language, today: date
) -> StepView:
    clause = library.clause(step.clause)
    document = library.documents[clause.document_id]
    start, end = table_span(document.parsed, clause)
    as_of = step.as_of or today
    status = library.status(clause, as_of)
    # by their words, so that the right one is not told by its place
    order = sorted(range(len(step.answers)), key=lambda place: step.answers[place].in_("en"))
    return StepView(
        number=number,
        question=step.question.in_(language),
        notice=step.notice.in_(language),
        answers=tuple(answer.in_(language) for answer in step.answers),
        order=tuple(order),
        source=_source(clause.locator, document.entry, language),
        quote=document.parsed.text[start:end],
        table=quoted_table(document.parsed, start, end),
        place=Place(clause.document_id, clause.id, start, end),
        as_of=as_of,
        status=status.status,
        status_words=status_line(status, language),
        status_proof=status.proof,
    )


def _source(locator: str, entry: CatalogEntry, language: Language) -> str:
    name, place = citation_name(entry, language), locator_in(locator, language)
    return f"{name}，{place}" if language == "zh" else f"{capitalized(place)}, {name}"


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    parts = list(first["loc"])
    at: list[str] = []
    if len(parts) > 1 and parts[0] == "step" and isinstance(parts[1], int):
        at, parts = [f"step {parts[1] + 1}"], parts[2:]
    if parts:
        at.append(".".join(str(part) for part in parts))
    unknown = first["type"] == "extra_forbidden"
    what = "unknown key; leave it out" if unknown else first["msg"].removeprefix("Value error, ")
    return f"{', '.join(at)}: {what}"
