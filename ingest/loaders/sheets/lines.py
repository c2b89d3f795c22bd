"""Sheets as lines of text: titles above, then a row a line."""

from collections.abc import Sequence

from ingest.loaders.tables import Cell, RowLine, row_lines

Row = tuple[str, Sequence[Cell]]  # where it stands ("row 12"), and its cells


def sheet_lines(
    rows: Sequence[Row], name: str = "", *, is_first: bool = True
) -> list[str | RowLine]:
    """The lines of one sheet. What stands alone above its table is text: a title, a unit.

    ``name``: of the sheet, if it is to be said; below the titles of the first, which are the
    document's.
    """
    width = max((sum(cell.columns for cell in cells) for _, cells in rows), default=0)
    first = next((at for at, (_, cells) in enumerate(rows) if _filled(cells) > 1), len(rows))
    titles = [cell.text for _, cells in rows[:first] for cell in cells if cell.text]
    named = [name] if name else []
    lines: list[str | RowLine] = [*titles, *named] if is_first else [*named, *titles]
    below = rows[first:]
    lines += row_lines([_across(cells, width) for _, cells in below], [at for at, _ in below])
    return lines


def _filled(cells: Sequence[Cell]) -> int:
    return sum(bool(cell.text) for cell in cells)


def _across(cells: Sequence[Cell], width: int) -> Sequence[Cell]:
    """A row with nothing but its first cell goes across the sheet, merged or not."""
    if width > 2 and _filled(cells) == 1 and cells[0].text and cells[0].rows == 1:
        return [Cell(cells[0].text, columns=width)]
    return cells
