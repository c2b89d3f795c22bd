"""The last evaluation, and those before it, as `python -m eval run` leaves them in var/eval.

The files are read as they are written; what this page does not show is passed over.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import ClauseDeskError

FOLDER = "eval"
_REPORT, _HISTORY = "report.json", "history.jsonl"
#: measures in words or other units; all others are shares, 0 to 1
NO_SHARES = frozenset({"answer_length"})


class EvaluationUnreadable(ClauseDeskError):
    """The report of an evaluation cannot be read."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EstimateView(_Read):
    """A measure over ``n`` topics with its 95% interval."""

    value: float
    low: float
    high: float
    n: int


class Group(_Read):
    """``by``: "split", "kind" or "language"; ``name``: its value."""

    by: str
    name: str
    topics: int
    figures: dict[str, EstimateView]


class TopicResult(_Read):
    topic: str
    kind: str
    language: str
    split: str
    must: bool
    right: bool
    why_wrong: tuple[str, ...]
    question: str
    answer: str
    found: tuple[str, ...]  # clause ids, best first
    cited: tuple[str, ...]


class TopicChange(_Read):
    topic: str
    why: tuple[str, ...]


class SinceBaseline(_Read):
    """Topics that were right and are wrong (lost), and the reverse (won)."""

    lost: tuple[TopicChange, ...]
    won: tuple[TopicChange, ...]


class RiskPoint(_Read):
    """The share of errors among the surest ``coverage`` of the topics, both 0..1."""

    coverage: float
    risk: float


class ReliabilityBin(_Read):
    """Topics of like confidence: its mean, and the share of them that the corpus covers."""

    n: int
    confidence: float
    share: float


class Curves(_Read):
    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[ReliabilityBin, ...]


class EvaluationReport(_Read):
    """``exit_code`` 0: it holds, 1: worse or below a threshold, 2: topics to mend."""

    selection: str
    mode: str
    model: str | None
    corpus_fingerprint: str
    exit_code: int
    failures: tuple[str, ...]
    remarks: tuple[str, ...]
    groups: tuple[Group, ...]
    since_baseline: SinceBaseline | None
    curves: Curves | None = None  # an older report has none
    topics: tuple[TopicResult, ...]

    @property
    def right(self) -> int:
        return sum(topic.right for topic in self.topics)

    def failing(self, split: str, kind: str | None = None) -> tuple[TopicResult, ...]:
        """The wrong topics of a split, those that must be right first."""
        wrong = [t for t in self.topics if not t.right and t.split == split]
        chosen = [t for t in wrong if kind in (None, t.kind)]
        return tuple(sorted(chosen, key=lambda t: (not t.must, t.topic)))

    def groups_by(self, by: str) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.by == by)


class PastRun(_Read):
    """One run in the history; ``figures`` by split and measure."""

    at: datetime
    selection: str
    mode: str
    corpus_fingerprint: str
    exit_code: int
    topics: int
    right: int
    figures: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class History:
    """Runs, oldest first; ``unreadable`` counts the lines that are none."""

    runs: tuple[PastRun, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    report: EvaluationReport
    finished_at: datetime


def read_evaluation(var: Path) -> Evaluation | None:
    """The last run; None when there was none. Raises EvaluationUnreadable, with what to do."""
    path = var / FOLDER / _REPORT
    try:
        data = path.read_bytes()
        finished = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Evaluation(EvaluationReport.model_validate_json(data), finished)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvaluationUnreadable(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise EvaluationUnreadable(
            f"{path} is no report of this version: run `python -m eval run` again"
        ) from error


def read_history(var: Path) -> History:
    """The runs of the past; raises EvaluationUnreadable when the file cannot be opened."""
    path = var / FOLDER / _HISTORY
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return History((), 0)
    except OSError as error:
        raise EvaluationUnreadable(f"{path} cannot be read: {error.strerror}") from error
    runs: list[PastRun] = []
    for line in lines:
        try:
            runs.append(PastRun.model_validate(json.loads(line)))
        except ValueError:  # cut off, or of another version; told by the count
            continue
    return History(tuple(sorted(runs, key=lambda run: run.at)), len(lines) - len(runs))


def figure_words(measure: str, value: float) -> str:
    """
    >>> figure_words("right", 0.9321), figure_words("answer_length", 98.4)
    ('93.2%', '98')
    """
    return f"{value:.0f}" if measure in NO_SHARES else f"{100 * value:.1f}%"
