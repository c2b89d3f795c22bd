"""The words every part of the house shares: document, clause, segment.

Offsets are code points of the document's text, ``text[start:end]``.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Box:
    """Where a range of text stands on a page of its source (PDF only).

    ``x0, y0, x1, y1`` are in points, origin at the page's lower left corner.
    """

    start: int
    end: int
    page: int  # 1-based
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table, ``text[start:end]``: its cells and those merged into it, parted by " | "."""

    start: int
    end: int
    #: indices, in ``SourceText.rows``, of the rows under which this one is read: the one that
    #: names its columns, the last one before it that goes across the whole table
    under: tuple[int, ...] = ()
    is_header: bool = False  # it names the columns and says nothing by itself
    place: str = ""  # for people, where the source numbers its rows: "Sheet1, row 12"


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a loader gives: the text of one Manifestation and the way back to it."""

    text: str
    media_type: str  # "text/plain", "text/markdown", "application/pdf", ...
    boxes: tuple[Box, ...] = ()
    #: ranges (start, end) that repeat on every page: headers, footers, page numbers
    page_furniture: tuple[tuple[int, int], ...] = ()
    rows: tuple[TableRow, ...] = ()  # of all its tables, in reading order
    #: (offset, level) of lines that the file marks as headings; 1 is the highest level
    heading_levels: tuple[tuple[int, int], ...] = ()
    #: remarks for the user: what was mended or could not be told
    warnings: tuple[str, ...] = ()
    #: what the file itself marks as its title (Word's Title style); None where it marks none
    title: str | None = None


class SegmentKind(StrEnum):
    """What a stretch of a document that is no clause is for."""

    TITLE = "title"
    HEADING = "heading"  # a chapter or section heading that carries no clause id
    FURNITURE = "furniture"  # date line, signature, source line, page header
    BLANK = "blank"  # white space between the others


@dataclass(frozen=True, slots=True)
class Segment:
    kind: SegmentKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest citable unit; ``text`` is ``document_text[start:end]``, to the letter.

    ``text`` holds the printed number and the clause's own words, without its
    children's. A clause whose own words only name what follows is a heading.
    """

    id: str  # "gacc-2016-67#4.2"
    document_id: str
    path: str  # "4.2"
    num: str | None  # as printed: "(2)", "（一）", "Ⅱ"; None for pN, bN, sN
    locator: str  # for people: "item 4(2)"
    headings: tuple[str, ...]  # headings above it, outermost first, without the title
    is_heading: bool
    start: int
    end: int
    text: str
    parent: str | None  # id of the clause above
    children: tuple[str, ...]  # ids, in reading order
    #: id of the clause whose words introduce the list this is an item of ("... conditions:")
    lead_in: str | None = None
    #: for a row of a table, ids of the clauses under which it is read: what introduces or names the
    #: table, the row that names the columns, a row across it above; None: it is no row
    read_under: tuple[str, ...] | None = None

    @property
    def heading(self) -> str | None:
        """The headings above, as one line: "Ⅱ Main Contents › 1. ..."."""
        return " › ".join(self.headings) or None


@dataclass(frozen=True)
class ParsedDocument:
    """Clauses and segments of one text; together they cover each character exactly once."""

    text: str
    title: str | None
    clauses: tuple[Clause, ...]  # reading order
    segments: tuple[Segment, ...]  # reading order, clauses not repeated here
    heading_levels: tuple[tuple[int, int], ...] = ()  # as in SourceText

    @cached_property
    def by_path(self) -> dict[str, Clause]:
        return {clause.path: clause for clause in self.clauses}

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def _items(self) -> dict[str, list[Clause]]:
        items: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            if clause.lead_in is not None:
                items.setdefault(clause.lead_in, []).append(clause)
        return items

    @cached_property
    def _rows(self) -> dict[str, list[Clause]]:
        rows: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            for above in clause.read_under or ():
                rows.setdefault(above, []).append(clause)
        return rows

    def rows_under(self, head: Clause) -> list[Clause]:
        """The rows of a table that are read under a clause, in reading order."""
        return self._rows.get(head.id, [])

    def list_items(self, head: Clause) -> list[Clause]:
        """The items that a clause introduces, in reading order; [] if it heads no list."""
        return self._items.get(head.id, [])

    def end_of(self, clause: Clause) -> int:
        """Offset where a clause ends, everything below it included."""
        while clause.children:
            clause = self.by_id[clause.children[-1]]
        return clause.end
