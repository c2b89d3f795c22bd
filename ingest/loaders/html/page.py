"""HTML: the main text of a saved page, without navigation, share buttons and footer.

trafilatura (Barbaresi 2021, doi:10.18653/v1/2021.acl-demo.15) tells the main text.
Its own output drops list numbers and may drop short lines, so it is only asked
*which* lines are main text: each line goes in with a mark, and everything from
the first to the last that comes back is kept but for lines of links.
"""

import re
from collections.abc import Sequence

import trafilatura
from lxml import etree, html
from lxml.html import HtmlElement
from trafilatura.settings import Extractor

from ingest.errors import UnreadableDocument
from ingest.loaders.html.blocks import HtmlLine, drop_invisible, lines_of
from ingest.loaders.html.looks import drop_struck_out
from ingest.loaders.tables import RowLine, table_rows
from ingest.loaders.text import decode
from ingest.structure import SourceText

_DECLARED = re.compile(
    rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE
)
_HEAD = 16_384
_MARK = re.compile(r"⟦(\d{1,9})⟧")
#: what lxml takes from a page and does not take back (XML 1.0, 2.2)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: "分享到：微信 微博 【打印本页】": nothing but the names of a page's buttons
_BUTTON = (
    "分享到?|转发|收藏|打印(?:本页|本文)?|关闭(?:窗口|本页)?|返回(?:顶部|上一页|首页)?|字[号体]"
    "|下载本文|微信|(?:新浪)?微博|QQ(?:空间|好友)?|扫一扫|复制链接|点击量|浏览次数"
    "|print|share|close|back to top|e-?mail|facebook|twitter|linkedin|wechat|weibo"
)
_BUTTONS = re.compile(
    rf"(?=.*(?:{_BUTTON}))(?:{_BUTTON}|[大中小]|[\s\[\]【】()（）:：｜/、,，·•>\-])+", re.IGNORECASE
)
#: where a page says itself that no main text stands
_ASIDE = frozenset(("nav", "footer", "aside"))
_SECTIONS = frozenset(("body", "main", "article", "section", "header", *_ASIDE))
_LEAVES = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
_SHORTEST_TITLE = 6


def load_html(data: bytes, name: str) -> SourceText:
    """The main text of a page, a line a block; raises UnreadableDocument."""
    text, warning = _decode_page(data, name)
    text = _NOT_IN_XML.sub("", text)  # controls, which a browser does not show either
    parser = html.HTMLParser(huge_tree=True)  # else cut off below 256 levels
    try:
        # An XML declaration names the encoding of bytes that are decoded already.
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise UnreadableDocument(
            f"{name}: not a page that can be read ({' '.join(str(error).split())[:120]}); "
            "open it in a browser, print it to PDF and add that"
        ) from error
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        # Only a limit of libxml2 is fatal for HTML; what stands behind it would be lost.
        raise UnreadableDocument(
            f"{name}: the page's elements are nested too deep to be read whole; "
            "open it in a browser, print it to PDF and add that"
        )
    title = " ".join((root.findtext(".//title") or "").split())
    struck = drop_struck_out(root)
    drop_invisible(root)
    lines = lines_of(root)
    warnings = [warning] if warning else []
    if struck:
        warnings.append(f"{struck} struck-out stretches of text are left out")
    chosen = _main_lines(lines, title)
    if chosen is None:
        chosen = list(range(len(lines)))
        warnings.append("the main text could not be told from the rest; the whole page is kept")
    left_out = len(lines) - len(chosen)
    if left_out:
        warnings.append(f"{left_out} of {len(lines)} lines are left out as navigation or footer")
    return _source_text([lines[index] for index in chosen], warnings)


def _source_text(lines: Sequence[HtmlLine], warnings: Sequence[str]) -> SourceText:
    """Lines as text, with a blank one where a browser shows white space between blocks."""
    parts: list[str] = []
    length = 0
    furniture: list[tuple[int, int]] = []
    rows: list[tuple[int, RowLine]] = []
    before: HtmlLine | None = None
    for line in lines:
        gap = "\n" if before is not None and _stands_apart(line, before) else ""
        length += len(gap)
        if line.row is not None:
            rows.append((length, line.row))
        if _is_furniture(line):
            furniture.append((length, length + len(line.text)))
        parts += (gap, line.text, "\n")
        length += len(line.text) + 1
        before = line
    return SourceText(
        text="".join(parts),
        media_type="text/html",
        page_furniture=tuple(furniture),
        rows=table_rows(rows),
        warnings=tuple(warnings),
    )


def _is_furniture(line: HtmlLine) -> bool:
    if line.row is not None:
        return line.row.is_repeated
    return _BUTTONS.fullmatch(line.text) is not None


