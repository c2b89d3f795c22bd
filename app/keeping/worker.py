"""One change of the corpus, in a process of its own: `python -m app.keeping.worker`.

The page starts it, so that reading and embedding never keep an answer waiting. It reads
one :class:`CorpusTask` from stdin and writes a :class:`WorkerMessage` a line to stdout. SIGINT, or a
page that has gone, ends it with corpus and index as they were.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from app.contract import Frozen
from app.plain_text import shortened
from ingest.corpus.catalog import CatalogEntry
from ingest.errors import ClauseDeskError
from ingest.settings import Settings
from ingest.structure import ParsedDocument

Kind = Literal["read", "add", "edit", "remove", "build"]

#: asking goes first where the processors are busy
_NICENESS = 10
#: clauses of a file that are shown before it is stored, and characters of each
_PREVIEWED, _LONGEST_WORDS = 300, 160


class TaskFile(Frozen):
    """A file to read, or with ``entry`` to add."""

    path: Path
    entry: CatalogEntry | None = None


class CorpusTask(Frozen):
    """``read``: propose entries for files; ``add``: take them under their entries;
    ``edit``: correct the fields of a document's entry; ``remove``: a document by its id;
    ``build``: bring the index up to date."""

    kind: Kind
    settings: Settings
    files: tuple[TaskFile, ...] = ()
    document_id: str | None = None
    changes: dict[str, str | int | date | None] = Field(default_factory=dict)


class ClauseLine(Frozen):
    """A clause as it was read, its words cut."""

    locator: str
    words: str


class FileOutcome(Frozen):
    """What became of a file: ``entry`` if it was read or taken, ``reason`` if not; ``preview``:
    its first clauses."""

    file: str
    entry: CatalogEntry | None = None
    told: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    clauses: int = 0
    preview: tuple[ClauseLine, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str | None = None


class TaskStep(Frozen):
    """How far the work is; ``stage`` is "read", a model's name or "words"."""

    stage: str
    done: int
    total: int


class Result(Frozen):
    """``fingerprint`` of the index that now serves; None where nothing was changed."""

    files: tuple[FileOutcome, ...] = ()
    fingerprint: str | None = None


class WorkerMessage(Frozen):
    """One line of the worker: exactly one of the three."""

    step: TaskStep | None = None
    result: Result | None = None
    error: str | None = None


Tell = Callable[[WorkerMessage], None]


def work(task: CorpusTask, tell: Tell) -> Result:
    """Do a task; raises ClauseDeskError with corpus and index as they were."""
    from ingest.keeping.changes import (
        Admission,
        add_confirmed,
        edit_document,
        propose_documents,
        remove_document,
    )
    from ingest.pipeline import build

    def progress(stage: str, done: int, total: int) -> None:
        tell(WorkerMessage(step=TaskStep(stage=stage, done=done, total=total)))

    def outcomes(found: tuple[Admission, ...]) -> tuple[FileOutcome, ...]:
        return tuple(
            FileOutcome(
                file=outcome.file,
                entry=outcome.proposal.entry if outcome.proposal else None,
                told=outcome.proposal.told if outcome.proposal else (),
                untold=outcome.proposal.untold if outcome.proposal else (),
                clauses=outcome.clauses,
                preview=_preview(outcome.document),
                warnings=outcome.warnings,
                reason=outcome.reason,
            )
            for outcome in found
        )

    settings = task.settings
    match task.kind:
        case "read":
            paths = [file.path for file in task.files]
            return Result(files=outcomes(propose_documents(settings, paths, progress)))
        case "add":
            confirmed = [(file.path, file.entry) for file in task.files if file.entry is not None]
            added = add_confirmed(settings, confirmed, progress)
            return Result(
                files=outcomes(added.outcomes),
                fingerprint=added.built.fingerprint if added.built else None,
            )
        case "edit":
            edited = edit_document(settings, task.document_id or "", task.changes, progress)
            return Result(fingerprint=edited.built.fingerprint)
        case "remove":
            removed = remove_document(settings, task.document_id or "", progress)
            return Result(fingerprint=removed.built.fingerprint)
        case "build":
            return Result(fingerprint=build(settings, progress).fingerprint)


def _preview(document: ParsedDocument | None) -> tuple[ClauseLine, ...]:
    clauses = document.clauses[:_PREVIEWED] if document is not None else ()
    return tuple(
        ClauseLine(locator=one.locator, words=shortened(one.text, _LONGEST_WORDS))
        for one in clauses
    )


def main() -> None:
    # started from a background process, Python would not listen to it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.nice(_NICENESS)
    # what a library prints must not stand between the reports
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(report: WorkerMessage) -> None:
        reports.write(report.model_dump_json(exclude_none=True) + "\n")
        reports.flush()

    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # blocked by who started it
        tell(
            WorkerMessage(
                result=work(CorpusTask.model_validate_json(sys.stdin.buffer.read()), tell)
            )
        )
    except ClauseDeskError as error:
        tell(WorkerMessage(error=str(error)))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        logging.getLogger(__name__).warning("the page has gone: the change was given up")
        os._exit(1)  # nothing left to flush to


if __name__ == "__main__":
    main()
