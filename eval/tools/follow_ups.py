"""How well questions of a conversation are understood: is the right clause found first?

A line of ``follow_ups.jsonl`` is a turn: ``history``, ``question``, ``means`` (the same in
full), ``document`` and ``evidence`` (words of the clause that answers), ``topic`` ("same": a
follow-up, "new": it has nothing to do with the history), ``split`` ("dev", or "apart": looked at
when nothing more was changed).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from app.contract import Frozen, Question
from app.search.refusal import RefusalModel
from app.search.searcher import Searcher
from app.teaching.topics import first_problem
from eval.errors import CannotRun
from eval.tools.folder import open_folder
from ingest.index.build import Progress
from ingest.pipeline import clause_model
from ingest.settings import PROJECT, Settings

TURNS_FILE = PROJECT / "eval/data/follow_ups.jsonl"
_FOLDERS = (PROJECT / "corpus/documents", PROJECT / "eval/data/training/rules")


class FollowUpTurn(Frozen):
    """A question after others."""

    history: tuple[str, ...]
    question: str
    means: str
    document: str
    evidence: str
    topic: Literal["same", "new"]
    split: Literal["dev", "apart"]


@dataclass(frozen=True, slots=True)
class Understanding:
    """Turns of one kind: how many, with the right clause first, with it when asked in full."""

    topic: str
    turns: int
    first: int
    first_in_full: int


def load_turns(path: Path, split: str) -> list[FollowUpTurn]:
    """The turns of a split; raises CannotRun, naming the line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CannotRun(f"can't read turns from {path}: {error.strerror}") from error
    turns = []
    for number, line in enumerate(lines, start=1):
        try:
            turns.append(FollowUpTurn.model_validate_json(line))
        except ValidationError as error:
            raise CannotRun(f"{path} line {number}: {first_problem(error)}") from error
    return [turn for turn in turns if turn.split == split]


def measure(
    turns: Sequence[FollowUpTurn], settings: Settings, progress: Progress
) -> list[Understanding]:
    """All documents of the turns make one corpus, so that a new topic has somewhere to go."""
    names = dict.fromkeys(turn.document for turn in turns)
    folder = open_folder(_files(names), settings, settings.var / "follow-ups", progress)
    searcher = Searcher(folder.library, clause_model(), RefusalModel.load())
    asked, first, in_full = Counter[str](), Counter[str](), Counter[str]()
    for done, turn in enumerate(turns):
        progress("ask", done, len(turns))
        asked[turn.topic] += 1
        after = Question(text=turn.question, history=turn.history)
        first[turn.topic] += _is_first(searcher, after, turn)
        in_full[turn.topic] += _is_first(searcher, Question(text=turn.means), turn)
    return [Understanding(topic, asked[topic], first[topic], in_full[topic]) for topic in asked]


def _is_first(searcher: Searcher, question: Question, turn: FollowUpTurn) -> bool:
    library = searcher.library
    best = searcher.find(question).answers.candidates[0]
    return turn.evidence in library.quote(library.clause(best.unit.clause_id))


def _files(names: Iterable[str]) -> Iterable[tuple[str, Path]]:
    for name in names:
        found = [path for folder in _FOLDERS for path in folder.glob(f"{name}.*")]
        if not found:
            raise CannotRun(f"no document {name} in {' or '.join(map(str, _FOLDERS))}")
        yield name, found[0]
