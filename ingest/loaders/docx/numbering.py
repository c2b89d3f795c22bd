"""Word's automatic numbers, rebuilt from the numbering definitions.

They are printed but nowhere in the text: a paragraph names a list (numId) and a
level (ilvl), itself or through its style, and Word counts. Definitions: ECMA-376
Part 1, 17.9 (numbering).
"""

import re
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml.etree import _Element

from ingest.loaders.list_numbers import printed

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list (w:lvl)."""

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    suffix: str = "tab"  # what follows the number: tab, space, nothing
    restart: int | None = None  # 1-based level that restarts this one; 0: never; None: any above
    legal: bool = False  # all numbers in it as decimals
    style: str | None = None


@dataclass(slots=True)
class _List:
    """One w:num: levels, and the counters it shares with others of the same definition."""

    definition: str
    levels: dict[int, Level]
    overridden: dict[int, int] = field(default_factory=dict)  # level -> start, at first use


@dataclass(frozen=True, slots=True)
class _StyleNumber:
    list_id: str | None
    level: int | None
    based_on: str | None


class Numbering:
    """Counts the paragraphs of one document; ask once for each, in reading order."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self.unknown_formats: set[str] = set()
        self._styles, self._default_style = _style_numbers(styles)
        self._lists = _lists(numbering, self._styles)
        self._counters: dict[str, dict[int, int]] = {}
        self._used: set[tuple[str, int]] = set()

    def number_of(self, paragraph: _Element) -> str:
        """The number that Word prints before ``paragraph`` with the space after it, or ""."""
        place = self._place(paragraph)
        if place is None:
            return ""
        list_id, level_index = place
        numbered = self._lists[list_id]
        level = numbered.levels.get(level_index, Level())
        self._count(list_id, numbered, level_index)
        text = self._text(numbered, level)
        if not text:
            return ""
        return text + ("" if level.suffix == "nothing" else " ")

    def _place(self, paragraph: _Element) -> tuple[str, int] | None:
        """List and level of a paragraph, its own or its style's; None without a number."""
        properties = paragraph.find(qn("w:pPr"))
        style = self._default_style
        list_id: str | None = None
        level: int | None = None
        if properties is not None:
            style = _value(properties, "w:pStyle") or style
            own = properties.find(qn("w:numPr"))
            if own is not None:
                list_id = _value(own, "w:numId")
                level = _integer(own, "w:ilvl")
        if list_id is None:
            list_id, level = self._from_style(style, level)
        if list_id is None or list_id not in self._lists:
            return None
        return list_id, min(max(level or 0, 0), _LEVELS - 1)

    def _from_style(self, style: str | None, level: int | None) -> tuple[str | None, int | None]:
        seen: set[str] = set()
        own_style = style
        while style is not None and style not in seen and style in self._styles:
            seen.add(style)
            number = self._styles[style]
            if number.list_id is not None:
                if level is None:
                    level = self._linked_level(number.list_id, seen, own_style)
                return number.list_id, number.level if level is None else level
            level = number.level if level is None else level
            style = number.based_on
        return None, None

    def _linked_level(self, list_id: str, styles: set[str], own: str | None) -> int | None:
        """The level that names one of ``styles`` as its style; its own style first."""
        levels = self._lists[list_id].levels if list_id in self._lists else {}
        linked = {level.style: index for index, level in levels.items() if level.style}
        if own in linked:
            return linked[own]
        return next((linked[style] for style in styles if style in linked), None)

    def _count(self, list_id: str, numbered: _List, index: int) -> None:
        counters = self._counters.setdefault(numbered.definition, {})
        first_use = (list_id, index) not in self._used
        self._used.add((list_id, index))
        if first_use and index in numbered.overridden:
            counters[index] = numbered.overridden[index]
        elif index in counters:
            counters[index] += 1
        else:
            counters[index] = numbered.levels.get(index, Level()).start
        for deeper in range(index + 1, _LEVELS):
            restart = numbered.levels.get(deeper, Level()).restart
            if restart is None or (restart != 0 and index < restart):
                counters.pop(deeper, None)

    def _text(self, numbered: _List, level: Level) -> str:
        if level.number_format == "bullet":
            # Symbol fonts keep their bullets in the private use area.
            return _PRIVATE_USE.sub("•", level.text)
        counters = self._counters[numbered.definition]

        def ordinal(match: re.Match[str]) -> str:
            shown = int(match.group(1)) - 1
            above = numbered.levels.get(shown, Level())
            value = counters.get(shown, above.start)
            number_format = above.number_format
            if level.legal and number_format != "none":
                number_format = "decimal"
            text = printed(value, number_format)
            if text is None:
                self.unknown_formats.add(number_format)
                return str(value)
            return text

        return _PLACEHOLDER.sub(ordinal, level.text)


