"""DOCX: Word's automatic numbers, tables, notes, tracked changes, bombs."""

import struct
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from office_packages import package_of, parts_of
from word_files import CHINESE_LAW, W, level, numbered, saved

from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits, load
from ingest.loaders.docx.document import load_docx
from ingest.loaders.list_numbers import printed
from ingest.structure import SourceText

LIMITS = LoadingLimits()


def read(document: Document) -> SourceText:
    return load_docx(saved(document), "x.docx", LIMITS)


def lines(document: Document) -> list[str]:
    return read(document).text.splitlines()


def with_body(*xml: str) -> Document:
    """A document whose body is ``xml``, each a block in the w: namespace."""
    document = docx.Document()
    for block in xml:
        element = parse_xml(block.replace(">", f" {W}>", 1).replace(f"/ {W}>", f" {W}/>"))
        document.element.body.insert(len(document.element.body) - 1, element)
    return document


def test_levels_count_and_restart() -> None:
    document = numbered(
        {1: CHINESE_LAW},
        {1: (1, "")},
        [
            *((1, 0, "a"), (1, 1, "b"), (1, 1, "c"), (1, 2, "d"), (1, 3, "e"), (1, 2, "f")),
            *((1, 0, "g"), (None, 0, "plain"), (1, 1, "h"), (1, 2, "i")),
        ],
    )
    assert lines(document) == [
        *("第一章 a", "（一）b", "（二）c", "1. d", "1.1.1 e", "2. f", "第二章 g"),
        *("plain", "（一）h", "1. i"),
    ]


def test_lists_of_one_definition_count_on_unless_overridden() -> None:
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    document = numbered(
        {1: [level(0, "decimal", "%1.")]},
        {1: (1, ""), 2: (1, ""), 3: (1, restart)},
        [(1, 0, "a"), (2, 0, "b"), (3, 0, "c"), (3, 0, "d"), (1, 0, "e")],
    )
    assert lines(document) == ["1. a", "2. b", "1. c", "2. d", "3. e"]


def test_an_override_may_replace_a_level() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1.", start=4)}</w:lvlOverride>'
    document = numbered(
        {1: [level(0, "decimal", "%1.")]}, {1: (1, override)}, [(1, 0, "a"), (1, 0, "b")]
    )
    assert lines(document) == ["IV. a", "V. b"]


def test_a_level_that_never_restarts() -> None:
    levels = [
        level(0, "upperRoman", "%1"),
        level(1, "decimal", "%2.", more='<w:lvlRestart w:val="0"/>'),
    ]
    document = numbered(
        {1: levels}, {1: (1, "")}, [(1, 0, "a"), (1, 1, "b"), (1, 0, "c"), (1, 1, "d")]
    )
    assert lines(document) == ["I a", "1. b", "II c", "2. d"]


def test_numbers_by_style_through_its_base() -> None:
    document = numbered(
        {1: [level(0, "decimal", "第%1条", more='<w:pStyle w:val="Article"/>')]}, {7: (1, "")}, []
    )
    styles = document.styles.element
    styles.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="Article"><w:name w:val="Article"/>'
            '<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
        )
    )
    styles.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="Sub"><w:name w:val="Sub"/>'
            '<w:basedOn w:val="Article"/></w:style>'
        )
    )
    for style, text in (("Article", "a"), ("Sub", "b")):
        document.add_paragraph(text, style=document.styles[style])
    off = document.add_paragraph("c", style=document.styles["Article"])
    off._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>')
    )
    assert lines(document) == ["第1条 a", "第2条 b", "c"]


