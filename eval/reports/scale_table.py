"""Time and memory by the number of clauses, on the terminal."""

from rich.console import Console
from rich.table import Table

from eval.speed.scale import Scale, growth, percentile


def print_scale(scale: Scale, console: Console) -> None:
    """A row per stage with its growth, the slow searches, the memory, and the bars."""
    console.print(_times(scale))
    console.print(_bars(scale))


def _times(scale: Scale) -> Table:
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
    return table


def _bars(scale: Scale) -> Table:
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
    number, unit = (seconds, "s") if seconds >= 1 else (1000 * seconds, "ms")
    return f"{number:,.0f} {unit}" if number >= 100 else f"{number:.1f} {unit}"


def _exponent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
