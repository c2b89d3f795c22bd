"""What a document does to others: the documents, and the places in them, that a clause
repeals or amends.

A formula ("is repealed", 同时废止, "is amended to read", 修改为) reaches the documents of its
own sentence only: in front of it in the passive, behind it in the active.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest.clauses.numerals import read_chinese
from ingest.facts.references import WorkNumber, find_references, find_titles
from ingest.text.sentences import sentences

_CHINESE = r"[零〇一二两三四五六七八九十百千]+|\d+"
_CHINESE_PLACE = re.compile(
    rf"第(?P<article>{_CHINESE})条(?:之(?P<inserted>{_CHINESE}))?"
    rf"(?:第(?P<paragraph>{_CHINESE})款)?(?:第?[（(]?(?P<item>{_CHINESE})[）)]?项)?"
)
#: "items 3 and 5 of ", "Article 2(1) of the "
_ENGLISH_PLACES = re.compile(
    r"(?:items?|clauses?|articles?|paragraphs?)\s+"
    r"(?P<places>\d+(?:\(\d+\))*(?:\s*(?:,\s*and|,|and|to|-|–)\s*\d+(?:\(\d+\))*)*)"
    r"\s+(?:of|in)\s+(?:the\s+)?(?:\w+\s+){0,2}[“\"]?$",
    re.IGNORECASE,
)
_ENGLISH_PLACE = re.compile(r"(?P<to>(?:to|-|–)\s*)?(?P<number>\d+(?:\(\d+\))*)")
#: a part that has no path: "Annex 2 of ", 《…》附件2, 《…》中有关…的规定
_ENGLISH_PART = re.compile(
    r"\b(?:annex(?:es)?|appendix|chapters?|sections?|parts?|schedules?|sentences?|provisions?"
    r"|requirements?|items?|clauses?|articles?|paragraphs?)\b[^.;:]{0,60}"
    r"\b(?:of|in|to)\s+(?:the\s+)?(?:\w+\s+){0,2}[“\"]?$",
    re.IGNORECASE,
)
_CHINESE_PART = re.compile(r"的?(?:第|附件|附表|附录|附则|中|内|有关|部分|所附)")
#: what a rule is made under is not what it repeals
_BASIS = re.compile(
    r"(?:accordance with|pursuant to|according to|under|subject to|based on|basis of|"
    r"根据|按照|依照|依据)\s*(?:the\s+)?(?:\w+\s+){0,3}[“\"《]?$",
    re.IGNORECASE,
)
#: a number in brackets after a title is the same document: 《…办法》（海关总署令第111号）
_TITLE_THEN_NUMBER = re.compile(r"[》”\"]\s*[（(][^（）()《》]{0,30}$")
#: a range longer than this is a misreading
_LONGEST_RANGE = 200


@dataclass(frozen=True, slots=True)
class Formula:
    """Words that do something to a document: ``passive`` behind it, ``active`` in front."""

    passive: re.Pattern[str]
    active: re.Pattern[str]


REPEAL = Formula(
    passive=re.compile(
        r"\b(?:repealed|abolished|abrogated)\b|同时废止|予以废止|即行废止|[日起]废止", re.IGNORECASE
    ),
    active=re.compile(
        r"\b(?:repeal(?:s|ing)?|abolish(?:es|ing)?|abrogates?)\b|废止(?=《)", re.IGNORECASE
    ),
)
AMENDMENT = Formula(
    passive=re.compile(
        r"\b(?:is|are|(?:shall|will) be|hereby)\s+(?:hereby\s+)?(?:amended|revised|modified)\b"
        r"|修[改订]为|作出?(?:如下|以下)修[改订]|予以修[改订]",
        re.IGNORECASE,
    ),
    active=re.compile(
        r"\b(?:amends|amending|amendments? (?:to|of))\b|修[改订](?=《)", re.IGNORECASE
    ),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A document that is acted on, by number or by title, and the paths in it; none: the whole."""

    work: WorkNumber | None
    title: str | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cited:
    start: int
    end: int
    work: WorkNumber | None
    title: str | None


