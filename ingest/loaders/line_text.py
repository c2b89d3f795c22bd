"""Lines and rows of tables put together as the text of a document."""

from collections.abc import Iterable

from ingest.loaders.tables import RowLine, table_rows
from ingest.structure import SourceText


def source_of_lines(lines: Iterable[str | RowLine], media_type: str) -> SourceText:
    """One line of text a line; a header printed again is furniture."""
    parts: list[str] = []
    rows: list[tuple[int, RowLine]] = []
    furniture: list[tuple[int, int]] = []
    length = 0
    for line in lines:
        words = line_words(line)
        if isinstance(line, RowLine):
            rows.append((length, line))
            if line.is_repeated:
                furniture.append((length, length + len(words)))
        parts.append(f"{words}\n")
        length += len(words) + 1
    return SourceText(
        text="".join(parts),
        media_type=media_type,
        page_furniture=tuple(furniture),
        rows=table_rows(rows),
    )


def line_words(line: str | RowLine) -> str:
    return line if isinstance(line, str) else line.text