def test_bullets_of_symbol_fonts_and_unknown_formats() -> None:
    document = numbered(
        {1: [level(0, "bullet", "\uf0b7")], 2: [level(0, "hindiVowels", "%1)")]},
        {1: (1, ""), 2: (2, "")},
        [(1, 0, "a"), (2, 0, "b")],
    )
    source = read(document)
    assert source.text == "• a\n1) b\n"
    assert source.warnings == (
        "numbers of the format hindiVowels are written in digits; check them",
    )


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("decimal", {1: "1", 23: "23"}),
        ("decimalZero", {3: "03", 12: "12"}),
        ("upperRoman", {4: "IV", 9: "IX", 1994: "MCMXCIV"}),
        ("lowerRoman", {3: "iii"}),
        ("lowerLetter", {1: "a", 26: "z", 27: "aa", 53: "aaa"}),
        ("upperLetter", {2: "B"}),
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九"}),
        ("chineseCountingThousand", {10: "十", 100: "一百", 105: "一百零五", 110: "一百一十"}),
        ("chineseCountingThousand", {123: "一百二十三", 1001: "一千零一", 2010: "二千零一十"}),
        ("japaneseCounting", {10: "十", 21: "二十一", 110: "百十", 105: "百五"}),
        ("ideographTraditional", {1: "甲", 10: "癸"}),
        ("ideographZodiac", {12: "亥"}),
        ("ideographDigital", {10: "一〇", 25: "二五"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 21: "贰拾壹"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "㉑", 50: "㊿", 51: "51"}),
        ("decimalEnclosedParen", {1: "⑴"}),
        ("decimalFullWidth", {12: "１２"}),
        ("ordinal", {1: "1st", 12: "12th", 23: "23rd"}),
        ("none", {5: ""}),
    ],
)
def test_number_formats(number_format: str, expected: dict[int, str]) -> None:
    assert {value: printed(value, number_format) for value in expected} == expected


def test_a_table_row_is_a_line_and_a_frame_is_not() -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    for cell, text in zip(
        table._cells, ("序号", "单证", "期限", "1", "申报表", "15日"), strict=True
    ):
        cell.text = text
    table._cells[4].add_paragraph("（附表）")
    frame = document.add_table(1, 1)
    frame._cells[0].text = "first"
    frame._cells[0].add_paragraph("second")
    assert lines(document) == [
        "序号 | 单证 | 期限",
        "1 | 申报表 （附表） | 15日",
        "first",
        "second",
    ]


def test_headings_are_plain_lines_and_headers_are_furniture() -> None:
    document = docx.Document()
    document.add_heading("第一章 总则", 1)
    document.add_paragraph("text")
    document.sections[0].header.paragraphs[0].text = "海关总署公告"
    source = read(document)
    assert source.text == "第一章 总则\ntext\n海关总署公告\n"
    assert [source.text[a:b] for a, b in source.page_furniture] == ["海关总署公告"]


def test_tracked_changes_as_if_accepted() -> None:
    document = with_body(
        "<w:p><w:r><w:t>shall </w:t></w:r><w:del><w:r><w:delText>not </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>always </w:t></w:r></w:ins><w:r><w:t>declare</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>joined </w:t></w:r></w:p>",
        "<w:p><w:r><w:t>to this</w:t></w:r></w:p>",
    )
    source = read(document)
    assert source.text == "shall always declare\njoined to this\n"
    assert source.warnings == (
        "holds tracked changes: insertions are taken in, deletions left out",
    )


