"""Numerals in any writing -> their value, and back."""

_DIGITS = "零一二三四五六七八九"
_UNITS = (("千", 1000), ("百", 100), ("十", 10))
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
#: U+2160 "Ⅰ" to U+216B "Ⅻ": one character a number
ROMAN_CHARACTERS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_IN_WORDS = (
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ],
    [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ],
)
#: what is put between two numbers later: Article 3 bis, Article 3 ter
LATIN_BRANCHES = [
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "novies",
    "decies",
]
#: one to twenty, first to twentieth
CARDINALS, ORDINALS = _IN_WORDS
#: the numerals that the word of a branch is written in: what a pattern offers
WORDS = "|".join(sorted((*_IN_WORDS[0], *_IN_WORDS[1]), key=len, reverse=True))
_PLAIN = str.maketrans("〇两兩０１２３４５６７８９", "零二二0123456789")


def read_chinese(numeral: str) -> int:
    """Value of a Chinese numeral below ten thousand; digits in a row are read as such.

    >>> read_chinese("一百零三"), read_chinese("二十"), read_chinese("二〇一六")
    (103, 20, 2016)

    Raises ValueError for anything else.
    """
    if not numeral:
        raise ValueError("empty numeral")
    plain = numeral.translate(_PLAIN)
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


def read_roman(numeral: str) -> int:
    """Value of a Roman numeral below 200; raises ValueError for anything else."""
    for value in range(1, 200):
        if print_roman(value) == numeral.lower():
            return value
    raise ValueError(f"not a Roman numeral below 200: {numeral}")


def print_roman(value: int) -> str:
    written = ""
    for size, letters in _ROMAN:
        while value >= size:
            written, value = written + letters, value - size
    return written


def read_letter(letter: str) -> int:
    if len(letter) != 1 or not "a" <= letter.lower() <= "z":
        raise ValueError(f"not a letter: {letter}")
    return ord(letter.lower()) - ord("a") + 1


def print_letter(value: int) -> str:
    return chr(ord("a") + value - 1)


def read_ordinal(numeral: str) -> int:
    """Value of a number in any writing: 4, ４, 四, IV, Ⅳ, four, fourth, D.

    A small l among digits is a 1 that a scanner misread ("Article l4").

    >>> [read_ordinal(n) for n in ("12", "l4", "十二", "xii", "Ⅻ", "twelfth", "C", "V")]
    [12, 14, 12, 12, 12, 12, 3, 5]
    """
    plain = numeral.strip().translate(_PLAIN)
    if any(character.isdigit() for character in plain):
        return int(plain.replace("l", "1"))
    for words in _IN_WORDS:
        if plain.lower() in words:
            return words.index(plain.lower()) + 1
    if plain.upper() in ROMAN_CHARACTERS:
        return ROMAN_CHARACTERS.index(plain.upper()) + 1
    # "Part C" is the third, not the hundredth
    if len(plain) == 1 and plain.lower() in "abcdefghjklmnopqrstuwyz":
        return read_letter(plain)
    if plain.isascii():
        return read_roman(plain)
    return read_chinese(plain)


def read_branch(branch: str) -> int:
    """Which of the numbers that were put in later: 之一, a, A, 1, bis are the first.

    >>> [read_branch(b) for b in ("一", "b", "3", "ter")]
    [1, 2, 3, 2]
    """
    plain = branch.strip().translate(_PLAIN).lower()
    if plain in LATIN_BRANCHES:
        return LATIN_BRANCHES.index(plain) + 1
    if plain.isdigit():
        return int(plain)
    return read_letter(plain) if plain.isascii() else read_chinese(plain)
