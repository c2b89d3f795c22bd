"""Evaluation: the last run's figures, plots and failing topics, and how runs went over time."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from app.desk import ClauseDesk
from app.pages.ask.opening import open_on_ask_page
from app.pages.evaluation import evaluation_charts, feedback_section, run_section
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_style import (
    chip_label,
    draw_facts,
    error_box,
    label_html,
    notice_box,
    page_title,
    section_title,
)
from app.plain_text import html_text, label_text
from app.teaching.topics import own_topics
from app.views.answer import clause_view
from app.views.evaluation import (
    ALL_TOPICS,
    Evaluation,
    History,
    figure_words,
    read_evaluation,
    read_history,
)
from app.views.evaluation_report import (
    Estimate,
    EvaluationReport,
    ExitCode,
    Split,
    TopicResult,
)
from app.views.holdings import age_words
from ingest.settings import load_settings

_STYLE = Path(__file__).with_name("evaluation_page.css")
#: the measures that are shown, in their order, with what they are called
_MEASURES = {
    "right": "evaluation.measure_right",
    "Success@1": "evaluation.measure_first",
    "Success@5": "evaluation.measure_five",
    "nDCG@10": "evaluation.measure_ranking",
    "citation_precision": "evaluation.measure_citations",
    "quote_exactness": "evaluation.measure_verbatim",
    "figure_invention": "evaluation.measure_invented",
    "status_accuracy": "evaluation.measure_status",
    "refusal_accuracy": "evaluation.measure_refusals",
    "AUROC": "evaluation.measure_telling",
    "answer_length": "evaluation.measure_length",
}
#: measures that a wrong answer fails: the value of a right one, and what is wrong in words
_WHY = {
    "quote_exactness": (1.0, "why_quote"),
    "figure_coverage": (1.0, "why_figure"),
    "figure_invention": (0.0, "why_invented"),
    "status_accuracy": (1.0, "why_status"),
}
_VERDICTS = {ExitCode.HOLDS: "holds", ExitCode.WORSE: "worse", ExitCode.COULD_NOT_RUN: "mend"}
#: of the splits, the one whose topics may be read while the system is worked on
_OPEN_SPLIT: Split = "dev"
#: what a bound that holds for every selection is held against
_ALL_CHOSEN = "all chosen topics"
#: of the table of past runs
_COLUMNS = ("at", "selection", "mode", "right", "verdict", "corpus")
_AT_ONCE = 15
_SHOWN = 3


def draw() -> None:
    st.html(_STYLE)
    page_title(say("evaluation.title"), say("evaluation.explanation"))
    desk = ready_desk()
    settings = load_settings()
    with st.container(key="evaluation-room", gap="medium"):
        own = _asks_own(len(own_topics(settings.corpus)))
        evaluation = read_evaluation(settings.var, own=own)
        history = read_history(settings.var, own=own)
        run_section.draw(history, own=own)
        if evaluation is None:
            st.html(f'<p class="none">{html_text(say("evaluation.none"))}</p>')
        else:
            _draw_report(evaluation, desk, own)
        _draw_history(history)
        if evaluation is not None:
            _draw_failing(evaluation.report, desk, None if own else _OPEN_SPLIT)
        feedback_section.draw(desk)


def _asks_own(count: int) -> bool:
    """Whether the page is about the company's own topics: chosen, where there are any."""
    if not count:
        return False
    chosen = st.segmented_control(
        say("evaluation.whose"),
        (False, True),
        default=False,
        required=True,
        format_func=lambda own: say(
            "evaluation.own" if own else "evaluation.projects", count=count
        ),
        key="evaluation-own",
        label_visibility="collapsed",
    )
    return bool(chosen)


