"""Everything a report shows about one run, gathered once for all its forms."""

from dataclasses import dataclass

from eval.run.baseline import Baseline, Comparison
from eval.run.corpus_view import CorpusView
from eval.run.outcome import Outcome
from eval.run.runner import Asked
from eval.run.summary import Group
from eval.run.system import Mode
from eval.run.thresholds import Check
from eval.run.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PeerRun:
    """A peer's name, what it is in one line, and its run on the same topics."""

    name: str
    what: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One run; ``title`` names the selection ("all topics", "test, kind zh")."""

    title: str
    mode: Mode
    model: str | None
    corpus: CorpusView
    asked: tuple[Asked, ...]
    groups: tuple[Group, ...]
    checks: tuple[Check, ...]
    baseline: Baseline | None
    comparison: Comparison | None
    verdict: Verdict
    stale: tuple[str, ...]
    peers: tuple[PeerRun, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(asked.outcome for asked in self.asked)

    @property
    def splits(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.by == "split")

    @property
    def kinds(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.by == "kind")
