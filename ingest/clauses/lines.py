"""The lines of a text, and which of them are no rule.

A line is a paragraph. What a source has wrapped is joined; title, date line, page header,
signature and source are told from the rest.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.clauses.numbering import NumberAtStart, numbers_before_words, read_number
from ingest.structure import SourceText
from ingest.text.invisible import from_first_sign
from ingest.text.language import is_chinese

BULLET = re.compile(r"(?:[-*+•·●▪◦■–—])[ \t\u3000]+(?=\S)")
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
DATE_LINE = re.compile(
    rf"[\[（(【]?\s*(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?"
    rf"|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH},?\s+\d{{4}}"
    rf"|(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})年[\d一二三四五六七八九十]{{1,2}}月[\d一二三四五六七八九十]{{1,3}}日)"
    r"\s*[\]）)】]?"
)
_SOURCE_LINE = re.compile(
    r"(?:(?:Source|来源|责任编辑|编辑)\s*[:：]|(?:Content contribution|Contributed|Translated)\b)",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    r"Administration|Ministry|Customs|Commission|Council|Committee|Authority|Bureau"
    r"|总署|总局|部$|局$|委员会|国务院|办公室"
)
TERMINAL = re.compile(r"[.;:,!?。；：，、！？…]['\"”’）)\]]*$")
#: a line that ends so has its number on the next line: "in Clause / 2. of the Measures"
_REFERENCE_AT_END = re.compile(
    r"\b(?:Clauses?|Items?|Articles?|Paragraphs?|Sections?|Schedules?|Annex|No\.?|and|or|of|in)\s*$",
    re.IGNORECASE,
)
_AND_AT_END = re.compile(r"\b(?:and|or)\s*$")
_LONGEST_NAME = 110
_LONGEST_CJK_NAME = 30


@dataclass(slots=True)
class TextLine:
    start: int
    end: int
    words: str
    level: int = 0  # of a heading that the file marks as one, 0: it marks none
    blank_before: bool = False
    row: int | None = None  # its place among the rows of all tables, for a table's row
    #: whether furniture (a page header, a table of contents) stands between it and the line above
    apart: bool = False
    #: what its beginning may be read as; () where it stands in a quotation
    numbers: tuple[NumberAtStart, ...] = field(default=())

    @property
    def is_name(self) -> bool:
        """Whether it could be a heading: short, no sentence."""
        return self.row is None and names_what_follows(self.words)

    @property
    def is_prose(self) -> bool:
        """Whether it may belong to the line above: neither apart nor a row, a number or a bullet."""
        if self.apart or self.row is not None:
            return False
        return not self.numbers and not BULLET.match(self.words)


@dataclass(frozen=True, slots=True)
class CutText:
    """``lines``: those that may be clauses; ``furniture``: date, signature, page headers."""

    title: TextLine | None
    furniture: tuple[TextLine, ...]
    lines: tuple[TextLine, ...]


def cut_lines(source: SourceText) -> CutText:
    """The lines of a text, in its order."""
    page_furniture = sorted(source.page_furniture)
    starts = [start for start, _ in page_furniture]
    furniture: list[TextLine] = []
    kept: list[TextLine] = []
    for line in _lines(source):
        before = bisect_right(starts, line.start) - 1
        repeats = before >= 0 and line.start < page_furniture[before][1]
        if repeats or not line.words or _MARKUP.fullmatch(line.words):
            furniture.append(line)
        else:
            line.apart = bool(kept and furniture) and furniture[-1].start > kept[-1].start
            kept.append(line)
    title = kept.pop(0) if kept and _is_title(kept[0], kept[1:]) else None
    while kept and kept[0].row is None and DATE_LINE.fullmatch(kept[0].words):
        furniture.append(kept.pop(0))
    kept, signature = without_signature(kept)
    quoted = _quoted(kept)
    for at, line in enumerate(kept):
        if at not in quoted and line.row is None:
            line.numbers = tuple(numbers_before_words(line.words, is_heading=bool(line.level)))
    return CutText(title, (*furniture, *signature), tuple(kept))


def without_signature(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """The lines, and the signature: from the end upwards, as long as lines look like one."""
    kept, signature = list(lines), []
    while len(kept) > 1 and is_signature(kept, len(kept) - 1):
        signature.append(kept.pop())
    return kept, signature


def names_what_follows(words: str) -> bool:
    """Whether words could be a heading: short, and no sentence, except a question."""
    words = words.removesuffix("?").removesuffix("？")
    longest = _LONGEST_CJK_NAME if is_chinese(words) else _LONGEST_NAME
    return len(words) <= longest and not TERMINAL.search(words) and not words[:1].islower()


def _lines(source: SourceText) -> list[TextLine]:
    """Non-blank lines without the white space around them; wrapped ones joined."""
    lines: list[TextLine] = []
    row_starts = [row.start for row in source.rows]
    levels = dict(source.heading_levels)
    blank_before = True
    position = 0
    for raw in source.text.splitlines(keepends=True):
        stripped = raw.strip()
        start = position + (len(raw) - len(raw.lstrip()))
        position += len(raw)
        if not stripped:
            blank_before = True
            continue
        row = bisect_right(row_starts, start) - 1
        if row >= 0 and start < source.rows[row].end:
            end = start + len(stripped)
            lines.append(TextLine(start, end, stripped, blank_before=blank_before, row=row))
            blank_before = False
            continue
        words = from_first_sign(stripped)
        level = levels.get(start, 0)
        line = TextLine(start, start + len(stripped), words, level, blank_before)
        if lines and not blank_before and _continues(lines[-1], line):
            previous = lines[-1]
            previous.end = line.end
            previous.words = from_first_sign(source.text[previous.start : previous.end])
        else:
            lines.append(line)
        blank_before = not words
    return lines


def _quoted(lines: Sequence[TextLine]) -> set[int]:
    """Lines in the middle of a quotation that another line opens and another one closes.

    A law that amends another quotes its articles; their numbers are not its own. A quotation
    mark that is never closed quotes nothing.
    """
    quoted: set[int] = set()
    opened: int | None = None
    for at, line in enumerate(lines):
        balance = line.words.count("“") - line.words.count("”")
        if balance > 0:
            opened = at
        elif balance < 0 and opened is not None:
            quoted.update(range(opened + 1, at + 1))
            opened = None
    return quoted


def _continues(previous: TextLine, line: TextLine) -> bool:
    """Whether a line goes on with the sentence that the line above left open."""
    if previous.row is not None or previous.level or line.level:
        return False
    if not line.words or not previous.words:
        return False
    if BULLET.match(line.words):
        return False
    if numbers := read_number(line.words):
        before = {(n.style, n.value + 1) for n in read_number(previous.words)}
        is_next = any((number.style, number.value) in before for number in numbers)
        if is_next and _AND_AT_END.search(previous.words):
            return False  # "(a) the value, and / (b) the origin"
        sentence_goes_on = line.words[numbers[0].width :][:1].islower()
        return sentence_goes_on and bool(_REFERENCE_AT_END.search(previous.words))
    return line.words[0].islower() and not TERMINAL.search(previous.words)


def _is_title(line: TextLine, following: Sequence[TextLine]) -> bool:
    if line.row is not None:
        return False
    if line.level:
        highest = all(not other.level or other.level > line.level for other in following)
        return line.level == 1 or (highest and not numbers_before_words(line.words))
    return (
        len(line.words) <= 200
        and not TERMINAL.search(line.words)
        and not numbers_before_words(line.words)
        and not BULLET.match(line.words)
        and not DATE_LINE.fullmatch(line.words)
    )


def is_signature(lines: Sequence[TextLine], at: int) -> bool:
    words = lines[at].words
    if lines[at].row is not None:
        return False
    if _SOURCE_LINE.match(words) or DATE_LINE.fullmatch(words):
        return True
    return (
        at + 1 == len(lines)
        and len(words) <= 120
        and bool(_ISSUER.search(words))
        and not TERMINAL.search(words)
        and not numbers_before_words(words)
        and not BULLET.match(words)
        and not lines[at].level
        # a signature stands apart, or follows its own date line
        and lines[at].blank_before
    )
