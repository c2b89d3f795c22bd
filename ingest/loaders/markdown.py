"""Markdown: its words verbatim, without the marks of headings and of bold words."""

import re
from dataclasses import replace
from itertools import chain

from ingest.structure import SourceText
from ingest.text.invisible import from_first_sign

_BOLD_WORDS = r"(?P<mark>\*\*|__)(?=[^\s_*])(?P<words>.*?[^\s_*])(?P=mark)"
#: at the start of a line an ATX heading (CommonMark 4.2; with two marks and more also "####Name", as
#: some converters write it), an HTML comment (4.6) or bold words (6.2)
_MARKDOWN_LINE = re.compile(
    rf"^ {{0,3}}(?:#{{1,6}}[ \t]+\S|#{{2,6}}[^\s#]|<!--|{_BOLD_WORDS})", re.MULTILINE
)
_HEADING = re.compile(
    r"(?P<marks>#{1,6})(?:[ \t]+|(?<=##)(?=[^\s#])|$)(?P<words>.*?)(?:[ \t]+#+)?$"
)
_BOLD = re.compile(_BOLD_WORDS)
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
    """A decoded file as Markdown: its text without marks, with the levels of its headings; its
    comments, its front matter and what tells a browser of it are furniture."""
    text, levels = _without_marks(source.text)
    about = [
        match.span() for match in chain(_FRONT_MATTER.finditer(text), _PAGE_LINE.finditer(text))
    ]
    return replace(
        source,
        text=text,
        media_type="text/markdown",
        heading_levels=levels,
        page_furniture=tuple(sorted([*about, *comment_ranges(text)])),
    )


def _without_marks(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text, and where its headings then stand, with their levels."""
    parts = [text[: front_matter_end(text)]]
    length = len(parts[0])
    levels: list[tuple[int, int]] = []
    for raw in text[length:].splitlines(keepends=True):
        words = raw.strip()
        at = len(raw) - len(raw.lstrip())
        before, after = raw[:at], raw[at + len(words) :]
        if heading := _HEADING.match(from_first_sign(words)):
            words = heading["words"]
            if words:
                levels.append((length + at, len(heading["marks"])))
        line = before + _BOLD.sub(r"\g<words>", words) + after
        parts.append(line)
        length += len(line)
    return "".join(parts), tuple(levels)


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
