"""An export as a PDF: A4, its font and its attachment inside, the same bytes each time.

Lines are broken here, not by fpdf2: it knows no Chinese, which breaks between any two
characters but some marks.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.packs.export.fonts import cut_font, drawable
from app.packs.export.model import (
    Attachment,
    Block,
    Export,
    ExportParagraph,
    Facts,
    Heading,
    Items,
    Quote,
    ReadBack,
    code_point,
    visible,
)
from ingest.errors import ClauseDeskError

if TYPE_CHECKING:
    from fpdf import FPDF
    from pypdf import PdfReader

#: millimetres
_MARGIN = 20.0
_WIDTH = 210 - 2 * _MARGIN
_LABEL_WIDTH = 42.0
_INDENT = 6.0
#: line height of a letter's size
_LEADING = 1.5
_MM_A_POINT = 25.4 / 72
_INK = (24, 28, 36)
_GREY = (94, 102, 116)
_ACCENT = (38, 84, 148)
_RULE = (214, 219, 227)

#: marks that begin no line, and marks that end none
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’％…—·,.;:?!)]}%")
_NOT_LAST = frozenset("（《「『【〔〈“‘([{")
#: letters that the program itself writes: page numbers, bullets
_OWN_LETTERS = "0123456789 /·•.–()"


def write(export: Export) -> bytes:
    """Raises ClauseDeskError for an export of more pages than a PDF viewer is asked to show."""
    export = _drawn(export)
    regular, bold = _letters(export)
    with TemporaryDirectory(prefix="clause-desk-font-") as folder:
        page = _new_file(export)
        for style, letters in (("", regular), ("B", bold)):
            file = Path(folder) / f"Noto{style}.ttf"
            file.write_bytes(cut_font(letters + _OWN_LETTERS, style))
            page.add_font("Noto", style, file)
        _Sheet(page, export).draw()
        return bytes(page.output())


def read(data: bytes) -> ReadBack:
    """Raises ClauseDeskError for what is no PDF, or one that cannot be read."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(BytesIO(data))
        text = "\n".join(page.extract_text() for page in reader.pages)
        attachments = [content for contents in reader.attachments.values() for content in contents]
        drawing = _drawing(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ClauseDeskError(f"the PDF is damaged ({type(error).__name__})") from error
    attached = None
    if len(attachments) == 1:
        attached = attachments[0].decode("ascii", "replace")
    # where a line is broken, a blank may be read or not: blanks say nothing here
    return ReadBack("".join(text.split()), attached, drawing)


def _drawing(reader: "PdfReader") -> str:
    """A hash of everything that is drawn: pages with their letters' shapes and what lies on them."""
    digest = hashlib.sha256()
    seen: set[int] = set()

    def add(item: Any) -> None:
        item = item.get_object() if hasattr(item, "get_object") else item
        if id(item) in seen:
            return
        if isinstance(item, dict):
            seen.add(id(item))
            for key in sorted(item, key=str):
                # how a stream is packed is no part of what it draws
                if key not in ("/Parent", "/Filter", "/Length", "/DecodeParms"):
                    digest.update(f"{key}:".encode("utf-8", "surrogatepass"))
                    add(item[key])
            if hasattr(item, "get_data"):
                digest.update(item.get_data())
        elif isinstance(item, list):
            digest.update(b"[")
            for part in item:
                add(part)
        else:
            digest.update(f"{item!s};".encode("utf-8", "surrogatepass"))

    for page in reader.pages:
        add(page)
    form = reader.root_object.get("/AcroForm")
    if form is not None:
        add(form)
    return digest.hexdigest()


def _new_file(export: Export) -> "FPDF":
    from fpdf import FPDF

    # a letter that the font lacks is written as its name; fpdf2 need not tell of it
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)

    class File(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font("Noto", size=7.5)
            self.set_text_color(*_GREY)
            self.cell(_WIDTH - 20, 4, export.footer)
            self.cell(20, 4, f"{self.page_no()} / {{nb}}", align="R")

    page = File(format="A4")
    page.set_margin(_MARGIN)
    page.set_auto_page_break(False)
    page.set_title(export.title)
    page.set_creator("Clause Desk")
    page.set_producer("Clause Desk")
    page.set_lang({"en": "en", "zh": "zh-CN"}[export.language])
    page.set_creation_date(export.made_at)
    if export.attachment is not None:
        page.embed_file(
            bytes=export.attachment.text.encode("ascii"),
            basename=export.attachment.name,
            desc=export.attachment.description,
            mime_type="application/json",
            creation_date=export.made_at,
            modification_date=export.made_at,
        )
    return page


class _Sheet:
    """Draws block after block, line by line, and turns the page."""

    def __init__(self, page: "FPDF", export: Export) -> None:
        self._page = page
        self._export = export

    def draw(self) -> None:
        page = self._page
        page.add_page()
        self._text(self._export.title, 19, style="B", after=3)
        for block in self._export.blocks:
            self._block(block)
        if self._export.attachment is not None:
            page.ln(3)
            self._text(self._export.attachment.description, 8, color=_GREY)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case ExportParagraph(tone="small"):
                self._text(block.text, 8, color=_GREY, after=2)
            case ExportParagraph(tone="strong"):
                self._text(block.text, 10.5, style="B", after=2)
            case ExportParagraph():
                self._text(block.text, 10.5, after=2)
            case Quote():
                self._text(block.text, 10.5, indent=_INDENT, bar=True, after=3)
            case Facts():
                self._facts(block)
            case Items():
                self._items(block)

    def _heading(self, heading: Heading) -> None:
        page = self._page
        size = {1: 14.0, 2: 11.5, 3: 10.5}[heading.level]
        page.ln({1: 5.0, 2: 3.0, 3: 1.5}[heading.level])
        # a heading at the foot of a page would stand there alone
        room = {1: 48, 2: 22, 3: 22}[heading.level]
        self._make_room(size * _MM_A_POINT * _LEADING + room)
        page.start_section(" ".join(heading.text.split())[:120] or "–", level=heading.level - 1)
        color = _ACCENT if heading.level < 3 else _INK
        self._text(heading.text, size, style="B", color=color, after=1.5)

    def _facts(self, facts: Facts) -> None:
        page = self._page
        for what, which in facts.rows:
            labels = self._broken(what, 8.5, "", _LABEL_WIDTH - 3)
            values = self._broken(which, 9.5, "", _WIDTH - _LABEL_WIDTH)
            height = 9.5 * _MM_A_POINT * _LEADING
            self._make_room(height * len(labels) + 2)
            page.set_draw_color(*_RULE)
            page.set_line_width(0.2)
            page.line(_MARGIN, page.get_y(), _MARGIN + _WIDTH, page.get_y())
            page.ln(0.8)
            for at in range(max(len(labels), len(values))):
                self._make_room(height)
                if at < len(labels):
                    self._cell(labels[at], 8.5, "", _GREY, _MARGIN, height)
                if at < len(values):
                    self._cell(values[at], 9.5, "", _INK, _MARGIN + _LABEL_WIDTH, height)
                page.ln(height)
            page.ln(0.8)
        page.ln(3)

    def _items(self, items: Items) -> None:
        page = self._page
        height = 10.5 * _MM_A_POINT * _LEADING
        for number, text in enumerate(items.texts, start=1):
            self._make_room(height)
            mark = f"{number}." if items.numbered else "•"
            self._cell(mark, 10.5, "", _GREY, _MARGIN, height)
            self._text(text, 10.5, indent=_INDENT)
        page.ln(2)

    def _text(
        self,
        text: str,
        size: float,
        *,
        style: str = "",
        color: tuple[int, int, int] = _INK,
        indent: float = 0.0,
        bar: bool = False,
        after: float = 0.0,
    ) -> None:
        height = size * _MM_A_POINT * _LEADING
        for line in self._broken(text, size, style, _WIDTH - indent):
            self._make_room(height)
            if bar:
                self._page.set_fill_color(*_ACCENT)
                self._page.rect(_MARGIN, self._page.get_y(), 0.8, height, style="F")
            self._cell(line, size, style, color, _MARGIN + indent, height)
            self._page.ln(height)
        self._page.ln(after)

    def _cell(
        self,
        line: str,
        size: float,
        style: str,
        color: tuple[int, int, int],
        x: float,
        height: float,
    ) -> None:
        if not line.strip():
            return
        page = self._page
        page.set_font("Noto", style, size)
        page.set_text_color(*color)
        page.set_x(x)
        page.cell(page.get_string_width(line) + 1, height, line)

    def _make_room(self, height: float) -> None:
        if self._page.get_y() + height > self._page.h - _MARGIN:
            self._page.add_page()

    def _broken(self, text: str, size: float, style: str, width: float) -> list[str]:
        self._page.set_font("Noto", style, size)

        @cache
        def width_of(letter: str) -> float:
            return float(self._page.get_string_width(letter))

        lines: list[str] = []
        for line in text.split("\n"):
            lines += _wrapped(line.rstrip(), width - 2, width_of)
        return lines


def _wrapped(line: str, width: float, width_of: Any) -> Iterator[str]:
    """One line of text as lines that are not wider than ``width``; blanks at a break go."""
    start = 0
    end_of_last_word = 0  # the line may be broken here
    taken = 0.0
    at = 0
    while at < len(line):
        if at > start and _may_break(line[at - 1], line[at]):
            end_of_last_word = at
        taken += width_of(line[at])
        if taken > width and at > start and line[at] != " ":
            end = end_of_last_word if end_of_last_word > start else at
            yield line[start:end].rstrip(" ")
            start = end
            while start < len(line) and line[start] == " ":
                start += 1
            at, taken, end_of_last_word = start, 0.0, start
            continue
        at += 1
    yield line[start:]


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after == " ":
        return False
    if before == " " or before == "-":
        return True
    return (
        (_is_wide(before) or _is_wide(after))
        and after not in _NOT_FIRST
        and before not in _NOT_LAST
    )


@cache
def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _drawn(export: Export) -> Export:
    """The export with every letter that the font lacks written as its code point."""

    def blocks() -> Iterator[Block]:
        for block in export.blocks:
            match block:
                case Facts():
                    yield Facts(tuple((_shown(what), _shown(which)) for what, which in block.rows))
                case Items():
                    yield replace(block, texts=tuple(map(_shown, block.texts)))
                case _:
                    yield replace(block, text=_shown(block.text))

    attachment = export.attachment
    if attachment is not None:
        attachment = Attachment(attachment.name, _shown(attachment.description), attachment.text)
    return replace(
        export,
        title=_shown(export.title),
        footer=_shown(export.footer).replace("\n", " "),
        blocks=tuple(blocks()),
        attachment=attachment,
    )


def _shown(text: str) -> str:
    letters = drawable()
    return "".join(
        character
        if ord(character) in letters or character == "\n"
        else " " * 4
        if character == "\t"
        else " "
        if unicodedata.category(character) == "Zs"
        else ""
        # joiners, variation selectors: no letters of their own
        if unicodedata.category(character) in ("Cf", "Mn")
        else code_point(character)
        for character in visible(text)
    )


def _letters(export: Export) -> tuple[str, str]:
    """The letters set in regular and in bold."""
    regular, bold = [export.footer], [export.title]
    for block in export.blocks:
        match block:
            case Facts():
                regular += chain.from_iterable(block.rows)
            case Items():
                regular += block.texts
            case Heading() | ExportParagraph(tone="strong"):
                bold.append(block.text)
            case _:
                regular.append(block.text)
    if export.attachment is not None:
        regular.append(export.attachment.description)
    return tuple("".join(sorted(set("".join(texts)) - {"\n"})) for texts in (regular, bold))  # type: ignore[return-value]
