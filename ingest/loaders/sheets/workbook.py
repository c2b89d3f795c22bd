"""XLSX: what each sheet shows, a row a line, with the sheet's name above.

Values are those that Excel last calculated, written as the cell's format shows them.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet

from ingest.errors import UnreadableDocument
from ingest.loaders.limits import LoadingLimits
from ingest.loaders.line_text import source_of_lines
from ingest.loaders.package import PackageKind, check_package
from ingest.loaders.sheets.lines import Row, sheet_lines
from ingest.loaders.sheets.number_formats import shown
from ingest.loaders.superscripts import superscript
from ingest.loaders.tables import Cell, RowLine
from ingest.structure import SourceText

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: the names that programs give to a sheet that nobody has named
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
#: a formula without the value that it had when the file was saved
_NEVER_CALCULATED = re.compile(
    rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)


def load_workbook(data: bytes, name: str, limits: LoadingLimits) -> SourceText:
    """The text of an XLSX; raises UnreadableDocument."""
    check_package(data, name, limits, PackageKind.XLSX)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=True)
    except MemoryError:
        raise
    except Exception as error:
        # On a damaged package openpyxl raises whatever the damage leads to.
        raise UnreadableDocument(
            f"{name}: not a workbook that can be read ({' '.join(str(error).split())[:120]}); open "
            "it in Excel or LibreOffice, save it as XLSX (not 'Strict') and add that"
        ) from error
    notes = _Notes()
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    notes.hidden_sheets = [s.title for s in workbook.worksheets if s.sheet_state != "visible"]
    lines: list[str | RowLine] = []
    for number, sheet in enumerate(sheets):
        is_named = len(sheets) > 1 or not _UNNAMED.fullmatch(sheet.title)
        rows = list(_rows(sheet, notes))
        lines += sheet_lines(rows, sheet.title if is_named else "", is_first=number == 0)
    source = source_of_lines(lines, _MEDIA_TYPE)
    return replace(source, warnings=(*notes.lines(), *_package_notes(data)))


class _Notes:
    """What was left out."""

    def __init__(self) -> None:
        self.hidden_sheets: list[str] = []
        self.hidden: list[str] = []
        self.struck = 0
        self.comments = 0

    def lines(self) -> Iterator[str]:
        if self.hidden_sheets:
            yield f"hidden sheets are left out: {', '.join(self.hidden_sheets)}"
        yield from self.hidden
        if self.struck:
            yield f"{self.struck} struck-out stretches of text are left out"
        if self.comments:
            yield f"{self.comments} comments are left out"


def _rows(sheet: Worksheet, notes: _Notes) -> Iterator[Row]:
    """The rows that are shown and hold anything; merged cells as wide and high as shown."""
    hidden_rows = {n for n, size in sheet.row_dimensions.items() if size.hidden}
    hidden_columns = {
        column
        for size in sheet.column_dimensions.values()
        if size.hidden
        for column in range(size.min or 0, (size.max or 0) + 1)
    }
    by_row: dict[int, dict[int, SheetCell]] = {}
    # the cells that the file holds: a sheet's dimensions may be a million empty rows
    for (row, column), cell in sheet._cells.items():
        if isinstance(cell, SheetCell) and cell.value is not None:
            by_row.setdefault(row, {})[column] = cell
    spans = _spans(sheet, hidden_rows, hidden_columns)
    if left_out := sum(row in hidden_rows for row in by_row):
        notes.hidden.append(f"{left_out} hidden rows of {sheet.title} are left out")
    columns = sorted({column for cells in by_row.values() for column in cells})
    if left_out := sum(column in hidden_columns for column in columns):
        notes.hidden.append(f"{left_out} hidden columns of {sheet.title} are left out")
    columns = [column for column in columns if column not in hidden_columns]
    covered: set[tuple[int, int]] = set()
    for row in sorted(by_row):
        if row in hidden_rows:
            continue
        cells: list[Cell] = []
        for column in columns:
            if (row, column) in covered:
                continue
            held = by_row[row].get(column)
            text = _text(held, notes) if held is not None else ""
            below, across = spans.get((row, column), ([row], [column]))
            rows = [r for r in below if r in by_row]
            width = [c for c in across if c in columns]
            covered.update((r, c) for r in rows for c in width)
            cells.append(Cell(text, max(len(rows), 1), max(len(width), 1)))
        yield f"{sheet.title}, row {row}", cells


def _spans(
    sheet: Worksheet, hidden_rows: set[int], hidden_columns: set[int]
) -> dict[tuple[int, int], tuple[list[int], list[int]]]:
    """For the first cell of each merged range, the rows and columns that are shown of it."""
    return {
        (area.min_row, area.min_col): (
            [row for row in range(area.min_row, area.max_row + 1) if row not in hidden_rows],
            [c for c in range(area.min_col, area.max_col + 1) if c not in hidden_columns],
        )
        for area in sheet.merged_cells.ranges
    }


def _text(cell: SheetCell, notes: _Notes) -> str:
    notes.comments += cell.comment is not None
    if cell.font is not None and cell.font.strike:
        notes.struck += 1
        return ""
    if isinstance(cell.value, CellRichText):
        text = "".join(_run(part, notes) for part in cell.value)
    else:
        text = shown(cell.value, cell.number_format or "General")
    return " ".join(text.split())


def _run(part: TextBlock | str, notes: _Notes) -> str:
    if isinstance(part, str):
        return part
    if part.font.strike:
        notes.struck += 1
        return ""
    return superscript(part.text) if part.font.vertAlign == "superscript" else part.text


def _package_notes(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.namelist()
        formulas = sum(
            len(_NEVER_CALCULATED.findall(package.read(part)))
            for part in parts
            if part.startswith("xl/worksheets/") and part.endswith(".xml")
        )
    if formulas:
        yield (
            f"{formulas} formulas have no value in the file; open it in Excel or LibreOffice, save "
            "it and add that"
        )
    if pictures := sum(part.startswith("xl/media/") for part in parts):
        yield f"{pictures} pictures: text inside them is not read"
