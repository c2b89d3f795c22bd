"""Files made by other programs: PDFs of Chromium and LibreOffice, DOCX of LibreOffice."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from pdf_files import body
from programs import document_lines, needs_chromium, needs_libreoffice, printed_by_chromium
from word_files import numbered

from ingest.loaders import LoadingLimits, load
from ingest.settings import PROJECT

CORPUS = PROJECT / "corpus" / "documents"
LIMITS = LoadingLimits()
SECONDS = 120
CHINESE = """第一章 总 则
第一条 为了规范认证认可活动，提高产品、服务的质量和管理水平，促进经济和社会的发展，制定本条例。
第二条 本条例所称认证，是指由认证机构证明产品、服务、管理体系符合相关技术规范的合格评定活动。
本条例所称认可，是指由认可机构对认证机构、检查机构、实验室的能力，予以承认的合格评定活动。
第三条 取得认证机构资质，应当符合下列条件：
（一）取得法人资格；
（二）有固定的场所和必要的设施，用户可以长期查阅；
（三）注册资本不得少于人民币300万元；
第四条 本条例自2003年11月1日起施行。1991年5月7日国务院发布的《产品质量认证管理条例》同时废止。"""


def words(lines: Sequence[str]) -> list[str]:
    """Lines with each stretch of white space as one space."""
    return [" ".join(line.split()) for line in lines if line.strip()]


def converted_by_libreoffice(source: Path, form: str) -> Path:
    """``source`` as another format, such as "pdf", in the same folder."""
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation={source.parent.as_uri()}/profile"),
            *("--convert-to", form, "--outdir", str(source.parent), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return source.with_suffix(f".{form.split(':')[0]}")


@needs_chromium
@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("gacc-2018-19", "body {font-size: 20pt; text-align: justify; hyphens: auto}"),
        ("gacc-2018-19", "body {columns: 3; text-align: justify} p {margin: 0; text-indent: 2em}"),
        ("gacc-2016-68", "body {columns: 2; font-size: 12pt}"),
        ("gacc-2016-67", "body {font-family: monospace; font-size: 16pt}"),
    ],
)
def test_english_printed_by_chromium(name: str, style: str, tmp_path: Path) -> None:
    lines = document_lines(name)
    source = load(printed_by_chromium(lines, style, tmp_path), LIMITS)
    assert words(body(source).split("\n")) == words(lines)
    furniture = [source.text[start:end] for start, end in source.page_furniture]
    assert len(furniture) == 2 * max(box.page for box in source.boxes)
    assert all(re.search(r"Announcement$|^file://\S+\s+\d+/\d+$", line) for line in furniture)


@needs_chromium
def test_chinese_printed_by_chromium(tmp_path: Path) -> None:
    """Justified, first lines indented, over several pages; radicals come back as characters."""
    lines = [
        line.replace("。", "。" + "未经批准，任何单位和个人不得从事认证活动。" * copy)
        for copy in range(4)
        for line in CHINESE.split("\n")
    ]
    style = "body {font-size: 26pt; text-align: justify} p {margin: 0; text-indent: 2em}"
    source = load(printed_by_chromium(lines, style, tmp_path), LIMITS)
    assert words(body(source).split("\n")) == words(lines)
    assert max(box.page for box in source.boxes) > 2


@needs_chromium
def test_a_law_printed_by_chromium(samples: Path, tmp_path: Path) -> None:
    text = (samples / "zh-laws" / "认证认可条例(2023-07-20).md").read_text(encoding="utf-8")
    lines = [line.lstrip("# ") for line in text.split("\n") if not line.startswith("<!--")]
    lines = [line for line in lines if line.strip()]
    style = "p {margin: 0; text-indent: 2em; line-height: 1.8; text-align: justify}"
    source = load(printed_by_chromium(lines, style, tmp_path), LIMITS)
    assert words(body(source).split("\n")) == words(lines)


@needs_libreoffice
@pytest.mark.parametrize(
    ("name", "size", "indent", "space", "columns", "justified"),
    [
        ("gacc-2018-19", 12, 0, 6, 1, False),
        ("msr-expo-2018", 10.5, 0, 4, 2, True),
        ("msr-expo-2018", 11, 2, 0, 1, True),
        ("msr-expo-2018", 11, 0, 0, 1, False),
    ],
)
def test_english_exported_by_libreoffice(
    name: str,
    size: float,
    indent: float,
    space: float,
    columns: int,
    justified: bool,
    tmp_path: Path,
) -> None:
    lines = document_lines(name)
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(size)
    section = document.sections[0]
    section._sectPr.find(qn("w:cols")).set(qn("w:num"), str(columns))
    section.header.paragraphs[0].text = "General Administration of Customs"
    for line in lines:
        paragraph = document.add_paragraph(line)
        paragraph.paragraph_format.first_line_indent = Pt(size * indent)
        paragraph.paragraph_format.space_after = Pt(space)
        if justified:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    path = tmp_path / "page.docx"
    document.save(str(path))
    source = load(converted_by_libreoffice(path, "pdf"), LIMITS)
    # Where text is justified LibreOffice sets 一 and 、 apart by as much as a word space.
    assert [re.sub(r"\s", "", line) for line in words(body(source).split("\n"))] == [
        re.sub(r"\s", "", line) for line in lines
    ]
    furniture = {source.text[start:end] for start, end in source.page_furniture}
    assert furniture == {"General Administration of Customs"}


@needs_libreoffice
def test_numbers_are_those_that_libreoffice_prints(tmp_path: Path) -> None:
    formats = (
        *("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "decimalZero"),
        *("chineseCountingThousand", "chineseLegalSimplified", "ideographTraditional"),
        *("ideographZodiac", "decimalEnclosedCircle", "ordinal", "taiwaneseCountingThousand"),
    )
    definitions: dict[int, list[str]] = {}
    paragraphs: list[tuple[int | None, int, str]] = []
    for index, number_format in enumerate(formats, start=1):
        definitions[index] = [
            f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for level, start, text in ((0, 9, "(%1)"), (1, 1, "%1.%2"))
        ]
        paragraphs += [(index, level, number_format) for level in (0, 1, 1, 0, 0, 1)]
    document = numbered(definitions, {index: (index, "") for index in definitions}, paragraphs)
    path = tmp_path / "page.docx"
    document.save(str(path))
    theirs = converted_by_libreoffice(path, "txt:Text (encoded):UTF8").read_text("utf-8-sig")
    assert words(load(path, LIMITS).text.split("\n")) == words(theirs.split("\n"))


@needs_libreoffice
def test_a_docx_of_libreoffice(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><meta charset=utf-8><body><h1>公告</h1><p>如下：</p><ol><li>甲<ol type=a><li>子"
        "</li><li>丑</li></ol></li><li>乙</li></ol><table border=1><tr><td>序号</td><td>单证</td>"
        "</tr><tr><td>1</td><td>申报表</td></tr></table><p>完。</p></body></html>",
        encoding="utf-8",
    )
    made = converted_by_libreoffice(page, "docx:Office Open XML Text")
    lines = words(load(made, LIMITS).text.split("\n"))
    assert lines == [
        *("公告", "如下：", "1. 甲", "a. 子", "b. 丑", "2. 乙", "序号 | 单证", "1 | 申报表", "完。")
    ]
