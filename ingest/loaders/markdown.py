"""Markdown: the text verbatim, marks and all, since quotes are verbatim."""

import re
from dataclasses import replace

from ingest.structure import SourceText

#: an ATX heading (CommonMark 4.2) or an HTML comment (4.6) at the start of a line
_MARKDOWN_LINE = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+\S|<!--)", re.MULTILINE)


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
