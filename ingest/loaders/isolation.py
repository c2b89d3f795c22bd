"""Binary files are read in a child process, which can be killed and can crash."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from ingest.errors import UnreadableDocument
from ingest.loaders.limits import LoadingLimits, too_much_memory
from ingest.loaders.sniffing import FileFormat
from ingest.structure import Box, SourceText, TableRow

_ROOT = Path(__file__).resolve().parents[2]


class LoaderCrashError(Exception):
    """What went wrong in the child process: its traceback, or all it wrote on stderr."""


def extract_isolated(form: FileFormat, data: bytes, name: str, limits: LoadingLimits) -> SourceText:
    """The text of ``data``, read in a process of its own.

    Raises UnreadableDocument also where that process ran out of time or memory or
    crashed; its cause then is a LoaderCrashError with the process's last words.
    """
    command = [
        *(sys.executable, "-P", "-m", "ingest.loaders.child"),
        *(form.value, name, limits.model_dump_json()),
    ]
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
    ) as process:
        try:
            output, words = process.communicate(data, timeout=limits.max_seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise UnreadableDocument(_too_slow(name, limits)) from error
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise UnreadableDocument(
            _end_of(process.returncode, words, name, limits)
        ) from LoaderCrashError(words.decode("utf-8", "replace"))
    return _result(json.loads(output))


def _too_slow(name: str, limits: LoadingLimits) -> str:
    return (
        f"{name}: not read within {limits.max_seconds:g} seconds; "
        "split the file, or raise max_seconds"
    )


def _end_of(status: int, words: bytes, name: str, limits: LoadingLimits) -> str:
    """One line for a child that ended with ``status`` and ``words`` on stderr."""
    if -status == signal.SIGXCPU:
        return _too_slow(name, limits)
    if status < 0:
        return (
            f"{name}: the program that reads it was ended by {signal.Signals(-status).name}; "
            "the file is damaged or too large; print it to a new PDF and add that"
        )
    lines = words.decode("utf-8", "replace").strip().splitlines() or ["no message"]
    if "MemoryError" in lines[-1] or "Cannot allocate memory" in lines[-1]:
        return too_much_memory(name, limits)
    return (
        f"{name}: the program that reads it failed ({lines[-1].strip()[:200]}); "
        "print it to a new PDF and add that, and report the failure"
    )


def _result(answer: dict[str, object]) -> SourceText:
    match answer:
        case {"unreadable": str(line), "cause": str(cause)}:
            raise UnreadableDocument(line) from (LoaderCrashError(cause) if cause else None)
        case {
            "text": str(text),
            "media_type": str(media_type),
            "boxes": list(boxes),
            "page_furniture": list(ranges),
            "rows": list(rows),
            "warnings": list(warnings),
            "title": str() | None as title,
        }:
            return SourceText(
                text=text,
                media_type=media_type,
                boxes=tuple(Box(**box) for box in boxes),
                page_furniture=tuple((start, end) for start, end in ranges),
                rows=tuple(TableRow(**{**row, "under": tuple(row["under"])}) for row in rows),
                warnings=tuple(warnings),
                title=title,
            )
    raise LoaderCrashError(f"not a result: {sorted(answer)}")
