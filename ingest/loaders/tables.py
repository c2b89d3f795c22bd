"""Tables of every format as lines of text, one a row: "cell | cell | cell".

A cell that goes over several rows or columns stands in each of them, so that a row says by
itself what it says on the page. Of a header of several rows the words that stand above each
other are put together: "Rate (%) MFN | Rate (%) provisional".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.structure import TableRow

CELL_MARK = " | "
#: a figure, a code, a date, a share: what a column holds and no name of a column is
_DATUM = re.compile(
    r"[<>≤≥=±~≈+\-–—−]?\s*[$¥€£￥]?\s*\d[\d,.:/\-–— 年月日]*\s*(?:[%‰℃°元]|[a-zA-Z]{1,3}\.?)?"
)
#: names of columns may begin with a year or be one
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?(?:度)?")
_MOST_HEADER_ROWS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` on one line; ``rows`` and ``columns``: how many it goes over."""

    text: str
    rows: int = 1
    columns: int = 1
    is_header: bool = False


@dataclass(slots=True, eq=False)
class RowLine:
    """A row as a line; ``under``: the lines that it is read under (see ``TableRow``)."""

    text: str
    under: tuple["RowLine", ...] = ()
    is_header: bool = False
    is_repeated: bool = False  # a header printed again on the next page
    place: str = ""  # see ``TableRow``


@dataclass(frozen=True, slots=True)
class _GridRow:
    """The text of each column; ``declared``: the source itself says that it is a header."""

    texts: tuple[str, ...]
    across: bool  # one cell over the whole table
    declared: bool
    goes_on: int  # the most rows that a cell beginning here goes over
    place: str


def row_lines(rows: Sequence[Sequence[Cell]], places: Sequence[str] = ()) -> list[RowLine]:
    """The rows of one table that hold any text, in order; ``places``: where each row stands.

    What names the columns is told by the source (header cells), else by its place and by
    holding no figure.
    """
    grid = [row for row in _grid(rows, places) if any(row.texts)]
    lines: list[RowLine] = []
    above: RowLine | None = None  # the last row across the table
    header: RowLine | None = None
    is_begun = False  # below its first row a table has no other header
    at = 0
    while at < len(grid):
        row = grid[at]
        if row.across:
            above = RowLine(row.texts[0], (header,) if header else (), place=row.place)
            lines.append(above)
            at += 1
            continue
        named = 0 if is_begun else _header_rows(grid[at:])
        is_begun = True
        if named:
            columns = zip(*(each.texts for each in grid[at : at + named]), strict=True)
            text = CELL_MARK.join(" ".join(dict.fromkeys(filter(None, c))) for c in columns)
            header = RowLine(
                text, (above,) if above else (), _is_sure(grid[at:], named), place=row.place
            )
            lines.append(header)
            at += named
            continue
        text = CELL_MARK.join(row.texts)
        if header is not None and text == header.text:
            lines.append(RowLine(text, is_repeated=True, place=row.place))
        else:
            under = tuple(line for line in (header, above) if line)
            lines.append(RowLine(text, under, place=row.place))
        at += 1
    return lines


def table_rows(placed: Iterable[tuple[int, RowLine]]) -> tuple[TableRow, ...]:
    """The rows of a document from its lines and the offsets at which they begin."""
    kept = [(start, line) for start, line in placed if not line.is_repeated]
    index = {id(line): number for number, (_, line) in enumerate(kept)}
    return tuple(
        TableRow(
            start,
            start + len(line.text),
            tuple(index[id(above)] for above in line.under),
            line.is_header,
            line.place,
        )
        for start, line in kept
    )


def _grid(rows: Sequence[Sequence[Cell]], places: Sequence[str]) -> list[_GridRow]:
    """Each row with the cells that reach into it. A column in which no cell begins is none:
    a span wider than the table adds nothing."""
    placed: list[dict[int, tuple[Cell, int]]] = [
        {} for _ in rows
    ]  # column -> cell, where it begins
    ends: list[dict[int, int]] = [{} for _ in rows]
    begun: set[int] = set()
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in ends[at]:
                column = ends[at][column]
            begun.add(column)
            for below in range(at, min(at + max(cell.rows, 1), len(rows))):
                ends[below][column] = column + max(cell.columns, 1)
                placed[below][column] = (cell, at)
            column += max(cell.columns, 1)
    columns = sorted(begun)
    grid = []
    for at, starts in enumerate(placed):
        texts: list[str] = []
        for column in columns:
            start = max((c for c in starts if c <= column < ends[at][c]), default=None)
            texts.append(starts[start][0].text if start is not None else "")
        own = [cell for cell, began in starts.values() if began == at]
        filled = [cell for cell, _ in starts.values() if cell.text]
        grid.append(
            _GridRow(
                tuple(texts),
                len(columns) > 1 and len(filled) == 1 and _goes_across(starts, ends[at], columns),
                bool(filled) and all(cell.is_header for cell in filled),
                max((cell.rows for cell in own), default=1),
                places[at] if places else "",
            )
        )
    return grid


def _goes_across(
    starts: dict[int, tuple[Cell, int]], ends: dict[int, int], columns: Sequence[int]
) -> bool:
    return any(
        cell.text and column <= columns[0] and ends[column] > columns[-1]
        for column, (cell, _) in starts.items()
    )


def _header_rows(grid: Sequence[_GridRow]) -> int:
    """How many of the first rows name the columns; 0: none."""
    declared = next((n for n, row in enumerate(grid) if not row.declared), len(grid))
    if declared:
        return declared if declared < len(grid) else 0
    first = grid[0]
    if len(grid) < 2 or not _names_columns(first):
        return 0
    rows = 1
    while rows < min(first.goes_on, _MOST_HEADER_ROWS, len(grid) - 1):
        if not _names_columns(grid[rows]):
            break
        rows += 1
    return rows


def _names_columns(row: _GridRow) -> bool:
    words = [text for text in row.texts if text]
    return len(set(words)) > 1 and not any(map(_is_datum, words))


def _is_sure(grid: Sequence[_GridRow], named: int) -> bool:
    """Whether it can be nothing but a header: said so, or above columns of figures."""
    return grid[0].declared or any(
        _is_datum(text) for row in grid[named:] if not row.across for text in row.texts
    )


def _is_datum(text: str) -> bool:
    return bool(_DATUM.fullmatch(text)) and not _YEAR.fullmatch(text)
