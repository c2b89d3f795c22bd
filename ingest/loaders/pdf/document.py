"""PDF: the text layer as paragraphs, with the page and place of every line."""

import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby

import pypdf
from pypdf.errors import DependencyError

from ingest.errors import UnreadableDocument
from ingest.loaders.limits import LoadingLimits
from ingest.loaders.pdf.characters import is_undecodable
from ingest.loaders.pdf.furniture import PageRows, furniture_rows
from ingest.loaders.pdf.lines import PdfLine, TextColumn, blocks, rows
from ingest.loaders.pdf.paragraphs import (
    Measures,
    Paragraph,
    joint,
    measure,
    paragraphs,
    stands_apart,
)
from ingest.loaders.pdf.runs import PageContent, read_page
from ingest.loaders.pdf.strokes import without_strokes
from ingest.loaders.pdf.tables import (
    DrawnTable,
    PdfRow,
    aligned_rows,
    rows_of,
    take_drawn_tables,
)
from ingest.loaders.tables import CELL_MARK, RowLine, table_rows
from ingest.structure import Box, SourceText

_MOST_WARNINGS = 10
_UNDECODABLE_SHARE = 0.3
#: bytes at the end of a file within which its end mark must stand
_TAIL = 65_536


def load_pdf(data: bytes, name: str, limits: LoadingLimits) -> SourceText:
    """The text of a PDF; boxes in points. Raises UnreadableDocument."""
    with _remarks_of_pypdf() as remarks:
        pages, has_fields = _read_pages(data, name, limits)
    _refuse_pages_without_text(pages, name)
    if has_fields:
        remarks.insert(0, "what is filled into form fields is not read")
    return _assemble(pages, remarks)


def _read_pages(data: bytes, name: str, limits: LoadingLimits) -> tuple[list[PageContent], bool]:
    """The pages, and whether there are form fields; raises UnreadableDocument."""
    if b"%%EOF" not in data[-_TAIL:]:
        raise UnreadableDocument(_truncated(name))
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument(
                f"{name}: protected by a password; open it with the password, "
                "print it to a new PDF and add that"
            )
        count = len(reader.pages)
        if count > limits.max_pages:
            raise UnreadableDocument(
                f"{name}: {count} pages, more than the limit of {limits.max_pages}; "
                "split the file, or raise max_pages"
            )
        if count == 0:
            raise UnreadableDocument(f"{name}: the PDF has no pages; get the file again")
        pages = [read_page(page, number) for number, page in enumerate(reader.pages, start=1)]
        return pages, bool(reader.get_fields())
    except DependencyError as error:
        raise UnreadableDocument(
            f"{name}: encrypted in a way that needs another package ({error}); "
            "save it without encryption and add it again"
        ) from error
    except RecursionError as error:
        raise UnreadableDocument(
            f"{name}: the PDF's objects are nested without end; print it to a new PDF and add that"
        ) from error
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:
        # On a damaged file pypdf raises whatever the damage leads to, not only its own
        # errors: TypeError, KeyError, NotImplementedError, struct.error and others.
        raise UnreadableDocument(_truncated(name)) from error


def _truncated(name: str) -> str:
    return f"{name}: the PDF is damaged or cut off; get the file again from its source"


@contextmanager
def _remarks_of_pypdf() -> Iterator[list[str]]:
    """Collect what pypdf logs while it mends a file, to be told with the text."""
    remarks: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = "pypdf: " + " ".join(record.getMessage().split())
            if line not in remarks and len(remarks) < _MOST_WARNINGS:
                remarks.append(line)

    logger = logging.getLogger("pypdf")
    collector = Collector(level=logging.WARNING)
    propagated = logger.propagate
    logger.addHandler(collector)
    logger.propagate = False
    try:
        yield remarks
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagated


def _refuse_pages_without_text(pages: Sequence[PageContent], name: str) -> None:
    without = [page.number for page in pages if not page.has_text and not page.is_blank]
    if without:
        verb = "has" if len(without) == 1 else "have"
        raise UnreadableDocument(
            f"{name}: {_page_list(without)} {verb} no text layer; run OCR first, for example: "
            "ocrmypdf in.pdf out.pdf"
        )
    if all(page.is_blank for page in pages):
        raise UnreadableDocument(f"{name}: every page is blank; add a file with text in it")
    garbled = [page.number for page in pages if _is_garbled(page)]
    if garbled:
        raise UnreadableDocument(
            f"{name}: the text layer of {_page_list(garbled)} cannot be decoded (its fonts name "
            "no characters); run OCR over it, for example: ocrmypdf --force-ocr in.pdf out.pdf"
        )


