"""The report as one self-contained HTML page; every text is escaped by the template."""

from collections.abc import Sequence
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.views.evaluation_report import Estimate, ExitCode
from eval.evaluation import RunReport
from eval.measures.catalogue import MEASURES, MeasureInfo
from eval.measures.latency import latency
from eval.reports import wording
from eval.reports.charts import latency_chart, reliability_chart, risk_coverage_chart
from eval.reports.json_report import curves
from eval.reports.peers_table import peer_rows
from eval.run.hits import GoldClause, LocatedClause
from eval.run.runner import TopicAnswer

#: found clauses shown per failing topic
_SHOWN = 5
#: characters of a found text; the expected clause is always shown whole
_EXCERPT = 700
_TILES = (
    "right", "Success@1", "Success@5", "refusal_accuracy", "quote_exactness", "figure_invention",
)  # fmt: skip
_VERDICT_CLASSES = {
    ExitCode.HOLDS: "good",
    ExitCode.WORSE: "bad",
    ExitCode.COULD_NOT_RUN: "warn",
}


class EvidencePart(NamedTuple):
    """A stretch of text; ``marked`` when it is a topic's evidence."""

    text: str
    marked: bool


class ShownClause(NamedTuple):
    clause_id: str
    place: str
    hits: bool
    pieces: tuple[EvidencePart, ...]


class Failing(NamedTuple):
    """What the page shows of a topic that is wrong; ``fails``: it makes the run fail."""

    asked: TopicAnswer
    fails: bool
    expected: tuple[ShownClause, ...]
    found: tuple[ShownClause, ...]


class Move(NamedTuple):
    """A measure before and now, both in per cent, for the before/after rows."""

    measure: str
    label: str
    before: float
    now: float
    worse: bool
    text: str


def html_report(report: RunReport) -> str:
    """The whole page."""
    environment = Environment(
        loader=PackageLoader("eval.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html.j2")
    return template.render(
        report=report,
        headline=wording.headline(report),
        verdict_class=_VERDICT_CLASSES[report.verdict.exit_code],
        tiles=[(name, MEASURES[name]) for name in _TILES],
        measures=_measures(report),
        value=wording.value,
        with_interval=wording.with_interval,
        interval=wording.interval,
        charts=_charts(report),
        moves=_moves(report),
        peers=peer_rows(report) if report.peers else None,
        failing=_failing(report),
    )


def _measures(report: RunReport) -> list[tuple[MeasureInfo, list[Estimate | None]]]:
    """Each measure that applies to some split, with its figure on every split."""
    rows = [
        (info, [group.figures.get(name) for group in report.splits])
        for name, info in MEASURES.items()
    ]
    return [(info, figures) for info, figures in rows if any(figures)]


def _charts(report: RunReport) -> dict[str, Markup]:
    outcomes, drawn = report.outcomes, curves(report)
    charts = {
        "risk": risk_coverage_chart(
            drawn.risk_coverage,
            sum(o.answered for o in outcomes) / len(outcomes) if outcomes else 0.0,
        ),
        "reliability": reliability_chart(drawn.reliability),
    }
    milliseconds = [asked.milliseconds for asked in report.asked]
    times = latency(milliseconds)
    if times is not None:
        charts["latency"] = latency_chart(milliseconds, times)
    return charts


def _moves(report: RunReport) -> list[Move]:
    if report.comparison is None:
        return []
    return [
        Move(
            change.measure,
            MEASURES[change.measure].label,
            100 * change.before,
            100 * change.now,
            change.worse,
            f"{wording.value(change.measure, change.before)} → "
            f"{wording.value(change.measure, change.now)}",
        )
        for change in report.comparison.measures
        if MEASURES[change.measure].is_share and change.before != change.now
    ]


def _failing(report: RunReport) -> list[Failing]:
    failed = set(report.verdict.failed_topics)
    shown = [
        Failing(
            asked=asked,
            fails=asked.topic.id in failed,
            expected=tuple(_expected(clause, report) for clause in asked.gold),
            found=tuple(_found(r, asked.gold, report) for r in asked.answer.retrieved[:_SHOWN]),
        )
        for asked in report.asked
        if not asked.outcome.right
    ]
    return sorted(shown, key=lambda failing: not failing.fails)  # stable: else the run's order


def _expected(gold: GoldClause, report: RunReport) -> ShownClause:
    clause = report.corpus.clause(gold.clause_id)
    return ShownClause(
        clause.id, clause.locator, True, _pieces(clause.text, clause.start, [gold], limit=None)
    )


def _found(span: LocatedClause, gold: Sequence[GoldClause], report: RunReport) -> ShownClause:
    clause = report.corpus.clauses.get(span.clause_id)
    text = report.corpus.texts.get(span.document_id, "")[span.start : span.end]
    same = [g for g in gold if g.document_id == span.document_id]
    return ShownClause(
        span.clause_id,
        clause.locator if clause else f"{span.start}–{span.end}",
        any(g.is_hit_by(span) for g in gold),
        _pieces(text, span.start, same, limit=_EXCERPT),
    )


def _pieces(
    text: str, offset: int, gold: Sequence[GoldClause], *, limit: int | None
) -> tuple[EvidencePart, ...]:
    """``text``, which begins at ``offset`` of its document, cut where evidence begins or ends."""
    shown = text if limit is None or len(text) <= limit else text[:limit].rstrip() + " …"
    marked = [False] * len(shown)
    for clause in gold:
        for place in range(max(clause.start - offset, 0), min(clause.end - offset, len(shown))):
            marked[place] = True
    pieces: list[EvidencePart] = []
    begin = 0
    for place in range(1, len(shown) + 1):
        if place == len(shown) or marked[place] != marked[begin]:
            pieces.append(EvidencePart(shown[begin:place], marked[begin]))
            begin = place
    return tuple(pieces)
