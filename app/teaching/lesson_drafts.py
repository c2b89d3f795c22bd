"""Lessons that are not finished: kept on this machine, out of the corpus, and given to nobody."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.teaching.draft import LessonDraft
from app.teaching.lessons import LessonError
from ingest.settings import Settings
from ingest.whole_file import replace_file

FOLDER = "lesson-drafts"
_DRAFT = TypeAdapter(LessonDraft)


def keep_draft(settings: Settings, draft: LessonDraft) -> None:
    """Write a draft, or write it anew; raises LessonError when it cannot be written."""
    path = _path(settings, draft)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, _DRAFT.dump_json(draft).decode())
    except OSError as error:
        raise LessonError(f"{path} cannot be written: {error.strerror}") from error


def kept_drafts(settings: Settings) -> tuple[LessonDraft, ...]:
    """The drafts, the one kept last first; raises LessonError, naming the file that is none."""
    paths = (settings.var / FOLDER).glob("*.json")
    return tuple(map(_read, sorted(paths, key=lambda path: -path.stat().st_mtime)))


def drop_draft(settings: Settings, draft: LessonDraft) -> None:
    """Forget a draft, if it was kept."""
    _path(settings, draft).unlink(missing_ok=True)


def _read(path: Path) -> LessonDraft:
    try:
        return _DRAFT.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise LessonError(f"{path} is no draft of a lesson: delete it") from error


def _path(settings: Settings, draft: LessonDraft) -> Path:
    return settings.var / FOLDER / f"{draft.key}.json"
