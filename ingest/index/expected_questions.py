"""Questions that people are expected to ask, written beside the corpus from its documents.

``corpus/questions/*.jsonl``: questions that a clause answers. Document expansion by query
prediction (Nogueira, Yang, Lin and Cho 2019, "Document Expansion by Query Prediction"): a
clause is found by its own words and by those of the questions that it answers.

``corpus/questions/uncovered/*.jsonl``: questions that come near and that no clause answers;
a question that lies nearer to these than to the others is likely to be uncovered too.

They are never quoted: what is shown is always the clause.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import CatalogError
from ingest.index.content import SearchUnit
from ingest.text.language import in_languages

#: folders below the corpus
FOLDER = "questions"
UNCOVERED = "uncovered"
#: vectors of the questions in ``FOLDER``, made by `python -m ingest embed-questions`
VECTORS = "vectors.npz"

Row = TypeVar("Row", bound=BaseModel)


class ExpectedQuestion(BaseModel):
    """One line of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause_id: str = Field(pattern=r"^[^#\s]+#\S+$")
    language: Literal["en", "zh"]
    question: str = Field(min_length=1, max_length=400)


class UncoveredQuestion(BaseModel):
    """One line of a file of uncovered ones; ``near``: the clause that comes nearest, or ""."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    near: str
    language: Literal["en", "zh"]
    question: str = Field(min_length=1, max_length=400)
    why: str = ""  # what the clause leaves open


class ExpectedQuestions:
    """Questions by the clause that answers them, in the files' order, and those that
    none answers."""

    def __init__(
        self, questions: Mapping[str, tuple[str, ...]], uncovered: tuple[str, ...] = ()
    ) -> None:
        self._questions = questions
        self.uncovered = uncovered

    @classmethod
    def load(cls, corpus: Path) -> "ExpectedQuestions":
        """Read ``questions/*.jsonl``; no folder is no question.

        Raises CatalogError, naming file and line, for a line that is not one.
        """
        folder = corpus / FOLDER
        found: dict[str, list[str]] = {}
        for path in sorted(folder.glob("*.jsonl")):
            for row in read_lines(path, ExpectedQuestion):
                found.setdefault(row.clause_id, []).append(row.question)
        uncovered = [
            row.question
            for path in sorted((folder / UNCOVERED).glob("*.jsonl"))
            for row in read_lines(path, UncoveredQuestion)
        ]
        return cls(
            {clause: tuple(dict.fromkeys(lines)) for clause, lines in found.items()},
            tuple(dict.fromkeys(uncovered)),
        )

    @property
    def clause_ids(self) -> Iterable[str]:
        return self._questions

    def in_languages(self, languages: Collection[str]) -> list[str]:
        """Every question in one of the languages once, the uncovered ones too."""
        everything = (*(q for asked in self._questions.values() for q in asked), *self.uncovered)
        return in_languages(everything, languages)

    def attached(self, units: Iterable[SearchUnit]) -> list[SearchUnit]:
        """The units, each with its questions."""
        return [
            replace(u, questions="\n".join(self._questions.get(u.clause_id, ()))) for u in units
        ]


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
