"""Write a run's reports into a folder."""

from pathlib import Path

from eval.errors import CannotRun
from eval.reports.html import html_report
from eval.reports.json_report import report_json, timings_json
from eval.reports.junit import junit_xml
from eval.reports.markdown import markdown_report
from eval.reports.statements import statements_jsonl
from eval.run.report import RunReport


def write_reports(report: RunReport, folder: Path) -> tuple[Path, ...]:
    """The files written, made anew; raises CannotRun when the folder can't be written to."""
    contents = {
        "report.json": report_json(report),
        "timings.json": timings_json(report),
        "junit.xml": junit_xml(report),
        "summary.md": markdown_report(report),
        "report.html": html_report(report),
    }
    if report.mode == "generative":
        contents["statements.jsonl"] = statements_jsonl(report)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotRun(f"can't write reports to {folder}: {error.strerror}") from error
    return tuple(folder / name for name in contents)
