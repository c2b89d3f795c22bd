"""Lines that a source has cut or run together, as the lines that were meant.

"1. (a) Goods ..." holds two numbers; "(1)" alone belongs to the line below it; in a bilingual
text each paragraph stands twice, and both are one clause.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.clauses.lines import TextLine
from ingest.clauses.numbering import STYLES, NumberAtStart, numbers_before_words, read_number
from ingest.text.language import is_chinese

#: lines looked at for the second number of a list whose first stands inside a line
_LIST_REACH = 60
#: between two numbers of a line: "1. (a)", "3.—(1)"
_BETWEEN = " \t\u3000\u00a0—–"
#: share of the numbered Chinese paragraphs that have a translation below them
_TRANSLATED_SHARE = 0.6
_FEWEST_TRANSLATED = 3


def mend_lines(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines as they were meant, in their order; together they cover the same characters."""
    split = [part for at in range(len(lines)) for part in _split(lines[at], lines[at + 1 :])]
    return _with_translations(_with_lone_numbers(split))


def _split(line: TextLine, following: Sequence[TextLine]) -> Iterator[TextLine]:
    """ "1. (a) Goods" as "1." and "(a) Goods", if a "(b)" follows before a "2."."""
    if line.numbers and (inner := _inner_list(line, line.numbers[0], following)):
        words = line.words[line.numbers[0].width :].lstrip(_BETWEEN)
        outer = line.words[: len(line.words) - len(words)].rstrip()
        end = line.end - len(line.words) + len(outer)
        yield replace(line, end=end, words=outer)
        start = line.end - len(words)
        rest = replace(line, start=start, words=words, level=0, blank_before=False)
        rest.numbers = inner
        yield from _split(rest, following)
    else:
        yield line


def _inner_list(
    line: TextLine, outer: NumberAtStart, following: Sequence[TextLine]
) -> tuple[NumberAtStart, ...]:
    inner = tuple(
        number
        for number in numbers_before_words(line.words[outer.width :].lstrip(_BETWEEN))
        if number.value == 1
        and number.rank is None
        and number.style not in (outer.style, "decimal", "colon")
        and not STYLES[number.style].weak
    )
    for other in following[:_LIST_REACH] if inner else ():
        styles = {number.style: number.value for number in other.numbers}
        if any(styles.get(number.style) == 2 for number in inner):
            return inner
        if outer.style in styles or any(number.rank is not None for number in other.numbers):
            break
    return ()


def _with_lone_numbers(lines: Sequence[TextLine]) -> list[TextLine]:
    """A number on a line of its own joined with the words below it."""
    lone = {at: number for at in range(len(lines) - 1) if (number := _lone(lines, at))}
    values = {(number.style, number.value) for number in lone.values()}
    joined: list[TextLine] = []
    for at, line in enumerate(lines):
        number = lone.get(at - 1)
        # one alone may be a page number or a cell; a list has two
        if number and {(number.style, number.value + step) for step in (-1, 1)} & values:
            head = joined.pop()
            words = f"{head.words}\n{line.words}"
            joined.append(
                replace(head, end=line.end, words=words, numbers=tuple(numbers_before_words(words)))
            )
        else:
            joined.append(line)
    return joined


def _lone(lines: Sequence[TextLine], at: int) -> NumberAtStart | None:
    line, below = lines[at], lines[at + 1]
    if line.numbers or line.level or line.row is not None or len(line.words) > 8:
        return None
    if not below.is_prose or below.level:
        return None
    alone = (n for n in read_number(line.words) if n.rank is None and n.width == len(line.words))
    return next(alone, None)


def _with_translations(lines: Sequence[TextLine]) -> list[TextLine]:
    """Each Chinese paragraph joined with the English one of the same number below it."""
    pairs = {
        at
        for at in range(len(lines) - 1)
        if lines[at].row is None
        and lines[at + 1].row is None
        and is_chinese(lines[at].words)
        and not is_chinese(lines[at + 1].words)
        and not lines[at + 1].apart
        and _same_number(lines[at], lines[at + 1])
    }
    numbered = [at for at in pairs if lines[at].numbers]
    chinese = sum(bool(line.numbers) and is_chinese(line.words) for line in lines)
    if len(numbered) < max(_FEWEST_TRANSLATED, _TRANSLATED_SHARE * chinese):
        return list(lines)
    joined: list[TextLine] = []
    for at, line in enumerate(lines):
        if at - 1 in pairs:
            head = joined.pop()
            joined.append(replace(head, end=line.end, words=f"{head.words}\n{line.words}"))
        else:
            joined.append(line)
    return joined


def _same_number(line: TextLine, translation: TextLine) -> bool:
    if not line.numbers or not translation.numbers:
        return not line.numbers and not translation.numbers
    return bool(
        {(number.rank, number.ordinal) for number in line.numbers}
        & {(number.rank, number.ordinal) for number in translation.numbers}
    )
