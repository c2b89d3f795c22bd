"""One evaluation from topics to report: run, summarise, hold against bounds and baseline."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.teaching.topics import Topic, load_topics
from app.views.evaluation_report import (
    HeldBound,
    Language,
    Mode,
    SinceBaseline,
    Split,
    TopicGroup,
    TopicKind,
    TopicOutcome,
)
from eval.choices import BASELINE_FILE, THRESHOLDS_FILE, TOPICS_FILE
from eval.errors import CannotRun
from eval.peers.recipes import peers
from eval.run.baseline import Baseline, compare, load_baseline, make_baseline
from eval.run.runner import TopicAnswer, locate, run_topics
from eval.run.summary import summarise
from eval.run.system import CorpusView, System
from eval.run.thresholds import Thresholds, hold_bounds, load_thresholds
from eval.run.topics import sample, select
from eval.run.verdict import Verdict, judge


@dataclass(frozen=True, slots=True)
class Options:
    """What to run and what to hold it against; the defaults are the project's own files."""

    topics: Path = TOPICS_FILE
    thresholds: Path = THRESHOLDS_FILE
    baseline: Path = BASELINE_FILE
    split: Split | None = None
    kinds: tuple[TopicKind, ...] = ()
    language: Language | None = None
    mode: Mode = "extractive"
    limit: int | None = None
    peers: bool = False

    @property
    def whole_splits(self) -> bool:
        return not self.kinds and self.language is None and self.limit is None

    @property
    def is_whole(self) -> bool:
        return self.whole_splits and self.split is None

    @property
    def title(self) -> str:
        """The selection in words: "all topics", "test, kind zh"."""
        parts: list[str] = [self.split] if self.split else []
        parts += [f"kind {', '.join(self.kinds)}"] if self.kinds else []
        parts += [f"language {self.language}"] if self.language else []
        title = ", ".join(parts) or "all topics"
        return title if self.limit is None else f"{title}, a sample of {self.limit}"


@dataclass(frozen=True, slots=True)
class PeerRun:
    """A peer's name, what it is in one line, and its run on the same topics."""

    name: str
    what: str
    asked: tuple[TopicAnswer, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything that the forms of a report show about one run, gathered once for all of them.

    ``title`` names the selection ("all topics", "test, kind zh").
    """

    title: str
    mode: Mode
    model: str | None
    corpus: CorpusView
    asked: tuple[TopicAnswer, ...]
    groups: tuple[TopicGroup, ...]
    bounds: tuple[HeldBound, ...]
    baseline: Baseline | None
    comparison: SinceBaseline | None
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


def evaluate(system: System, options: Options) -> RunReport:
    """Run the chosen topics; raises ClauseDeskError when that can't be done."""
    thresholds = load_thresholds(options.thresholds)
    topics = load_topics(options.topics)
    chosen = select(topics, split=options.split, kinds=options.kinds, language=options.language)
    chosen = chosen if options.limit is None else sample(chosen, options.limit)
    baseline = load_baseline(options.baseline)
    corpus = CorpusView.of(system)
    found = locate(chosen, corpus)
    if not found.located:
        raise CannotRun(f"the corpus holds the gold of no topic; the first: {found.stale[0]}")
    as_of = thresholds.run.as_of
    asked = run_topics(system, found.located, corpus, as_of=as_of, progress="topics")
    _prove_mode(asked, options.mode)
    comparison, why_not = compare_with(baseline, asked, topics, corpus, options, thresholds)
    outcomes = [a.outcome for a in asked]
    bounds = hold_bounds(outcomes, thresholds, whole_splits=options.whole_splits)
    return RunReport(
        title=options.title,
        mode=options.mode,
        model=next((a.answer.model for a in asked if a.answer.model), None),
        corpus=corpus,
        asked=asked,
        groups=summarise(outcomes),
        bounds=bounds,
        baseline=baseline,
        comparison=comparison,
        verdict=judge(bounds, comparison, found.stale, no_comparison_because=why_not),
        stale=found.stale,
        peers=tuple(
            PeerRun(
                peer.name,
                peer.what,
                run_topics(
                    peer.build(corpus), found.located, corpus, as_of=as_of, progress=peer.name
                ),
            )
            for peer in (peers() if options.peers else ())
        ),
    )


def _prove_mode(asked: Sequence[TopicAnswer], mode: Mode) -> None:
    """A run must not pass for one of another mode because a setting was forgotten."""
    given = {a.answer.mode for a in asked if a.answer.answered}
    # a generative run has extractive answers too: where the model pointed at nothing, or failed
    if (given and mode not in given) or (mode == "extractive" and len(given) > 1):
        other = "generative" if mode == "extractive" else "extractive"
        notes = {note for a in asked for note in a.answer.notes}
        why = f": {min(notes)}" if len(notes) == 1 else "; see CLAUSEDESK_LLM"
        raise CannotRun(f"asked for {mode} answers, got {other} ones{why}")


def compare_with(
    baseline: Baseline | None,
    asked: Sequence[TopicAnswer],
    topics: Sequence[Topic],
    corpus: CorpusView,
    options: Options,
    thresholds: Thresholds,
) -> tuple[SinceBaseline | None, str | None]:
    """The comparison, or why there is none."""
    if baseline is None:
        return None, "no baseline to compare with; --update-baseline stores this run as one"
    if baseline.mode != options.mode:
        return None, f"the baseline is of {baseline.mode} answers, this run is {options.mode}"
    comparison = compare(
        [a.outcome for a in asked],
        baseline,
        corpus.document_hashes(),
        {topic.id: topic for topic in topics},
        corpus.clauses,
        alpha=thresholds.run.alpha,
    )
    return comparison, None


def baseline_of(report: RunReport) -> Baseline:
    """This run as a baseline for later ones."""
    return make_baseline(
        report.outcomes, report.mode, report.corpus.fingerprint, report.corpus.document_hashes()
    )
