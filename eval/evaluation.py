"""One evaluation from topics to report: run, summarise, hold against bounds and baseline."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.contract import CheckOutcome
from app.teaching.topics import Topic, load_topics
from app.views.evaluation_report import (
    HeldBound,
    Language,
    Mode,
    Repeats,
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
from eval.run.repeats import how_steady, merged
from eval.run.runner import TopicAnswer, TopicsAsked, locate, run_topics
from eval.run.summary import summarise
from eval.run.system import Answerer, CorpusView, System
from eval.run.thresholds import Thresholds, hold_bounds, load_thresholds
from eval.run.topics import sample, select
from eval.run.verdict import Verdict, judge


@dataclass(frozen=True, slots=True)
class Options:
    """What to run and what to hold it against; the defaults are the project's own files.

    ``thresholds``, ``baseline``: None holds the run against none; ``endpoint``: the address of
    another assistant, None for Clause Desk; ``repeats``: how often each topic is asked.
    """

    topics: Path = TOPICS_FILE
    thresholds: Path | None = THRESHOLDS_FILE
    baseline: Path | None = BASELINE_FILE
    split: Split | None = None
    kinds: tuple[TopicKind, ...] = ()
    language: Language | None = None
    mode: Mode = "extractive"
    limit: int | None = None
    peers: bool = False
    endpoint: str | None = None
    repeats: int = 1

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
        title += "" if self.limit is None else f", a sample of {self.limit}"
        title += "" if self.repeats == 1 else f", {self.repeats} times each"
        return title if self.endpoint is None else f"{title}, asked of {self.endpoint}"


@dataclass(frozen=True, slots=True)
class PeerRun:
    """A peer's name, what it is in one line, and its run on the same topics."""

    name: str
    what: str
    asked: tuple[TopicAnswer, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything that the forms of a report show about one run, gathered once for all of them.

    ``title`` names the selection ("all topics", "test, kind zh"); ``stale``: a line for each topic
    that could not be scored.
    """

    title: str
    mode: Mode
    model: str | None
    corpus: CorpusView
    asked: tuple[TopicAnswer, ...]
    groups: tuple[TopicGroup, ...]
    bounds: tuple[HeldBound, ...]
    comparison: SinceBaseline | None
    verdict: Verdict
    stale: tuple[str, ...]
    peers: tuple[PeerRun, ...]
    assistant: str = "Clause Desk"
    repeats: Repeats | None = None

    @property
    def outcomes(self) -> tuple[TopicOutcome, ...]:
        return tuple(asked.outcome for asked in self.asked)

    @property
    def splits(self) -> tuple[TopicGroup, ...]:
        return tuple(group for group in self.groups if group.by == "split")

    @property
    def kinds(self) -> tuple[TopicGroup, ...]:
        return tuple(group for group in self.groups if group.by == "kind")


def evaluate(system: System, options: Options, other: Answerer | None = None) -> RunReport:
    """Run the chosen topics; raises ClauseDeskError when that can't be done.

    ``system`` has the corpus; ``other``: the assistant behind ``options.endpoint``, which is asked
    instead of it.
    """
    thresholds = load_thresholds(options.thresholds or THRESHOLDS_FILE)
    topics = load_topics(options.topics)
    chosen = select(topics, split=options.split, kinds=options.kinds, language=options.language)
    chosen = chosen if options.limit is None else sample(chosen, options.limit)
    baseline = load_baseline(options.baseline) if options.baseline else None
    corpus = CorpusView.of(system)
    found = locate(chosen, corpus)
    if not found.located:
        raise CannotRun(f"the corpus holds the gold of no topic; the first: {found.stale[0]}")
    as_of = thresholds.run.as_of

    def run_of(answerer: Answerer, progress: str) -> TopicsAsked:
        return run_topics(answerer, found.located, corpus, as_of=as_of, progress=progress)

    times = [f"time {n}, topics" if n > 1 else "topics" for n in range(1, options.repeats + 1)]
    (asked, unanswered), repeats = merged([run_of(other or system, time) for time in times])
    if not asked:
        raise CannotRun(f"no topic got an answer; the first: {unanswered[0]}")
    mode = options.mode
    if other is None:
        _prove_mode(asked, mode)
    else:
        mode = "generative" if any(a.answer.mode == "generative" for a in asked) else "extractive"
    comparison, why_not = compare_with(baseline, asked, topics, corpus, mode, thresholds)
    outcomes = [a.outcome for a in asked]
    bounds: tuple[HeldBound, ...] = ()
    if options.thresholds:
        bounds = hold_bounds(outcomes, thresholds, whole_splits=options.whole_splits)
    verdict = judge(bounds, comparison, (*found.stale, *unanswered), no_comparison_because=why_not)
    further = how_steady(repeats) if repeats else ()
    further += _how_it_cites(asked) if other else ()
    verdict = verdict._replace(remarks=(*verdict.remarks, *further))
    return RunReport(
        title=options.title,
        mode=mode,
        model=next((a.answer.model for a in asked if a.answer.model), None),
        corpus=corpus,
        asked=asked,
        groups=summarise(outcomes),
        bounds=bounds,
        comparison=comparison,
        verdict=verdict,
        stale=(*found.stale, *unanswered),
        peers=tuple(
            PeerRun(peer.name, peer.what, run_of(peer.build(corpus), peer.name).answers)
            for peer in (peers() if options.peers else ())
        ),
        assistant=options.endpoint or "Clause Desk",
        repeats=repeats,
    )


def _how_it_cites(asked: Sequence[TopicAnswer]) -> tuple[str, ...]:
    """What of another assistant's answers could be read, for its own figures say nothing of it."""
    answers = [a.answer for a in asked if a.answer.answered]
    without = sum(not answer.citations for answer in answers)
    checks = Counter(s.check for answer in answers for s in answer.statements)
    told = ", ".join(f"{checks[check]} {check.replace('_', ' ')}" for check in CheckOutcome)
    return (
        f"{len(answers)} of {len(asked)} topics answered, {without} of them without a citation "
        "or a quotation of a clause that is held",
        f"sentences that state a rule, held against what they cite: {told}",
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
    mode: Mode,
    thresholds: Thresholds,
) -> tuple[SinceBaseline | None, str | None]:
    """The comparison, or why there is none."""
    if baseline is None:
        return None, "no baseline to compare with; --update-baseline stores this run as one"
    if baseline.mode != mode:
        return None, f"the baseline is of {baseline.mode} answers, this run is {mode}"
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
