"""A sheet of questions: an .xlsx or .csv file, and which of its columns asks."""

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ClauseDeskError
from ingest.loaders import LoadingLimits, load
from ingest.loaders.text import load_text
from ingest.text.language import is_chinese

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_HEADER = re.compile(
    r"\s*(?:the\s+)?(?:question|quer(?:y|ies)|enquir|inquir|问题|提问|疑问|咨询)", re.I
)
_ASKS = re.compile(
    r"[?？]\s*$|^\s*(?:what|which|who|when|where|how|why|is|are|do|does|can|may|must|shall)\b"
    r"|什么|怎么|怎样|如何|是否|能否|可否|多少|几|哪|吗",
    re.IGNORECASE,
)
#: rows in which a header may stand
_TOP = 10


class BadSheet(ClauseDeskError):
    """A file that is no sheet of questions."""


@dataclass(frozen=True)
class QuestionSheet:
    """``rows``: number of each row that asks, from 1, and its question; ``header``: number of the
    row that names the columns, 0 if none does; ``sha256``: of the file."""

    workbook: "Workbook"
    sheet: "Worksheet"
    header: int
    rows: tuple[tuple[int, str], ...]
    sha256: str


def read_sheet(path: Path, limits: LoadingLimits, column: str | None = None) -> QuestionSheet:
    """``column``: its letter or its header; None: told by the header, or by which asks most.

    Raises UnreadableDocument for a file that cannot be read, BadSheet for one that asks nothing.
    """
    load(path, limits)  # read once in a process of its own, within limits of size and time
    data = path.read_bytes()
    workbook = _workbook(data, path.name)
    for sheet in workbook.worksheets:
        grid = [[_text(cell.value) for cell in row] for row in sheet.iter_rows()]
        found = _column(grid, column)
        if found is None:
            continue
        header, at = found
        rows = tuple(
            (number, row[at].strip())
            for number, row in enumerate(grid, start=1)
            if number > header and row[at].strip()
        )
        if rows:
            return QuestionSheet(workbook, sheet, header, rows, hashlib.sha256(data).hexdigest())
    what = f"no column {column}" if column else "no column of questions"
    raise BadSheet(f"{path.name}: {what}; name one by its letter or its header")


def _workbook(data: bytes, name: str) -> "Workbook":
    import openpyxl

    if data.startswith(b"PK"):
        return openpyxl.load_workbook(BytesIO(data))
    text = load_text(data, name).text
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Questions"
    for number, record in enumerate(_records(text), start=1):
        for at, value in enumerate(record, start=1):
            write_text(sheet, number, at, value)
    return workbook


def _records(text: str) -> Iterator[list[str]]:
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:  # one column only
        dialect = csv.excel
    if len(text.split("\n", 1)[0].split(dialect.delimiter)) < 2:
        dialect = csv.excel  # a mark of the questions' own words
    yield from csv.reader(StringIO(text, newline=""), dialect)


def write_text(sheet: "Worksheet", row: int, column: int, text: str) -> None:
    """Put words into a cell, as words: what begins with "=" or "@" is never a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    words = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell = sheet.cell(row, column)
    cell.value = words if len(words) <= LONGEST_CELL else f"{words[: LONGEST_CELL - 1]}…"
    if words.startswith(("=", "+", "-", "@", "\t", "\r")):
        cell.data_type = "s"
        cell.quotePrefix = True


#: characters that Excel keeps in a cell
LONGEST_CELL = 32_767


def _column(grid: Sequence[Sequence[str]], wanted: str | None) -> tuple[int, int] | None:
    """Number of the header's row and index of the column that asks; None if none does."""
    width = max(map(len, grid), default=0)
    for number, row in enumerate(grid[:_TOP], start=1):
        for at, cell in enumerate(row):
            named = cell.strip().casefold() == wanted.casefold() if wanted else _is_header(cell)
            if named:
                return number, at
    if wanted is not None:
        from openpyxl.utils import column_index_from_string

        try:
            at = column_index_from_string(wanted.upper()) - 1
        except ValueError:
            return None
        return (0 if grid and _ASKS.search(grid[0][at]) else 1, at) if at < width else None
    asking = [sum(bool(_ASKS.search(row[at])) for row in grid) for at in range(width)]
    best = max(range(width), key=lambda at: asking[at], default=0)
    if not asking or not asking[best]:
        return None
    return (0 if _ASKS.search(grid[0][best]) else 1), best


def _is_header(cell: str) -> bool:
    """A short cell that is called so; "What question …?" asks itself."""
    short = len(cell) <= (8 if is_chinese(cell) else 24)
    return short and _HEADER.match(cell) is not None and not cell.rstrip().endswith(("?", "？"))


def _text(value: object) -> str:
    return "" if value is None else str(value)
