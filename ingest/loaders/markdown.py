"""Markdown: the text verbatim, marks and all, since quotes are verbatim."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.structure import SourceText, TableRow

#: an ATX heading (CommonMark 4.2) or an HTML comment (4.6) at the start of a line
_MARKDOWN_LINE = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+\S|<!--)", re.MULTILINE)
#: the line below a header that makes a table of it (GFM 4.10): "| --- | :---: |", "--- | ---"
_DELIMITER_ROW = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*|\s*\|\s*:?-+:?\s*\|\s*")
_ESCAPED_OR_CODE = re.compile(r"\\.|`[^`]*`")


def looks_like_markdown(text: str) -> bool:
    """Whether a text has a Markdown heading or comment; lists alone occur in plain text."""
    return _MARKDOWN_LINE.search(text) is not None


def load_markdown(source: SourceText) -> SourceText:
    """A decoded file as Markdown: the same text, with its comments as furniture."""
    return replace(source, media_type="text/markdown", page_furniture=comment_ranges(source.text))


def comment_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """``(start, end)`` of each closed HTML comment, such as ``<!-- INFO END -->``."""
    ranges: list[tuple[int, int]] = []
    start = text.find("<!--")
    while start >= 0:
        close = text.find("-->", start + 4)
        if close < 0:
            break
        ranges.append((start, close + 3))
        start = text.find("<!--", close + 3)
    return tuple(ranges)


def with_pipe_tables(source: SourceText) -> SourceText:
    """``source`` with the rows of its pipe tables (GFM 4.10); their delimiter rows, which say
    nothing, are furniture. Plain text is written so too."""
    rows: list[TableRow] = []
    furniture: list[tuple[int, int]] = []
    lines = _lines(source.text)
    at = 1
    while at < len(lines):
        (start, header), (rule_start, rule) = lines[at - 1], lines[at]
        if not (
            _DELIMITER_ROW.fullmatch(rule) and "|" in header and _cells(header) == _cells(rule)
        ):
            at += 1
            continue
        above = len(rows)
        rows.append(TableRow(start, start + len(header), is_header=True))
        furniture.append((rule_start, rule_start + len(rule)))
        at += 1
        while at < len(lines) and "|" in lines[at][1]:
            start, row = lines[at]
            rows.append(TableRow(start, start + len(row), (above,)))
            at += 1
        at += 1
    if not rows:
        return source
    ranges = tuple(sorted((*source.page_furniture, *furniture)))
    return replace(source, page_furniture=ranges, rows=tuple(rows))


def _lines(text: str) -> Sequence[tuple[int, str]]:
    """``(offset, line)`` without the white space around it."""
    lines = []
    position = 0
    for line in text.splitlines(keepends=True):
        lines.append((position + len(line) - len(line.lstrip()), line.strip()))
        position += len(line)
    return lines


def _cells(row: str) -> int:
    return len(_ESCAPED_OR_CODE.sub("", row).strip().strip("|").split("|"))
