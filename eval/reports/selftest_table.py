"""The result of a selftest, on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.tools.selftest import Trial


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
