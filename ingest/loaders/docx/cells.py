"""The rows of a Word table: their cells, with those merged over columns and rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from docx.oxml.ns import qn
from lxml.etree import _Element

from ingest.loaders.tables import Cell

#: children of a row or table, through content controls and tracked insertions
Children = Callable[[_Element, str], Iterator[_Element]]


@dataclass(slots=True)
class _Placed:
    row: int
    place: int  # in the row's list of cells


def word_rows(
    rows: Sequence[_Element], children: Children, words: Callable[[_Element], str]
) -> list[list[Cell]]:
    """The cells of ``rows``; one that goes on from the row above (w:vMerge) is part of that.

    ``words`` gives the text of a cell on one line.
    """
    table: list[list[Cell]] = []
    open_cells: dict[int, _Placed] = {}  # column -> the cell that the rows below may go on with
    for at, row in enumerate(rows):
        cells: list[Cell] = []
        before = _number(row, "w:trPr/w:gridBefore")
        if before:
            cells.append(Cell("", columns=before))
        column = before
        going_on: dict[int, _Placed] = {}
        is_header = _is_header(row)
        for element in children(row, "w:tc"):
            width = max(_number(element, "w:tcPr/w:gridSpan"), 1)
            merge = element.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            above = open_cells.get(column)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            if goes_on and above is not None:
                cell = table[above.row][above.place]
                table[above.row][above.place] = replace(cell, rows=at - above.row + 1)
                going_on[column] = above
            else:
                if merge is not None:
                    going_on[column] = _Placed(at, len(cells))
                cells.append(Cell(words(element), columns=width, is_header=is_header))
            column += width
        open_cells = going_on
        table.append(cells)
    return table


def _is_header(row: _Element) -> bool:
    header = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}")
    return header is not None and header.get(qn("w:val"), "1") not in ("0", "false", "off")


def _number(element: _Element, path: str) -> int:
    found = element.find("/".join(map(qn, path.split("/"))))
    value = found.get(qn("w:val"), "") if found is not None else ""
    return int(value) if value.isdigit() and len(value) < 5 else 0
