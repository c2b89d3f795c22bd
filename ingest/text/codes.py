"""Codes made of digits: tariff numbers and whatever else is known by a long number.

One code has many writings (85076000, 8507.60.00, 8507.6000, 8507 60 00): they are one to whoever
asks for it, and one for the search.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from ingest.text.clean_view import plain_signs

#: four digits, then pairs or fours; what may as well be an amount (1234.56) is left alone
_GROUPED = re.compile(
    r"(?<![\d.,])(?:\d{4}(?P<mark>[. ])\d{2}(?P=mark)\d{2}(?:(?P=mark)\d{2,4})?|\d{4}\.\d{4,6}"
    r"|\d{4}\.\d{2} ?\d{2}(?: ?\d{2,4})?)(?!\d|[.,]\d)"
)
_SUBHEADING = re.compile(r"(?<![\d.,])(\d{4})\.(\d{2})(?!\d|[.,]\d)")
SHORTEST = 6
_LONG = re.compile(rf"(?<![\dA-Za-z.,/-])\d{{{SHORTEST},}}(?![\dA-Za-z/-]|[.,]\d)")
#: what is counted or paid stands behind its number, or its currency before it
_COUNTED = re.compile(
    r"\s*(?:[%‰％]|[元圆万亿吨克斤件个台套箱只辆米升人次美欧港英日]|千克|公斤"
    r"|(?:yuan|rmb|cny|usd|eur|hkd|dollars?|euros?|kg|kilo\w*|tons?|tonnes?|units?|pieces?|pcs)\b)",
    re.IGNORECASE,
)
_PAID = re.compile(r"(?:[$¥€£￥]|\b(?:rmb|cny|usd|eur|hkd)|人民币)\s*$", re.IGNORECASE)


def codes_as_digits(text: str) -> str:
    """``text`` with each grouped code as its digits alone.

    >>> codes_as_digits("8507.60.00 and 8507 60 00, not 1,234.56")
    '85076000 and 85076000, not 1,234.56'
    """
    return _GROUPED.sub(lambda code: re.sub(r"\D", "", code.group()), text)


def subheading(number: str) -> str | None:
    """The digits of "8507.60", which may be an amount or a code of six digits."""
    found = _SUBHEADING.fullmatch(number)
    return found[1] + found[2] if found else None


def named_codes(text: str) -> Iterator[str]:
    """The digits of each code that a question names: six or more that are neither counted nor paid.

    >>> list(named_codes("税号8507.60.00的货物价值1000000元"))
    ['85076000']
    """
    plain = _SUBHEADING.sub(lambda code: code[1] + code[2], codes_as_digits(plain_signs(text)))
    for found in _LONG.finditer(plain):
        if not _COUNTED.match(plain, found.end()) and not _PAID.search(plain[: found.start()]):
            yield found.group()


def is_day(code: str) -> bool:
    """Whether a code may as well be a day: "20241201"."""
    try:
        return len(code) == 8 and 1900 <= datetime.strptime(code, "%Y%m%d").year < 2100
    except ValueError:
        return False