def _is_garbled(page: PageContent) -> bool:
    characters = [c for run in page.runs for c in run.text if not c.isspace()]
    bad = sum(1 for character in characters if is_undecodable(character))
    return bad > _UNDECODABLE_SHARE * len(characters)


def _page_list(numbers: Sequence[int]) -> str:
    """ "page 1", "pages 1, 3-5": runs of pages as ranges."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    spelled = ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)
    return f"page {spelled}" if len(numbers) == 1 else f"pages {spelled}"


def _assemble(pages: Sequence[PageContent], remarks: Sequence[str]) -> SourceText:
    struck = [page.number for page in pages if without_strokes(page)]
    drawn = {page.number: take_drawn_tables(page) for page in pages}
    sheets = [PageRows(tuple(rows(page.runs, page.number)), page.height) for page in pages]
    marked = furniture_rows(sheets)
    headers: dict[int, list[PdfLine]] = {}
    footers: dict[int, list[PdfLine]] = {}
    groups: list[list[TextColumn]] = [[]]
    tables: list[list[DrawnTable]] = []  # each stands behind the group of the same place
    for page, sheet, indices in zip(pages, sheets, marked, strict=True):
        ordered = [(sheet.rows[index], sheet.rows[index].baseline) for index in sorted(indices)]
        middle = sheet.height / 2
        headers[page.number] = [row for row, height in ordered if height >= middle]
        footers[page.number] = [row for row, height in ordered if height < middle]
        footers[page.number] += _turned_lines(page)
        body = [row for index, row in enumerate(sheet.rows) if index not in indices]
        for table in drawn[page.number]:
            above = [row for row in body if row.baseline > table.top]
            body = body[len(above) :]
            groups[-1] += blocks(above)
            if not groups[-1] and tables and tables[-1][-1].goes_on_with(table):
                tables[-1].append(table)
            else:
                tables.append([table])
                groups.append([])
        groups[-1] += blocks(body)
    everything = [block for group in groups for block in group]
    writer = _Writer(measure(everything), headers, footers, pages)
    for at, group in enumerate(paragraphs(groups)):
        writer.paragraphs(group)
        if at < len(tables):
            writer.table(rows_of(tables[at]))
    return writer.source_text(_warnings(pages, everything, struck, remarks))


def _turned_lines(page: PageContent) -> list[PdfLine]:
    """All text of a page that is not horizontal, as one line; a box of its beginnings."""
    runs = tuple(page.turned)
    text = " ".join("".join(run.text for run in runs).split())
    if not text:
        return []
    size = max(run.size for run in runs)
    left, right = min(run.x0 for run in runs), max(run.x0 for run in runs) + size
    return [PdfLine(runs, text, page.number, left, right, runs[0].baseline, size)]


def _warnings(
    pages: Sequence[PageContent],
    body: Sequence[TextColumn],
    struck: Sequence[int],
    remarks: Sequence[str],
) -> tuple[str, ...]:
    warnings: list[str] = []
    blank = [page.number for page in pages if page.is_blank]
    if blank:
        warnings.append(f"nothing is printed on {_page_list(blank)}")
    turned = [page.number for page in pages if _turned_lines(page)]
    if turned:
        warnings.append(
            f"text that is not horizontal on {_page_list(turned)} is kept apart from the rest"
        )
    if struck:
        warnings.append(f"struck-out words on {_page_list(struck)} are left out")
    tables = sorted({line.page for block in body for line in block.lines if " | " in line.text})
    if tables:
        warnings.append(
            f"tables without lines on {_page_list(tables)} are read row by row; "
            "a cell of several lines comes apart"
        )
    return (*warnings, *remarks)


class _Writer:
    """Collects the text and, beside it, where each part of it came from.

    ``headers`` and ``footers``: the furniture of each page, by its number.
    """

    def __init__(
        self,
        measures: Measures,
        headers: Mapping[int, Sequence[PdfLine]],
        footers: Mapping[int, Sequence[PdfLine]],
        pages: Sequence[PageContent],
    ) -> None:
        self.measures = measures
        self.pages = pages
        self.headers = headers
        self.footers = footers
        self.parts: list[str] = []
        self.length = 0
        self.boxes: list[Box] = []
        self.ranges: list[tuple[int, int]] = []
        self.rows: list[tuple[int, RowLine]] = []
        self.before: Paragraph | None = None
        self._reached = 0  # the page up to which headers are written
        self._waiting: list[PdfLine] = []

    def paragraphs(self, found: Sequence[Paragraph]) -> None:
        for is_table, stretch in groupby(found, lambda each: CELL_MARK in each.lines[0].text):
            each_of = list(stretch)
            is_table = is_table and all(len(each.lines) == 1 for each in each_of)
            lines = aligned_rows([each.lines[0] for each in each_of]) if is_table else []
            for at, paragraph in enumerate(each_of):
                self._turn_to(paragraph.lines[0].page)
                if lines:
                    start = self.length + self._gap_before(paragraph)
                    self.rows.append((start, lines[at]))
                    if lines[at].is_repeated:
                        self.ranges.append((start, start + len(lines[at].text)))
                self.paragraph(paragraph)
                self._pass_to(paragraph.lines[-1].page)

    def table(self, rows: Sequence[PdfRow]) -> None:
        """A drawn table, between blank lines."""
        for at, row in enumerate(rows):
            self._turn_to(row.page)
            if at == 0 and self.before:
                self._put("\n")
            self.before = None
            start = self.length
            self.rows.append((start, row.line))
            self._put(row.line.text)
            self._box(start, row.page, row.x0, row.y0, row.x1, row.y1)
            if row.line.is_repeated:
                self.ranges.append((start, self.length))
            self._put("\n")
        self._put("\n")

    def _turn_to(self, page: int) -> None:
        """Headers of pages up to this one come before what stands on it."""
        while self._reached < page:
            self._waiting += self.footers.get(self._reached, []) if self._reached else []
            self._reached += 1
            self._waiting += self.headers[self._reached]
        self.furniture(self._waiting)
        self._waiting = []

    def _pass_to(self, page: int) -> None:
        """What stands between the pages of a paragraph waits until it has ended, so that it stays
        one line."""
        while self._reached < page:
            self._waiting += self.footers[self._reached]
            self._reached += 1
            self._waiting += self.headers[self._reached]

    def _end(self) -> None:
        for number in range(max(self._reached, 1), max(self.headers, default=0) + 1):
            self._waiting += self.headers[number] if number > self._reached else []
            self._waiting += self.footers[number]
        self.furniture(self._waiting)

    def furniture(self, lines: Sequence[PdfLine]) -> None:
        """Lines that stand apart from the text, and so between blank lines."""
        if lines and self.before:
            self._put("\n")
        for line in lines:
            start = self.length
            self._line(line, line.text)
            self.ranges.append((start, self.length))
            self._put("\n")
        if lines:
            self._put("\n")
            self.before = None

    def _gap_before(self, paragraph: Paragraph) -> bool:
        return self.before is not None and stands_apart(paragraph, self.before, self.measures)

    def paragraph(self, paragraph: Paragraph) -> None:
        """One line of text, after a blank one where the page shows white space."""
        if self._gap_before(paragraph):
            self._put("\n")
        self.before = paragraph
        lines = paragraph.lines
        texts = [line.text for line in lines]
        for index, line in enumerate(lines):
            text, between = texts[index], "\n"
            if index + 1 < len(lines):
                dropped, between = joint(text, texts[index + 1], self.measures)
                text = text[: len(text) - dropped]
            self._line(line, text)
            self._put(between)

    def _line(self, line: PdfLine, text: str) -> None:
        start = self.length
        self._put(text)
        bottom, top = line.baseline - 0.25 * line.size, line.baseline + 0.85 * line.size
        self._box(start, line.page, line.x0, bottom, line.x1, top)

    def _box(self, start: int, page: int, x0: float, y0: float, x1: float, y1: float) -> None:
        """Where the text from ``start`` on stands."""
        edges = self.pages[page - 1].as_shown(x0, y0, x1, y1)
        self.boxes.append(Box(start, self.length, page, *(round(value, 2) for value in edges)))

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def source_text(self, warnings: tuple[str, ...]) -> SourceText:
        self._end()
        return SourceText(
            text="".join(self.parts),
            media_type="application/pdf",
            boxes=tuple(self.boxes),
            page_furniture=tuple(self.ranges),
            rows=table_rows(self.rows),
            warnings=warnings,
        )
