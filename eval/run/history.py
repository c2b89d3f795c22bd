"""history.jsonl: a line a run beside the reports, so that figures can be followed over time.

The reports are made anew each time; the history is only ever added to.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.errors import CannotRun
from eval.run.report import RunReport

HISTORY_FILE = "history.jsonl"
#: the measures that are followed, where a split has them
FOLLOWED = ("right", "Success@1", "Success@5", "nDCG@10", "refusal_accuracy", "status_accuracy")


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
    """``figures``: by split, the measures of FOLLOWED that it has, each 0..1."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "selection": report.title,
        "mode": report.mode,
        "model": report.model,
        "corpus_fingerprint": report.corpus.fingerprint,
        "exit_code": int(report.verdict.exit_code),
        "topics": len(report.asked),
        "right": sum(outcome.right for outcome in report.outcomes),
        "figures": {
            split.name: {
                name: split.figures[name].value for name in FOLLOWED if name in split.figures
            }
            for split in report.splits
        },
    }