def _style_numbers(
    styles: _Element | None,
) -> tuple[dict[str, _StyleNumber], str | None]:
    """List and level of each style, and the id of the default paragraph style."""
    found: dict[str, _StyleNumber] = {}
    default: str | None = None
    for style in styles.iterchildren(qn("w:style")) if styles is not None else ():
        style_id = style.get(qn("w:styleId"))
        if style_id is None:
            continue
        numbers = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        found[style_id] = _StyleNumber(
            None if numbers is None else _value(numbers, "w:numId"),
            None if numbers is None else _integer(numbers, "w:ilvl"),
            _value(style, "w:basedOn"),
        )
        is_default = style.get(qn("w:default")) in ("1", "true", "on")
        if is_default and style.get(qn("w:type")) == "paragraph":
            default = style_id
    return found, default


def _lists(numbering: _Element | None, styles: dict[str, _StyleNumber]) -> dict[str, _List]:
    if numbering is None:
        return {}
    definitions = {
        element.get(qn("w:abstractNumId")): element
        for element in numbering.iterchildren(qn("w:abstractNum"))
    }
    by_num = {
        element.get(qn("w:numId")): _value(element, "w:abstractNumId")
        for element in numbering.iterchildren(qn("w:num"))
    }
    lists: dict[str, _List] = {}
    for element in numbering.iterchildren(qn("w:num")):
        list_id, definition = element.get(qn("w:numId")), _value(element, "w:abstractNumId")
        if not list_id or list_id == "0" or definition is None or definition not in definitions:
            continue
        abstract = definitions[definition]
        # A definition may only point to a style, whose list then holds the levels.
        link = _value(abstract, "w:numStyleLink")
        if link is not None and link in styles:
            linked = by_num.get(styles[link].list_id)
            if linked is not None and linked in definitions:
                definition, abstract = linked, definitions[linked]
        levels = _levels(abstract)
        overridden: dict[int, int] = {}
        for override in element.iterchildren(qn("w:lvlOverride")):
            index = _level_index(override)
            levels.update(_levels(override))
            start = _integer(override, "w:startOverride")
            if start is not None:
                overridden[index] = start
        lists[list_id] = _List(definition, levels, overridden)
    return lists


def _levels(parent: _Element) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for element in parent.iterchildren(qn("w:lvl")):
        start = _integer(element, "w:start")
        levels[_level_index(element)] = Level(
            start=0 if start is None else start,
            number_format=_number_format(element),
            text=_value(element, "w:lvlText") or "",
            suffix=_value(element, "w:suff") or "tab",
            restart=_integer(element, "w:lvlRestart"),
            legal=_is_on(element, "w:isLgl"),
            style=_value(element, "w:pStyle"),
        )
    return levels


def _number_format(level: _Element) -> str:
    """The format, also from inside mc:AlternateContent, where Word puts its newer ones."""
    direct = _value(level, "w:numFmt")
    if direct is not None:
        return direct
    nested = next(level.iter(qn("w:numFmt")), None)
    return "decimal" if nested is None else nested.get(qn("w:val"), "decimal")


def _level_index(element: _Element) -> int:
    index = element.get(qn("w:ilvl"), "0")
    return int(index) if re.fullmatch("[0-8]", index) else 0


def _value(parent: _Element, tag: str) -> str | None:
    child = parent.find(qn(tag))
    return None if child is None else child.get(qn("w:val"))


def _integer(parent: _Element, tag: str) -> int | None:
    value = _value(parent, tag)
    return int(value) if value is not None and re.fullmatch(r"-?\d{1,9}", value) else None


def _is_on(parent: _Element, tag: str) -> bool:
    child = parent.find(qn(tag))
    return child is not None and child.get(qn("w:val"), "1") not in ("0", "false", "off")
