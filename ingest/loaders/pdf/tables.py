"""Tables of a PDF: the words in each cell of a drawn grid, and rows told by white space alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.loaders.pdf.grid import Grid, GridCell, grids
from ingest.loaders.pdf.lines import CJK, PdfLine, rows
from ingest.loaders.pdf.runs import PageContent, TextRun
from ingest.loaders.tables import CELL_MARK, Cell, RowLine, row_lines

_CHINESE = re.compile(f"[{CJK}]")
_SAME_EDGE = 4.0  # points


@dataclass(frozen=True, slots=True)
class PdfRow:
    """A row of a drawn table and where it stands, in points."""

    line: RowLine
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table on one page: its cells by row."""

    page: int
    grid: Grid
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def top(self) -> float:
        return self.grid.ys[0]

    def goes_on_with(self, other: "DrawnTable") -> bool:
        """Whether ``other``, first on the next page, has the same columns."""
        ours, theirs = self.grid.xs, other.grid.xs
        return (
            other.page == self.page + 1
            and len(ours) == len(theirs)
            and all(abs(a - b) <= _SAME_EDGE for a, b in zip(ours, theirs, strict=True))
        )


def take_drawn_tables(page: PageContent) -> list[DrawnTable]:
    """The tables of a page, whose words are taken out of its runs."""
    tables: list[DrawnTable] = []
    for grid in grids(page.rules):
        inside = [run for run in page.runs if grid.holds(*_centre(run))]
        of_cell: dict[GridCell, list[TextRun]] = {cell: [] for cell in grid.cells}
        for run in inside:
            cell = next((cell for cell in grid.cells if cell.holds(*_centre(run))), None)
            if cell is not None:
                of_cell[cell].append(run)
        texts = {cell: _words(runs, page.number) for cell, runs in of_cell.items()}
        if not _is_data(texts):
            continue
        tables.append(
            DrawnTable(
                page.number,
                grid,
                tuple(
                    tuple(
                        Cell(texts[cell], cell.rows, cell.columns)
                        for cell in grid.cells
                        if cell.row == row
                    )
                    for row in range(len(grid.ys) - 1)
                ),
            )
        )
        page.runs[:] = [run for run in page.runs if not grid.holds(*_centre(run))]
    return tables


def rows_of(tables: Sequence[DrawnTable]) -> list[PdfRow]:
    """The rows of one table, which may go over several pages."""
    cells: list[Sequence[Cell]] = []
    places: list[tuple[int, float, float, float, float]] = []
    for at, table in enumerate(tables):
        for row, found in enumerate(table.rows):
            cells.append(_filled_from(cells[-1], found) if at and not row else found)
            grid = table.grid
            places.append((table.page, grid.xs[0], grid.ys[row + 1], grid.xs[-1], grid.ys[row]))
    lines = row_lines(cells, [str(number) for number in range(len(cells))])
    pdf_rows = []
    for line in lines:
        place = places[int(line.place)]
        line.place = ""
        pdf_rows.append(PdfRow(line, *place))
    return pdf_rows


def aligned_rows(lines: Sequence[PdfLine]) -> list[RowLine]:
    """Lines whose cells only white space parts, each as it is, below the names of the columns."""
    found = row_lines([[Cell(text) for text in line.text.split(CELL_MARK)] for line in lines])
    if len(found) != len(lines):
        return [RowLine(line.text) for line in lines]
    for row, line in zip(found, lines, strict=True):
        row.text = line.text
    return found


def _filled_from(above: Sequence[Cell], row: Sequence[Cell]) -> Sequence[Cell]:
    """The first row on a page: an empty cell at its beginning goes on with the one above."""
    filled = list(row)
    for at, cell in enumerate(filled):
        if cell.text or at >= len(above) or not any(other.text for other in filled[at + 1 :]):
            break
        filled[at] = replace(cell, text=above[at].text)
    return filled


def _is_data(texts: dict[GridCell, str]) -> bool:
    """Two rows at least with several cells of words; a frame around text is none."""
    filled: dict[int, int] = {}
    for cell, text in texts.items():
        if text:
            for row in range(cell.row, cell.row + cell.rows):
                filled[row] = filled.get(row, 0) + 1
    return sum(count > 1 for count in filled.values()) > 1


def _centre(run: TextRun) -> tuple[float, float]:
    return (run.x0 + run.x1) / 2, run.baseline + 0.3 * run.size


def _words(runs: Sequence[TextRun], page: int) -> str:
    """The lines of a cell as one."""
    text = ""
    for line in rows(runs, page):
        chinese = _CHINESE.match(text[-1:]) and _CHINESE.match(line.text[:1])
        text += line.text if not text or chinese else f" {line.text}"
    return " ".join(text.split())
