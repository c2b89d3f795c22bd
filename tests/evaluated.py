"""An evaluation that lost topics against its baseline, and its history, for the page to show."""

import json
from datetime import UTC, datetime
from pathlib import Path

from fake_system import FakeSystem, fake_topics

from app.contract import Answer, Question
from app.teaching.topics import Topic
from eval.evaluation import Options, RunReport, baseline_of, evaluate
from eval.reports.files import history_record, write_reports
from eval.run.baseline import save_baseline
from eval.tools.mutations import always_current

HOSTILE = '<script>alert("x")</script> & [link](http://x) `code` | \x00 end'


class Mutant(FakeSystem):
    """Serves what is not yet in force as current."""

    def ask(self, question: Question) -> Answer:
        return always_current(FakeSystem(), None).ask(question)  # type: ignore[arg-type]


def options(folder: Path, topics: tuple[Topic, ...] = ()) -> Options:
    lines = [t.model_dump_json() for t in topics or fake_topics()]
    (folder / "topics.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return Options(topics=folder / "topics.jsonl", baseline=folder / "baseline.json")


def worse_report(folder: Path) -> RunReport:
    """The report; ``folder`` takes its topics and its baseline."""
    chosen = options(folder)
    save_baseline(baseline_of(evaluate(FakeSystem(), chosen)), chosen.baseline)
    return evaluate(Mutant(), chosen)


def store_evaluation(report: RunReport, var: Path) -> None:
    """As three runs would have left it below ``var``."""
    folder = var / "eval"
    write_reports(report, folder)
    records = (history_record(report, datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2, 3))
    lines = "\n".join(json.dumps(record) for record in records)
    (folder / "history.jsonl").write_text(f"{lines}\n", encoding="utf-8")
