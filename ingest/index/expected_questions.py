"""Questions that people are expected to ask, written beside the corpus from its documents.

``corpus/questions/*.jsonl``: questions that a clause answers. Document expansion by query
prediction (Nogueira, Yang, Lin and Cho 2019, "Document Expansion by Query Prediction"): a
clause is found by its own words and by those of the questions that it answers.

They are never quoted: what is shown is always the clause.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from ingest.errors import CatalogError, ClauseDeskError
from ingest.index.content import SearchUnit
from ingest.records import Frozen
from ingest.whole_file import replace_file

#: folder below the corpus
FOLDER = "questions"
#: characters of a question
LONGEST = 400

Row = TypeVar("Row", bound=BaseModel)


class ExpectedQuestion(Frozen):
    """One line of a file."""

    clause_id: str = Field(pattern=r"^[^#\s]+#\S+$")
    language: Literal["en", "zh"]
    question: str = Field(min_length=1, max_length=LONGEST)


class ExpectedQuestions:
    """Questions by the clause that answers them, in the files' order."""

    def __init__(self, questions: Mapping[str, tuple[str, ...]]) -> None:
        self._questions = questions

    @classmethod
    def load(cls, corpus: Path) -> "ExpectedQuestions":
        """Read ``questions/*.jsonl``; no folder is no question.

        Raises CatalogError, naming file and line, for a line that is not one.
        """
        found: dict[str, list[str]] = {}
        for row in questions_in(corpus):
            found.setdefault(row.clause_id, []).append(row.question)
        return cls({clause: tuple(dict.fromkeys(lines)) for clause, lines in found.items()})

    @property
    def clause_ids(self) -> Iterable[str]:
        return self._questions

    def attached(self, units: Iterable[SearchUnit]) -> list[SearchUnit]:
        """The units, each with its questions."""
        return [
            replace(u, questions="\n".join(self._questions.get(u.clause_id, ()))) for u in units
        ]


def questions_in(corpus: Path) -> Iterator[ExpectedQuestion]:
    """The lines of ``questions/*.jsonl``; raises CatalogError like :func:`read_lines`."""
    for path in sorted((corpus / FOLDER).glob("*.jsonl")):
        yield from read_lines(path, ExpectedQuestion)


def questions_file(corpus: Path, document_id: str) -> Path:
    """Where the questions are kept that were made for one document; they go with it."""
    return corpus / FOLDER / f"{document_id}.jsonl"


def append_questions(path: Path, rows: Sequence[ExpectedQuestion]) -> None:
    """Write lines behind those of a file, all or none of them, whenever the program is killed.

    Raises ClauseDeskError when the file cannot be written.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
        gap = b"\n" if before and not before.endswith(b"\n") else b""
        lines = "".join(f"{row.model_dump_json()}\n" for row in rows)
        replace_file(path, before + gap + lines.encode("utf-8"))
    except OSError as error:
        raise ClauseDeskError(
            f"{path} cannot be written ({error.strerror}): make the folder writable or free some "
            "space"
        ) from error


def read_lines(path: Path, form: type[Row]) -> list[Row]:
    """The lines of one file; raises CatalogError, naming the line, for one that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} cannot be read as UTF-8 text: {error}") from error
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(form.model_validate_json(line))
        except ValidationError as error:
            problem = error.errors()[0]
            key = ".".join(map(str, problem["loc"]))
            raise CatalogError(
                f"{path}, line {number}: {f'{key}: ' if key else ''}{problem['msg']}; "
                f"a line is an object with {', '.join(form.model_fields)}"
            ) from error
    return rows
