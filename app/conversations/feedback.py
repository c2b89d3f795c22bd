"""What readers say of answers, in a file or the set database; `python -m eval proposals` makes
topics of it."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from app.contract import Answer, Frozen
from ingest.errors import ClauseDeskError
from ingest.storage import Database, Tables, server_address

FILE = "feedback.jsonl"
_ROWS = "feedback.sqlite"
_metadata = MetaData()
_said = Table(
    "said",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("feedback", Text, nullable=False),
)
_TABLES = Tables("feedback", _metadata, schema=1)


class Feedback(Frozen):
    """One reader's word on one answer; a later word on the same answer replaces it.

    ``seen``: whoever looks after the answers has read it; said by the same word once more.
    """

    question: str
    history: tuple[str, ...]
    as_of: date
    answered: bool
    clause_ids: tuple[str, ...]
    quotes: tuple[str, ...]  # parallel to clause_ids
    helpful: bool
    reason: str
    given_at: datetime
    seen: bool = False


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
    """Add a line to ``feedback.jsonl``, or a row where a database is set; raises ClauseDeskError
    when it cannot be written."""
    if server_address() is not None:
        with closing(Database(var / _ROWS, _TABLES)) as database, database.change() as session:
            session.execute(insert(_said).values(feedback=feedback.model_dump_json()))
        return
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
    latest: dict[tuple[str, tuple[str, ...], date], Feedback] = {}
    for number, line in enumerate(feedback_lines(var), start=1):
        try:
            feedback = Feedback.model_validate_json(line)
        except ValidationError as error:
            raise ClauseDeskError(
                f"{_file(var)}, line {number} is no feedback: delete the line"
            ) from error
        latest[feedback.question, feedback.history, feedback.as_of] = feedback
    return list(latest.values())


def feedback_lines(var: Path) -> list[str]:
    """Each word that was kept, as JSON: those of the file, then those of the set database."""
    path = _file(var)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if server_address() is not None:
        with closing(Database(var / _ROWS, _TABLES)) as database, database.read() as session:
            lines += session.scalars(select(_said.c.feedback).order_by(_said.c.number))
    return lines


def _file(var: Path) -> Path:
    return var / FILE
