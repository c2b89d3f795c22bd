"""The process in which one binary file is read: ``python -m ingest.loaders.child``.

Arguments: the format, the file's name (for messages) and the limits as JSON. The
file comes on stdin; one JSON object goes to stdout: a SourceText, or
``{"unreadable": line, "cause": traceback or ""}``. Anything else is told by the exit
status and stderr.
"""

import json
import resource
import sys
import traceback
from dataclasses import asdict

from ingest.errors import UnreadableDocument
from ingest.loaders.limits import MEBIBYTE, LoadingLimits, too_much_memory
from ingest.loaders.package import PackageKind, package_kind
from ingest.loaders.sniffing import FileFormat
from ingest.structure import SourceText


def main(arguments: list[str]) -> None:
    """Read stdin as ``arguments`` say and print the result."""
    format_name, name, limits_json = arguments
    limits = LoadingLimits.model_validate_json(limits_json)
    _set_limits(limits)
    # What a library prints must not mix with the result.
    results, sys.stdout = sys.stdout, sys.stderr
    try:
        source = extract(FileFormat(format_name), sys.stdin.buffer.read(), name, limits)
        answer: dict[str, object] = asdict(source)
    except UnreadableDocument as error:
        cause = "".join(traceback.format_exception(error.__cause__)) if error.__cause__ else ""
        answer = {"unreadable": str(error), "cause": cause}
    except MemoryError:
        answer = {"unreadable": too_much_memory(name, limits), "cause": ""}
    json.dump(answer, results)


def extract(form: FileFormat, data: bytes, name: str, limits: LoadingLimits) -> SourceText:
    """The text of ``data``; raises UnreadableDocument. Loaders are imported when needed."""
    if form is FileFormat.PDF:
        from ingest.loaders.pdf.document import load_pdf

        source = load_pdf(data, name, limits)
    elif form is FileFormat.ZIP and package_kind(data) is PackageKind.XLSX:
        from ingest.loaders.sheets.workbook import load_workbook

        source = load_workbook(data, name, limits)
    elif form is FileFormat.ZIP:
        from ingest.loaders.docx.document import load_docx

        source = load_docx(data, name, limits)
    else:
        from ingest.loaders.html.page import load_html

        source = load_html(data, name)
    if len(source.text) > limits.max_bytes:
        raise UnreadableDocument(
            f"{name}: gives {len(source.text)} characters of text, more than the limit of "
            f"{limits.max_bytes}; split the file, or raise max_bytes"
        )
    return source


def _set_limits(limits: LoadingLimits) -> None:
    memory = limits.max_memory_mb * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Ends the process even where its parent is no longer there to do so.
    seconds = int(limits.max_seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
