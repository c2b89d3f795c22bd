"""Training questions and the clauses they ask about.

A line of ``eval/data/training/*.jsonl``: ``document`` (a path below the folder of corpora,
or ``made-up/…`` for a rule book of this project), ``clauses`` (paths of those that answer;
for a question that the document does not answer, of the nearest), ``language`` of the
question, ``answered``, ``question``, ``why`` it is not answered.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.search.places import find_places
from eval.errors import CannotRun
from ingest.corpus.catalog import load_catalog
from ingest.index.expected_questions import FOLDER, ExpectedQuestion, read_lines
from ingest.models.clause_model import ClauseText
from ingest.text.language import language_of

#: names the documents that are kept for tuning, a line each: they stay the same when others are added
TUNING = "tuning.txt"
#: name of the file of pairs among the training questions, and of the folder of those kept apart: two
#: questions asked in one manner, of which one is answered
PAIRS = "twins"
#: folder of the questions that are written as laymen ask, all of them answered
PEOPLE = "people"
#: how the names of the Chinese statutes begin
STATUTES = "zh-statutes/"
#: how the names of the product's own documents begin
CORPUS = "corpus/"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as written."""

    document: str
    clauses: tuple[str, ...]
    language: str
    answered: bool
    question: str
    #: as people ask who want to know
    by_people: bool = False


