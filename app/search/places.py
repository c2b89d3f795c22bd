"""Places that a question names: "item 4(2)", "Article 2a", "第十条之一", "Annex I, item 2".

A place is the path of a clause. Where words name two, both are given: 第二款 is a paragraph to a
lawyer and an item to many others, as 第2款 is first.

>>> [place.paths for place in find_places("Does Article 3(2)(a) or 第十条之一 apply?")]
[('3.2.1',), ('10-1',)]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.clauses.numbering import plain
from ingest.clauses.numerals import (
    LATIN_BRANCHES,
    ORDINALS,
    read_branch,
    read_letter,
    read_ordinal,
    read_roman,
)

_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_NUMERAL = rf"[{_ROMAN}]|[IVXLC]{{1,7}}(?![a-zA-Z])|\d{{1,4}}"
_BRANCH = rf"[-‑]\d{{1,2}}(?!\d)|[a-zA-Z](?![a-zA-Z])|\s(?:{'|'.join(LATIN_BRANCHES)})\b"
_JOIN = r"\s*(?:,\s*(?:and\s+|or\s+)?|\band\s+|\bor\s+|&\s*|\bto\s+|–\s*)"
#: what is named below: "(2)(a)", ".3"
_LEVELS = (
    r"(?P<below>(?:\.\d{1,2}|[^\S\n]*[(（]?[^\S\n]*\d{1,2}(?:[^\S\n]*[)）])?"
    r"|[^\S\n]*[(（]\s*[a-z]{1,5}\s*[)）])*)"
)
_ANNEX = re.compile(
    rf"\b(?:annex|appendix|attachment|schedule)(?P<plural>(?:e?s)?)\s+(?P<latin>{_NUMERAL})(?![\w.])"
    r"|附[件表录]\s*(?P<chinese>[一二三四五六七八九十\d]{1,3})",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:\b(?P<word>(?:items?|clauses?|articles?|paragraphs?|points?|sections?)(?:\s+(?:nos?\.?|numbers?))?"
    r"|arts?\.?|paras?\.?|parts?|rules?|regulations?|standards?|recitals?)(?:\s+|(?<=\.))|(?P<sign>§{1,2})\s?)"
    rf"(?P<number>{_NUMERAL})(?P<branch>{_BRANCH})?"
    rf"{_LEVELS}(?![\w%])",
    re.IGNORECASE,
)
#: "Articles 3, 5(2) and 7": the others, behind a word in the plural
_FURTHER = re.compile(
    rf"{_JOIN}(?P<number>{_NUMERAL})(?P<branch>{_BRANCH})?"
    rf"{_LEVELS}(?![\w%]|\s+(?:days?|hours?|weeks?|months?|years?|yuan|per|of\s+(?:19|20)\d\d)\b)",
    re.IGNORECASE,
)
_FURTHER_ANNEX = re.compile(rf"{_JOIN}(?P<number>{_NUMERAL})(?![\w.])", re.IGNORECASE)
#: "the fifth and sixth attachments"
_ORDINALS = "|".join(ORDINALS)
_IN_WORDS = re.compile(
    rf"\b(?P<ordinals>(?:{_ORDINALS})(?:{_JOIN}(?:the\s+)?(?:{_ORDINALS}))*)\s+"
    r"(?:(?P<annex>annex|appendix|attachment|schedule)|article|item|clause|recital)(?:e?s)?\b",
    re.IGNORECASE,
)
_CHINESE_NUMERAL = r"[一二三四五六七八九十百千零〇\d]{1,7}"
_CHINESE_PLACE = re.compile(
    rf"第\s*[（(]?\s*(?P<number>{_CHINESE_NUMERAL})(?:[-‑](?P<hyphen>\d{{1,2}}))?\s*[)）]?\s*(?:条|项|款|点|部分)"
    r"(?:\s*之\s*(?P<branch>[一二三四五六七八九十]{1,3}|\d{1,2}))?"
    rf"(?P<below>(?:\s*第\s*{_CHINESE_NUMERAL}\s*[项款点目]|\s*第?\s*[（(]\s*{_CHINESE_NUMERAL}\s*[)）]\s*[项款]?|(?<=[)）])\s?\d{{1,2}}(?![\d年月日]))*)"
    r"(?!\s*号)"
)
_CHINESE_BELOW = re.compile(rf"(?P<number>{_CHINESE_NUMERAL})\s*[)）]?\s*(?P<word>[项款点目]?)")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """``paths``: what ``text[start:end]`` may name, the likeliest first."""

    paths: tuple[str, ...]
    start: int
    end: int


def find_places(text: str) -> list[NamedPlace]:
    """The places that ``text`` names, in its order; a place in an annex is one."""
    usual = plain(text)
    found = [*_english(usual), *_chinese(usual), *_in_words(usual)]
    annexes = []
    for match in _ANNEX.finditer(usual):
        number = read_ordinal(match["latin"] or match["chinese"])
        at = match.end()
        while match["plural"] and (further := _FURTHER_ANNEX.match(usual, at)):
            at = further.end()
            annexes.append(_annex(read_ordinal(further["number"]), further.start("number"), at))
        inner = [
            place for place in found if usual[match.end() : place.start].strip(" ,，的、") == ""
        ]
        within = next((place for place in inner if place.start >= match.end()), None)
        if within is None:
            annexes.append(_annex(number, *match.span()))
            continue
        found.remove(within)
        paths = tuple(f"annex.{number}.{path}" for path in within.paths)
        annexes.append(NamedPlace(paths, match.start(), within.end))
    return sorted([*found, *annexes], key=lambda place: place.start)


def _annex(number: int, start: int, end: int) -> NamedPlace:
    return NamedPlace((f"annex.{number}", f"schedule.{number}"), start, end)


def _in_words(text: str) -> Iterator[NamedPlace]:
    for match in _IN_WORDS.finditer(text):
        for ordinal in re.finditer(_ORDINALS, match["ordinals"], re.IGNORECASE):
            number = ORDINALS.index(ordinal.group().lower()) + 1
            if match["annex"]:
                yield _annex(number, *match.span())
            else:
                yield NamedPlace((str(number),), *match.span())


def _english(text: str) -> Iterator[NamedPlace]:
    for match in _PLACE.finditer(text):
        word = (match["word"] or match["sign"]).lower()
        is_plural = word == "§§" or any(one.rstrip(".").endswith("s") for one in word.split())
        found: re.Match[str] | None = match
        while found is not None:
            try:
                number = str(read_ordinal(found["number"]))
            except ValueError:
                break
            branch = (found["branch"] or "").lstrip("-‑")
            first = f"{number}-{read_branch(branch)}" if branch else number
            if word.startswith("recital"):
                first = f"recital.{first}"
            below = re.findall(r"\d+|[a-z]+", found["below"].lower())
            paths = [".".join([first, *levels]) for levels in _readings(below)]
            begin = found.start() if found is match else found.start("number")
            yield NamedPlace(tuple(paths), begin, found.end())
            found = _FURTHER.match(text, found.end()) if is_plural else None


def _readings(levels: list[str]) -> Iterator[list[str]]:
    """The levels as figures; "(i)" below a letter is a Roman one, elsewhere perhaps a letter."""
    read: list[str] = []
    other: list[str] | None = None
    after_letter = False
    for level in levels:
        if level.isdigit():
            read.append(str(int(level)))
            after_letter = False
            continue
        try:
            roman = str(read_roman(level))
        except ValueError:
            roman = ""
        if len(level) == 1 and not (roman and after_letter):
            if roman and other is None:
                other = [*read, roman]
            read.append(str(read_letter(level)))
        elif roman:
            read.append(roman)
        else:
            break
        after_letter = not after_letter
    yield read
    if other is not None and len(other) == len(read):
        yield other


def _chinese(text: str) -> Iterator[NamedPlace]:
    for match in _CHINESE_PLACE.finditer(text):
        try:
            first = str(read_ordinal(match["number"]))
            branch = match["branch"] or match["hyphen"]
            first += f"-{read_branch(branch)}" if branch else ""
            items, paragraphs = [first], [first]
            for below in _CHINESE_BELOW.finditer(match["below"]):
                number = read_ordinal(below["number"])
                items.append(str(number))
                if below["word"] != "款":
                    paragraphs.append(str(number))
                elif number > 1:  # an article's own words are its first paragraph
                    paragraphs.append(f"p{number}")
        except ValueError:
            continue
        readings = [".".join(paragraphs), ".".join(items)]
        if re.search(r"\d\s*款", match["below"]):  # as printed: a paragraph has no digits
            readings.reverse()
        paths = tuple(dict.fromkeys(readings))
        yield NamedPlace(paths, match.start(), match.end())
