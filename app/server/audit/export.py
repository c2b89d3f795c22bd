"""The audit log as files for an auditor: JSON Lines that can be verified again, or CSV to read."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import ValidationError

from app.server.audit.chain import AuditLine, BadAuditFile, canonical

AuditFormat = Literal["jsonl", "csv"]
MEDIA_TYPES: dict[AuditFormat, str] = {"jsonl": "application/jsonl", "csv": "text/csv"}
_COLUMNS = (
    "seq",
    "at",
    "action",
    "front",
    "reader",
    "name",
    "question",
    "details",
    "commitment",
    "previous",
    "hash",
)
#: a spreadsheet takes a cell that begins so for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_lines(lines: Iterable[AuditLine], to: AuditFormat) -> Iterator[str]:
    """The file, piece by piece."""
    if to == "jsonl":
        for line in lines:
            yield f"{canonical(line.model_dump())}\n"
        return
    yield _row(_COLUMNS)
    for line in lines:
        personal = line.personal or {}
        told = {**line.model_dump(), **personal, "details": canonical(line.details)}
        yield _row([_harmless(str(told.get(column, ""))) for column in _COLUMNS])


def read_lines(text: str) -> list[AuditLine]:
    """The lines of an export as JSON Lines; raises BadAuditFile, naming the line."""
    lines = []
    for number, row in enumerate(text.splitlines(), start=1):
        try:
            lines.append(AuditLine.model_validate(json.loads(row)))
        except (json.JSONDecodeError, ValidationError) as error:
            raise BadAuditFile(f"line {number} of the file is no line of an audit log") from error
    return lines


def _row(cells: Iterable[str]) -> str:
    row = io.StringIO()
    csv.writer(row).writerow(cells)
    return row.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
