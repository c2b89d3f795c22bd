"""The lines of a text, and which of them are no rule.

A line is a paragraph. What a source has wrapped is joined; title, date line, page header,
signature and source are told from the rest.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.clauses.numbering import numbers_before_words, read_number
from ingest.structure import SourceText

_MARKDOWN_HEADING = re.compile(r"(#{1,6})[ \t]+")
BULLET = re.compile(r"(?:[-*+•·●▪◦■–—])[ \t\u3000]+(?=\S)")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE_LINE = re.compile(
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
ANNEX = re.compile(
    r"(?:(?:Annex|Appendix|Attachment|Schedule)\s*(?P<latin>\d{1,2})?"
    r"|(?:附件|附表|附录)\s*(?P<chinese>\d{1,2}|[一二三四五六七八九十]{1,3})?)\s*[:：.]\s*",
    re.IGNORECASE,
)
TERMINAL = re.compile(r"[.;:,!?。；：，、！？…]['\"”’）)\]]*$")
#: a line that ends so has its number on the next line: "in Clause / 2. of the Measures"
_REFERENCE_AT_END = re.compile(
    r"\b(?:Clauses?|Items?|Articles?|Paragraphs?|Sections?|Schedules?|Annex|No\.?|and|or|of|in)\s*$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class TextLine:
    start: int
    end: int
    words: str  # without Markdown's heading marks
    marks: int = 0  # level of a Markdown heading, 0: none
    blank_before: bool = False
    row: int | None = None  # its place among the rows of all tables, for a table's row


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
        if before >= 0 and line.start < page_furniture[before][1]:
            furniture.append(line)
        else:
            kept.append(line)
    title = kept.pop(0) if kept and _is_title(kept[0]) else None
    while kept and kept[0].row is None and _DATE_LINE.fullmatch(kept[0].words):
        furniture.append(kept.pop(0))
    # the signature: from the end upwards, as long as lines look like one
    while len(kept) > 1 and _is_signature(kept, len(kept) - 1):
        furniture.append(kept.pop())
    return CutText(title, tuple(furniture), tuple(kept))


def _lines(source: SourceText) -> list[TextLine]:
    """Non-blank lines without the white space around them; wrapped ones joined."""
    lines: list[TextLine] = []
    row_starts = [row.start for row in source.rows]
    blank_before = True
    position = 0
    for raw in source.text.splitlines(keepends=True):
        words = raw.strip()
        start = position + (len(raw) - len(raw.lstrip()))
        position += len(raw)
        if not words:
            blank_before = True
            continue
        marks = 0
        row = bisect_right(row_starts, start) - 1
        if row >= 0 and start < source.rows[row].end:
            end = start + len(raw.strip())
            lines.append(TextLine(start, end, words, blank_before=blank_before, row=row))
            blank_before = False
            continue
        if match := _MARKDOWN_HEADING.match(words):
            marks, words = len(match.group(1)), words[match.end() :]
        line = TextLine(start, start + len(raw.strip()), words, marks, blank_before)
        if lines and not blank_before and _continues(lines[-1], line):
            previous = lines[-1]
            previous.end = line.end
            previous.words = source.text[previous.start : previous.end]
        else:
            lines.append(line)
        blank_before = False
    return lines


def _continues(previous: TextLine, line: TextLine) -> bool:
    """Whether a line goes on with the sentence that the line above left open."""
    if previous.row is not None or previous.marks or line.marks or BULLET.match(line.words):
        return False
    if ANNEX.match(line.words):
        return False
    if numbers := read_number(line.words):
        sentence_goes_on = line.words[numbers[0].width :][:1].islower()
        return sentence_goes_on and bool(_REFERENCE_AT_END.search(previous.words))
    return line.words[0].islower() and not TERMINAL.search(previous.words)


def _is_title(line: TextLine) -> bool:
    if line.row is not None:
        return False
    if line.marks == 1:
        return True
    return (
        not line.marks
        and len(line.words) <= 200
        and not TERMINAL.search(line.words)
        and not numbers_before_words(line.words)
        and not BULLET.match(line.words)
        and not _DATE_LINE.fullmatch(line.words)
    )


def _is_signature(lines: Sequence[TextLine], at: int) -> bool:
    words = lines[at].words
    if lines[at].row is not None:
        return False
    if _SOURCE_LINE.match(words) or _DATE_LINE.fullmatch(words):
        return True
    return (
        at + 1 == len(lines)
        and len(words) <= 120
        and bool(_ISSUER.search(words))
        and not TERMINAL.search(words)
        and not numbers_before_words(words)
        and not BULLET.match(words)
        and not lines[at].marks
        # a signature stands apart, or follows its own date line
        and lines[at].blank_before
    )