def _draw_report(evaluation: Evaluation, desk: ClauseDesk, own: bool) -> None:
    report = evaluation.report
    verdict = _VERDICTS[report.exit_code]
    right = say("evaluation.right", right=report.right, count=len(report.topics))
    facts = (
        age_words(evaluation.finished_at, datetime.now(UTC), language()),
        say("evaluation.selection", selection=_selection_words(report.selection)),
        report.model or say("evaluation.no_model"),
        say("evaluation.corpus", fingerprint=report.corpus_fingerprint),
    )
    is_held = report.thresholds or report.since_baseline or report.unscored
    badge = f'<span class="verdict verdict-{verdict}">{html_text(_verdict_words(verdict))}</span> '
    st.html(
        f'<p class="headline">{badge if is_held else ""}{html_text(right)}</p>'
        f'<p class="facts">{html_text(" · ".join(facts))}</p>'
    )
    if report.corpus_fingerprint != desk.fingerprint:
        notice_box(say("evaluation.other_corpus"), "wait")
    since = report.since_baseline
    if since is not None and since.corpus:
        changed = (
            ("added", since.corpus.added),
            ("removed", since.corpus.removed),
            ("edited", since.corpus.edited),
        )
        told = [
            say(f"evaluation.corpus_{what}", ids=", ".join(ids)) for what, ids in changed if ids
        ]
        notice_box(say("evaluation.corpus_changed", what="; ".join(told)), "wait")
    _draw_failures(report, desk)
    st.html(_kinds_html(report))
    st.html(_figures_html(report, "language" if own else "split"))
    if report.since_baseline is not None:
        lost, won = len(report.since_baseline.lost), len(report.since_baseline.won)
        draw_facts(say("evaluation.since_baseline", lost=lost, won=won))
    _draw_plots(report)


def _draw_failures(report: EvaluationReport, desk: ClauseDesk) -> None:
    """What makes the run fail; a topic that may not be wrong is there to be opened."""
    broken = [bound for bound in report.thresholds if not bound.holds]
    for bound in broken:
        error_box(
            say(
                "evaluation.below" if bound.is_floor else "evaluation.above",
                measure=_measure_words(bound.measure),
                scope=_split_words(bound.scope),
                value=figure_words(bound.measure, bound.value),
                bound=figure_words(bound.measure, bound.bound),
            )
        )
    fallen = report.since_baseline.worse_measures if report.since_baseline else ()
    for change in fallen:
        error_box(
            say(
                "evaluation.fell",
                measure=_measure_words(change.measure),
                before=figure_words(change.measure, change.before),
                now=figure_words(change.measure, change.now),
                count=change.n,
            )
        )
    lost = report.since_baseline.lost_must if report.since_baseline else ()
    if lost:
        error_box(say("evaluation.lost_must", count=len(lost)))
        by_id = {topic.topic: topic for topic in report.topics}
        for must in lost:
            _draw_topic(by_id[must.topic], desk, "lost")
    for line in report.unscored:
        error_box(line)


def _kinds_html(report: EvaluationReport) -> str:
    """What was asked and how much of it was right, in words, the worst first."""
    kinds: dict[str, list[bool]] = {}
    for topic in report.topics:
        kinds.setdefault(topic.kind, []).append(topic.right)
    lines = "".join(
        f"<li>{html_text(_kind_line(kind, right))}</li>"
        for kind, right in sorted(kinds.items(), key=lambda item: sum(item[1]) / len(item[1]))
    )
    title = html_text(say("evaluation.in_words"))
    return f'<h2 class="section-title">{title}</h2><ul class="kinds">{lines}</ul>'


def _kind_line(kind: str, right: list[bool]) -> str:
    return say(
        "evaluation.kind_right",
        right=sum(right),
        count=len(right),
        kind=say(f"evaluation.kinds_{kind}"),
    )


