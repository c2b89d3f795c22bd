"""The table of numbering styles: how clause numbers are printed, read and named.

One row a style. ``read`` finds a number at the start of a line and gives its
value; ``print`` gives the number back, so that what is printed can be read:

>>> STYLES["chinese_dot"].print(12)
'十二、'
>>> read_number("（三） Exhibits")  # doctest: +ELLIPSIS
[NumberAtStart(style='chinese_paren', value=3, num='（三）', width=4)]

A line may fit several styles ("(i)" is a letter and a Roman numeral); which of
them is meant depends on the list it stands in, so the parser decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_DIGITS = "零一二三四五六七八九"
_UNITS = (("千", 1000), ("百", 100), ("十", 10))
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
#: U+2160 "Ⅰ" to U+216B "Ⅻ": one character a number
_ROMAN_CHARACTERS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = r"[零〇一二两三四五六七八九十百千]+"


def read_chinese(numeral: str) -> int:
    """Value of a Chinese numeral below ten thousand; digits in a row are read as such.

    >>> read_chinese("一百零三"), read_chinese("二十"), read_chinese("二〇一六")
    (103, 20, 2016)

    Raises ValueError for anything else.
    """
    if not numeral:
        raise ValueError("empty numeral")
    plain = numeral.replace("〇", "零").replace("两", "二")
    if all(character in _DIGITS for character in plain):
        return int("".join(str(_DIGITS.index(character)) for character in plain))
    total, rest = 0, plain
    for unit, size in _UNITS:
        head, found, tail = rest.rpartition(unit)
        if found:
            head = head.strip("零")
            if len(head) > 1 or (head and head not in _DIGITS):
                raise ValueError(f"not a Chinese numeral: {numeral}")
            total += (_DIGITS.index(head) if head else 1) * size
            rest = tail
    rest = rest.strip("零")
    if len(rest) > 1 or (rest and rest not in _DIGITS):
        raise ValueError(f"not a Chinese numeral: {numeral}")
    return total + (_DIGITS.index(rest) if rest else 0)


def print_chinese(value: int) -> str:
    """Chinese numeral of a value from 1 to 9,999.

    >>> print_chinese(10), print_chinese(103), print_chinese(1010)
    ('十', '一百零三', '一千零一十')
    """
    if not 1 <= value <= 9999:
        raise ValueError(f"no Chinese numeral for {value}")
    written, gap, rest = "", False, value
    for unit, size in (*_UNITS, ("", 1)):
        digit, rest = divmod(rest, size)
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = bool(written)
    return written[1:] if written.startswith("一十") else written


def _read_roman(numeral: str) -> int:
    for value in range(1, 40):
        if _print_roman(value) == numeral.lower():
            return value
    raise ValueError(f"not a Roman numeral below 40: {numeral}")


def _print_roman(value: int) -> str:
    written = ""
    for size, letters in _ROMAN:
        while value >= size:
            written, value = written + letters, value - size
    return written


def _read_letter(letter: str) -> int:
    return ord(letter.lower()) - ord("a") + 1


def _print_letter(value: int) -> str:
    return chr(ord("a") + value - 1)


def _read_decimal(number: str) -> int:
    return int(number.rpartition(".")[2])


@dataclass(frozen=True, slots=True)
class NumberingStyle:
    """One way of printing clause numbers; ``pattern`` has a group ``ordinal``."""

    name: str
    pattern: re.Pattern[str]
    read: Callable[[str], int]
    print: Callable[[int], str]
    largest: int
    #: how far a list may jump; repealed articles and missing schedules leave gaps
    gap: int = 3


def _style(
    name: str,
    pattern: str,
    read: Callable[[str], int],
    print_: Callable[[int], str],
    largest: int,
    gap: int = 3,
) -> NumberingStyle:
    return NumberingStyle(name, re.compile(pattern), read, print_, largest, gap)


_NO_BREAK = r"[ \t\u3000\u00a0]"

#: in the order in which they are tried
STYLES: dict[str, NumberingStyle] = {
    style.name: style
    for style in (
        # 第十条, 第十条之一: the number of an article runs on through the chapters
        _style(
            "article",
            rf"第{_NO_BREAK}*(?P<ordinal>{_CHINESE}|\d{{1,4}}){_NO_BREAK}*条"
            rf"(?:之(?P<insertion>[一二三四五六七八九十]))?"
            # "第十条规定的货物" and "第十条、第十一条" are references
            rf"(?=[\s\u3000]|(?!规定|所|的|至|到|第|和|与|及|或|、|，|,|中|款|项|之)\S|$)",
            lambda numeral: int(numeral) if numeral.isdigit() else read_chinese(numeral),
            lambda value: f"第{print_chinese(value)}条 ",
            9999,
            9999,
        ),
        _style(
            "chapter",
            rf"第{_NO_BREAK}*(?P<ordinal>{_CHINESE}|\d{{1,3}}){_NO_BREAK}*(?P<level>[编章节])"
            rf"(?=[\s\u3000]|$)",
            lambda numeral: int(numeral) if numeral.isdigit() else read_chinese(numeral),
            lambda value: f"第{print_chinese(value)}章 ",
            999,
        ),
        _style(
            "roman_character",
            rf"(?P<ordinal>[{_ROMAN_CHARACTERS}])[.、．]?{_NO_BREAK}*",
            lambda numeral: _ROMAN_CHARACTERS.index(numeral) + 1,
            lambda value: f"{_ROMAN_CHARACTERS[value - 1]} ",
            len(_ROMAN_CHARACTERS),
        ),
        _style(
            "chinese_dot",
            rf"(?P<ordinal>{_CHINESE}){_NO_BREAK}*[、.．]{_NO_BREAK}*",
            read_chinese,
            lambda value: f"{print_chinese(value)}、",
            99,
        ),
        _style(
            "chinese_paren",
            rf"[（(]{_NO_BREAK}*(?P<ordinal>{_CHINESE}){_NO_BREAK}*[)）]{_NO_BREAK}*",
            read_chinese,
            lambda value: f"（{print_chinese(value)}）",
            99,
        ),
        _style(
            "decimal",
            rf"(?P<ordinal>\d{{1,3}}(?:\.\d{{1,3}})+)(?:[.、．]|(?={_NO_BREAK})){_NO_BREAK}*(?!\d)",
            _read_decimal,
            lambda value: f"1.{value} ",
            999,
        ),
        _style(
            "arabic_dot",
            rf"(?P<ordinal>\d{{1,3}})[.、．](?!\d){_NO_BREAK}*",
            int,
            lambda value: f"{value}. ",
            999,
        ),
        _style(
            "arabic_paren",
            rf"[（(]{_NO_BREAK}*(?P<ordinal>\d{{1,3}}){_NO_BREAK}*[)）]{_NO_BREAK}*",
            int,
            lambda value: f"({value}) ",
            999,
        ),
        _style(
            "arabic_half_paren",
            rf"(?P<ordinal>\d{{1,3}})[)）]{_NO_BREAK}*",
            int,
            lambda value: f"{value}) ",
            999,
        ),
        # a schedule list: "4:Inbound Exhibits Consignee ..."
        _style(
            "colon",
            rf"(?P<ordinal>\d{{1,3}})[:：](?!\d){_NO_BREAK}*",
            int,
            lambda value: f"{value}: ",
            999,
            9,
        ),
        _style(
            "roman_dot",
            rf"(?P<ordinal>[IVX]{{1,7}})[.．、]{_NO_BREAK}*",
            _read_roman,
            lambda value: f"{_print_roman(value).upper()}. ",
            39,
        ),
        _style(
            "letter_paren",
            rf"[（(](?P<ordinal>[a-z])[)）]{_NO_BREAK}*",
            _read_letter,
            lambda value: f"({_print_letter(value)}) ",
            26,
        ),
        _style(
            "roman_paren",
            rf"[（(](?P<ordinal>[ivx]{{1,7}})[)）]{_NO_BREAK}*",
            _read_roman,
            lambda value: f"({_print_roman(value)}) ",
            39,
        ),
        _style(
            "letter_half_paren",
            rf"(?P<ordinal>[a-z])[)）]{_NO_BREAK}*",
            _read_letter,
            lambda value: f"{_print_letter(value)}) ",
            26,
        ),
        _style(
            "circled",
            rf"(?P<ordinal>[{_CIRCLED}])[.、．]?{_NO_BREAK}*",
            lambda numeral: _CIRCLED.index(numeral) + 1,
            lambda value: _CIRCLED[value - 1],
            len(_CIRCLED),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class NumberAtStart:
    """A number found at the start of a line.

    ``num`` is the number as printed; ``width`` counts the characters up to the
    words that follow; ``ancestors`` are the ordinals in front of a decimal's
    last one (1 and 2 in "1.2.3"); ``suffix`` is the insertion of 第十条之一.
    """

    style: str
    value: int
    num: str
    width: int
    ancestors: tuple[int, ...] = ()
    suffix: int = 0
    chapter_level: str = ""


def read_number(line: str) -> list[NumberAtStart]:
    """All styles in which the line's beginning can be read as a number, in table order.

    A value outside its style's range (a year, 0) is no clause number.
    """
    found = []
    for style in STYLES.values():
        match = style.pattern.match(line)
        if not match:
            continue
        groups = match.groupdict()
        try:
            value = style.read(groups["ordinal"])
        except ValueError:
            continue
        if not 1 <= value <= style.largest:
            continue
        ancestors: tuple[int, ...] = ()
        if style.name == "decimal":
            ancestors = tuple(int(part) for part in groups["ordinal"].split(".")[:-1])
        insertion = groups.get("insertion")
        found.append(
            NumberAtStart(
                style=style.name,
                value=value,
                num=match.group().strip(" \t\u3000\u00a0"),
                width=match.end(),
                ancestors=ancestors,
                suffix=read_chinese(insertion) if insertion else 0,
                chapter_level=groups.get("level") or "",
            )
        )
    return found


def numbers_before_words(words: str) -> list[NumberAtStart]:
    """Numbers at the start that leave words behind them."""
    return [
        number
        for number in read_number(words)
        if words[number.width :].strip() or number.style in ("article", "chapter")
    ]
