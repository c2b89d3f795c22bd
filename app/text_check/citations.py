"""A text's citations: each document and each place of one, with what it may mean.

>>> [place.span for place in _places("items 4 and 5(2), 第三条第二款")]
[(0, 7), (12, 16), (18, 24)]
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.search.places import NamedPlace, find_places
from app.search.searcher import Searcher
from app.text_check.naming import MAY_BE_NAMED, DocumentFinder, NamedDocument
from ingest.clauses.numerals import ORDINALS, read_letter, read_ordinal
from ingest.facts.references import WorkNumber

_WORD = re.compile(r"[a-z]+|第[^条项款点分]{1,9}[条项款点分]", re.IGNORECASE)
_NUMERALS = "一二三四五六七八九十"
#: a paragraph or an item of what was cited last
_BELOW = re.compile(r"paras?|paragraphs?|points?|sub|[项款点]$", re.IGNORECASE)
#: what has articles or items below it: "Part II, item 6"
_ABOVE = re.compile(r"parts?|sections?|分$", re.IGNORECASE)
_OF = re.compile(r"\s*,?\s*(?:of|in|to|under)\s+(?:the\s+)?[“\"(（]?\s*$", re.IGNORECASE)
_BEHIND = re.compile(
    r"[”\"》）)]?\s*[,，:：;]?\s*[(（]?\s*(?:at|in|under|中?的|之|中)?\s*$", re.IGNORECASE
)
_LISTED = re.compile(
    r"\s*(?:,\s*(?:and|or)|,|，|、|and|or|&|to|–|至|和|及|与|或|以及)\s*$", re.IGNORECASE
)
#: what ends a document: in front of it ("repeals X"), and behind it ("X has been repealed", "X (repealed)");
#: "the amended X" and "X, amended in 2021, requires" rely on it
_ENDS = re.compile(
    r"\b(?:(?:repeal|supersed|abolish|abrogat|revok|replac|(?<!\bthe )(?:revis|amend))(?:e?s|ed|ing)?"
    r"|(?:repeal|replacement|abolition|revision|amendments?) (?:of|to))\s+(?:(?:the|both|all of|old|earlier|former)\s+)*[“\"(]?$"
    r"|(?:废止|取代|替代|代替|修[改订])了?(?:旧的?|原来?的?)?[“《]?$",
    re.IGNORECASE,
)
_IS = (
    r"\s*(?:is|are|was|were|has|have|had|will|shall)\b(?:\s+(?:been|be|being|now|since|later|also|then|\w+ly))*"
    r"(?:,[^,.;]{1,40},|\s(?:on|in|since|from|as (?:of|from))\s[^.;,]{1,25}?)?\s+"
)
_ENDED = re.compile(
    rf"[”\"》）)\]]?(?:{_IS}(?:amended|revised)\b"
    rf"|(?:,?\s*(?:which|that)?{_IS}|\s*[(（]\s*(?!as\b)(?:\w+\s+)?|\s*,\s*(?=\w+\s+(?:by|since|as|on|from|in)\b))"
    r"(?:repealed|superseded|abolished|abrogated|revoked|replaced|expired|no longer in force)\b)"
    r"|[”》）)]?(?:[(（,，]?(?:现|今|后|也|均|都|即)?(?:已|被|由|自|于|将|同时|予以)(?![^，。；]*[未没不])[^，。；]{0,40}?)?"
    r"(?:废止|失效|取代|替代|代替|修[改订])(?!了?[《“\w])",
    re.IGNORECASE,
)
#: in front of what ends another one
_BY = ("被", "由")
#: a number right before "of" and a document
_BARE = re.compile(
    r"(?<![\w.,/(])(?P<place>(?:[Ⅰ-Ⅻ](?:\s?\d{1,2})?|\d{1,3})(?:\s?[(（][\da-z]{1,4}[)）])*)\s+of\s+(?:the\s+)?$"
)
#: as locators print Chinese numbers: "item 三(一)4"; without a word it has two levels at least
_LEVEL = rf"\s?[(（](?:[{_NUMERALS}]{{1,3}}|\d{{1,2}}|[a-z])[)）]"
_PRINTED = re.compile(
    rf"\b(?:items?|parts?|sections?|points?)\s+(?P<worded>[{_NUMERALS}]+(?:{_LEVEL}|\s?\d{{1,2}}(?!\d))*)"
    rf"|(?<![第{_NUMERALS}])(?P<bare>[{_NUMERALS}]{{1,3}}{_LEVEL}(?:{_LEVEL}|\s?\d{{1,2}}(?!\d))*)"
    r"(?!\s*[条项款点号])"
    rf"|(?<![\w.])(?P<roman>(?-i:[IVX]{{1,5}}|[Ⅰ-Ⅻ])(?:\.\d{{1,2}}(?![\d.])|[(（](?:\d{{1,2}}|[a-z])[)）])+|[Ⅰ-Ⅻ]\s?\d{{1,2}}(?:{_LEVEL})*)(?!\w)",
    re.IGNORECASE,
)
#: the next number of the same level: "二(二)1 and 2"
_SIBLING = re.compile(
    r"\s*(?:,\s*(?:and\s+)?|，|、|and\s+|和|及)\s*(?P<number>\d{1,2})(?=\s*(?:[,，、;；.。)）]|and\b|和|及|$))"
)
#: the levels of a place in brackets, and those of the next one of its list: "10(2)(a) and (3)(a)"
_BRACKETED = rf"[(（]\s?([{_NUMERALS}]{{1,3}}|\d{{1,2}}|[a-z])\s?[)）]"
_NEXT_LEVELS = re.compile(
    rf"\s*(?:,\s*(?:and|or)?|，|、|and|or|&|to|–|和|及|与|或|至)\s*(?P<levels>(?:{_BRACKETED})+)"
)
#: "the second paragraph"
_ORDINAL_PARAGRAPH = re.compile(
    rf"\b(?P<ordinal>{'|'.join(ORDINALS)})\s+paragraph\b", re.IGNORECASE
)
_SAME_ARTICLE = re.compile(r"[同该这]一?条|[同该]部分")
#: behind these any place is below what was cited last
_WITHIN_LAST = re.compile(r"there$|[同该]部分$")
_OF_SOMETHING = re.compile(r"\s+of\s+(?:the|our|your|this|that|their|its|his|her|a|an)\s+\w+", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedCitation:
    """What is cited at ``text[start:end]``.

    ``documents``: the texts of the Work, () if it is not held; ``paths``: readings of the place,
    the likeliest first, () for the document as a whole; ``unsure``: why nothing can be
    said, as the key of its text; ``is_ended``: the text tells that it was repealed, replaced or
    amended, and does not rely on it.
    """

    start: int
    end: int
    documents: tuple[str, ...]
    paths: tuple[str, ...]
    unsure: str = ""
    work: WorkNumber | None = None  # by which the document is named
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    start: int
    end: int
    paths: tuple[str, ...]
    word: str  # "item", "条"
    listed: bool = False  # it goes on with the list of the place before it

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


class CitationReader:
    """Reads the citations of texts, for one corpus."""

    def __init__(self, searcher: Searcher) -> None:
        self._library = searcher.library
        self._finder = DocumentFinder(searcher)

    def is_title(self, words: str) -> bool:
        """Whether words in quotation marks name a document."""
        return self._finder.is_title(words)

    def read(self, text: str, quoted: Sequence[tuple[int, int]] = ()) -> list[NamedCitation]:
        """The citations of a text, in its order; those within ``quoted`` are not its own."""
        named = [one for one in self._finder.find(text) if not _within(one.start, one.end, quoted)]
        places = [
            place
            for place in (*_places(text), *_without_a_word(text, named))
            if not _within(place.start, place.end, quoted)
            and not any(d.start < place.end and place.start < d.end and not d.back for d in named)
        ]
        named = [d for d in named if not any(p.start <= d.start < p.end for p in places)]
        return _with_ends(text, list(self._attached(text, named, places)))

    def _attached(
        self, text: str, named: Sequence[NamedDocument], places: Sequence[_Placed]
    ) -> Iterator[NamedCitation]:
        beside = self._beside(text, named, places)
        used = set(beside.values())
        last: NamedCitation | None = None
        held: NamedCitation | None = None  # the last one of a document that is held
        merged: set[_Placed] = set()
        both: list[NamedDocument | _Placed] = [*named, *places]
        for one in sorted(both, key=lambda one: one.start):
            if isinstance(one, NamedDocument):
                found = self._document(one, last)
                if one in used or found is None or one.unsure == MAY_BE_NAMED:
                    continue  # a few words name a document only beside a place
                if last is not None and one.start < last.end:
                    continue  # it is part of that citation
                last = found
            elif one in merged:
                continue
            else:
                inner = self._inner(text, one, places)
                if inner is not None:
                    merged.add(inner)
                before = last
                beside_it = beside[one]
                is_back = beside_it is None or beside_it.back
                if is_back and held and last and not last.documents:
                    before = replace(held, unsure="reasons.or_not_held")
                last = self._placed(text, one, inner, beside[one], before, named)
            if last.documents and not last.unsure:
                held = last
            yield last

    def _document(self, one: NamedDocument, last: NamedCitation | None) -> NamedCitation | None:
        """A document as a whole, or again what was cited last; None for "this Announcement"."""
        if one.back == "document":
            return None
        if not one.back:
            return NamedCitation(one.start, one.end, one.documents, (), one.unsure, one.work)
        if last is None:
            return NamedCitation(one.start, one.end, (), (), "reasons.nothing_before")
        return replace(last, start=one.start, end=one.end)

    def _beside(
        self, text: str, named: Sequence[NamedDocument], places: Sequence[_Placed]
    ) -> dict[_Placed, NamedDocument | None]:
        """The document that is named beside a place, or beside another place of its list."""
        beside: dict[_Placed, NamedDocument | None] = {}
        for place in places:
            beside[place] = next(
                (
                    d
                    for d in named
                    if 0 <= d.start - place.end < 40
                    and (
                        _OF.fullmatch(text[place.end : d.start])
                        or (d.back and not text[place.end : d.start].strip())
                    )
                ),
                None,
            ) or next(
                (
                    d
                    for d in named
                    if 0 <= place.start - d.end < 12
                    and _BEHIND.fullmatch(text[d.end : place.start])
                ),
                None,
            )
        for run in (range(len(places)), range(len(places) - 2, -1, -1)):
            for at in run:
                other = at - 1 if run.step == 1 else at + 1
                if 0 <= other < len(places) and beside[places[at]] is None:
                    first, second = sorted((places[at], places[other]), key=lambda p: p.start)
                    between = text[first.end : second.start]
                    if _LISTED.fullmatch(between) or _OF.fullmatch(between) or not between.strip():
                        beside[places[at]] = beside[places[other]]
        return {
            place: None if document and self._tells_of(place, document, named) else document
            for place, document in beside.items()
        }

    def _tells_of(
        self, place: _Placed, document: NamedDocument, named: Sequence[NamedDocument]
    ) -> bool:
        """Whether a place beside a document that is not held is where the held one named before
        speaks of it: "it repealed Announcement No. 2 of 2011 (item 9)"."""
        before = [one for one in named if one.documents and one.end <= document.start]
        if document.documents or document.work is None or not before or place.start < document.end:
            return False
        citing = {ref.clause_id for ref in self._library.works.references_to(document.work)}
        places = {f"{id_}#{path}" for id_ in before[-1].documents for path in place.paths}
        return not citing.isdisjoint(places)

    def _inner(self, text: str, place: _Placed, places: Sequence[_Placed]) -> _Placed | None:
        """The place behind this one that is part of the same citation: "item 7, paragraph 2",
        "paragraph 2 of item 7"."""
        after = next((p for p in places if p.start >= place.end), None)
        if after is None or after.word == place.word:
            return None
        between = text[place.end : after.start]
        is_of = _OF.fullmatch(between) is not None and _BELOW.match(place.word)
        goes_on = re.fullmatch(r"\s*,?\s*", between) is not None and (
            _BELOW.match(after.word) or _ABOVE.match(place.word)
        )
        return after if is_of or goes_on else None

    def _placed(
        self, text: str, place: _Placed, inner: _Placed | None, document: NamedDocument | None,
        last: NamedCitation | None, named: Sequence[NamedDocument],
    ) -> NamedCitation:  # fmt: skip
        start, end, paths = place.start, place.end, place.paths
        if inner is not None:
            end = inner.end
            is_of = _OF.fullmatch(text[place.end : inner.start]) is not None
            above, below = (inner, place) if is_of else (place, inner)
            paths = tuple(_under(above.paths, below))
        if document is None or document.back:
            if last is None and document is None:
                document = _only_one_in_sentence(text, place, named)
            elif document is None and _OF_SOMETHING.match(text, end):
                return NamedCitation(start, end, (), paths, "reasons.of_something")
        if document is not None:
            first, last_end = min(start, document.start), max(end, document.end)
            # of a list only the place beside the document has its name in it
            if len(_places(text[first:last_end])) == (1 if inner is None else 2):
                start, end = first, last_end
        if document is not None and (not document.back or (last is None and document.documents)):
            return NamedCitation(
                start, end, document.documents, paths, document.unsure, document.work
            )
        if last is None:
            return NamedCitation(start, end, (), paths, "reasons.no_document_before")
        is_there = document and _WITHIN_LAST.match(text[document.start : document.end])
        is_below = _BELOW.search(place.word) or (is_there and not _ABOVE.match(place.word))
        if is_below and last.paths and inner is None:
            steps = last.paths[0].split(".")
            uppers = [".".join(steps[:depth]) for depth in range(len(steps), 0, -1)]
            if document is not None and _SAME_ARTICLE.match(text, document.start):
                uppers.reverse()
            siblings = uppers[1:] or uppers if place.listed else uppers
            paths = (*_under(siblings, place), *paths)
        return NamedCitation(start, end, last.documents, paths, last.unsure, last.work)


def _under(above: Iterable[str], below: _Placed) -> Iterator[str]:
    """Paths of a place below others; the first paragraph of an article is its own words."""
    for upper in above:
        for lower in below.paths:
            yield f"{upper}.{lower}"
            if lower == "p1":
                yield upper


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s <= start and end <= e for s, e in spans)


def _only_one_in_sentence(
    text: str, place: _Placed, named: Collection[NamedDocument]
) -> NamedDocument | None:
    ends = [at for mark in ("。", ". ", "\n\n") if (at := text.find(mark, place.end)) >= 0]
    within = [
        d for d in named if place.end <= d.start < min(ends, default=len(text)) and not d.back
    ]
    return within[0] if len(within) == 1 else None


def _with_ends(text: str, citations: list[NamedCitation]) -> list[NamedCitation]:
    """With those told whose end the text tells, listed ones with each other."""
    ended = [
        _ENDS.search(text[: one.start]) is not None
        or (_ENDED.match(text, one.end) is not None and not text[: one.start].endswith(_BY))
        for one in citations
    ]
    for at, (one, other) in enumerate(pairwise(citations)):
        if _LISTED.fullmatch(text[one.end : other.start]):
            ended[at] = ended[at + 1] = ended[at] or ended[at + 1]
    return [replace(one, is_ended=is_ended) for one, is_ended in zip(citations, ended, strict=True)]


def _places(text: str) -> list[_Placed]:
    """The places of a text with those that go on with a list: "items 4 and 5"."""
    found: list[_Placed] = []
    worded = find_places(text)
    worded += [
        NamedPlace((str(read_ordinal(match["ordinal"])),), *match.span())
        for match in _ORDINAL_PARAGRAPH.finditer(text)
    ]
    printed = _printed(text, worded)
    for place in sorted((*worded, *printed), key=lambda place: place.start):
        last = found[-1] if found else None
        listed = last is not None and _LISTED.fullmatch(text[last.end : place.start]) is not None
        if (word := _WORD.match(text, place.start)) is not None:
            told = word[0][-1] if word[0].startswith("第") else word[0].lower()
            told = "paragraph" if text.endswith("paragraph", 0, place.end) else told
        else:  # only the first of a list has its word
            told = last.word if last and listed else "item"
        end = place.end
        if _unopened(text[place.start : end]):  # "(Announcement No. 8, item 5)"
            end -= 1
        found.append(_Placed(place.start, end, _readings(place.paths, told), told, listed))
        found += _next_levels(text, found[-1])
    return found


def _next_levels(text: str, place: _Placed) -> Iterator[_Placed]:
    """The places that go on with a list by their last levels alone: "Article 9(1), (2) and (3)"."""
    while further := _NEXT_LEVELS.match(text, place.end):
        levels = re.findall(_BRACKETED, further["levels"])
        own = re.findall(_BRACKETED, text[place.start : place.end])
        same = [at for at, level in enumerate(own) if _style(level) == _style(levels[0])]
        if not same:
            return
        above = place.paths[-1].split(".")[: same[-1] - len(own)]
        path = ".".join((*above, *(str(_ordinal(level)) for level in levels)))
        place = _Placed(further.start("levels"), further.end(), (path,), place.word, listed=True)
        yield place


def _style(level: str) -> str:
    return "digit" if level.isdigit() else "letter" if level.isascii() else "numeral"


def _printed(text: str, worded: Sequence[NamedPlace]) -> Iterator[NamedPlace]:
    """Places as locators print them, which are not a part of those with a word."""
    for match in _PRINTED.finditer(text):
        numbers = re.findall(
            rf"[{_NUMERALS}]+|\d+|[IVX]+|[Ⅰ-Ⅻ]|[a-z]",
            match["worded"] or match["bare"] or match["roman"],
        )
        if _overlaps(NamedPlace((), *match.span()), worded):
            continue
        try:
            path = ".".join(str(_ordinal(number)) for number in numbers)
        except ValueError:  # characters of numerals that are none
            continue
        yield NamedPlace((path,), match.start(), match.end())
        above, _, own = path.rpartition(".")
        at = match.end()
        while own and (further := _SIBLING.match(text, at)):
            at = further.end()
            yield NamedPlace((f"{above}.{further['number']}",), further.start("number"), at)


def _overlaps(one: NamedPlace, others: Iterable[NamedPlace]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)


def _ordinal(number: str) -> int:
    is_letter = number.isascii() and number.islower()
    return read_letter(number) if is_letter else read_ordinal(number)


def _without_a_word(text: str, named: Sequence[NamedDocument]) -> Iterator[_Placed]:
    """ "4(2) of Announcement No. 67 of 2016" """
    worded = [(place.start, place.end) for place in _places(text)]
    for document in named:
        found = _BARE.search(text, max(0, document.start - 40), document.start)
        if found and not any(s < found.end("place") and found.start() < e for s, e in worded):
            for place in find_places(f"item {found['place']}"):
                yield _Placed(*found.span("place"), place.paths, "item")


def _readings(paths: tuple[str, ...], word: str) -> tuple[str, ...]:
    """A paragraph is one without a number before it is one with it."""
    if word.startswith("para") or word == "款":
        return (*(f"p{path}" for path in paths if path.isdigit()), *paths)
    return paths


def _unopened(words: str) -> bool:
    opened, closed = (sum(words.count(mark) for mark in marks) for marks in ("(（", ")）"))
    return words.endswith((")", "）")) and closed > opened
