"""The result of checking topics, on the terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.run.topics import Kind
from eval.tools.topic_check import CheckResult


def print_check(result: CheckResult, console: Console) -> None:
    """Topics by kind and split, coverage of the corpus, then each problem on a line."""
    table = Table(box=None)
    table.add_column("kind")
    for split in ("dev", "test"):
        table.add_column(split, justify="right")
    for kind in Kind:
        name = "zh (of any kind)" if kind is Kind.ZH else kind
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
