"""Lessons: read by everybody, written by editors and proved before they are kept."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.contract import Day, Frozen
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, Editor, TheService
from app.server.service import Service
from app.teaching.lesson_files import delete_lesson, keep_lesson, kept_lesson
from app.teaching.lessons import Lesson, LessonFile, load_lessons, view_lesson
from app.wording import Language
from ingest.facts.modifications import Status

router = APIRouter(prefix="/lessons", tags=["lessons"])

LessonId = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=100,
        description="small letters, digits and hyphens",
    ),
]


class LessonLine(Frozen):
    id: str
    title: str
    summary: str
    steps: int


class LessonsAnswer(Frozen):
    """``faults``: a line for each lesson that is wrong and cannot be given."""

    lessons: tuple[LessonLine, ...]
    faults: tuple[str, ...]


class LessonStepAnswer(Frozen):
    """A step with its clause to the letter; ``answers``: the right one first, none where the
    learner writes."""

    number: int
    question: str
    notice: str
    answers: tuple[str, ...]
    clause_id: str
    source: str
    quote: str
    as_of: date
    status: Status
    status_words: str
    status_proof: str | None


class LessonAnswer(Frozen):
    """``written``: as it was kept, in all its languages."""

    id: str
    title: str
    summary: str
    steps: tuple[LessonStepAnswer, ...]
    written: LessonFile


@router.get("")
def lessons(_: Asker, service: TheService, language: Language = "en") -> LessonsAnswer:
    """The lessons of the corpus."""
    shelf = load_lessons(service.settings.corpus, service.desk.library())
    return LessonsAnswer(
        lessons=tuple(
            LessonLine(
                id=one.id,
                title=one.title.in_(language),
                summary=one.summary.in_(language),
                steps=len(one.steps),
            )
            for one in shelf.lessons
        ),
        faults=tuple(fault.line for fault in shelf.faults),
    )


@router.get("/{lesson_id}", responses=described(404))
def lesson(
    lesson_id: LessonId,
    _: Asker,
    service: TheService,
    as_of: Day | None = None,
    language: Language = "en",
) -> LessonAnswer:
    """A lesson; ``as_of``: for the status of clauses whose step names no day of its own."""
    found = kept_lesson(service.settings, lesson_id, service.desk.library())
    return _answer(found, service, as_of, language)


@router.put("/{lesson_id}", responses=described(422))
def put_lesson(
    lesson_id: LessonId, body: LessonFile, reader: Editor, service: TheService
) -> LessonAnswer:
    """Write a lesson, or write it anew; each step's clause must stand in the corpus."""
    kept = keep_lesson(service.settings, lesson_id, body, service.desk.library())
    clauses = [step.clause for step in kept.steps]
    service.audit.write("lesson.keep", reader, FRONT, {"lesson": lesson_id, "clauses": clauses})
    return _answer(kept, service, None, "en")


@router.delete("/{lesson_id}", status_code=204, responses=described(404))
def remove_lesson(lesson_id: LessonId, reader: Editor, service: TheService) -> Response:
    delete_lesson(service.settings, lesson_id)
    service.audit.write("lesson.remove", reader, FRONT, {"lesson": lesson_id})
    return Response(status_code=204)


def _answer(
    found: Lesson, service: Service, as_of: date | None, language: Language
) -> LessonAnswer:
    view = view_lesson(found, service.desk.library(), language, as_of or date.today())
    return LessonAnswer(
        id=view.id,
        title=view.title,
        summary=view.summary,
        steps=tuple(
            LessonStepAnswer(
                number=step.number,
                question=step.question,
                notice=step.notice,
                answers=step.answers,
                clause_id=step.place.link,
                source=step.source,
                quote=step.quote,
                as_of=step.as_of,
                status=step.status,
                status_words=step.status_words,
                status_proof=step.status_proof,
            )
            for step in view.steps
        ),
        written=LessonFile(title=found.title, summary=found.summary, step=found.steps),
    )