def _stands_apart(line: HtmlLine, before: HtmlLine) -> bool:
    """Whether one of two lines is a paragraph or heading of its own, or one is of buttons."""
    if line.element is before.element:
        return False
    return bool({line.element.tag, before.element.tag} & _LEAVES) or any(
        _is_furniture(each) for each in (line, before)
    )


def _decode_page(data: bytes, name: str) -> tuple[str, str | None]:
    """The page's characters, and a warning where some could not be decoded.

    What decodes as UTF-8 is UTF-8 whatever the page declares: browsers and editors
    re-encode a saved page and leave its declaration as it was.
    """
    declared = _DECLARED.search(data[:_HEAD])
    is_marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    if declared is None or is_marked or _is_utf8(data):
        decoded = decode(data, name)
        return decoded.text, decoded.warning
    encoding = declared.group(1).decode("ascii").lower()
    if encoding in ("gb2312", "gbk", "gb_2312-80", "x-gbk"):
        encoding = "gb18030"  # a superset; pages often go beyond what they declare
    try:
        text = data.decode(encoding, "replace")
    except LookupError:
        decoded = decode(data, name)
        return decoded.text, decoded.warning
    lost = text.count("\ufffd")
    return text, f"{lost} characters are not {encoding} and are shown as \ufffd" if lost else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _main_lines(lines: Sequence[HtmlLine], title: str) -> list[int] | None:
    """Indices of the lines of the main text, or None where the extractor finds none."""
    found = _extracted(lines)
    if not found:
        return None
    first, last = min(found), max(found)
    first, last = _with_siblings(lines, first, last)
    for index in range(first):
        if len(lines[index].text) >= _SHORTEST_TITLE and lines[index].text in title:
            first = index
            break
    # A line of links beside main text is an attachment; among its like it is a menu.
    parents = {lines[index].element.getparent() for index in found}
    return [
        index
        for index in range(first, last + 1)
        if index in found
        or lines[index].element.getparent() in parents
        or not (lines[index].mostly_links or _stands_aside(lines[index]))
    ]


def _with_siblings(lines: Sequence[HtmlLine], first: int, last: int) -> tuple[int, int]:
    """The range widened by lines that stand beside its own: a short title, a date."""
    parents = {lines[index].element.getparent() for index in (first, last)}
    while first > 0 and lines[first - 1].element.getparent() in parents:
        if lines[first - 1].mostly_links or _stands_aside(lines[first - 1]):
            break
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].element.getparent() in parents:
        if lines[last + 1].mostly_links or _stands_aside(lines[last + 1]):
            break
        last += 1
    return first, last


def _stands_aside(line: HtmlLine) -> bool:
    return line.element.tag in _ASIDE or any(
        ancestor.tag in _ASIDE for ancestor in line.element.iterancestors()
    )


def _extracted(lines: Sequence[HtmlLine]) -> set[int]:
    """Indices of the lines that trafilatura takes for main text."""
    options = Extractor(output_format="txt", recall=True, comments=False, formatting=False)
    text = trafilatura.extract(_marked_page(lines), options=options)
    found = map(int, _MARK.findall(text or ""))
    return {index for index in found if index < len(lines)}


def _marked_page(lines: Sequence[HtmlLine]) -> HtmlElement:
    """A page of the same lines in the same nest of elements, each a marked paragraph."""
    page = html.Element("html")
    copies: dict[HtmlElement, HtmlElement] = {}
    for index, line in enumerate(lines):
        is_leaf = line.element.tag in _LEAVES
        container = line.element.getparent() if is_leaf else line.element
        parent = page if container is None else _copy_of(container, copies, page)
        paragraph = _copied(line.element) if is_leaf else html.Element("p")
        marked = f"⟦{index}⟧{_NOT_IN_XML.sub('', _MARK.sub('', line.text))}"
        if line.mostly_links:
            link = html.Element("a", href="#")
            link.text = marked
            paragraph.append(link)
        else:
            paragraph.text = marked
        parent.append(paragraph)
    return page


def _copy_of(
    element: HtmlElement, copies: dict[HtmlElement, HtmlElement], page: HtmlElement
) -> HtmlElement:
    """The copy of ``element``, made with those of its ancestors where there is none yet."""
    missing: list[HtmlElement] = []
    above: HtmlElement | None = element
    while above is not None and above not in copies:
        missing.append(above)
        above = above.getparent()
    parent = page if above is None else copies[above]
    for original in reversed(missing):
        if original.tag == "html":
            copies[original] = page
            continue
        copy = _copied(original)
        parent.append(copy)
        copies[original] = parent = copy
    return copies[element]


def _copied(element: HtmlElement) -> HtmlElement:
    """An empty element that says what the extractor goes by: tag, class and id."""
    kept = {
        name: _NOT_IN_XML.sub("", element.get(name, ""))
        for name in ("class", "id")
        if element.get(name)
    }
    tag = element.tag if element.tag in _LEAVES | _SECTIONS else "div"
    return html.Element(tag, kept)