class NearMiss(BaseModel):
    """One line of ``eval/data/near_misses``: a question that comes near the corpus's clauses and
    that none answers; ``near``: the clause that comes nearest, or ""."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    near: str
    language: Literal["en", "zh"]
    question: str = Field(min_length=1, max_length=400)
    why: str = ""  # what the clause leaves open


@dataclass(frozen=True, slots=True)
class TrainingPassage:
    """One clause of a document: what is embedded and read."""

    document: str
    path: str
    text: ClauseText


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """A question with the positions of its clauses among the passages.

    ``gold``: those that answer; of a question that is not answered, none.
    ``near``: those that come nearest without answering.
    """

    question: str
    document: str
    language: str
    gold: tuple[int, ...]
    near: tuple[int, ...]
    by_people: bool = False

    @property
    def answered(self) -> bool:
        return bool(self.gold)


def load_questions(files: Iterable[Path]) -> list[Asked]:
    """Questions of all files, none twice; raises CannotRun naming file and line."""
    found: dict[tuple[str, str], Asked] = {}
    for file in files:
        for number, line in enumerate(_lines(file), start=1):
            try:
                row = json.loads(line)
                asked = Asked(
                    row["document"],
                    tuple(row["clauses"]),
                    row["language"],
                    row["answered"],
                    row["question"],
                )
            except (ValueError, KeyError, TypeError) as error:
                raise CannotRun(f"{file} line {number} is no training question: {error}") from error
            found.setdefault((asked.document, asked.question), asked)
    return list(found.values())


def load_corpus_questions(corpus: Path, near_misses: Path) -> list[Asked]:
    """The questions that the corpus's clauses are expected to be asked, and the near misses.

    One that several clauses of a document answer stands here once. Raises CatalogError
    naming file and line.
    """
    names = {entry.id: f"{CORPUS}{entry.file}" for entry in load_catalog(corpus).document}
    found: dict[tuple[str, bool, str], Asked] = {}

    def add(clause_id: str, language: str, question: str, answered: bool) -> None:
        document, _, path = clause_id.partition("#")
        if document not in names:
            return
        name = names[document]
        before = found.get((name, answered, question))
        clauses = dict.fromkeys((*(before.clauses if before else ()), path))
        found[name, answered, question] = Asked(name, tuple(clauses), language, answered, question)

    for file in sorted((corpus / FOLDER).glob("*.jsonl")):
        for expected in read_lines(file, ExpectedQuestion):
            add(expected.clause_id, expected.language, expected.question, True)
    for file in sorted(near_misses.glob("*.jsonl")):
        for missed in read_lines(file, NearMiss):
            add(missed.near, missed.language, missed.question, False)
    return list(found.values())


def load_questions_of_people(file: Path) -> list[Asked]:
    """Questions that people asked on Chinese statutes, as ``python -m eval retrieval --queries``
    takes them; one that articles of several statutes answer stands here once for each.

    Raises CannotRun naming file and line.
    """
    found = []
    for number, line in enumerate(_lines(file), start=1):
        clauses: dict[str, list[str]] = {}
        try:
            row = json.loads(line)
            for name, path in gold_articles(row["gold"]):
                clauses.setdefault(f"{STATUTES}{name}", []).append(path)
            question = str(row["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRun(f"{file} line {number} names no article: {error}") from error
        found += [
            Asked(document, tuple(paths), language_of(question), True, question, by_people=True)
            for document, paths in clauses.items()
        ]
    return found


def gold_articles(gold: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    """File and path of each of a question's articles, given as ``{"file", "article"}`` as printed.

    Raises ValueError for an article that cannot be read, KeyError or TypeError for another form.
    """
    articles = []
    for one in gold:
        if not (places := find_places(one["article"])):
            raise ValueError(f"{one['article']} is no article that can be read")
        articles.append((one["file"], places[0].paths[0]))
    return articles


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CannotRun(f"cannot read {file} ({error.strerror})") from error


class Passages:
    """Clauses of many documents; a clause asked for that is cut finer is joined from its parts."""

    def __init__(self, passages: Sequence[TrainingPassage]) -> None:
        self.all = list(passages)
        self._positions = {(p.document, p.path): i for i, p in enumerate(self.all)}
        self._by_document: dict[str, list[int]] = {}
        for position, passage in enumerate(self.all):
            self._by_document.setdefault(passage.document, []).append(position)

    def of(self, document: str) -> list[int]:
        """Positions of a document's clauses, none that was joined."""
        return self._by_document.get(document, [])

    def find(self, document: str, path: str) -> int | None:
        """Position of a clause; None where the document has no such clause."""
        known = self._positions.get((document, path))
        if known is not None:
            return known
        parts = [i for i in self.of(document) if self.all[i].path.startswith(f"{path}.")]
        if not parts:
            return None
        texts = [self.all[i].text for i in parts]
        joined = ClauseText(texts[0].context, " ".join(text.body for text in texts))
        self.all.append(TrainingPassage(document, path, joined))
        self._positions[document, path] = len(self.all) - 1
        return len(self.all) - 1

    def answers(self, position: int, gold: Iterable[int]) -> bool:
        """Whether a clause is one of ``gold``, a part of one, or the list that one is an item of."""
        found = self.all[position]
        return any(
            found.document == self.all[i].document and hits(found.path, self.all[i].path)
            for i in gold
        )


def hits(path: str, gold: str) -> bool:
    """Whether a clause is the one that answers, a part of it, or the list that it is an item of."""
    return path == gold or path.startswith(f"{gold}.") or gold.startswith(f"{path}.")


def make_examples(asked: Iterable[Asked], passages: Passages) -> list[TrainingExample]:
    """Examples of the questions whose clauses the passages hold; what another document answers
    a question with, answers it too."""
    held: list[tuple[Asked, tuple[int, ...]]] = []
    answers: dict[str, dict[int, None]] = {}
    for row in asked:
        found = [passages.find(row.document, path) for path in row.clauses]
        positions = tuple(i for i in found if i is not None)
        if positions:
            held.append((row, positions))
        if row.answered:
            answers.setdefault(row.question, {}).update(dict.fromkeys(positions))
    examples = []
    for row, positions in held:
        gold = tuple(dict.fromkeys((*positions, *answers[row.question]))) if row.answered else ()
        near = () if row.answered else positions
        examples.append(
            TrainingExample(row.question, row.document, row.language, gold, near, row.by_people)
        )
    return examples


def tuning_documents(questions: Path) -> set[str]:
    """The documents of a folder of training questions that are kept for tuning, by name."""
    return set(_lines(questions / TUNING))
