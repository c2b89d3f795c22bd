"""A web page's elements as lines of text, as a browser would show them.

Hidden elements and controls are dropped, the numbers of ordered lists written
out, the rows of data tables made one line each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from ingest.loaders.list_numbers import printed
from ingest.loaders.tables import Cell, RowLine, row_lines

_DROPPED = frozenset(
    (
        *("script", "style", "noscript", "template", "head", "iframe", "object", "embed", "svg"),
        *("button", "input", "select", "textarea", "audio", "video", "canvas", "map", "dialog"),
    )
)
#: elements that begin and end a line (HTML Standard 15.3, display: block and the like)
_BLOCK = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "thead", "tfoot", "tr", "td", "th"),
        *("ul", "caption"),
    )
)
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_NO_MARKER_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_OWN_MARK = re.compile(
    r"\s*(?:[（(]?[\d一二三四五六七八九十a-zA-Z]{1,3}[)）.、．]|[①-⑳•·●■◆-]|第.{1,6}[条章节])"
)
_LIST_TYPES = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
#: class or id of the boxes that sites put their share buttons in
_SHARE_BOX = re.compile(
    r"(?:^|\s)(?:share|social|bdshare\w*|jiathis\w*|bshare\w*|addthis\w*)(?:[-_]\w+)?(?=\s|$)", re.I
)
_LONGEST_SHARE_BOX = 60
_LONGEST_SPAN = 65_534  # HTML Standard 4.9.11
#: a cell longer than this, and than all others together, holds the page's text, not a datum:
#: the table is for layout
_LONGEST_CELL = 400


@dataclass(slots=True)
class HtmlLine:
    """One line of a page."""

    text: str
    element: HtmlElement  # the block it stands in
    linked: int = 0  # how many of its characters are link text
    row: RowLine | None = None  # of a table of data

    @property
    def mostly_links(self) -> bool:
        return self.linked * 2 > len(self.text)


def drop_invisible(root: HtmlElement) -> None:
    """Remove what a browser does not show or what is a control, in place."""
    for element in list(root.iter()):
        if element is root or element.getparent() is None:
            continue  # the page itself, or within what has been dropped
        if not isinstance(element.tag, str) or _is_invisible(element):
            element.drop_tree()


def _is_invisible(element: HtmlElement) -> bool:
    return (
        element.tag in _DROPPED
        or element.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(element.get("style", "")))
        or (element.tag == "a" and element.get("href", "").lower().startswith("javascript:"))
        or _is_share_box(element)
    )


def _is_share_box(element: HtmlElement) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(_SHARE_BOX.search(names)) and len(_flat(element)) <= _LONGEST_SHARE_BOX


def lines_of(root: HtmlElement) -> list[HtmlLine]:
    """All lines under ``root`` in document order; iterative, since pages may be deep."""
    collected = _Collector(root)
    walk: list[tuple[HtmlElement, Iterator[HtmlElement]]] = []
    collected.enter(root)
    walk.append((root, iter(root)))
    while walk:
        element, children = walk[-1]
        child = next(children, None)
        if child is None:
            walk.pop()
            collected.leave(element)
            if walk:
                collected.text(element.tail)
        elif child.tag == "table" and _is_data(child):
            collected.rows(child)
            collected.text(child.tail)
        else:
            collected.enter(child)
            walk.append((child, iter(child)))
    collected.end_line()
    return collected.lines


class _Collector:
    """Builds lines from the text met on a walk through the page."""

    def __init__(self, root: HtmlElement) -> None:
        self.lines: list[HtmlLine] = []
        self._blocks: list[HtmlElement] = [root]
        self._links = 0
        self._pre = 0
        self._parts: list[str] = []
        self._linked = 0
        self._mark = ""
        self._counters: dict[HtmlElement, int] = {}

    def enter(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCK:
            self.end_line()
            self._blocks.append(element)
            if tag == "li":
                self._mark = self._list_mark(element)
        elif tag == "br":
            self.end_line()
        self._links += tag == "a"
        self._pre += tag == "pre"
        self.text(element.text)

    def leave(self, element: HtmlElement) -> None:
        if element.tag in _BLOCK:
            self.end_line()
            self._blocks.pop()
            if element.tag == "li":
                self._mark = ""
        self._links -= element.tag == "a"
        self._pre -= element.tag == "pre"

    def text(self, text: str | None) -> None:
        for index, part in enumerate((text or "").split("\n") if self._pre else [text or ""]):
            if index:
                self.end_line()
            self._parts.append(part)
            if self._links:
                self._linked += len(part.strip())

    def rows(self, table: HtmlElement) -> None:
        """The rows of a data table, one line each."""
        self.end_line()
        caption = next(table.iterchildren("caption"), None)
        lines = row_lines([_cells(row) for row in _own_rows(table)])
        if caption is not None and (words := _flat(caption)):
            above = RowLine(words, is_header=True)
            for line in lines:
                line.under = (above, *line.under)
            lines.insert(0, above)
        # a table of links is no menu, so they are not counted
        self.lines += (HtmlLine(line.text, table, row=line) for line in lines)

    def end_line(self) -> None:
        text = _SPACE.sub(" ", "".join(self._parts)).strip()
        if text:
            mark = "" if _OWN_MARK.match(text) else self._mark
            self.lines.append(HtmlLine(mark + text, self._blocks[-1], self._linked))
            self._mark = ""
        self._parts.clear()
        self._linked = 0

    def _list_mark(self, item: HtmlElement) -> str:
        """What a browser prints before a list item: "3. ", "c. ", "• "."""
        parent = item.getparent()
        if parent is None or _NO_MARKER_STYLE.search(parent.get("style", "")):
            return ""
        if parent.tag != "ol":
            return "• "
        backwards = parent.get("reversed") is not None
        step = -1 if backwards else 1
        if parent not in self._counters:
            first = len(parent.findall("li")) if backwards else 1
            self._counters[parent] = _whole_number(parent.get("start"), first) - step
        value = _whole_number(item.get("value"), self._counters[parent] + step)
        self._counters[parent] = value
        list_type = _LIST_TYPES.get(item.get("type") or parent.get("type") or "1", "decimal")
        return f"{printed(value, list_type)}. "


def _whole_number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,6}", text) else otherwise


def _own_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """The rows of a table without those of the tables in its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cells(row: HtmlElement) -> list[Cell]:
    section = row.getparent()
    in_head = section is not None and section.tag == "thead"
    return [
        Cell(
            _flat(cell),
            _whole_number(cell.get("rowspan"), 1) or _LONGEST_SPAN,  # 0: to the end of the table
            _whole_number(cell.get("colspan"), 1),
            in_head or cell.tag == "th",
        )
        for cell in row.iterchildren("td", "th")
    ]


def _is_data(table: HtmlElement) -> bool:
    """A table of data has several columns of short cells; others only place text."""
    if table.get("role") == "presentation":
        return False
    if next(table.iterdescendants("h1", "h2", "form"), None) is not None:
        return False
    rows = [list(row.iterchildren("td", "th")) for row in _own_rows(table)]
    if sum(len(cells) > 1 for cells in rows) < 2:
        return False
    if any(cell.tag == "th" for cells in rows for cell in cells):
        return True
    has_frame = table.get("border", "0") not in ("", "0")
    if not has_frame and next(table.iterdescendants("table"), None) is not None:
        return False
    lengths = [len(_flat(cell)) for cells in rows for cell in cells]
    return max(lengths) <= _LONGEST_CELL or 2 * max(lengths) <= sum(lengths)


def _flat(element: HtmlElement) -> str:
    """All text of an element on one line, blocks parted by a space."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append(" " if node.tag in _BLOCK or node.tag == "br" else "")
            parts.append(node.text or "")
        else:
            parts.append(" " if node.tag in _BLOCK else "")
            parts.append(node.tail or "" if node is not element else "")
    return _SPACE.sub(" ", "".join(parts)).strip()
