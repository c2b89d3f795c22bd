"""Everything a report shows about one run, gathered once for all its forms."""

from dataclasses import dataclass

from eval.run.baseline import Baseline, Comparison
from eval.run.corpus_view import CorpusView
from eval.run.outcome import TopicOutcome
from eval.run.runner import TopicAnswer
from eval.run.summary import TopicGroup
from eval.run.system import Mode
from eval.run.thresholds import BoundCheck
from eval.run.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PeerRun:
    """A peer's name, what it is in one line, and its run on the same topics."""

    name: str
    what: str
    asked: tuple[TopicAnswer, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run; ``title`` names the selection ("all topics", "test, kind zh")."""

    title: str
    mode: Mode
    model: str | None
    corpus: CorpusView
    asked: tuple[TopicAnswer, ...]
    groups: tuple[TopicGroup, ...]
    checks: tuple[BoundCheck, ...]
    baseline: Baseline | None
    comparison: Comparison | None
    verdict: Verdict
    stale: tuple[str, ...]
    peers: tuple[PeerRun, ...]

    @property
    def outcomes(self) -> tuple[TopicOutcome, ...]:
        return tuple(asked.outcome for asked in self.asked)

    @property
    def splits(self) -> tuple[TopicGroup, ...]:
        return tuple(group for group in self.groups if group.by == "split")

    @property
    def kinds(self) -> tuple[TopicGroup, ...]:
        return tuple(group for group in self.groups if group.by == "kind")
