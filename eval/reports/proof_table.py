"""The measurement of the citation check, on the terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from eval.tools.proof_measurement import CAUGHT, PARAPHRASE_UNCHECKED, TRUE_FAILED, CheckerReport


def print_checker(
    report: CheckerReport, by_split: Mapping[str, CheckerReport], console: Console
) -> None:
    """A row a kind of sentence, a row a split, then the figures that have bars."""
    table = Table(box=None)
    table.add_column("sentences")
    for column in ("count", "verified", "not checked", "failed", "right"):
        table.add_column(column, justify="right")
    for row in (*report.true_rows, *report.false_rows):
        right = row.verified if row.label else row.count - row.verified
        cells = (row.count, row.verified, row.not_checked, row.failed)
        table.add_row(row.name, *map(str, cells), f"{right / row.count:.2f}")
    console.print(table)
    splits = Table(box=None)
    splits.add_column("split")
    for column in ("false caught", "true failed", "paraphrases not checked"):
        splits.add_column(column, justify="right")
    for name, part in by_split.items():
        figures = (part.caught, part.true_failed, part.paraphrases_unchecked)
        splits.add_row(name, *(f"{figure:.3f}" for figure in figures))
    console.print(splits)
    lines = (
        f"false sentences caught: {report.caught:.3f} (at least {CAUGHT})",
        f"true sentences failed: {report.true_failed:.3f} (at most {TRUE_FAILED})",
        f"true paraphrases not checked: {report.paraphrases_unchecked:.3f} (at most {PARAPHRASE_UNCHECKED})",
        f"reference answers failed: {report.references_failed:.3f}",
        f"precision of “failed”: {report.precision:.3f}",
    )
    for line in lines:
        console.print(line, highlight=False)
