"""An evaluation that lost topics against its baseline, and its history, for the page to show."""

import json
from datetime import UTC, datetime
from pathlib import Path

from fake_system import FakeSystem
from test_eval_reports import Mutant, options

from eval.baseline import save_baseline
from eval.evaluation import baseline_of, evaluate
from eval.history import history_record
from eval.report import Report
from eval.reports.files import write_reports


def worse_report(folder: Path) -> Report:
    """The report; ``folder`` takes its topics and its baseline."""
    chosen = options(folder)
    save_baseline(baseline_of(evaluate(FakeSystem(), chosen)), chosen.baseline)
    return evaluate(Mutant(), chosen)


def store_evaluation(report: Report, var: Path) -> None:
    """As three runs would have left it below ``var``."""
    folder = var / "eval"
    write_reports(report, folder)
    records = (history_record(report, datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2, 3))
    lines = "\n".join(json.dumps(record) for record in records)
    (folder / "history.jsonl").write_text(f"{lines}\n", encoding="utf-8")
