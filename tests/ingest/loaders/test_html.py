"""HTML: the main text of saved pages, lists and tables, encodings."""

from pathlib import Path

import pytest
from web_pages import MINISTRY_PAGE

from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits, load
from ingest.loaders.html.page import load_html
from ingest.settings import PROJECT
from ingest.structure import SourceText

CORPUS = PROJECT / "corpus" / "documents"
LIMITS = LoadingLimits()

MAIN_TEXT = """海关总署公告2018年第19号
关于推广以企业为单元监管模式的公告
发布时间：2018-03-06 来源：加贸司 字号：
为进一步深化加工贸易监管改革，海关总署决定推广该监管模式。现将有关事项公告如下：
一、适用范围
（一）适用关区：全国各直属海关。
（二）海关可以选择符合下列条件之一的企业适用新监管模式：
1. 海关信用等级为一般信用及以上；
2. 内部数据流透明清晰，耗料可追溯，满足海关监管要求。
二、企业应当按照下表报送数据：
序号 | 单证 | 期限
1 | 进口料件申报表 | 15日
2 | 出口成品申报表 | 30日
三、本公告自发布之日起施行。
附件：1.企业申请表.doc
海关总署
2018年3月5日
"""


def lines_of(source: SourceText) -> list[str]:
    """The lines that are neither furniture nor blank."""
    text = source.text
    for start, end in reversed(source.page_furniture):
        text = text[:start] + text[end:]
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb18030"),
        ("gbk", "gbk"),
        ("gb2312", "utf-8"),  # re-encoded when saved, its declaration left as it was
        ("utf-8", "utf-8-sig"),
        ("utf-8", "utf-16"),
        ("big5-of-old", "gb18030"),
    ],
)
def test_main_text_of_a_ministry_page(tmp_path: Path, declared: str, encoding: str) -> None:
    path = tmp_path / "page.doc"
    path.write_bytes(MINISTRY_PAGE.format(charset=declared).encode(encoding))
    source = load(path, LIMITS)
    assert source.media_type == "text/html"
    assert lines_of(source) == MAIN_TEXT.splitlines()
    assert "left out as navigation or footer" in source.warnings[-1]


@pytest.mark.parametrize("document", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.name)
def test_no_line_of_a_document_is_lost_in_a_page(document: Path) -> None:
    """Each real document between a menu and a footer: all lines and nothing else."""
    lines = [line.strip() for line in document.read_text(encoding="utf-8").split("\n")]
    lines = [line for line in lines if line]
    menu = "".join(f'<li><a href="/{n}">Menu item {n}</a></li>' for n in range(20))
    text = "".join(f"<p>{line.replace('&', '&amp;')}</p>" for line in lines)
    page = (
        f"<html><head><title>{lines[0]}</title></head><body><nav><ul>{menu}</ul></nav>"
        f'<div class="content">{text}</div><footer><p>Copyright reserved</p></footer></body></html>'
    )
    source = load_html(page.encode(), "x")
    assert lines_of(source) == lines


def test_a_page_of_text_only_is_kept_whole() -> None:
    source = load_html("<html><body>第一条 短文。<p>第二条 完。</p></body></html>".encode(), "x")
    assert source.text == "第一条 短文。\n\n第二条 完。\n"


def one(fragment: str) -> list[str]:
    """The lines of a fragment in a page long enough to be told as main text."""
    filler = "<p>This sentence stands here so that the page has a main text to be found.</p>" * 3
    page = f"<html><body><article>{filler}{fragment}</article></body></html>"
    return lines_of(load_html(page.encode(), "x"))[3:]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("<ol start=3><li>a b<li>c d</ol>", ["3. a b", "4. c d"]),
        ("<ol type=a><li>one</li><li value=5>two</li></ol>", ["a. one", "e. two"]),
        ("<ol reversed><li>x y</li><li>z w</li></ol>", ["2. x y", "1. z w"]),
        ("<ol type=I><li>p<ol type=i><li>q</ol><li>r</ol>", ["I. p", "i. q", "II. r"]),
        ("<ol><li>（一）own mark</li></ol>", ["（一）own mark"]),
        ("<ol style='list-style:none'><li>no mark</li></ol>", ["no mark"]),
        ("<ul><li>bullet</li></ul>", ["• bullet"]),
        ("<p>one<br>two<br/>three</p>", ["one", "two", "three"]),
        ("<p>a\n  b&nbsp;&nbsp;c</p>", ["a b c"]),
        ("<pre>a\nb</pre>", ["a", "b"]),
        ("<p>x<sup>2</sup> and <b>bo</b>ld</p>", ["x² and bold"]),
        ("<table><tr><td><p>layout only</p><p>two</p></td></tr></table>", ["layout only", "two"]),
        ("<p hidden>h</p><p>shown</p><template>t</template>", ["shown"]),
        ("<p>kept<!-- comment --> text</p>", ["kept text"]),
    ],
)
def test_fragments(fragment: str, expected: list[str]) -> None:
    assert one(fragment) == expected


def test_paragraphs_are_parted_by_blank_lines_and_rows_are_not() -> None:
    page = "<p>One<br>two.</p><p>Three.</p><table>" + "<tr><td>a</td><td>b</td></tr>" * 2
    source = load_html(f"<html><body>{page}</table><p>End.</p>".encode(), "x")
    assert source.text == "One\ntwo.\n\nThree.\n\na | b\na | b\n\nEnd.\n"


@pytest.mark.parametrize(
    ("line", "is_furniture"),
    [
        ("分享到： 微信 微博", True),
        ("【打印本页】 【关闭窗口】", True),
        ("Print / Close", True),
        ("中", False),
        ("微信支付应当申报。", False),
        ("Share of imports", False),
        ("a", False),
    ],
)
def test_lines_of_buttons_are_furniture(line: str, is_furniture: bool) -> None:
    source = load_html(f"<html><body><p>text</p><p>{line}</p><p>more</p>".encode(), "x")
    furniture = [source.text[start:end] for start, end in source.page_furniture]
    assert furniture == ([line] if is_furniture else [])


def test_undecodable_bytes_are_said() -> None:
    page = "<html><head><meta charset=gbk></head><body><p>海关总署公告</p></body></html>"
    data = page.encode("gbk").replace(b"<p>", b"<p>\xff")
    source = load_html(data, "x")
    assert source.text == "\ufffd海关总署公告\n"
    assert source.warnings[0].startswith("1 characters are not gb18030")


def test_a_page_of_50_mb(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    path.write_bytes(b"<html><body>" + b"<p>a paragraph of text</p>" * 2_000_000)
    with pytest.raises(UnreadableDocument, match="larger than the limit of 33554432 bytes"):
        load(path, LIMITS)


def test_a_page_nested_without_end(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_bytes(b"<html><body>" + b"<div>" * 100_000 + b"text")
    with pytest.raises(UnreadableDocument, match="nested too deep to be read whole"):
        load(path, LIMITS)
    path.write_bytes(b"<html><body>" + b"<div>" * 1_000 + b"text")
    assert load(path, LIMITS).text == "text\n"


def test_a_page_without_text(tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="the file is empty"):
        load(path, LIMITS)
