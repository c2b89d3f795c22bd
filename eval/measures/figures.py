"""Find the figures in a text: dates, and the numbers and codes outside them.

Dates are compared as days, so "25 November 2016", "November 25, 2016", "2016-11-25" and
"2016年11月25日" are one figure. Numbers written as words ("thirty", "三十") are not read:
they occur in ordinary prose ("one of the following"), and a false alarm costs trust.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_MONTH})\.?,?\s+(?P<y>\d{{4}})(?!\d)", re.I
    ),
    re.compile(
        rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.I
    ),
)
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
    dates: set[str] = set()

    def take(match: re.Match[str]) -> str:
        day = _day(match)
        if day is None:
            return match.group()  # "2016-13-45" is no date: read its numbers
        dates.add(day)
        return " "

    for pattern in _DATES:
        text = pattern.sub(take, text)
    return Figures(frozenset(dates), _numbers(text))


@lru_cache(maxsize=256)
def numbers_in(text: str) -> frozenset[str]:
    """Every number, those inside dates too: what a source text allows an answer to say."""
    return _numbers(unicodedata.normalize("NFKC", text))


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


def _day(match: re.Match[str]) -> str | None:
    month = match["m"]
    number = int(month) if month.isdigit() else _month_number(month)
    try:
        return date(int(match["y"]), number, int(match["d"])).isoformat()
    except ValueError:  # not a day of the calendar, so not a date
        return None


def _month_number(name: str) -> int:
    prefix = name.lower()[:3]
    return next(n for n, month in enumerate(_MONTHS, start=1) if month.startswith(prefix))
