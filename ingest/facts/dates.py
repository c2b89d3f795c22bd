"""Days and spans of time in English and Chinese writing: the one module that reads calendar days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.clauses.numerals import CARDINALS, ORDINALS, read_chinese

_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:{'|'.join(m[:3] for m in _MONTHS)}|sept)\.)"
_ONES = CARDINALS[:19]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = (
    ORDINALS + [f"twenty-{ordinal}" for ordinal in ORDINALS[:9]] + ["thirtieth", "thirty-first"]
)
_CARDINALS = {word: value for value, word in enumerate(_ONES, 1)}
_CARDINALS |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
_CARDINALS |= {
    f"{ten}-{one}": 10 * tens + ones
    for tens, ten in enumerate(_TENS, 2)
    for ones, one in enumerate(_ONES[:9], 1)
}
_NUMERAL = r"[〇零○一二三四五六七八九十两]"
#: "5", "5th", "5<sup>th</sup>", "fifth", "twenty-first"
_DAY = (
    r"(?P<day>\d{1,2})(?:\s?(?:<sup>)?(?:st|nd|rd|th)(?:</sup>)?)?"
    rf"|(?P<ordinal>{'|'.join(sorted(_ORDINALS, key=len, reverse=True)).replace('-', '[ -]')})"
)
#: "1978", "two thousand and nine", "nineteen hundred and ninety-five"
_YEAR = (
    r"(?P<year>\d{4})(?!\d)"
    r"|(?P<century>two thousand|(?:one thousand )?nineteen hundred|nineteen|twenty)"
    rf"(?:,?\s+(?:and\s+)?(?P<rest>{'|'.join(sorted(_CARDINALS, key=len, reverse=True)).replace('-', '[ -]')}))?\b"
)
_DATES = (
    re.compile(rf"\b(?:{_DAY})\s+(?:day\s+)?(?:of\s+)?{_MONTH},?\s+(?:in the year\s+)?(?:{_YEAR})", re.I),
    re.compile(rf"\b{_MONTH}\s+(?:{_DAY}),?\s+(?:{_YEAR})", re.I),
    re.compile(
        rf"(?P<year>\d{{4}}|[〇零○一二三四五六七八九]{{4}})\s*年\s*(?P<month>\d{{1,2}}|{_NUMERAL}{{1,2}})"
        rf"\s*月\s*(?:(?P<day>\d{{1,2}}|{_NUMERAL}{{1,3}})\s*日|(?P<last>底|末))"
    ),
    # the end of a year: 2025年底
    re.compile(r"(?P<year>\d{4})\s*年\s*(?P<last>底|末)"),
    re.compile(r"(?<![\d./-])(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"),
)  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_CARDINALS, key=len, reverse=True))})"
_SPANS = (
    re.compile(rf"\b{_COUNT}\s*(?:\(\d{{1,3}}\)\s*)?(?:calendar\s+)?(?P<unit>year|month|day)s?\b", re.I),
    re.compile(rf"(?P<count>\d{{1,3}}|{_NUMERAL}{{1,3}})\s*(?:周)?(?P<unit>年|个?月|日|天)(?!\d)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day as it stands in a text: ``text[start:end]``."""

    start: int
    end: int
    day: date


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A length of time as it stands in a text, in months or days: two years, 6个月."""

    start: int
    end: int
    months: int
    days: int

    def last_day(self, first: date) -> date:
        """The last day of the span that begins on ``first``.

        >>> TimeSpan(0, 0, 24, 0).last_day(date(2022, 7, 1))
        datetime.date(2024, 6, 30)
        """
        year, month = divmod(first.year * 12 + first.month - 1 + self.months, 12)
        day = min(first.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day) + timedelta(days=self.days - 1)


def written_dates(text: str) -> list[WrittenDate]:
    """Calendar dates in English and Chinese writing, in reading order.

    >>> [str(d.day) for d in written_dates("this fifteenth day of May, two thousand and nine")]
    ['2009-05-15']

    A date that no calendar has (31 June) is left out.
    """
    found: dict[int, WrittenDate] = {}
    for pattern in _DATES:
        for match in pattern.finditer(text):
            try:
                day = _day(match)
            except ValueError:
                continue
            found.setdefault(match.start(), WrittenDate(match.start(), match.end(), day))
    return sorted(found.values(), key=lambda written: written.start)


def find_dates(text: str) -> list[tuple[int, date]]:
    """The dates of :func:`written_dates` with the offset of each, in reading order."""
    return [(written.start, written.day) for written in written_dates(text)]


def is_date(words: str) -> bool:
    """Whether words are a date and nothing else."""
    return any(found.start == 0 and found.end == len(words) for found in written_dates(words))


def time_spans(text: str) -> list[TimeSpan]:
    """Lengths of time in a text, in reading order.

    >>> [(span.months, span.days) for span in time_spans("有效期二年; within 90 days")]
    [(24, 0), (0, 90)]
    """
    dates = written_dates(text)
    found = []
    for pattern in _SPANS:
        for match in pattern.finditer(text):
            if any(d.start < match.end() and match.start() < d.end for d in dates):
                continue  # the 1日 of 2024年1月1日
            try:
                count = _count(match["count"])
            except ValueError:
                continue
            unit = match["unit"].lower()
            months = {"year": 12, "年": 12, "month": 1, "月": 1, "个月": 1}.get(unit, 0)
            span = TimeSpan(match.start(), match.end(), count * months, 0 if months else count)
            # more than a lifetime is a year of the calendar ("2025年") or a misreading
            if 0 < span.months <= 1200 or span.days:
                found.append(span)
    return sorted(found, key=lambda span: span.start)


def _day(match: re.Match[str]) -> date:
    """Raises ValueError for a date that no calendar has."""
    groups = {name: words for name, words in match.groupdict().items() if words}
    year = _count(groups["year"]) if "year" in groups else _year_in_words(groups)
    month = _month(groups["month"]) if "month" in groups else 12
    if "last" in groups:
        return date(year, month, calendar.monthrange(year, month)[1])
    if "ordinal" in groups:
        return date(year, month, _ORDINALS.index(groups["ordinal"].lower().replace(" ", "-")) + 1)
    return date(year, month, _count(groups["day"]))


def _year_in_words(groups: dict[str, str]) -> int:
    century = groups["century"].lower()
    rest = _CARDINALS[groups["rest"].lower().replace(" ", "-")] if "rest" in groups else 0
    return (2000 if century.startswith("two") or century == "twenty" else 1900) + rest


def _month(written: str) -> int:
    if written[0].isascii() and written[0].isalpha():
        return next(n for n, month in enumerate(_MONTHS, 1) if month[:3] == written[:3].lower())
    return _count(written)


def _count(written: str) -> int:
    """A number in digits (full-width too), in English or in Chinese words."""
    if written.isdecimal():
        return int(written)
    if written.isascii():
        return _CARDINALS[written.lower()]
    return read_chinese(written.replace("○", "〇"))
