"""Markdown: the text verbatim, marks and all, since quotes are verbatim."""

import re
from dataclasses import replace
from itertools import chain

from ingest.structure import SourceText

#: an ATX heading (CommonMark 4.2) or an HTML comment (4.6) at the start of a line
_MARKDOWN_LINE = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+\S|<!--)", re.MULTILINE)
#: YAML between two lines of hyphens at the very beginning
_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(?:[\w-]+[ \t]*:.*\r?\n|[ \t#-].*\r?\n)+?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)
#: what tells a browser of the page: <meta …>, <link …>
_PAGE_LINE = re.compile(
    r"^[ \t]*<(?:meta|link|!doctype)\b[^>\n]*>[ \t]*$", re.MULTILINE | re.IGNORECASE
)


def looks_like_markdown(text: str) -> bool:
    """Whether a text has a Markdown heading, comment or front matter; lists alone occur in
    plain text."""
    return _MARKDOWN_LINE.search(text) is not None or front_matter_end(text) > 0


def load_markdown(source: SourceText) -> SourceText:
    """A decoded file as Markdown: the same text, with its comments, its front matter and
    what tells a browser of it as furniture."""
    text = source.text
    about = [
        match.span() for match in chain(_FRONT_MATTER.finditer(text), _PAGE_LINE.finditer(text))
    ]
    return replace(
        source,
        media_type="text/markdown",
        page_furniture=tuple(sorted([*about, *comment_ranges(text)])),
    )


def front_matter_end(text: str) -> int:
    """Where the YAML at the head of a text ends; 0 if it has none."""
    match = _FRONT_MATTER.match(text)
    return match.end() if match else 0


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
