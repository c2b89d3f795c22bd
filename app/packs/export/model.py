"""What leaves Clause Desk as a file: headings, paragraphs, quotes, facts, items.

Answers, conversations, evidence packs and lessons' hand-outs are all an :class:`Export`;
one writer a format draws it (:mod:`app.packs.export.files` picks the writer).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.wording import Language

#: C0 controls but tab and line feed, DEL, C1 controls, line and paragraph separators
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
#: they turn the reading order of the words around them: a reader could be shown another text
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: no characters at all: they cannot be written to a file as UTF-8
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class ExportParagraph:
    """``tone`` "small" is for what is read only when it is looked for, "strong" for what must
    not be overlooked."""

    text: str
    tone: Literal["plain", "small", "strong"] = "plain"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, to the letter, line breaks kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of two columns: what, and which."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, with bullets or with numbers from 1."""

    texts: tuple[str, ...]
    numbered: bool = False


Block = Heading | ExportParagraph | Quote | Facts | Items


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for programs inside the file for people; ``text`` is ASCII, its lines without
    a backtick in front."""

    name: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """``footer`` stands on every page of a format that has pages."""

    title: str
    blocks: tuple[Block, ...]
    language: Language
    made_at: datetime  # with its time zone
    footer: str = ""
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a written file says. ``text``: what a reader sees, comparable with that of another
    file of the same format; ``drawing``: hash of how it is drawn, for a PDF."""

    text: str
    attachment: str | None
    drawing: str | None = None


def visible(text: str) -> str:
    r"""``text`` with nothing in it that hides or turns other words.

    Line ends become line feeds; a control character becomes its picture, a mark that turns
    the direction of reading its name.

    >>> visible("a\r\nb\x00c\u202ed")
    'a\nb␀c[U+202E]d'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub(_picture, text)
    text = _BIDI.sub(lambda match: code_point(match.group()), text)
    return _NO_CHARACTERS.sub(lambda match: code_point(match.group()), text)


def code_point(character: str) -> str:
    """The name of a character that cannot be shown.

    >>> code_point("\u202e")
    '[U+202E]'
    """
    return f"[U+{ord(character):04X}]"


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else code_point(match.group())
