"""How Word prints the ordinal of a numbered paragraph: ST_NumberFormat.

Definitions: ECMA-376 Part 1, 17.18.59 (number format).
"""

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def printed(value: int, number_format: str) -> str | None:
    """``value`` as Word prints it in ``number_format``; None for a format not known here.

    >>> printed(12, "chineseCounting"), printed(4, "upperRoman"), printed(28, "lowerLetter")
    ('十二', 'IV', 'bb')
    """
    formatter = _FORMATTERS.get(number_format)
    return None if formatter is None else formatter(value)


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for worth, letters in _ROMAN:
        count, value = divmod(value, worth)
        text += letters * count
    return text


def _letter(value: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa, 28 -> bb: the letter is doubled, not carried over."""
    if not 0 < value <= 26 * 30:
        return str(value)
    turns, index = divmod(value - 1, 26)
    return chr(ord("a") + index) * (turns + 1)


def _by_units(value: int, digits: str, units: str, *, bare_ten: bool) -> str:
    """Counting with units: 123 -> 一百二十三, 105 -> 一百〇五; below 10,000."""
    if not 0 < value < 10_000:
        return str(value)
    text = ""
    gap = False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += digits[0] if gap else ""
        text += digits[digit] + ("" if power == 0 else units[power - 1])
        gap = False
    one_ten = digits[1] + units[0]
    return text[1:] if bare_ten and value < 20 and text.startswith(one_ten) else text


def _thousands(value: int) -> str:
    return _by_units(value, "零" + _DIGITS[1:], "十百千", bare_ten=True)


def _counting(value: int) -> str:
    """Counts with 十 below a hundred and digit by digit from there."""
    return _thousands(value) if value < 100 else _digit_by_digit(value)


def _japanese(value: int) -> str:
    """No 一 before 十, 百 and 千: 110 -> 百十."""
    text = _by_units(value, "\0" + _DIGITS[1:], "十百千", bare_ten=False).replace("\0", "")
    for unit in "十百千":
        text = text.replace("一" + unit, unit)
    return text


def _legal(value: int) -> str:
    return _by_units(value, _LEGAL_DIGITS, "拾佰仟", bare_ten=False)


def _digit_by_digit(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value)) if value >= 0 else str(value)


def _from_list(characters: str) -> Callable[[int], str]:
    return lambda value: characters[value - 1] if 0 < value <= len(characters) else str(value)


def _from_block(first: int, count: int) -> Callable[[int], str]:
    return _from_list("".join(chr(first + index) for index in range(count)))


def _ordinal(value: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{'th' if value % 100 in (11, 12, 13) else suffix}"


def _full_width(value: int) -> str:
    return str(value).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


_CIRCLED = "".join(
    chr(code) for code in (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))
)
_FORMATTERS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _from_list(_CIRCLED),
    "decimalEnclosedCircleChinese": _from_list(_CIRCLED),
    "decimalEnclosedParen": _from_block(0x2474, 20),
    "decimalEnclosedFullstop": _from_block(0x2488, 20),
    "ideographEnclosedCircle": _from_block(0x3280, 10),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": lambda value: _letter(value).upper(),
    "lowerLetter": _letter,
    "ordinal": _ordinal,
    "numberInDash": lambda value: f"- {value} -",
    "chineseCounting": _counting,
    "chineseCountingThousand": _thousands,
    "chineseLegalSimplified": _legal,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _thousands,
    "taiwaneseDigital": _digit_by_digit,
    "japaneseCounting": _japanese,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "ideographTraditional": _from_list(_STEMS),
    "ideographZodiac": _from_list(_BRANCHES),
    "none": lambda _value: "",
}