def _figures_html(report: EvaluationReport, by: str) -> str:
    groups = report.groups_by(by)
    words = _split_words if by == "split" else _language_words
    heads = "".join(
        f'<th scope="col">{html_text(words(group.name))} '
        f'<span class="facts">{html_text(say("evaluation.topics", count=group.topics))}</span></th>'
        for group in groups
    )
    explained = say("evaluation.figures_help")
    explained += f" {say('evaluation.figures_kept_aside')}" if by == "split" else ""
    rows = "".join(
        f'<tr><th scope="row">{html_text(say(key))}</th>'
        + "".join(f"<td>{_figure_html(name, group.figures.get(name))}</td>" for group in groups)
        + "</tr>"
        for name, key in _MEASURES.items()
        if any(name in group.figures for group in groups)
    )
    return (
        f'<h2 class="section-title">{html_text(say("evaluation.figures"))}</h2>'
        f'<p class="facts">{html_text(explained)}</p>'
        f'<div class="table-frame" tabindex="0" role="region" '
        f'aria-label="{html_text(say("evaluation.figures"))}">'
        f'<table class="figures"><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _figure_html(measure: str, figure: Estimate | None) -> str:
    if figure is None:
        return "–"
    low, high = figure_words(measure, figure.low), figure_words(measure, figure.high)
    return (
        f"<strong>{figure_words(measure, figure.value)}</strong> "
        f'<span class="facts">{html_text(say("evaluation.interval", low=low, high=high))}</span>'
    )


def _verdict_words(verdict: str) -> str:
    return say(f"evaluation.verdict_{verdict}")


def _selection_words(selection: str) -> str:
    return say("evaluation.all_topics") if selection == ALL_TOPICS else selection


def _measure_words(measure: str) -> str:
    return say(_MEASURES[measure]) if measure in _MEASURES else measure


def _split_words(split: str) -> str:
    words = {"dev": "split_dev", "test": "split_test", _ALL_CHOSEN: "all_topics"}
    return say(f"evaluation.{words[split]}") if split in words else split


def _language_words(of: str) -> str:
    return say(f"corpus.language_{of}")


def _kind_words(kind: str) -> str:
    return say(f"evaluation.kind_{kind}")


def _draw_plots(report: EvaluationReport) -> None:
    section_title(say("evaluation.plots"))
    by_kind = [
        (_kind_words(group.name), group.figures["right"].value, group.topics)
        for group in report.groups_by("kind")
        if "right" in group.figures
    ]
    left, right = st.columns(2, gap="large")
    with left:
        _draw_plot_head("evaluation.plot_kinds", "evaluation.plot_kinds_help")
        worst = min(by_kind, key=lambda row: row[1], default=None)
        alt = say("evaluation.plot_kinds")
        if worst:
            alt += ": " + say(
                "evaluation.plot_kinds_alt", kind=worst[0], share=figure_words("right", worst[1])
            )
        st.vega_lite_chart(evaluation_charts.by_kind(by_kind), alt=alt, key="plot-kinds")
    with right:
        points = report.curves.risk_coverage
        _draw_plot_head("evaluation.plot_risk", "evaluation.plot_risk_help")
        last = figure_words("right", points[-1].risk) if points else ""
        st.vega_lite_chart(
            evaluation_charts.risk(points),
            alt=f"{say('evaluation.plot_risk')}: {say('evaluation.plot_risk_alt', share=last)}",
            key="plot-risk",
        )
        bins = report.curves.reliability
        _draw_plot_head("evaluation.plot_trust", "evaluation.plot_trust_help")
        pairs = ", ".join(
            f"{figure_words('right', b.confidence)} / {figure_words('right', b.share)}"
            for b in bins
        )
        st.vega_lite_chart(
            evaluation_charts.reliability(bins),
            alt=f"{say('evaluation.plot_trust')}: {pairs}",
            key="plot-trust",
        )


def _draw_plot_head(title: str, explanation: str) -> None:
    st.html(
        f'<h3 class="plot-title">{html_text(say(title))}</h3>'
        f'<p class="facts">{html_text(say(explanation))}</p>'
    )


def _draw_history(history: History) -> None:
    if not history.runs and not history.unreadable:
        return
    section_title(say("evaluation.history"))
    if history.unreadable:
        draw_facts(say("evaluation.history_unreadable", count=history.unreadable))
    # a run of chosen topics cannot be compared with one of all
    whole = [run for run in history.runs if run.selection == ALL_TOPICS]
    if len(whole) > 1:
        first, last = whole[0], whole[-1]
        st.vega_lite_chart(
            evaluation_charts.history(whole, _split_words),
            alt=say(
                "evaluation.history_alt",
                count=len(whole),
                first=figure_words("right", first.right / first.topics),
                last=figure_words("right", last.right / last.topics),
            ),
            key="plot-history",
        )
    rows = "".join(
        f"<tr><td>{run.at:%Y-%m-%d %H:%M}</td><td>{html_text(_selection_words(run.selection))}</td>"
        f"<td>{html_text(say(f'evaluation.mode_{run.mode}'))}</td><td>{run.right} / {run.topics}</td>"
        f"<td>{html_text(_verdict_words(_VERDICTS[run.exit_code]))}</td>"
        f"<td><code>{html_text(run.corpus_fingerprint[:8])}</code></td></tr>"
        for run in reversed(history.runs[-_AT_ONCE:])
    )
    heads = "".join(
        f'<th scope="col">{html_text(say(f"evaluation.head_{name}"))}</th>' for name in _COLUMNS
    )
    st.html(
        f'<div class="table-frame" tabindex="0" role="region" '
        f'aria-label="{html_text(say("evaluation.history"))}">'
        f'<table class="figures"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _draw_failing(report: EvaluationReport, desk: ClauseDesk, split: Split | None) -> None:
    """``split``: whose topics may be read; None: all."""
    failing = report.failing(split)
    kept = len([topic for topic in report.topics if not topic.right]) - len(failing)
    section_title(say("evaluation.failing"), count=len(failing))
    if kept:
        draw_facts(say("evaluation.kept_aside", count=kept))
    if not failing:
        draw_facts(say("evaluation.none_failing"))
        return
    kinds = list(dict.fromkeys(topic.kind for topic in failing))
    kind = st.selectbox(
        say("evaluation.kind"),
        [None, *kinds],
        format_func=lambda kind: _kind_words(kind) if kind else say("evaluation.all_kinds"),
        key="failing_kind",
    )
    chosen = report.failing(split, kind)
    for topic in chosen[:_AT_ONCE]:
        _draw_topic(topic, desk, "topic")
    if len(chosen) > _AT_ONCE:
        draw_facts(say("evaluation.more", count=len(chosen) - _AT_ONCE))


def _why(topic: TopicResult) -> tuple[str, ...]:
    """Why a topic is wrong, in the reader's language; as eval says it where no measure tells."""
    if topic.answerable != topic.answered:
        return (say("evaluation.why_refused" if topic.answerable else "evaluation.why_answered"),)
    told = [say("evaluation.why_not_cited")] if set(topic.gold) - set(topic.cited) else []
    told += [
        say(f"evaluation.{key}")
        for measure, (best, key) in _WHY.items()
        if topic.values.get(measure) not in (None, best)
    ]
    return tuple(told) or topic.why_wrong


def _draw_topic(topic: TopicResult, desk: ClauseDesk, where: str) -> None:
    with st.expander(label_text(topic.question), key=f"{where}-{topic.topic.replace('/', '-')}"):
        facts = f"{topic.topic} · {_kind_words(topic.kind)}"
        why = "".join(f"<li>{html_text(line)}</li>" for line in _why(topic))
        st.html(
            f'<p class="facts">{html_text(facts)}</p><ul class="why">{why}</ul>'
            f"{label_html(say('evaluation.answer'))}"
            f'<p class="given">{html_text(topic.answer)}</p>'
        )
        key = f"{where}-{topic.topic}"
        _draw_clauses("evaluation.expected", topic.gold, f"gold-{key}", desk)
        _draw_clauses("evaluation.found", topic.found[:_SHOWN], f"found-{key}", desk)


def _draw_clauses(label: str, clause_ids: tuple[str, ...], key: str, desk: ClauseDesk) -> None:
    if not clause_ids:
        return
    st.html(label_html(say(label)))
    for clause_id in clause_ids:
        # the corpus may have changed since the run: what is gone has no place
        view = clause_view(desk.library(), clause_id, language())
        if (
            st.button(
                chip_label(view),
                key=f"{key}-{clause_id}",
                type="tertiary",
                disabled=view.place is None,
            )
            and view.place is not None
        ):
            open_on_ask_page((view.place,))
