"""The test of the evaluation itself: break the system on purpose, and see the run fail.

First the system is asked twice: the second run must hold against the first, or the
evaluation raises false alarms. Then each mutation must make a run fail, by the measure
that is there to catch it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.contract import Answer, Question
from app.teaching.topics import Topic
from app.views.evaluation_report import ExitCode
from eval.errors import CannotRun
from eval.measures.catalogue import MEASURES
from eval.run.baseline import Baseline, compare, make_baseline
from eval.run.hits import GoldClause
from eval.run.runner import TopicAnswer, locate, run_topics
from eval.run.system import Answerer, CorpusView, System
from eval.run.thresholds import Thresholds, hold_bounds
from eval.run.verdict import Verdict, judge
from eval.tools.mutations import MUTATIONS, Mutation

#: topics of each kind in the short form, those marked ``must`` first
SHORT_TOPICS = 6

_Located = Sequence[tuple[Topic, tuple[GoldClause, ...]]]


class Trial(NamedTuple):
    """One row of the result. ``passed``: the control held, or the mutation was caught by
    its measure; ``seen``: what that measure did, ``why``: the first reason of the verdict.
    """

    name: str
    passed: bool
    seen: str
    why: str


class _Remembering:
    """Asks each question once: mutations change answers, not what is asked."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._answers: dict[Question, Answer] = {}

    def ask(self, question: Question) -> Answer:
        if question not in self._answers:
            self._answers[question] = self._answerer.ask(question)
        return self._answers[question]


def selftest(
    system: System, topics: Sequence[Topic], thresholds: Thresholds, *, short: bool = False
) -> tuple[Trial, ...]:
    """The control and every mutation, in order; raises CannotRun when no topic fits the corpus.

    Only the bounds for every selection are held, and the baseline is the system's own run:
    the question here is whether the evaluation notices, not whether the system is good.
    """
    corpus = CorpusView.of(system)
    located = locate(_short(topics) if short else topics, corpus).located
    if not located:
        raise CannotRun("the corpus holds the gold of no topic; run `python -m eval check`")
    as_of = thresholds.run.as_of
    sound = run_topics(system, located, corpus, as_of=as_of, progress="sound system").answers
    baseline = make_baseline(
        [a.outcome for a in sound], "extractive", corpus.fingerprint, corpus.document_hashes()
    )
    again = run_topics(system, located, corpus, as_of=as_of, progress="the same again").answers
    trials = [_control(sound, again, _verdict(again, baseline, corpus, thresholds))]
    remembering = _Remembering(system)
    for mutation in MUTATIONS:
        trials.append(_trial(mutation, remembering, located, baseline, corpus, thresholds, as_of))
    return tuple(trials)


def _short(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    chosen: list[Topic] = []
    for kind in dict.fromkeys(topic.kind for topic in topics):
        of_kind = [topic for topic in topics if topic.kind == kind]
        chosen += sorted(of_kind, key=lambda topic: not topic.must)[:SHORT_TOPICS]
    return tuple(chosen)


def _control(first: Sequence[TopicAnswer], again: Sequence[TopicAnswer], verdict: Verdict) -> Trial:
    moved = [b.topic.id for a, b in zip(first, again, strict=True) if a.outcome != b.outcome]
    seen = f"differs on {', '.join(moved)}" if moved else f"{len(again)} topics alike"
    passed = verdict.exit_code is ExitCode.HOLDS and not moved
    return Trial("none: the system as it is", passed, seen, "; ".join(verdict.failures[:1]))


def _trial(
    mutation: Mutation,
    answerer: Answerer,
    located: _Located,
    baseline: Baseline,
    corpus: CorpusView,
    thresholds: Thresholds,
    as_of: date,
) -> Trial:
    mutant = mutation.wrap(answerer, corpus)
    asked = run_topics(mutant, located, corpus, as_of=as_of).answers
    verdict = _verdict(asked, baseline, corpus, thresholds)
    before = _mean(mutation.measure, [s.values for s in baseline.outcomes.values()])
    now = _mean(mutation.measure, [a.outcome.values for a in asked])
    if before is None or now is None:
        return Trial(mutation.name, False, f"no topic measures {mutation.measure}", "")
    fell = now < before if MEASURES[mutation.measure].higher_is_better else now > before
    return Trial(
        mutation.name,
        passed=verdict.exit_code is ExitCode.WORSE and fell,
        seen=f"{mutation.measure} {before:.3f} → {now:.3f}",
        why="; ".join(verdict.failures[:1]),
    )


def _verdict(
    asked: Sequence[TopicAnswer], baseline: Baseline, corpus: CorpusView, thresholds: Thresholds
) -> Verdict:
    outcomes = [a.outcome for a in asked]
    comparison = compare(
        outcomes,
        baseline,
        corpus.document_hashes(),
        {a.topic.id: a.topic for a in asked},
        corpus.clauses,
        alpha=thresholds.run.alpha,
    )
    return judge(hold_bounds(outcomes, thresholds, whole_splits=False), comparison, ())


def _mean(measure: str, rows: Sequence[Mapping[str, float | None]]) -> float | None:
    values = [value for row in rows if (value := row.get(measure)) is not None]
    return sum(values) / len(values) if values else None
