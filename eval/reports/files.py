"""What a run leaves in its folder: the reports, made anew, and a line of history.

history.jsonl is only ever added to, so that figures can be followed over time. model_words.jsonl,
of a generative run, holds what the language model said in its own words and what became of it,
for a reader to judge.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.views.evaluation_report import HISTORY_FILE, REPORT_FILE, PastRun
from eval.errors import CannotRun
from eval.evaluation import RunReport
from eval.reports.html import html_report
from eval.reports.json_report import report_json, timings_json
from eval.reports.junit import junit_xml
from eval.reports.markdown import markdown_report

#: the measures that are followed, where a split has them
FOLLOWED = ("right", "Success@1", "Success@5", "nDCG@10", "refusal_accuracy", "status_accuracy")


def write_reports(report: RunReport, folder: Path) -> tuple[Path, ...]:
    """The files written, made anew; raises CannotRun when the folder can't be written to."""
    contents = {
        REPORT_FILE: report_json(report),
        "timings.json": timings_json(report),
        "junit.xml": junit_xml(report),
        "summary.md": markdown_report(report),
        "report.html": html_report(report),
    }
    if report.mode == "generative":
        contents["model_words.jsonl"] = _model_words(report)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotRun(f"can't write reports to {folder}: {error.strerror}") from error
    return tuple(folder / name for name in contents)


def append_to_history(report: RunReport, folder: Path) -> None:
    """Raises CannotRun when the file cannot be written."""
    line = json.dumps(history_record(report, datetime.now(UTC)), ensure_ascii=False) + "\n"
    path = folder / HISTORY_FILE
    try:
        # one write at the end of the file: two runs that end together lose nothing
        with path.open("ab", buffering=0) as file:
            file.write(line.encode("utf-8"))
    except OSError as error:
        raise CannotRun(f"can't write {path}: {error.strerror}") from error


def history_record(report: RunReport, at: datetime) -> dict[str, Any]:
    """The run as a line of the history; ``figures``: the measures of FOLLOWED, each 0..1."""
    run = PastRun(
        at=at,
        selection=report.title,
        mode=report.mode,
        model=report.model,
        corpus_fingerprint=report.corpus.fingerprint,
        exit_code=report.verdict.exit_code,
        topics=len(report.asked),
        right=sum(outcome.right for outcome in report.outcomes),
        figures={
            split.name: {
                name: split.figures[name].value for name in FOLLOWED if name in split.figures
            }
            for split in report.splits
        },
        seconds=round(sum(asked.milliseconds for asked in report.asked) / 1000, 1),
    )
    return asdict(run) | {"at": at.isoformat(timespec="seconds")}


def _model_words(report: RunReport) -> str:
    """One object a line: what the model said in its own words; ``check`` is "failed" for what was
    left out."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in _rows(report))


def _rows(report: RunReport) -> Iterator[dict[str, object]]:
    for asked in report.asked:
        answer = asked.answer
        quotes = {citation.n: citation.quote for citation in answer.citations}
        known = {"topic": asked.topic.id, "question": asked.topic.question}
        if answer.short is not None and answer.short.by == "model":
            yield {
                **known,
                "words": answer.short.text,
                "check": answer.short.check,
                "quotes": [quotes[n] for n in answer.short.citations],
            }
        for statement in answer.statements:
            if statement.translation is not None:
                yield {
                    **known,
                    "words": statement.translation,
                    "check": "not_checked",
                    "quotes": [statement.text],
                }
        for rejected in answer.rejected:
            yield {
                **known,
                "words": rejected.text,
                "check": "failed",
                "reasons": rejected.reasons,
            }
