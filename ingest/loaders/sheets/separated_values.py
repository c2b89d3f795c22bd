"""CSV and TSV: the records of a decoded file as the rows of a table."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.loaders.line_text import source_of_lines
from ingest.loaders.sheets.lines import sheet_lines
from ingest.loaders.tables import Cell
from ingest.structure import SourceText

_DELIMITERS = ",\t;|，"
_SUFFIXES = (".csv", ".tsv", ".tab")
_LOOKED_AT = 200  # records, to tell the delimiter


def load_separated_values(source: SourceText, name: str) -> SourceText | None:
    """``source`` as a table, a record a line; None where the file is none.

    No sign in a CSV says that it is one, so here alone the name counts too.
    """
    if not name.lower().endswith(_SUFFIXES):
        return None
    records = _records(source.text)
    if records is None:
        return None
    rows = [
        (f"row {number}", [Cell(" ".join(field.split())) for field in fields])
        for number, fields in enumerate(records, start=1)
    ]
    text = source_of_lines(sheet_lines(rows), "text/csv")
    return replace(text, warnings=source.warnings)


def _records(text: str) -> Sequence[list[str]] | None:
    """The records, parted by what gives most of them the same number of fields."""
    best: tuple[int, str] | None = None
    head = text.splitlines(keepends=True)[:_LOOKED_AT]
    for delimiter in _DELIMITERS:
        widths = Counter(len(fields) for fields in _read("".join(head), delimiter) or [])
        agreeing = max((count for width, count in widths.items() if width > 1), default=0)
        if agreeing and (best is None or agreeing > best[0]):
            best = agreeing, delimiter
    return _read(text, best[1]) if best else None


def _read(text: str, delimiter: str) -> Sequence[list[str]] | None:
    # the limit is the whole process's: other readers of tables must not get a smaller one
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:  # a NUL, or a quotation mark that is never closed
        return None
