"""What the commands print: tables on the terminal."""

from collections.abc import Mapping, Sequence
from math import isnan

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.views.evaluation_report import ExitCode, SinceBaseline, TopicKind
from eval.evaluation import RunReport
from eval.measures.catalogue import MEASURES
from eval.measures.latency import latency
from eval.reports.wording import headline, value, with_interval
from eval.speed.bench import Ratio
from eval.speed.scale import Scale, growth, percentile
from eval.tools.proof_measurement import CAUGHT, PARAPHRASE_UNCHECKED, TRUE_FAILED, ProofFigures
from eval.tools.selftest import Trial
from eval.tools.topic_check import TopicCheck

_STYLES = {
    ExitCode.HOLDS: "bold green",
    ExitCode.WORSE: "bold red",
    ExitCode.COULD_NOT_RUN: "bold yellow",
}


def print_report(report: RunReport, console: Console) -> None:
    """Measures by split, kinds, changes since the baseline, verdict."""
    console.print(_measures(report))
    console.print(_kinds(report))
    if report.comparison is not None and report.comparison.measures:
        console.print(_changes(report.comparison))
    times = latency([asked.milliseconds for asked in report.asked])
    if times is not None:
        console.print(f"Time per answer: median {times.median:.0f} ms, p95 {times.p95:.0f} ms")
    for remark in report.verdict.remarks:
        console.print(f"[dim]·[/dim] {escape(remark)}", highlight=False)
    for failure in report.verdict.failures:
        console.print(f"[red]✗[/red] {escape(failure)}", highlight=False)
    console.print(
        f"[{_STYLES[report.verdict.exit_code]}]{escape(headline(report))}[/] "
        f"[dim]({escape(report.title)})[/dim]",
        highlight=False,
    )


def _measures(report: RunReport) -> Table:
    table = Table(title="Measures, with 95% intervals", title_justify="left", box=None)
    table.add_column("measure")
    for group in report.splits:
        table.add_column(f"{group.name} ({group.topics} topics)", justify="right")
    for name in MEASURES:
        figures = [group.figures.get(name) for group in report.splits]
        if any(figures):
            table.add_row(name, *(with_interval(name, figure) for figure in figures))
    return table


def _kinds(report: RunReport) -> Table:
    table = Table(title="By kind", title_justify="left", box=None)
    table.add_column("kind")
    table.add_column("topics", justify="right")
    for name in ("right", "Success@1", "Success@5"):
        table.add_column(name, justify="right")
    for group in report.kinds:
        figures = (group.figures.get(name) for name in ("right", "Success@1", "Success@5"))
        shown = ("–" if figure is None else f"{100 * figure.value:.1f}%" for figure in figures)
        table.add_row(group.name, str(group.topics), *shown)
    return table


