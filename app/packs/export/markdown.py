"""An export as Markdown: the words of documents and questions stay words in any reader of it.

The dialects are CommonMark and GitHub's; what either would turn into a link, an image, a
heading, HTML, mathematics or an icon is escaped.
"""

import re

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
from app.plain_text import WORD_JOINER
from ingest.errors import ClauseDeskError

_ACTIVE = re.compile(r"[\\`*_\[\]<>&|~$#^{}]")
# GitHub looks for these after the backslashes are read: addresses, ":smile:", "@name", "#12"
_LOOKED_FOR_LATER = re.compile(
    r"\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)|@(?=\w)|:(?=[\w+-]+:)|\bGH(?=-\d)",
    re.IGNORECASE,
)
#: what makes a list, a heading or a rule of a line that begins with it
_LINE_START = re.compile(r"^([ \t\u00a0\u3000]*)(?:([-+=])|(\d{1,9})([.)]))?")
_FENCE = "```"


def write(export: Export) -> bytes:
    parts = [_heading(Heading(export.title)), *map(_block, export.blocks)]
    if export.footer:
        parts.append(f"---\n\n{_line(export.footer)}")
    if export.attachment is not None:
        parts.append(_attachment(export.attachment))
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def read(data: bytes) -> ReadBack:
    """Raises ClauseDeskError for what is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClauseDeskError("the file is no Markdown: it is not UTF-8 text") from error
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    seen: list[str] = []
    attached: list[str] | None = None
    inside = False
    for line in lines:
        if inside and line == _FENCE:
            inside = False
        elif inside and attached is not None:
            attached.append(line)
        elif line.startswith(f"{_FENCE}json ") and attached is None:
            attached, inside = [], True
            seen.append(line)
        else:
            seen.append(line)
    # a fence that nothing closes hides nothing: the file was cut off
    if inside:
        attached = None
    return ReadBack("\n".join(seen), "\n".join(attached) if attached is not None else None)


def escaped(text: str) -> str:
    """Inline words, on one line, that Markdown shows as they are."""
    return _line(" ".join(visible(text).split()))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _heading(Heading(block.text, 2 if block.level == 1 else 3))
        case ExportParagraph(tone="strong"):
            return f"**{escaped(block.text)}**"
        case ExportParagraph():
            return _lines(block.text)
        case Quote():
            return "\n".join(f"> {line}".rstrip(" ") for line in _lines(block.text).split("\n"))
        case Facts():
            rows = [f"| {escaped(what)} | {escaped(which)} |" for what, which in block.rows]
            return "\n".join(["|  |  |", "| :-- | :-- |", *rows])
        case Items():
            mark = "{}." if block.numbered else "-"
            return "\n".join(
                f"{mark.format(number)} {escaped(text)}"
                for number, text in enumerate(block.texts, start=1)
            )


def _heading(heading: Heading) -> str:
    return f"{'#' * heading.level} {escaped(heading.text)}"


def _attachment(attachment: Attachment) -> str:
    return f"{escaped(attachment.description)}\n\n{_FENCE}json {attachment.name}\n{attachment.text}\n{_FENCE}"


def _lines(text: str) -> str:
    """Each line a line; an empty one parts paragraphs."""
    lines = [_line(line) for line in visible(text).split("\n")]
    joined: list[str] = []
    for at, line in enumerate(lines):
        follows = at + 1 < len(lines) and lines[at + 1] != ""
        joined.append(f"{line}\\" if line and follows else line)
    return "\n".join(joined)


def _line(line: str) -> str:
    words = _ACTIVE.sub(lambda match: "\\" + match.group(), line.rstrip(" \t"))
    words = _LOOKED_FOR_LATER.sub(lambda match: match.group() + WORD_JOINER, words)
    return _LINE_START.sub(_line_start, words, count=1)


def _line_start(match: re.Match[str]) -> str:
    # an indented line would be code: its blanks are written as entities
    blanks = "".join(f"&#{ord(blank)};" for blank in match.group(1))
    if match.group(2):
        return f"{blanks}\\{match.group(2)}"
    if match.group(3):
        return f"{blanks}{match.group(3)}\\{match.group(4)}"
    return blanks
