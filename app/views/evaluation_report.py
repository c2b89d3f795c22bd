"""What `python -m eval run` leaves in var/eval: declared here, written by eval, read by the page.

Standard library only, so that a command can name its choices without loading anything heavy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal

FOLDER, REPORT_FILE, HISTORY_FILE = "eval", "report.json", "history.jsonl"
#: in it, of runs of other topics than the project's
OWN_FOLDER = "own"

Split = Literal["dev", "test"]
Language = Literal["en", "zh"]
Mode = Literal["extractive", "generative"]

#: measures in words; all others are shares, 0 to 1
IN_WORDS = frozenset({"answer_length"})


class TopicKind(StrEnum):
    """Of a topic: what its question asks for."""

    SINGLE = "single"
    SEVERAL = "several"
    LIST = "list"
    CODE = "code"
    COMPARISON = "comparison"
    AS_OF = "as_of"
    REPEAL = "repeal"
    FOLLOW_UP = "follow_up"
    ZH = "zh"
    NOT_COVERED = "not_covered"
    NEAR_MISS = "near_miss"
    NOT_HELD = "not_held"
    HOSTILE = "hostile"


#: the kinds whose right answer is a refusal
REFUSED = frozenset(
    {TopicKind.NOT_COVERED, TopicKind.NEAR_MISS, TopicKind.NOT_HELD, TopicKind.HOSTILE}
)


class ExitCode(IntEnum):
    """``COULD_NOT_RUN``: also of a run whose topics have to be mended."""

    HOLDS = 0
    WORSE = 1  # than the baseline, or below a threshold
    COULD_NOT_RUN = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over ``n`` topics with its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """``by``: "split", "kind" or "language"; ``name``: its value; ``figures`` by measure."""

    by: str
    name: str
    topics: int
    figures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class HeldBound:
    """One floor or ceiling held against one figure."""

    scope: str
    measure: str
    bound: float
    is_floor: bool
    value: float
    holds: bool

    def __str__(self) -> str:
        relation = "at least" if self.is_floor else "at most"
        return (
            f"{self.measure} on {self.scope} is {self.value:.3f}, "
            f"has to be {relation} {self.bound:.3f}"
        )


@dataclass(frozen=True, slots=True)
class CorpusChange:
    """Document ids that came, went or have another text than in the baseline."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.edited)

    def __str__(self) -> str:
        parts = (("added", self.added), ("removed", self.removed), ("edited", self.edited))
        return "; ".join(f"{what}: {', '.join(ids)}" for what, ids in parts if ids)


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """A measure on the topics that both runs scored; ``p`` None: not tested."""

    measure: str
    before: float
    now: float
    n: int
    p: float | None
    worse: bool


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A topic that was right and is wrong (lost) or the reverse (won)."""

    topic: str
    must: bool
    corpus_changed: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SinceBaseline:
    """``new``, ``edited``, ``gone``: topic ids that could not be compared, and why not."""

    corpus: CorpusChange
    measures: tuple[MeasureChange, ...]
    lost: tuple[TopicChange, ...]
    won: tuple[TopicChange, ...]
    new: tuple[str, ...]
    edited: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def lost_must(self) -> tuple[TopicChange, ...]:
        return tuple(c for c in self.lost if c.must and not c.corpus_changed)

    @property
    def worse_measures(self) -> tuple[MeasureChange, ...]:
        return tuple(change for change in self.measures if change.worse)


@dataclass(frozen=True, slots=True)
class MeasureSpread:
    """A measure over repeats of one run: its mean, its lowest and its highest value."""

    measure: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Repeats:
    """Of topics asked ``times`` times: the measures that differed, and the topics (``unsteady``)
    that were right at one time and wrong at another."""

    times: int
    spread: tuple[MeasureSpread, ...]
    unsteady: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """The share of errors among the surest ``coverage`` of the topics, both 0..1."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Topics of like confidence, ``low`` <= confidence < ``high`` (1.0 belongs to the last)."""

    low: float
    high: float
    n: int
    confidence: float  # mean
    share: float  # of them, what the corpus covers


@dataclass(frozen=True, slots=True)
class Curves:
    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class TopicOutcome:
    """How one topic scored. ``why_wrong`` is empty exactly when ``right``; ``values`` by measure,
    None: not applicable; ``digest`` tells whether the topic was edited since.
    """

    topic: str
    digest: str
    kind: TopicKind
    language: Language
    split: Split
    must: bool
    answerable: bool
    answered: bool
    refusal_reason: str | None
    confidence: float
    right: bool
    why_wrong: tuple[str, ...]
    values: Mapping[str, float | None]
    found: tuple[str, ...]  # clause ids, best first
    cited: tuple[str, ...]

    @property
    def family(self) -> str:
        return self.topic.partition("/")[0]


@dataclass(frozen=True, slots=True)
class TopicResult(TopicOutcome):
    """The outcome with what was asked and answered; ``gold``: ids of the clauses expected."""

    question: str
    answer: str
    gold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """One run. ``selection``: its topics in words; ``documents``: sha256 of each one's text;
    ``unscored``: a line for each topic that could not be scored, among the failures too.
    """

    selection: str
    mode: Mode
    model: str | None
    corpus_fingerprint: str
    documents: Mapping[str, str]
    exit_code: ExitCode
    failures: tuple[str, ...]
    remarks: tuple[str, ...]
    thresholds: tuple[HeldBound, ...]
    groups: tuple[TopicGroup, ...]
    since_baseline: SinceBaseline | None
    peers: Mapping[str, tuple[TopicGroup, ...]]
    curves: Curves
    topics: tuple[TopicResult, ...]
    repeats: Repeats | None = None
    unscored: tuple[str, ...] = ()

    @property
    def right(self) -> int:
        return sum(topic.right for topic in self.topics)

    def failing(self, split: Split | None, kind: str | None = None) -> tuple[TopicResult, ...]:
        """The wrong topics, of a split or all, those that must be right first."""
        wrong = [t for t in self.topics if not t.right and split in (None, t.split)]
        chosen = [t for t in wrong if kind in (None, t.kind)]
        return tuple(sorted(chosen, key=lambda t: (not t.must, t.topic)))

    def groups_by(self, by: str) -> tuple[TopicGroup, ...]:
        return tuple(group for group in self.groups if group.by == by)


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run in the history; ``figures`` by split and measure; ``seconds``: that its answers
    took together, None: it was not told."""

    at: datetime
    selection: str
    mode: Mode
    model: str | None
    corpus_fingerprint: str
    exit_code: ExitCode
    topics: int
    right: int
    figures: Mapping[str, Mapping[str, float]]
    seconds: float | None = None
