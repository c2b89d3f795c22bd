"""What a document does to others: the documents, and the places in them, that a clause
repeals or amends.

A formula ("is repealed", 同时废止, "is amended to read", 修改为) reaches the documents of its
own sentence only: in front of it in the passive, behind it in the active.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.facts.dates import written_dates
from ingest.facts.places import CHINESE_PLACE, chinese_paths, english_paths
from ingest.facts.references import WorkNumber, find_references, find_titles
from ingest.facts.subjects import ENGLISH_NAMES
from ingest.text.sentences import sentences

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
#: between a place and its document: "items 3 and 5 of the GACC "
_OF_THE = re.compile(r"\s+(?:of|in|to)\s+(?:the\s+)?(?:\w+\s+){0,2}[“\"]?$", re.IGNORECASE)
#: a title without quotation marks: the Measures of the Customs on Postal Samples
_PLAIN_TITLE = re.compile(
    rf"\b(?-i:(?P<title>(?=[A-Z])(?:[A-Z][\w’'-]*\s+)*(?i:{ENGLISH_NAMES})s?"
    r"(?:\s+(?:[A-Z][\w’'()-]*|of|the|on|for|and|in|to|under|concerning|regarding|governing|by|with|at|from|over|&)\b)+))"
    r"(?=\s+(?:is|are|was|were|shall|will|be|hereby)\b|\s*[,.;:]|\s*$)"
)
#: the day of the act itself: 自2025年3月1日起废止, "is repealed as from 1 June 2025"
_CHINESE_SINCE = re.compile(r"自\s*$")
_ENGLISH_SINCE = re.compile(
    r"^[\s,]*(?:with effect\s+)?(?:as\s+)?(?:from|of|on|effective)(?:\s+(?:from|on))?\s+(?:the\s+)?$",
    re.IGNORECASE,
)


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
    """A document that is acted on, by number or by title, and the paths in it; none: the whole.

    ``since``: the day of the act, where its sentence names one.
    """

    work: WorkNumber | None
    title: str | None
    items: tuple[str, ...]
    since: date | None = None


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
        since = _since(sentence, found)
        for reached in (before or behind) if in_front else (behind or before):
            yield from _target(sentence, reached, cited, since)


def documents_named_in(text: str) -> Iterator[Target]:
    """The documents that a line names: an item of "the following are repealed:"."""
    cited = _cited(text)
    for named in cited:
        yield from _target(text, named, cited)


def _target(
    sentence: str, reached: _Cited, cited: list[_Cited], since: date | None = None
) -> Iterator[Target]:
    """The document, or the places in it; nothing where a part is meant that cannot be told,
    for the rest of the document stands."""
    places = _places(sentence, reached, cited)
    if places is not None:
        yield Target(reached.work, reached.title, places, since)


def _since(sentence: str, formula: re.Match[str]) -> date | None:
    for found in written_dates(sentence):
        before, behind = sentence[: found.start], sentence[found.end :]
        if formula[0].isascii():
            if _ENGLISH_SINCE.match(sentence[formula.end() : found.start]):
                return found.day
        elif _CHINESE_SINCE.search(before) and re.match(
            r"起?[，,]?(?:同时|予以|即行)?废止", behind
        ):
            return found.day
    return None


def _cited(sentence: str) -> list[_Cited]:
    references = find_references(sentence)
    titles = [_Cited(t.start, t.end, None, t.title) for t in find_titles(sentence)]
    taken = [*((t.start, t.end) for t in titles), *((r.start, r.end) for r in references)]
    titles += [
        _Cited(match.start("title"), match.end("title"), None, match["title"])
        for match in _PLAIN_TITLE.finditer(sentence)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    found: list[_Cited] = []
    for reference in references:
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
    of_the = _OF_THE.search(before)
    if of_the and (english := tuple(english_paths(before[: of_the.start()]))):
        return english
    end = min((other.start for other in cited if other.start > reached.end), default=len(sentence))
    # places follow the document at once; those further on are the amended words
    behind = sentence[reached.end : end].lstrip('》”"）)、， ')
    if CHINESE_PLACE.match(behind.removeprefix("的").removeprefix("中")):
        places = re.split(r"[：:“；。]|修[改订]|废止", behind)[0]
        return tuple(chinese_paths(places)) or None
    if _ENGLISH_PART.search(before) or _CHINESE_PART.match(behind):
        return None
    return ()
