"""What readers say of answers, kept on this machine; `python -m eval proposals` makes topics of it."""

from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError

from app.contract import Answer, Frozen
from ingest.errors import ClauseDeskError


class Feedback(Frozen):
    """One reader's word on one answer; a later word on the same answer replaces it."""

    question: str
    history: tuple[str, ...]
    as_of: date
    answered: bool
    clause_ids: tuple[str, ...]
    quotes: tuple[str, ...]  # parallel to clause_ids
    helpful: bool
    reason: str
    given_at: datetime


def feedback_on(answer: Answer, history: tuple[str, ...], helpful: bool, reason: str) -> Feedback:
    return Feedback(
        question=answer.question,
        history=history,
        as_of=answer.as_of,
        answered=answer.answered,
        clause_ids=tuple(citation.clause_id for citation in answer.citations),
        quotes=tuple(citation.quote for citation in answer.citations),
        helpful=helpful,
        reason=reason.strip(),
        given_at=datetime.now(UTC),
    )


def keep_feedback(feedback: Feedback, var: Path) -> None:
    """Add a line to ``feedback.jsonl``; raises ClauseDeskError when it cannot be written."""
    path = _file(var)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            path.touch(mode=0o600)  # what readers asked is for this account's eyes only
            with path.open("a", encoding="utf-8") as lines:
                lines.write(f"{feedback.model_dump_json()}\n")
    except OSError as error:
        raise ClauseDeskError(f"feedback cannot be kept in {path}: {error.strerror}") from error


def read_feedback(var: Path) -> list[Feedback]:
    """The last word on each answer, oldest first; [] when nobody said anything.

    Raises ClauseDeskError, naming the line, for one that is no feedback.
    """
    path = _file(var)
    if not path.exists():
        return []
    latest: dict[tuple[str, tuple[str, ...], date], Feedback] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            feedback = Feedback.model_validate_json(line)
        except ValidationError as error:
            raise ClauseDeskError(
                f"{path}, line {number} is no feedback: delete the line"
            ) from error
        latest[feedback.question, feedback.history, feedback.as_of] = feedback
    return list(latest.values())


def _file(var: Path) -> Path:
    return var / "feedback.jsonl"
