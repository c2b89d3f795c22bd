"""Which numbers of a part are its articles, and which lines are headings above them.

Told from the whole of the part: the lowest of its numbered words (Part, Chapter, Section,
Article ...) is what it is made of, the others are headings; so is a list ("一、") each of whose
items only names the articles below it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.clauses.lines import TextLine
from ingest.clauses.numbering import STYLES, UNIT, NumberAtStart
from ingest.text.language import is_chinese

#: unnumbered lines between a heading and what it heads: its name, a note
_LINES_UNDER_HEADING = 2
#: rank of 节, Section: above articles a heading, under them a clause
_SECTION = 4


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """By position of the line: ``units`` (articles) and ``headings``.

    ``nested``: the headings are clauses themselves, since units begin anew under each.
    """

    units: Mapping[int, NumberAtStart] = field(default_factory=dict)
    headings: Mapping[int, NumberAtStart] = field(default_factory=dict)
    nested: bool = False


def find_hierarchy(lines: Sequence[TextLine]) -> Hierarchy:
    worded = {
        at: line.numbers[0]
        for at, line in enumerate(lines)
        if line.numbers and line.numbers[0].rank is not None
    }
    if not worded:
        return Hierarchy(_bare_headings(lines))
    lowest = max(_rank(number) for number in worded.values())
    units = {at: number for at, number in worded.items() if _rank(number) == lowest}
    headings = {at: number for at, number in worded.items() if _rank(number) < lowest}
    if lowest == UNIT:
        units = _without_translations(units)
        headings = {
            at: number
            for at, number in headings.items()
            if _rank(number) < _SECTION or _only_names(lines, at, worded)
        }
        if _begins_anew(units, headings):
            return Hierarchy(units, headings, nested=True)
        return Hierarchy(units, {**headings, **_listed_headings(lines, units, headings)})
    if not headings and _lists_run_on(lines, units):
        return Hierarchy({}, units)
    return Hierarchy(units, headings, nested=_begins_anew(units, headings))


def _bare_headings(lines: Sequence[TextLine]) -> dict[int, NumberAtStart]:
    """Headings that are nothing but a number ("### IV"), in the style of the first of them."""
    bare = {
        at: [number for number in line.numbers if STYLES[number.style].bare]
        for at, line in enumerate(lines)
        if line.level
    }
    style = next((n.style for numbers in bare.values() for n in numbers if n.value == 1), None)
    found: dict[int, NumberAtStart] = {}
    last = 0
    for at, numbers in bare.items():
        for number in numbers:
            if number.style == style and last < number.value <= last + STYLES[style].gap:
                found[at], last = number, number.value
    return found if len(found) > 1 else {}


def _rank(number: NumberAtStart) -> int:
    assert number.rank is not None
    return number.rank


def _without_translations(units: Mapping[int, NumberAtStart]) -> dict[int, NumberAtStart]:
    """Without "Article 3" right after "第三条": the same article in another language."""
    kept: dict[int, NumberAtStart] = {}
    last: NumberAtStart | None = None
    for at, number in units.items():
        is_other = last is not None and is_chinese(last.num) != is_chinese(number.num)
        if last and is_other and number.ordinal == last.ordinal:
            continue
        kept[at] = last = number
    return kept


def _only_names(lines: Sequence[TextLine], at: int, worded: Mapping[int, NumberAtStart]) -> bool:
    """Whether a numbered line only names what follows: another numbered word comes at once."""
    if not lines[at].is_name:
        return False
    reach = range(at + 1, min(at + 2 + _LINES_UNDER_HEADING, len(lines)))
    return any(below in worded and worded[below].style != worded[at].style for below in reach)


def _listed_headings(
    lines: Sequence[TextLine],
    units: Mapping[int, NumberAtStart],
    headings: Mapping[int, NumberAtStart],
) -> dict[int, NumberAtStart]:
    """Items of a list that stand above articles: "一、…" with an article right below."""
    found: dict[int, NumberAtStart] = {}
    last: dict[str, int] = {}
    for at, line in enumerate(lines[:-1]):
        if at in units or at in headings or not line.numbers or not line.is_name:
            continue
        above_units = at + 1 in units or at + 1 in headings
        if not above_units and not (line.level and _next_numbered(lines, at) in units):
            continue
        for number in line.numbers:
            step = number.value - last.get(number.style, 0)
            if 0 < step <= STYLES[number.style].gap or number.value == 1:
                found[at] = number
                last[number.style] = number.value
                break
    return found


def _next_numbered(lines: Sequence[TextLine], at: int) -> int | None:
    return next((i for i in range(at + 1, len(lines)) if lines[i].numbers), None)


def sections_run_on(lines: Sequence[TextLine]) -> bool:
    """Whether items are numbered on from one marked heading without a number to the next."""
    return _lists_run_on(
        lines, [at for at, line in enumerate(lines) if line.level and not line.numbers]
    )


def _lists_run_on(lines: Sequence[TextLine], chapters: Collection[int]) -> bool:
    """Whether items are numbered on from chapter to chapter, so that chapters are headings."""
    firsts = []
    for at in list(chapters)[1:]:
        first = _next_numbered(lines, at)
        number = lines[first].numbers[0] if first is not None and first not in chapters else None
        before = {
            number.style: number.value
            for line in lines[:at]
            for number in line.numbers
            if number.rank is None
        }
        firsts.append(
            number is not None
            and number.value > 1
            and number.value == before.get(number.style, -1) + 1
        )
    return sum(firsts) * 2 > len(firsts)


def _begins_anew(units: Mapping[int, NumberAtStart], headings: Mapping[int, NumberAtStart]) -> bool:
    """Whether the numbers start again at 1 under most headings after the first."""
    heading: NumberAtStart | None = None
    anew = on = 0
    for at in sorted({*units, *headings}):
        if at in headings:
            heading = headings[at]
        elif heading is not None and heading.value > 1:
            starts = units[at].value == 1 and not units[at].branch
            anew, on = anew + starts, on + (not starts)
            heading = None
    return anew > on
