"""The speed ratios, on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.speed.bench import Ratio


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
            _verdict(ratio),
        )
    console.print(table)


def _verdict(ratio: Ratio) -> str:
    if ratio.bar is None:
        return ""
    return "[green]holds[/green]" if ratio.holds else "[red]broken[/red]"
