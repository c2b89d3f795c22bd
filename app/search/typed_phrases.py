"""Phrases of a kind that questions ask for: times, codes, amounts, as they stand in a text."""

import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from ingest.facts.dates import time_spans, written_dates

#: how questions name each kind, in both languages
WORDS_FILE = Path(__file__).with_name("typed_phrases.toml")


class Kind(StrEnum):
    TIME = "time"
    CODE = "code"
    AMOUNT = "amount"


_DAY_OF_A_MONTH = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\b|(?<![\d年月])\d{1,2}日(?!内)")
_CODE = re.compile(
    r"\bcodes?[:：]?\s*\d[\d.]*|(?:代码|编码|编号|税号)[:：]?\s*\d[\d.]*", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"\d[\d,.]*\s*(?:%|％|percent\b|per cent\b|元|欧元|美元|yuan|RMB|euros?|dollars?|kg|公斤|千克)"
    r"|(?:RMB|CNY|USD|EUR|[¥€$])\s*\d[\d,.]*",
    re.IGNORECASE,
)


def kind_asked(question: str) -> Kind | None:
    """The kind that a question asks for by its name.

    >>> kind_asked("What are all deadlines of the scheme?")
    <Kind.TIME: 'time'>
    """
    found = [(match.start(), kind) for kind, words in _words() if (match := words.search(question))]
    return min(found)[1] if found else None


def phrases(text: str, kind: Kind) -> list[str]:
    """The phrases of a kind, as they stand in a text, each once, in reading order.

    >>> phrases("within 20 days, under code 1427", Kind.CODE)
    ['code 1427']
    """
    return list(dict.fromkeys(text[start:end] for start, end in sorted(_spans(text, kind))))


def _spans(text: str, kind: Kind) -> Iterator[tuple[int, int]]:
    if kind is Kind.TIME:
        yield from ((found.start, found.end) for found in time_spans(text))
        yield from ((found.start, found.end) for found in written_dates(text))
    pattern = {Kind.TIME: _DAY_OF_A_MONTH, Kind.CODE: _CODE, Kind.AMOUNT: _AMOUNT}[kind]
    yield from (found.span() for found in pattern.finditer(text))


@cache
def _words() -> list[tuple[Kind, re.Pattern[str]]]:
    read = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    return [
        (Kind(kind), re.compile("|".join(words), re.IGNORECASE)) for kind, words in read.items()
    ]
