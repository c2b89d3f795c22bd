"""Lessons on disk: kept once they are proved, in the form in which a person writes them."""

from pathlib import Path

from filelock import FileLock

from app.errors import NotThere
from app.library import Library
from app.teaching.lessons import (
    FOLDER,
    Lesson,
    LessonError,
    LessonFile,
    Words,
    load_lesson,
    proved_lesson,
)
from ingest.keeping.catalog_writer import toml_string
from ingest.settings import Settings
from ingest.whole_file import replace_file

_LOCK = "teaching.lock"


def kept_lesson(settings: Settings, lesson_id: str, library: Library) -> Lesson:
    """Raises NotThere, and LessonError for a file that a person made wrong."""
    return load_lesson(_kept(settings, lesson_id), library)


def keep_lesson(settings: Settings, lesson_id: str, file: LessonFile, library: Library) -> Lesson:
    """Write a lesson, or write it anew.

    Raises LessonError for what is no lesson of this corpus or cannot be written.
    """
    lesson = proved_lesson(lesson_id, file, library)
    path = _path(settings, lesson_id)
    try:
        with FileLock(settings.var / _LOCK):
            path.parent.mkdir(exist_ok=True)
            replace_file(path, lesson_toml(file))
    except OSError as error:
        raise LessonError(f"{path.name} cannot be written: {error.strerror}") from error
    return lesson


def delete_lesson(settings: Settings, lesson_id: str) -> None:
    """Raises NotThere, and LessonError for a file that cannot be deleted."""
    path = _kept(settings, lesson_id)
    try:
        path.unlink()
    except OSError as error:
        raise LessonError(f"{path.name} cannot be deleted: {error.strerror}") from error


def lesson_bytes(settings: Settings, lesson_id: str) -> bytes | None:
    """A lesson's file, whatever it holds; None where there is none."""
    path = _path(settings, lesson_id)
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise LessonError(f"{path.name} cannot be read: {error.strerror}") from error


def restore_lesson(settings: Settings, lesson_id: str, before: bytes | None) -> None:
    """Make a lesson's file what :func:`lesson_bytes` gave; what was wrong with it is so again."""
    if before is None:
        delete_lesson(settings, lesson_id)
        return
    path = _path(settings, lesson_id)
    try:
        with FileLock(settings.var / _LOCK):
            path.write_bytes(before)
    except OSError as error:
        raise LessonError(f"{path.name} cannot be written: {error.strerror}") from error


def lesson_toml(file: LessonFile) -> str:
    """The text of a lesson's file; read back it is the same lesson."""
    lines = [*_lines("title", file.title), *_lines("summary", file.summary)]
    for step in file.step:
        lines += [
            "",
            "[[step]]",
            *_lines("question", step.question),
            *_lines("notice", step.notice),
        ]
        lines.append(f"clause = {toml_string(step.clause)}")
        if step.as_of is not None:
            lines.append(f"as_of = {step.as_of}")
        if step.right is not None:
            wrong = ", ".join(f"{{ {', '.join(_values(words))} }}" for words in step.wrong)
            lines += [*_lines("right", step.right), f"wrong = [{wrong}]"]
    return "\n".join(lines) + "\n"


def _lines(key: str, words: Words) -> list[str]:
    return [f"{key}.{value}" for value in _values(words)]


def _values(words: Words) -> list[str]:
    told = words.model_dump(exclude_none=True)
    return [f"{language} = {toml_string(text)}" for language, text in told.items()]


def _kept(settings: Settings, lesson_id: str) -> Path:
    path = _path(settings, lesson_id)
    if not path.is_file():
        raise NotThere(f"there is no lesson {lesson_id}")
    return path


def _path(settings: Settings, lesson_id: str) -> Path:
    return settings.corpus / FOLDER / f"{lesson_id}.toml"
