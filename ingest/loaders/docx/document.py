"""DOCX: the text that Word prints, a paragraph a line, with its automatic numbers.

Deletions of tracked changes are left out and insertions kept, as if all changes
were accepted; struck-out words are left out too. A table's row is one line.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import _Element

from ingest.errors import UnreadableDocument
from ingest.loaders.docx.cells import word_rows
from ingest.loaders.docx.looks import RunLooks
from ingest.loaders.docx.numbering import Numbering
from ingest.loaders.limits import LoadingLimits
from ingest.loaders.line_text import line_words, source_of_lines
from ingest.loaders.package import PackageKind, check_package
from ingest.loaders.superscripts import superscript
from ingest.loaders.tables import RowLine, row_lines
from ingest.structure import SourceText

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_CHOICE, _FALLBACK = f"{{{_MARKUP}}}Choice", f"{{{_MARKUP}}}Fallback"
_ALTERNATE = f"{{{_MARKUP}}}AlternateContent"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
#: what a tracked change has taken away, and the phonetic guide over a word
_LEFT_OUT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:rt")))
_WRAPPED_BLOCKS = frozenset(
    map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag"))
)


@dataclass(slots=True)
class _Found:
    """What was met on the way and belongs in the warnings or after the text."""

    notes: list[tuple[str, _Element]] = field(default_factory=list)  # (mark, note)
    text_boxes: int = 0
    pictures: int = 0
    deletions: int = 0
    hidden: int = 0
    struck: int = 0
    symbols: int = 0
    comments: int = 0


def load_docx(data: bytes, name: str, limits: LoadingLimits) -> SourceText:
    """The text of a DOCX; raises UnreadableDocument."""
    check_package(data, name, limits, PackageKind.DOCX)
    try:
        reader = _Reader(docx.Document(io.BytesIO(data)))
        source = reader.source_text()
    except (MemoryError, UnreadableDocument):
        raise
    except Exception as error:
        # On a damaged package python-docx raises whatever the damage leads to, some of it
        # only when a style or a table is asked for.
        raise UnreadableDocument(
            f"{name}: not a DOCX that can be read ({' '.join(str(error).split())[:120]}); open it "
            "in Word or LibreOffice, save it as DOCX (not 'Strict') and add that"
        ) from error
    if not source.text.strip() and reader.found.pictures:
        raise UnreadableDocument(
            f"{name}: holds pictures and no text; save it as PDF and run OCR, for example: "
            "ocrmypdf in.pdf out.pdf"
        )
    return source


class _Reader:
    """Walks one document in reading order."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.body = document.element.body  # AttributeError where the root is no w:document
        self.found = _Found()
        styles = self._root_of(RELATIONSHIP_TYPE.STYLES)
        self.numbering = Numbering(self._root_of(RELATIONSHIP_TYPE.NUMBERING), styles)
        self._looks = RunLooks(styles)
        self._notes = {
            "w:footnoteReference": self._notes_of(RELATIONSHIP_TYPE.FOOTNOTES, "w:footnote"),
            "w:endnoteReference": self._notes_of(RELATIONSHIP_TYPE.ENDNOTES, "w:endnote"),
        }

    def source_text(self) -> SourceText:
        lines = list(self.block_lines(self.body))
        body_notes = len(self.found.notes)
        for mark, note in self.found.notes[:body_notes]:
            lines.append(f"{mark} {self._words(note)}")
        source = source_of_lines(lines, _MEDIA_TYPE)
        text = source.text
        furniture = list(source.page_furniture)
        for line in self._header_and_footer_lines():
            furniture.append((len(text), len(text) + len(line)))
            text += f"{line}\n"
        return replace(
            source,
            text=text,
            page_furniture=tuple(furniture),
            warnings=tuple(self._warnings()),
            title=self._title(),
        )

    def _title(self) -> str | None:
        """The paragraphs in Word's style Title; an author's template may rename its id only."""
        words = [
            paragraph.text.strip()
            for paragraph in self.document.paragraphs
            if paragraph.style is not None and paragraph.style.name == "Title"
        ]
        return " ".join(filter(None, words)) or None

    def block_lines(self, container: _Element) -> Iterator[str | RowLine]:
        """The lines of all paragraphs and tables in ``container``, one a paragraph or row."""
        carried = ""
        for element in _blocks(container):
            if element.tag == qn("w:tbl"):
                yield from self._table_lines(element)
                continue
            if _mark_is_deleted(element):
                # Without its mark the paragraph runs on into the next one.
                carried += self._text(element)
                self.found.deletions += 1
                continue
            number = self.numbering.number_of(element)
            yield from f"{number}{carried}{self._text(element)}".split("\n")
            carried = ""
            for box in _text_boxes(element):
                self.found.text_boxes += 1
                yield from self.block_lines(box)
        if carried:
            yield carried

    def _table_lines(self, table: _Element) -> Iterator[str | RowLine]:
        rows: list[_Element] = []
        for row in _children(table, "w:tr"):
            if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
                self.found.deletions += 1
            else:
                rows.append(row)
        if all(len(list(_children(row, "w:tc"))) < 2 for row in rows):
            for row in rows:  # a frame around text, no row of data
                for cell in _children(row, "w:tc"):
                    yield from self.block_lines(cell)
            return
        yield from row_lines(word_rows(rows, _children, self._words))

    def _words(self, container: _Element) -> str:
        """All text of a cell or a note on one line."""
        lines = map(line_words, self.block_lines(container))
        return " ".join(words for line in lines if (words := " ".join(line.split())))

    def _text(self, element: _Element) -> str:
        """The text of a paragraph or a part of it; breaks within are line ends."""
        return "".join(self._pieces(element))

    def _pieces(self, element: _Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _LEFT_OUT:
                self.found.deletions += tag != qn("w:rt")
            elif tag == qn("w:r") and _is_hidden(child):
                self.found.hidden += 1
            elif tag == qn("w:r") and self._looks.is_struck(child):
                self.found.struck += bool("".join(self._pieces(child)).strip())
            elif tag == qn("w:r") and self._looks.is_raised(child):
                yield superscript("".join(self._pieces(child)))
            elif tag in (qn("w:t"), _MATH_TEXT):
                yield (child.text or "").replace("\n", " ")
            elif tag in (qn("w:tab"), qn("w:ptab")):
                yield "\t"
            elif tag in (qn("w:br"), qn("w:cr")):
                yield "\n" if child.get(qn("w:type")) in (None, "textWrapping") else ""
            elif tag == qn("w:noBreakHyphen"):
                yield "-"
            elif tag == qn("w:sym"):
                yield self._symbol(child)
            elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                yield self._note_mark(child)
            elif tag == qn("w:commentReference"):
                self.found.comments += 1
            elif tag in (qn("w:drawing"), qn("w:pict"), qn("w:object")):
                self.found.pictures += 1
            elif tag == _ALTERNATE:
                yield from self._pieces(_chosen(child))
            elif isinstance(tag, str) and tag not in (qn("w:pPr"), qn("w:rPr")):
                yield from self._pieces(child)

    def _symbol(self, element: _Element) -> str:
        """A character of a symbol font; □ where only that font knows what it is."""
        code = element.get(qn("w:char"), "")
        value = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0xF000
        if 0xE000 <= value <= 0xF8FF or value < 0x20:
            self.found.symbols += 1
            return "□"
        return chr(value)

    def _note_mark(self, reference: _Element) -> str:
        kind = "w:footnoteReference" if "footnote" in reference.tag else "w:endnoteReference"
        note = self._notes[kind].get(reference.get(qn("w:id"), ""))
        if note is None:
            return ""
        mark = superscript(str(len(self.found.notes) + 1))
        self.found.notes.append((mark, note))
        return mark

    def _root_of(self, relationship: str) -> _Element | None:
        """The root element of the part that the document names for ``relationship``."""
        for related in self.document.part.rels.values():
            if related.reltype == relationship and not related.is_external:
                return _root(related.target_part)
        return None

    def _notes_of(self, relationship: str, tag: str) -> dict[str, _Element]:
        root = self._root_of(relationship)
        notes = root.iterchildren(qn(tag)) if root is not None else ()
        return {note.get(qn("w:id"), ""): note for note in notes}

    def _header_and_footer_lines(self) -> list[str]:
        """The lines of all page headers and footers, each once."""
        kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
        lines: list[str] = []
        for related in self.document.part.rels.values():
            if related.reltype in kinds and not related.is_external:
                for line in self.block_lines(_root(related.target_part)):
                    words = line_words(line)
                    if words.strip() and words not in lines:
                        lines.append(words)
        return lines

    def _warnings(self) -> Iterator[str]:
        found = self.found
        if found.deletions:
            yield "holds tracked changes: insertions are taken in, deletions left out"
        if found.text_boxes:
            yield (
                f"{found.text_boxes} text boxes stand after the paragraph they are anchored to; "
                "check their place"
            )
        if found.pictures > found.text_boxes:
            yield f"{found.pictures - found.text_boxes} pictures: text inside them is not read"
        if found.hidden:
            yield "hidden text is left out"
        if found.struck:
            yield f"{found.struck} struck-out stretches of text are left out"
        if found.symbols:
            yield f"{found.symbols} characters of symbol fonts are shown as □"
        if found.comments:
            yield f"{found.comments} comments are left out"
        if next(self.body.iter(qn("w:altChunk")), None) is not None:
            yield "an embedded document (altChunk) is left out; save the file again in Word"
        for number_format in sorted(self.numbering.unknown_formats):
            yield f"numbers of the format {number_format} are written in digits; check them"


def _blocks(container: _Element) -> Iterator[_Element]:
    """Paragraphs and tables of ``container``, through what wraps them, in order."""
    for child in container:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in _WRAPPED_BLOCKS:
            yield from _blocks(child)
        elif child.tag == _ALTERNATE:
            yield from _blocks(_chosen(child))


def _children(parent: _Element, tag: str) -> Iterator[_Element]:
    """Rows of a table or cells of a row, through content controls."""
    for child in parent:
        if child.tag == qn(tag):
            yield child
        elif child.tag in _WRAPPED_BLOCKS:
            yield from _children(child, tag)


def _chosen(alternate: _Element) -> _Element:
    """The first choice of mc:AlternateContent; its fallback says the same again."""
    choice = alternate.find(_CHOICE)
    if choice is None:
        choice = alternate.find(_FALLBACK)
    return alternate if choice is None else choice


def _text_boxes(paragraph: _Element) -> Iterator[_Element]:
    for child in paragraph:
        if child.tag == qn("w:txbxContent"):
            yield child
        elif child.tag == _ALTERNATE:
            yield from _text_boxes(_chosen(child))
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _text_boxes(child)


def _mark_is_deleted(paragraph: _Element) -> bool:
    path = f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}"
    return paragraph.find(path) is not None


def _is_hidden(run: _Element) -> bool:
    vanish = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return vanish is not None and vanish.get(qn("w:val"), "1") not in ("0", "false", "off")


def _root(part: Part) -> _Element:
    return parse_xml(part.blob)
