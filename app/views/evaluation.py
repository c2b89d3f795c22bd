"""The last evaluation, and those before it, as `python -m eval run` leaves them in var/eval."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.views.evaluation_report import (
    FOLDER,
    HISTORY_FILE,
    IN_WORDS,
    OWN_FOLDER,
    REPORT_FILE,
    EvaluationReport,
    PastRun,
)
from ingest.errors import ClauseDeskError

#: what a run of all topics calls its selection
ALL_TOPICS = "all topics"


class EvaluationUnreadable(ClauseDeskError):
    """The report of an evaluation cannot be read."""


@dataclass(frozen=True, slots=True)
class History:
    """Runs, oldest first; ``unreadable`` counts the lines that are none."""

    runs: tuple[PastRun, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    report: EvaluationReport
    finished_at: datetime


def read_evaluation(var: Path, *, own: bool = False) -> Evaluation | None:
    """The last run, of the company's ``own`` topics or of the project's; None when there was
    none. Raises EvaluationUnreadable, with what to do."""
    return read_report(_folder(var, own) / REPORT_FILE)


def read_report(path: Path) -> Evaluation | None:
    """A run by its report; None when there is none. Raises EvaluationUnreadable."""
    try:
        data = path.read_bytes()
        finished = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Evaluation(TypeAdapter(EvaluationReport).validate_json(data), finished)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvaluationUnreadable(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise EvaluationUnreadable(
            f"{path} is no report of this version: run `python -m eval run` again"
        ) from error


def _folder(var: Path, own: bool) -> Path:
    return var / FOLDER / OWN_FOLDER if own else var / FOLDER


def read_history(var: Path, *, own: bool = False) -> History:
    """The runs of the past; raises EvaluationUnreadable when the file cannot be opened."""
    path = _folder(var, own) / HISTORY_FILE
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return History((), 0)
    except OSError as error:
        raise EvaluationUnreadable(f"{path} cannot be read: {error.strerror}") from error
    past_run = TypeAdapter(PastRun)
    runs: list[PastRun] = []
    for line in lines:
        try:
            runs.append(past_run.validate_json(line))
        except ValidationError:  # cut off, or of another version; told by the count
            continue
    return History(tuple(sorted(runs, key=lambda run: run.at)), len(lines) - len(runs))


def figure_words(measure: str, value: float) -> str:
    """
    >>> figure_words("right", 0.9321), figure_words("answer_length", 98.4)
    ('93.2%', '98')
    """
    return f"{value:.0f}" if measure in IN_WORDS else f"{100 * value:.1f}%"
