"""The figures in a text (dates, and the numbers and codes outside them): found, shown, invented.

Dates are compared as days, so "25 November 2016", "November 25, 2016", "2016-11-25" and
"2016年11月25日" are one figure. Numbers written as words ("thirty", "三十") are not read:
they occur in ordinary prose ("one of the following"), and a false alarm costs trust.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.facts.dates import written_dates

#: 5100, 0.1, 1,000; not the dot that ends a sentence
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
#: [1], [2, 3]: the answer's own marks
_MARK = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")


@dataclass(frozen=True, slots=True)
class Figures:
    """``dates`` as ISO days; ``numbers`` as written, without thousands separators."""

    dates: frozenset[str]
    numbers: frozenset[str]


def without_marks(text: str) -> str:
    """The text without its citation marks: "… code 5100. [1]" -> "… code 5100. "."""
    return _MARK.sub("", text)


# Every answer is held against whole documents, the same few for hundreds of topics.
@lru_cache(maxsize=256)
def figures_in(text: str) -> Figures:
    """Dates, and the numbers that are part of no date."""
    text = unicodedata.normalize("NFKC", text)
    days = written_dates(text)
    rest, end = "", 0
    for written in days:
        rest += f"{text[end : written.start]} "
        end = written.end
    dates = (written.day.isoformat() for written in days)
    return Figures(frozenset(dates), _numbers(rest + text[end:]))


@lru_cache(maxsize=256)
def numbers_in(text: str) -> frozenset[str]:
    """Every number, those inside dates too: what a source text allows an answer to say."""
    return _numbers(unicodedata.normalize("NFKC", text))


def figure_coverage(required: Sequence[str], texts: Sequence[str]) -> float | None:
    """The share of ``required`` figures that stand in one of ``texts``; None when none is required.

    Required are the strings that a right answer must contain (a code, a date, an amount), in its
    text or in one of its quotes. Case and white space do not count. A string that begins or ends
    with a digit must not be part of a longer number: "510" does not stand in "5100". The
    project's own, after "nugget recall" (Voorhees, Overview of the TREC 2003 Question Answering
    Track).
    """
    if not required:
        return None
    haystacks = [_plain(text) for text in texts]
    return sum(any(_stands_in(figure, h) for h in haystacks) for figure in required) / len(required)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a text may take figures from.

    ``texts``: any figure in them (quotes, titles, locators); ``dated``: only their dates
    (a document's date lines, for "in force since …").
    """

    texts: tuple[str, ...]
    dated: tuple[str, ...] = ()


def figure_invention(parts: Iterable[tuple[str, Sources]]) -> tuple[str, ...]:
    """The figures, sorted, that any part of an answer states and nothing it cites contains.

    ``parts``: its statements, and the whole text, each with its sources. A statement may use a
    number, code or date only when it stands in a quote that the statement cites, or in the title,
    locator or status line of that document (DESIGN.md, Answer). The project's own; compare
    "hallucinated numbers" in Zhao, Cohen & Webber, Reducing Quantity Hallucinations in
    Abstractive Summarization, Findings of EMNLP 2020.
    """
    return tuple(sorted({f for text, sources in parts for f in _invented(text, sources)}))


def _invented(text: str, sources: Sources) -> frozenset[str]:
    """The figures of ``text`` that its sources do not contain; marks are no figures."""
    stated = figures_in(without_marks(text))
    numbers: set[str] = set()
    dates: set[str] = set()
    for source in sources.texts:
        numbers |= numbers_in(source)
        dates |= figures_in(source).dates
    for source in sources.dated:
        dates |= figures_in(source).dates
    return (stated.dates - dates) | (stated.numbers - numbers)


def _stands_in(figure: str, haystack: str) -> bool:
    needle = re.escape(_plain(figure))
    before = r"(?<!\d)" if figure[:1].isdigit() else ""
    after = r"(?!\d)" if figure[-1:].isdigit() else ""
    return re.search(before + needle + after, haystack) is not None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _numbers(text: str) -> frozenset[str]:
    found: set[str] = set()
    for match in _NUMBER.finditer(text):
        number = match.group()
        if _THOUSANDS.fullmatch(number):
            found.add(number.replace(",", ""))
        elif "," in number:
            found.update(number.split(","))  # "1,2" is a list
        else:
            found.add(number)
    return frozenset(found)
