"""Lines of a PDF joined into paragraphs, one line of text each.

A line belongs to the paragraph before it when the line before is full (the next
word would not have fitted), the step down is an ordinary one, the size is the
same and it is not indented or numbered like a new paragraph.
"""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.loaders.pdf.lines import CJK, PdfLine, TextColumn

_SAME_SIZE = 0.12
_MORE_THAN_LEADING = 1.22
#: without a paragraph to measure, a step of so many ems is more than leading
_WIDE_STEP = 2.6
_INDENT = 0.9  # ems
#: a line that begins this far into its column stands there on its own: a date, a signature
_SET_APART_SHARE = 0.3
_ENDS_WITHIN = 5.0  # ems; how far ragged lines end from the edge
#: more lines than this end in a hyphen only where words are divided automatically
_DIVIDED_SHARE = 0.04

_CHINESE_NUMERAL = "一二三四五六七八九十百千零〇两"
#: nothing but a number begins a line like this
_SURE_MARK = re.compile(
    rf"(?:第[{_CHINESE_NUMERAL}\d]+[编章节条款](?:之[{_CHINESE_NUMERAL}]+)?[\s\u3000]"
    rf"|[（(]\s*[{_CHINESE_NUMERAL}]+\s*[)）]|[{_CHINESE_NUMERAL}]{{1,3}}[、．.]"
    r"|[Ⅰ-Ⅻ]+[\s.、]|附件\s*\d*\s*[:：]|[•●■◆▪◇□➢✓]\s?)"
)
#: may as well be the end of a reference: "(see Schedule / 6) shall be"
_POSSIBLE_MARK = re.compile(
    r"(?:\d{1,3}[.、．](?!\d)|\d{1,3}(?:\.\d{1,3})+\s|[（(]\d{1,3}[)）]|\d{1,3}[)）]"
    r"|[（(]?[A-Za-z][)）]|[①-⑳]|\d{1,2}[:：]|(?:Article|Section|Chapter|Annex|Schedule)\s+\w+)"
)
_NUMBERED = re.compile(r"([（(]?)(\d{1,3})([.、．)）:：])")
_TERMINAL = re.compile(r"[.!?。！？;；:：…][\"'”’」』》)）]*$")
_SENTENCE_START = re.compile(rf"[\"'“‘(（《]*[A-Z\d{CJK}]")
_LONE_NUMERAL = re.compile(rf"[{_CHINESE_NUMERAL}]{{1,3}}|\d{{1,3}}|[Ⅰ-Ⅻ]|[IVX]{{1,4}}")
_EMPTY_BRACKETS = re.compile(r"[（(]\s*[)）]")
_BARE_STOP = re.compile(r"[、．.](?=\s*\S)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NEUTRAL = " \"'“”‘’—–…·"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that make one paragraph, in order."""

    lines: tuple[PdfLine, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """What a document's lines show about how it is set."""

    leading: float | None  # step from line to line within paragraphs, in ems
    indents: bool  # the first line of a paragraph is indented, the others are not
    #: after a full line that ends a sentence, the next line mostly belongs to the paragraph
    goes_on_after_stop: bool
    divides_words: bool  # words are divided at line ends automatically
    words: frozenset[str]  # lower case, with their inner hyphens


def paragraphs(groups: Sequence[Sequence[TextColumn]]) -> list[list[Paragraph]]:
    """The paragraphs of a document whose blocks are in reading order, for each of its ``groups``,
    which tables part."""
    blocks = [block for group in groups for block in group]
    mended = [
        [_with_edges(block, blocks) for block in map(_with_numerals_put_back, group)]
        for group in groups
    ]
    measures = measure([block for group in mended for block in group])
    return [_paragraphs(group, measures) for group in mended]


def _paragraphs(mended: Sequence[TextColumn], measures: Measures) -> list[Paragraph]:
    found: list[list[PdfLine]] = []
    block_before: TextColumn | None = None
    for block in mended:
        for index, line in enumerate(block.lines):
            if block_before is None:
                goes_on = False
            elif index:
                goes_on = not _begins(line, found[-1], block, measures)
            else:
                goes_on = _goes_on(line, found[-1], block_before, block, measures)
            if goes_on:
                found[-1].append(line)
            else:
                found.append([line])
            block_before = block
    return [Paragraph(tuple(lines)) for lines in found]


def measure(blocks: Sequence[TextColumn]) -> Measures:
    """Leading, indentation and word division, from all lines of a document."""
    steps: list[float] = []
    steps_after_stop: list[float] = []
    returning = staying = 0
    hyphens = lines = 0
    words: set[str] = set()
    for block in blocks:
        for line in block.lines:
            lines += 1
            hyphens += bool(re.search(r"[^\W\d_]-$", line.text))
            words.update(word.lower() for word in _WORD.findall(line.text))
        for before, line in pairwise(block.lines):
            if not _same_size(before, line):
                continue
            if not _is_full(before, line, block):
                continue
            steps.append((before.baseline - line.baseline) / line.size)
            if _TERMINAL.search(before.text) and _SENTENCE_START.match(line.text):
                steps_after_stop.append(steps[-1])
            if before.x0 - block.left > _INDENT * before.size:
                returning += line.x0 - block.left <= _INDENT * line.size
                staying += abs(line.x0 - before.x0) <= _INDENT * line.size
    leading = statistics.median_low(steps) if steps else None
    ordinary = sum(step <= _widest_step(leading) for step in steps_after_stop)
    return Measures(
        leading=leading,
        goes_on_after_stop=2 * ordinary > len(steps_after_stop),
        indents=returning > staying,
        divides_words=hyphens > max(2, _DIVIDED_SHARE * lines),
        words=frozenset(words),
    )


def _with_edges(block: TextColumn, blocks: Sequence[TextColumn]) -> TextColumn:
    """``block`` with the edges that its lines, and columns like it, keep to."""
    left = min(line.x0 for line in block.lines)
    size = statistics.median(line.size for line in block.lines)
    ends = sorted(
        (
            line.x1
            for other in blocks
            if abs(min(line.x0 for line in other.lines) - left) <= size
            and abs(other.right - block.right) <= 4 * size
            for line in other.lines
        ),
        reverse=True,
    )
    # A line that sticks out, such as an address, is not where the others end.
    needed = max(1, min(3, len(ends) // 8), len(ends) // 10)
    right = next(
        (
            end
            for index, end in enumerate(ends)
            if len(ends) >= index + needed and end - ends[index + needed - 1] <= _ENDS_WITHIN * size
        ),
        max(block.right, ends[0]),
    )
    return TextColumn(block.lines, left, right)


def _same_size(a: PdfLine, b: PdfLine) -> bool:
    return abs(a.size - b.size) <= _SAME_SIZE * max(a.size, b.size)


def _is_full(before: PdfLine, line: PdfLine, block: TextColumn) -> bool:
    """Whether the first word of ``line`` would not have fitted on the line before."""
    if before.x0 > block.left + _SET_APART_SHARE * (block.right - block.left):
        return False
    if before.cells > 1 or line.cells > 1:
        return False
    # Punctuation may not begin a line in Chinese, so a character is carried over with it.
    chinese = re.match(rf"[{CJK}]", line.text)
    between = 1.1 * line.size if chinese else before.space_width()
    return block.right - before.x1 < between + line.first_word_width()


def _begins(
    line: PdfLine, paragraph: Sequence[PdfLine], block: TextColumn, measures: Measures
) -> bool:
    """Whether ``line`` begins a paragraph, below ``paragraph`` in the same column."""
    before = paragraph[-1]
    if not _same_size(before, line):
        return True
    step = (before.baseline - line.baseline) / line.size
    leading = measures.leading
    if len(paragraph) > 1 and paragraph[-2].page == before.page:
        own = (paragraph[-2].baseline - before.baseline) / before.size
        leading = own if own > 0 else leading
    if step > _widest_step(leading):
        return True
    if _is_one_title(before, line, block):
        return False
    if not _is_full(before, line, block) or _SURE_MARK.match(line.text):
        return True
    if _POSSIBLE_MARK.match(line.text) and _TERMINAL.search(before.text):
        return True
    if _is_next_item(paragraph[0].text, line.text):
        return True
    return _is_set_in(line, paragraph, block, measures)


def _widest_step(leading: float | None) -> float:
    """The most, in ems, that two lines of a paragraph may be apart."""
    return _WIDE_STEP if leading is None else _MORE_THAN_LEADING * leading


def stands_apart(paragraph: Paragraph, before: Paragraph, measures: Measures) -> bool:
    """Whether white space parts ``paragraph`` from the one before it on the same page."""
    last, first = before.lines[-1], paragraph.lines[0]
    step = (last.baseline - first.baseline) / first.size
    return last.page == first.page and step > _widest_step(measures.leading)


def _is_one_title(before: PdfLine, line: PdfLine, block: TextColumn) -> bool:
    """A heading of several centred lines."""
    middle = (block.left + block.right) / 2
    return all(
        abs((each.x0 + each.x1) / 2 - middle) < each.size / 2
        and each.x0 > block.left + 3 * each.size
        and not _TERMINAL.search(each.text)
        and not _is_mark(each.text)
        for each in (before, line)
    )


def _is_next_item(item: str, text: str) -> bool:
    """Whether ``text`` has the number after that of ``item``, printed alike: "4:" and "5:"."""
    first, second = _NUMBERED.match(item), _NUMBERED.match(text)
    if first is None or second is None:
        return False
    alike = (first.group(1), first.group(3)) == (second.group(1), second.group(3))
    return alike and int(second.group(2)) == int(first.group(2)) + 1


def _is_mark(text: str) -> bool:
    return bool(_SURE_MARK.match(text) or _POSSIBLE_MARK.match(text))


def _is_set_in(
    line: PdfLine, paragraph: Sequence[PdfLine], block: TextColumn, measures: Measures
) -> bool:
    """Whether ``line`` stands further in or out than its place in the paragraph allows."""
    if measures.indents and line.x0 - block.left > _INDENT * line.size:
        return True
    shift = (line.x0 - paragraph[-1].x0) / line.size
    if len(paragraph) == 1:
        # Further in: the hanging lines of a numbered item. Further out: after an indent.
        return shift > _INDENT and not _is_mark(paragraph[0].text)
    return abs(shift) > _INDENT


def _goes_on(
    line: PdfLine,
    paragraph: Sequence[PdfLine],
    before: TextColumn,
    block: TextColumn,
    measures: Measures,
) -> bool:
    """Whether ``line``, first of its column or page, goes on with the last paragraph."""
    last = paragraph[-1]
    if not _same_size(last, line) or not _is_full(last, line, before):
        return False
    if _SURE_MARK.match(line.text):
        return False
    if line.x0 - block.left > _INDENT * line.size:
        return False
    if _is_next_item(paragraph[0].text, line.text):
        return False
    if not _TERMINAL.search(last.text):
        return True
    if _POSSIBLE_MARK.match(line.text):
        return False
    return measures.indents or measures.goes_on_after_stop or not _SENTENCE_START.match(line.text)


def _with_numerals_put_back(block: TextColumn) -> TextColumn:
    """``block`` with "一" and "( )Entry" made one line, "(一)Entry"."""
    lines: list[PdfLine] = []
    for line in block.lines:
        joined = _numeral_joined(lines[-1], line) if lines else None
        if joined is None:
            lines.append(line)
        else:
            lines[-1] = joined
    return TextColumn(lines, block.left, block.right)


def _numeral_joined(before: PdfLine, line: PdfLine) -> PdfLine | None:
    if before.baseline - line.baseline > 2 * line.size:
        return None
    for numeral, rest in ((before, line), (line, before)):
        if not _LONE_NUMERAL.fullmatch(numeral.text):
            continue
        brackets = _EMPTY_BRACKETS.match(rest.text)
        if brackets:
            mark = f"{rest.text[0]}{numeral.text}{brackets.group()[-1]}"
            text = mark + rest.text[brackets.end() :]
        elif _BARE_STOP.match(rest.text):
            text = numeral.text + rest.text
        else:
            continue
        left = min(numeral.x0, rest.x0)
        return replace(rest, text=text, x0=left, x1=max(numeral.x1, rest.x1))
    return None


def joint(before: str, after: str, measures: Measures) -> tuple[int, str]:
    """How two lines of a paragraph meet: (characters to drop from ``before``, what to put).

    ``("care-", "ful")`` drops the hyphen unless the document writes "care-ful"
    elsewhere; Latin lines meet with a space, Chinese ones without.
    """
    if before.endswith("\u00ad"):
        return 1, ""
    head = re.search(r"([^\W\d_]+)-$", before)
    tail = re.match(r"[^\W\d_]+", after)
    if head and tail:
        return (1, "") if _was_divided(head.group(1), tail.group(), measures) else (0, "")
    if before.endswith(("-", "/")) and not before.endswith((" -", " /")):
        return 0, ""
    last = before.rstrip(_NEUTRAL)[-1:] or before[-1:]
    first = after.lstrip(_NEUTRAL)[:1] or after[:1]
    chinese = re.compile(f"[{CJK}]")
    edges_chinese = chinese.match(before[-1:]) or chinese.match(after[:1])
    if edges_chinese or (chinese.match(last) and chinese.match(first)):
        return 0, ""
    return 0, " "


def _was_divided(head: str, tail: str, measures: Measures) -> bool:
    """Whether the hyphen between ``head`` and ``tail`` is the typesetter's own."""
    if not tail[0].islower():
        return False
    if f"{head}{tail}".lower() in measures.words:
        return True
    if f"{head}-{tail}".lower() in measures.words:
        return False
    return measures.divides_words