def test_breaks_tabs_links_fields_and_hidden_text() -> None:
    document = with_body(
        "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t></w:r>"
        "<w:hyperlink><w:r><w:t> link</w:t></w:r></w:hyperlink>"
        '<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:br w:type="page"/></w:r>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        '<w:r><w:noBreakHyphen/><w:sym w:font="Wingdings" w:char="F0A8"/></w:r></w:p>',
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    source = read(document)
    assert source.text == "one\ntwo\tthree link-□\nin a control\n"
    assert source.warnings == (
        "hidden text is left out",
        "1 characters of symbol fonts are shown as □",
    )


def test_a_text_box_follows_its_paragraph_and_is_said() -> None:
    document = with_body(
        "<w:p><w:r><w:t>anchor</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t>"
        "</w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    source = read(document)
    assert source.text == "anchor\nboxed\n"
    assert "1 text boxes" in source.warnings[0]


def test_footnotes_follow_the_text() -> None:
    document = with_body(
        '<w:p><w:r><w:t>term</w:t><w:footnoteReference w:id="2"/><w:t> goes on</w:t></w:r></w:p>'
    )
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="0"/><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/>'
        "<w:t> As defined.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    data = _with_footnotes(saved(document), notes)
    assert load_docx(data, "x.docx", LIMITS).text == "term¹ goes on\n¹ As defined.\n"


def _with_footnotes(data: bytes, notes: str) -> bytes:
    """python-docx cannot write footnotes, so the part is put into the package by hand."""
    kind = "officeDocument/2006/relationships/footnotes"
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = f'<Relationship Id="rN" Type="http://schemas.openxmlformats.org/{kind}" '
    link += 'Target="footnotes.xml"/></Relationships>'
    part = f'<Override PartName="/word/footnotes.xml" ContentType="{content_type}"/>'
    parts = parts_of(data)
    for name, end, more in (
        ("word/_rels/document.xml.rels", b"</Relationships>", link),
        ("[Content_Types].xml", b"</Types>", f"{part}</Types>"),
    ):
        parts[name] = parts[name].replace(end, more.encode())
    return package_of({**parts, "word/footnotes.xml": notes.encode()})


def test_a_document_of_pictures() -> None:
    document = with_body("<w:p><w:r><w:drawing/></w:r></w:p>")
    with pytest.raises(UnreadableDocument, match=r"holds pictures and no text; .*ocrmypdf"):
        read(document)


# --- packages that are no DOCX, or should not be unpacked ------------------------------


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"xl/workbook.xml": b"<a/>"}, "not a workbook that can be read"),
        ({"xl/workbook.bin": b"a"}, "is a binary Excel workbook .* save it as XLSX"),
        ({"ppt/presentation.xml": b"<a/>"}, "is a PowerPoint file"),
        ({"content.xml": b"<a/>", "mimetype": b"odt"}, "is an OpenDocument file"),
        ({"OFD.xml": b"<a/>"}, "is an OFD file"),
        ({"notes.txt": b"a"}, "is a ZIP archive; unpack it and add the files in it"),
        ({"word/document.xml": b"<a/>"}, "not a DOCX that can be read"),
    ],
)
def test_other_packages_are_named(tmp_path: Path, parts: dict[str, bytes], line: str) -> None:
    path = tmp_path / "notice.docx"
    path.write_bytes(package_of(parts))
    with pytest.raises(UnreadableDocument, match=line) as caught:
        load(path, LIMITS)
    assert "\n" not in str(caught.value)


def test_a_truncated_docx() -> None:
    document = docx.Document()
    document.add_paragraph("text")
    with pytest.raises(UnreadableDocument, match="damaged or cut off"):
        load_docx(saved(document)[:-200], "x.docx", LIMITS)


def test_a_bomb_by_declared_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(package_of({"word/document.xml": b"\0" * 300_000_000}))
    assert path.stat().st_size < 400_000
    with pytest.raises(UnreadableDocument, match="unpacks to more than the limit of 201326592"):
        load(path, LIMITS)


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    data = bytearray(package_of({"word/document.xml": b"\0" * 20_000_000}))
    true_size, lie = struct.pack("<L", 20_000_000), struct.pack("<L", 1000)
    while (at := data.find(true_size)) >= 0:
        data[at : at + 4] = lie
    path = tmp_path / "bomb.docx"
    path.write_bytes(data)
    with pytest.raises(UnreadableDocument, match="damaged or cut off"):
        load(path, LIMITS)


def test_many_parts() -> None:
    parts = {"word/document.xml": b""} | {f"word/{index}.xml": b"" for index in range(10_000)}
    with pytest.raises(UnreadableDocument, match="or 10000 parts"):
        load_docx(package_of(parts), "x.docx", LIMITS)


def test_entities_do_not_multiply(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    document = docx.Document()
    document.add_paragraph("text")
    parts = parts_of(saved(document))
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>'
    declaration, _, rest = parts["word/document.xml"].partition(b"\n")
    rest = rest.replace(b">text<", b">&l11;<")
    parts["word/document.xml"] = declaration + b"\n" + bomb.encode() + rest
    path = tmp_path / "laughs.docx"
    path.write_bytes(package_of(parts))
    text = text_or_line(path)
    assert "ha" * 100 not in text
    assert text.count("\n") <= 1


def text_or_line(path: Path) -> str:
    """The text, or the one line that says why there is none."""
    try:
        return load(path, LIMITS).text
    except UnreadableDocument as error:
        return str(error)
