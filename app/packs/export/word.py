"""An export as a Word file; the attachment is a custom XML part, which Word keeps when it saves."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

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
    visible,
)
from ingest.errors import ClauseDeskError

if TYPE_CHECKING:
    from docx.document import Document

_LATIN, _CHINESE = "Calibri", "Microsoft YaHei"
_GREY = "5E6674"
_ACCENT = "265494"
_NAMESPACE = "urn:clause-desk:attachment"
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
#: bytes of all parts together; a file that unpacks to more is not read
_LARGEST = 64 * 2**20
#: elements that show something which is no text
_PICTURES = frozenset(("drawing", "pict", "object", "altChunk", "vanish", "webHidden", "imagedata"))
_TEXTS = frozenset(("t", "delText"))
#: parts that a reader sees
_SEEN = (
    "word/document",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
)


def write(export: Export) -> bytes:
    import docx

    document = docx.Document()
    _set_styles(document)
    properties = document.core_properties
    properties.title = visible(export.title)[:255]
    properties.author = "Clause Desk"
    properties.comments = ""
    properties.created = properties.modified = export.made_at.replace(tzinfo=None)
    properties.language = export.language
    document.add_paragraph(_line(export.title), style="Title")
    for block in export.blocks:
        _add(document, block)
    if export.attachment is not None:
        _small(document, export.attachment.description)
        _attach(document, export.attachment)
    _set_footer(document, export.footer)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def read(data: bytes) -> ReadBack:
    """Raises ClauseDeskError for what is no Word file, or one that cannot be read."""
    from lxml import etree

    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            if sum(part.file_size for part in file.infolist()) > _LARGEST:
                raise ClauseDeskError("the Word file unpacks to more than 64 MB: it is not read")
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            names = sorted(name for name in file.namelist() if name.endswith(".xml"))
            lines: list[str] = []
            attached: list[str] = []
            for name in names:
                if name.startswith(_SEEN):
                    lines += _lines_of(etree.fromstring(file.read(name), parser))
                elif name.startswith("customXml/"):
                    root = etree.fromstring(file.read(name), parser)
                    if root.tag == f"{{{_NAMESPACE}}}attachment":
                        attached.append(root.text or "")
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError) as error:
        raise ClauseDeskError(f"the Word file is damaged ({type(error).__name__})") from error
    if not lines:
        raise ClauseDeskError("the file is no Word file: it has no text")
    text = "\n".join(line for line in lines if line)
    return ReadBack(text, attached[0] if len(attached) == 1 else None)


def _add(document: "Document", block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(_line(block.text), level=block.level)
        case ExportParagraph(tone="small"):
            _small(document, block.text)
        case ExportParagraph(tone="strong"):
            document.add_paragraph().add_run(visible(block.text)).bold = True
        case ExportParagraph():
            document.add_paragraph(visible(block.text))
        case Quote():
            document.add_paragraph(visible(block.text), style="Quote")
        case Facts():
            _add_facts(document, block)
        case Items():
            style = "List Number" if block.numbered else "List Bullet"
            for text in block.texts:
                document.add_paragraph(visible(text), style=style)


def _add_facts(document: "Document", facts: Facts) -> None:
    from docx.shared import Mm, RGBColor

    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    widths = (Mm(42), Mm(128))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for what, which in facts.rows:
        row = table.add_row()
        row.cells[0].width, row.cells[1].width = widths
        label = row.cells[0].paragraphs[0].add_run(visible(what))
        label.font.color.rgb = RGBColor.from_string(_GREY)
        row.cells[1].paragraphs[0].add_run(visible(which))
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.space_after = Mm(0.8)
        _rule_above(row)
    document.add_paragraph().paragraph_format.space_after = Mm(1)


def _rule_above(row: Any) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    # a row is not torn in two by the end of a page
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in row.cells:
        borders = OxmlElement("w:tcBorders")
        top = OxmlElement("w:top")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "D6DBE3")):
            top.set(qn(f"w:{name}"), value)
        borders.append(top)
        cell._tc.get_or_add_tcPr().append(borders)


def _small(document: "Document", text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = document.add_paragraph().add_run(visible(text))
    run.font.size = Pt(8)
    run.font.color.rgb = RGBColor.from_string(_GREY)


def _set_styles(document: "Document") -> None:
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    sizes = {"Normal": 10.5, "Title": 19, "Heading 1": 14, "Heading 2": 11.5, "Heading 3": 10.5}
    for name, size in (*sizes.items(), ("Quote", 10.5)):
        style = document.styles[name]
        style.font.size = Pt(size)
        _set_font(style)
        if name.startswith("Heading"):
            style.font.color.rgb = RGBColor.from_string(_ACCENT)
    title = document.styles["Title"]
    title.font.color.rgb = RGBColor.from_string("181C24")
    title.font.bold = True
    quote = document.styles["Quote"]
    quote.font.italic = False  # Chinese is not set in italics
    quote.paragraph_format.left_indent = Mm(6)
    _bar_left(quote)


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn

    style.font.name = _LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _CHINESE)


def _bar_left(style: Any) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "10"), ("color", _ACCENT)):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    properties = style.element.get_or_add_pPr()
    indent = properties.find(qn("w:ind"))
    # Word asks for this order of the parts
    if indent is not None:
        indent.addprevious(borders)
    else:
        properties.append(borders)


def _set_footer(document: "Document", footer: str) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Pt, RGBColor

    paragraph = document.sections[0].footer.paragraphs[0]
    pieces: list[Any] = [paragraph.add_run(f"{_line(footer)}    " if footer else "")]
    for at, instruction in enumerate(("PAGE", "NUMPAGES")):
        if at:
            pieces.append(paragraph.add_run(" / "))
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        run = paragraph.add_run("1")
        field.append(run._r)
        paragraph._p.append(field)
        pieces.append(run)
    for run in pieces:
        run.font.size = Pt(7.5)
        run.font.color.rgb = RGBColor.from_string(_GREY)


def _attach(document: "Document", attachment: Attachment) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from lxml import etree

    root = etree.Element(f"{{{_NAMESPACE}}}attachment", name=attachment.name)
    root.text = attachment.text
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = document.part.package
    part = Part(PackURI("/customXml/item2.xml"), "application/xml", content, package)
    document.part.relate_to(part, _CUSTOM_XML)


def _line(text: str) -> str:
    return " ".join(visible(text).split())


def _lines_of(root: Any) -> Iterator[str]:
    """What a part shows, a line a paragraph; a picture, or words that are hidden, is told of."""
    words: list[str] = []
    instruction = ""
    for event, element in _walk(root):
        name = str(element.tag).rpartition("}")[2]
        if event == "end":
            if name == "p":
                yield "".join(words)
                words.clear()
            continue
        if name in _PICTURES:
            words.append(f"[{name}]")
        elif name == "fldSimple":
            instruction = next((v for k, v in element.attrib.items() if k.endswith("}instr")), "")
        elif name == "instrText":
            instruction = element.text or ""
        elif name == "fldChar" and "end" in element.attrib.values():
            instruction = ""
        elif name in _TEXTS:
            text = element.text or ""
            # a page's number is counted anew by whoever shows the file
            is_number = instruction.split()[:1] in (["PAGE"], ["NUMPAGES"]) and text.isdigit()
            if not is_number:
                words.append(text)
        elif name in ("br", "cr"):
            words.append("\n")
        elif name in ("tab", "ptab") and not str(element.getparent().tag).endswith("}tabs"):
            words.append("\t")
    if words:
        yield "".join(words)


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    yield from etree.iterwalk(root, events=("start", "end"))