def acts(text: str, formula: Formula) -> Iterator[Target]:
    """The documents that a text repeals or amends, in reading order.

    >>> [target.items for target in acts("《甲办法》第三条、第五条同时废止。", REPEAL)]
    [('3', '5')]
    """
    for start, end in sentences(text):
        sentence = text[start:end]
        found = formula.passive.search(sentence)
        in_front = found is not None
        found = found or formula.active.search(sentence)
        if found is None:
            continue
        cited = [c for c in _cited(sentence) if not _BASIS.search(sentence[: c.start])]
        before = [c for c in cited if c.end <= found.start()]
        behind = [c for c in cited if c.start >= found.end()]
        for reached in (before or behind) if in_front else (behind or before):
            yield from _target(sentence, reached, cited)


def documents_named_in(text: str) -> Iterator[Target]:
    """The documents that a line names: an item of "the following are repealed:"."""
    cited = _cited(text)
    for named in cited:
        yield from _target(text, named, cited)


def _target(sentence: str, reached: _Cited, cited: list[_Cited]) -> Iterator[Target]:
    """The document, or the places in it; nothing where a part is meant that cannot be told,
    for the rest of the document stands."""
    places = _places(sentence, reached, cited)
    if places is not None:
        yield Target(reached.work, reached.title, places)


def _cited(sentence: str) -> list[_Cited]:
    titles = [_Cited(t.start, t.end, None, t.title) for t in find_titles(sentence)]
    found: list[_Cited] = []
    for reference in find_references(sentence):
        inside = any(t.start <= reference.start < t.end for t in titles)
        if inside:
            continue  # the title of the document says it: "…, Decree No. 5"
        titled = next(
            (
                t
                for t in titles
                if t.end < reference.start
                and _TITLE_THEN_NUMBER.fullmatch(sentence[t.end : reference.start])
            ),
            None,
        )
        if titled is None:
            found.append(_Cited(reference.start, reference.end, reference.work, None))
        else:
            titles.remove(titled)
            found.append(_Cited(titled.start, reference.end, reference.work, titled.title))
    return sorted([*found, *titles], key=lambda cited: cited.start)


def _places(sentence: str, reached: _Cited, cited: list[_Cited]) -> tuple[str, ...] | None:
    """Paths of the places named with a document; () for the whole, None for an unclear part."""
    before = sentence[: reached.start]
    if english := _ENGLISH_PLACES.search(before):
        return tuple(_english_paths(english["places"]))
    end = min((other.start for other in cited if other.start > reached.end), default=len(sentence))
    # places follow the document at once; those further on are the amended words
    behind = sentence[reached.end : end].lstrip('》”"）)、， ')
    if _CHINESE_PLACE.match(behind.removeprefix("的").removeprefix("中")):
        places = re.split(r"[：:“；。]|修[改订]|废止", behind)[0]
        return tuple(_chinese_paths(places)) or None
    if _ENGLISH_PART.search(before) or _CHINESE_PART.match(behind):
        return None
    return ()


def _english_paths(places: str) -> Iterator[str]:
    last: int | None = None
    for match in _ENGLISH_PLACE.finditer(places):
        number = match["number"]
        if match["to"] and last is not None and number.isdigit():
            yield from map(str, _between(last, int(number)))
        yield number.replace("(", ".").replace(")", "")
        last = int(number) if number.isdigit() else None


def _chinese_paths(places: str) -> Iterator[str]:
    matches = [match for match in _CHINESE_PLACE.finditer(places) if _is_number(match)]
    ranges = {
        right.start(): _number(left["article"])
        for left, right in pairwise(matches)
        if places[left.end() : right.start()] in ("至", "到")
    }
    for match in matches:
        article = _number(match["article"])
        if match.start() in ranges:
            yield from map(str, _between(ranges[match.start()], article))
        path = str(article)
        if match["inserted"]:
            path += f"-{_number(match['inserted'])}"
        if match["item"]:
            path += f".{_number(match['item'])}"
        elif match["paragraph"] and (paragraph := _number(match["paragraph"])) > 1:
            path += f".p{paragraph}"  # an article's own words are its first paragraph
        yield path


def _between(first: int, last: int) -> range:
    return range(first + 1, last) if last - first <= _LONGEST_RANGE else range(0)


def _is_number(match: re.Match[str]) -> bool:
    try:
        return all(_number(written) > 0 for written in match.groups() if written)
    except ValueError:  # 百十: characters of numerals that are none
        return False


def _number(written: str) -> int:
    return int(written) if written.isdigit() else read_chinese(written)
