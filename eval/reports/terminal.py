"""The report on the terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.measures.catalogue import MEASURES
from eval.measures.latency import latency
from eval.reports.wording import headline, value, with_interval
from eval.run.baseline import Comparison
from eval.run.report import RunReport
from eval.run.verdict import ExitCode

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


def _changes(comparison: Comparison) -> Table:
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
