"""PDF: the text layer as paragraphs, with the page and place of every line."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
    sheets = [PageRows(tuple(rows(page.runs, page.number)), page.height) for page in pages]
    marked = furniture_rows(sheets)
    headers: dict[int, list[PdfLine]] = {}
    footers: dict[int, list[PdfLine]] = {}
    body: list[TextColumn] = []
    for page, sheet, indices in zip(pages, sheets, marked, strict=True):
        ordered = [(sheet.rows[index], sheet.rows[index].baseline) for index in sorted(indices)]
        middle = sheet.height / 2
        headers[page.number] = [row for row, height in ordered if height >= middle]
        footers[page.number] = [row for row, height in ordered if height < middle]
        footers[page.number] += _turned_lines(page)
        body += blocks([row for index, row in enumerate(sheet.rows) if index not in indices])
    writer = _Writer(measure(body))
    waiting: list[PdfLine] = []
    reached = 0
    for paragraph in paragraphs(body):
        # Headers of pages up to this paragraph's first come before it; what stands
        # between its own pages waits until it has ended, so that it stays one line.
        first, last = paragraph.lines[0].page, paragraph.lines[-1].page
        while reached < first:
            waiting += footers.get(reached, []) if reached else []
            reached += 1
            waiting += headers[reached]
        writer.furniture(waiting)
        waiting = []
        writer.paragraph(paragraph)
        while reached < last:
            waiting += footers[reached]
            reached += 1
            waiting += headers[reached]
    for number in range(max(reached, 1), len(pages) + 1):
        waiting += headers[number] if number > reached else []
        waiting += footers[number]
    writer.furniture(waiting)
    return writer.source_text(_warnings(pages, body, remarks))


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
    pages: Sequence[PageContent], body: Sequence[TextColumn], remarks: Sequence[str]
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
    tables = sorted({line.page for block in body for line in block.lines if " | " in line.text})
    if tables:
        warnings.append(
            f"tables on {_page_list(tables)} are read row by row; "
            "a cell of several lines comes apart"
        )
    return (*warnings, *remarks)


class _Writer:
    """Collects the text and, beside it, where each part of it came from."""

    def __init__(self, measures: Measures) -> None:
        self.measures = measures
        self.parts: list[str] = []
        self.length = 0
        self.boxes: list[Box] = []
        self.ranges: list[tuple[int, int]] = []
        self.before: Paragraph | None = None

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

    def paragraph(self, paragraph: Paragraph) -> None:
        """One line of text, after a blank one where the page shows white space."""
        if self.before and stands_apart(paragraph, self.before, self.measures):
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
        self.boxes.append(
            Box(
                start,
                self.length,
                line.page,
                *(round(v, 2) for v in (line.x0, bottom, line.x1, top)),
            )
        )

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def source_text(self, warnings: tuple[str, ...]) -> SourceText:
        return SourceText(
            text="".join(self.parts),
            media_type="application/pdf",
            boxes=tuple(self.boxes),
            page_furniture=tuple(self.ranges),
            warnings=warnings,
        )