def _changes(comparison: SinceBaseline) -> Table:
    table = Table(title="Since the baseline", title_justify="left", box=None)
    for column in ("measure", "before", "now", "p"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for change in comparison.measures:
        if change.before == change.now:
            continue
        p = "–" if change.p is None else f"{change.p:.3f}"
        table.add_row(
            change.measure,
            value(change.measure, change.before),
            value(change.measure, change.now),
            p,
            style="red" if change.worse else None,
        )
    if not table.row_count:
        table.add_row("no measure moved", "", "", "")
    return table


def print_topic_check(result: TopicCheck, console: Console) -> None:
    """Topics by kind and split, coverage of the corpus, then each problem on a line."""
    table = Table(box=None)
    table.add_column("kind")
    for split in ("dev", "test"):
        table.add_column(split, justify="right")
    for kind in TopicKind:
        name = "zh (of any kind)" if kind is TopicKind.ZH else kind
        table.add_row(name, *(str(result.counts[f"{kind}/{split}"]) for split in ("dev", "test")))
    console.print(table)
    for problem in result.problems:
        console.print(f"[red]✗[/red] {escape(problem)}", highlight=False)
    for clause_id in result.coverage.uncovered:
        console.print(f"[red]✗[/red] no topic asks about {escape(clause_id)}", highlight=False)
    rules, uncovered = len(result.coverage.rules), len(result.coverage.uncovered)
    console.print(
        f"{result.topics} topics; {rules - uncovered} of {rules} clauses that state a rule are "
        f"asked about; {len(result.problems)} problems",
        highlight=False,
    )


def print_trials(trials: Sequence[Trial], console: Console) -> None:
    """A row per trial; the last line counts what was caught."""
    table = Table(box=None)
    for column in ("broken on purpose", "", "measured"):
        table.add_column(column, no_wrap=True)
    table.add_column("the run fails because")
    for place, trial in enumerate(trials):
        good, bad = ("holds", "FALSE ALARM") if place == 0 else ("caught", "MISSED")
        word = f"[green]{good}[/green]" if trial.passed else f"[red]{bad}[/red]"
        table.add_row(trial.name, word, trial.seen, trial.why)
    console.print(table)
    caught = sum(trial.passed for trial in trials[1:])
    console.print(f"{caught} of {len(trials) - 1} mutations caught", highlight=False)


def print_proof(
    figures: ProofFigures, by_split: Mapping[str, ProofFigures], console: Console
) -> None:
    """A row a kind of sentence, a row a split, then the figures that have bars."""
    table = Table(box=None)
    table.add_column("sentences")
    for column in ("count", "verified", "not checked", "failed", "right"):
        table.add_column(column, justify="right")
    for row in (*figures.true_rows, *figures.false_rows):
        right = row.verified if row.label else row.count - row.verified
        cells = (row.count, row.verified, row.not_checked, row.failed)
        table.add_row(row.name, *map(str, cells), f"{right / row.count:.2f}")
    console.print(table)
    splits = Table(box=None)
    splits.add_column("split")
    for column in ("false caught", "true failed", "paraphrases not checked"):
        splits.add_column(column, justify="right")
    for name, part in by_split.items():
        shares = (part.caught, part.true_failed, part.paraphrases_unchecked)
        splits.add_row(name, *(f"{share:.3f}" for share in shares))
    console.print(splits)
    lines = (
        f"false sentences caught: {figures.caught:.3f} (at least {CAUGHT})",
        f"true sentences failed: {figures.true_failed:.3f} (at most {TRUE_FAILED})",
        f"true paraphrases not checked: {figures.paraphrases_unchecked:.3f} (at most {PARAPHRASE_UNCHECKED})",
        f"reference answers failed: {figures.references_failed:.3f}",
        f"precision of “failed”: {figures.precision:.3f}",
    )
    for line in lines:
        console.print(line, highlight=False)


def print_ratios(ratios: Sequence[Ratio], console: Console) -> None:
    """A row per ratio, with its bar."""
    table = Table(box=None)
    table.add_column("what")
    for column in ("ms", "against", "ms", "ratio", "bar"):
        table.add_column(column, justify="left" if column == "against" else "right")
    table.add_column("")
    for ratio in ratios:
        table.add_row(
            ratio.what,
            f"{ratio.milliseconds:,.1f}",
            ratio.against,
            f"{ratio.against_milliseconds:,.1f}",
            f"{ratio.value:.2f}",
            "–" if ratio.bar is None else f"{ratio.bar:.2f}",
            _ratio_verdict(ratio),
        )
    console.print(table)


def _ratio_verdict(ratio: Ratio) -> str:
    if ratio.bar is None:
        return ""
    return "[green]holds[/green]" if ratio.holds else "[red]broken[/red]"


def print_scale(scale: Scale, console: Console) -> None:
    """A row per stage with its growth, the slow searches, the memory, and the bars."""
    console.print(_scale_times(scale))
    console.print(_scale_bars(scale))


def _scale_times(scale: Scale) -> Table:
    clauses = [size.clauses for size in scale.sizes]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("at clauses", no_wrap=True)
    for column in (*(f"{count:,}" for count in clauses), "growth", "last"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, seconds in scale.stages().items():
        table.add_row(
            name,
            *map(_duration, seconds),
            _exponent(growth(clauses, seconds)),
            _exponent(growth(clauses[-2:], seconds[-2:])),
        )
    table.add_row("embed a question", *(_duration(s.question_seconds) for s in scale.sizes))
    for what, times in (
        ("embed a question: p99", [size.warm.embed for size in scale.sizes]),
        ("warm search: p99", [size.warm.search for size in scale.sizes]),
    ):
        table.add_row(what, *(_duration(percentile(of, 99) / 1000) for of in times))
    table.add_row("build: peak memory", *(f"{s.build.peak_megabytes:,.0f} MB" for s in scale.sizes))
    table.add_row(
        "cold ask: peak memory", *(f"{s.cold.peak_megabytes:,.0f} MB" for s in scale.sizes)
    )
    for what, resident in (
        ("a process: memory", [size.resident.megabytes for size in scale.sizes]),
        ("of it, shared pages divided", [size.resident.shared_out for size in scale.sizes]),
    ):
        table.add_row(what, *(f"{megabytes:,.0f} MB" for megabytes in resident))
    return table


def _scale_bars(scale: Scale) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("bar", no_wrap=True)
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("at most", justify="right", no_wrap=True)
    table.add_column("")
    for bar in scale.bars():
        table.add_row(
            bar.what,
            f"{bar.value:.2f} {bar.unit}",
            f"{bar.limit:g} {bar.unit}",
            "[green]holds[/green]" if bar.holds else "[red]missed[/red]",
        )
    return table


def _duration(seconds: float) -> str:
    """Three figures are enough, and fit 80 columns."""
    if isnan(seconds):
        return "–"
    number, unit = (seconds, "s") if seconds >= 1 else (1000 * seconds, "ms")
    return f"{number:,.0f} {unit}" if number >= 100 else f"{number:.1f} {unit}"


def _exponent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
