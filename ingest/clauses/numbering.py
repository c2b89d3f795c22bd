"""The table of numbering styles: how clause numbers are printed, read and named.

One row a style. ``read`` finds a number at the start of a line and gives its
value; ``print`` gives the number back, so that what is printed can be read:

>>> STYLES["chinese_dot"].print(12)
'十二、'
>>> read_number("（三） Exhibits")  # doctest: +ELLIPSIS
[NumberAtStart(style='chinese_paren', value=3, num='（三）', width=4, ...)]

A style with a ``rank`` has a word (第…条, Article, Chapter): the word tells how high it stands.
The others are lists. A line may fit several ("(i)" is a letter and a Roman numeral); which of
them is meant depends on the list it stands in, so the outline decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ingest.clauses.numerals import (
    CIRCLED,
    LATIN_BRANCHES,
    ROMAN_CHARACTERS,
    WORDS,
    print_chinese,
    print_letter,
    print_roman,
    read_branch,
    read_chinese,
    read_letter,
    read_ordinal,
    read_roman,
)

#: rank of what a rule book numbers on from its first page to its last: 第十条, Article 10
UNIT = 6
_CHINESE_DIGITS = "零〇一二两兩三四五六七八九十百千"
_CHINESE = f"[{_CHINESE_DIGITS}]+"
#: characters in which a line's number and what follows it are looked for
_LONGEST_NUMBER = 100
_NO_BREAK = r"[ \t\u2002\u2003\u3000\u00a0]"
#: characters read as another one in the same place: full width, traditional
_PLAIN = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ條節編項規與後錄圖",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz条节编项规与后录图",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberingStyle:
    """One way of printing clause numbers; ``pattern`` has a group ``ordinal``."""

    name: str
    begins: re.Pattern[str]  # its first character
    pattern: re.Pattern[str]
    read: Callable[[str], int]
    print: Callable[[int], str]
    largest: int
    #: how far a list may jump; repealed articles and missing schedules leave gaps
    gap: int = 3
    #: how high its word stands, 0 highest, UNIT an article; None: a list without a word
    rank: int | None = None
    #: so easily taken from a sentence or a table that only a list of two or more is one
    weak: bool = False
    #: a number without any mark: only as a heading of its own ("### IV")
    bare: bool = False


def _style(
    name: str,
    begins: str,
    pattern: str,
    read: Callable[[str], int],
    print_: Callable[[int], str],
    largest: int,
    *,
    gap: int = 3,
    rank: int | None = None,
    weak: bool = False,
    bare: bool = False,
) -> NumberingStyle:
    return NumberingStyle(
        name,
        re.compile(f"[{begins}]"),
        re.compile(pattern),
        read,
        print_,
        largest,
        gap,
        rank,
        weak,
        bare,
    )


def _read_decimal(number: str) -> int:
    return int(number.rpartition(".")[2])


def _worded_chinese(name: str, word: str, rank: int) -> NumberingStyle:
    """第三章: the rest of the line is its name."""
    return _style(
        name,
        "第",
        rf"第{_NO_BREAK}*(?P<ordinal>{_CHINESE}|\d{{1,3}}){_NO_BREAK}*{word}"
        rf"(?=[\s\u3000:：]|$)[:：]?",
        read_ordinal,
        lambda value: f"第{print_chinese(value)}{word.strip('(?:)').split('|')[0]} ",
        999,
        rank=rank,
    )


_EMPHASIS = r"[*_]{0,3}"
#: what may follow the number of a heading; anything else is a reference in a sentence:
#: "Article 3 of the Convention", "Section 7, paragraph 2", "Article 5 (2) applies"
_AFTER_WORDED = (
    rf"(?:{_EMPHASIS}{_NO_BREAK}*$"
    rf"|{_EMPHASIS}{_NO_BREAK}*[.:：．—–-]+{_EMPHASIS}{_NO_BREAK}*(?!\d)"
    rf"|[*_]{{1,3}}{_NO_BREAK}*"
    rf"|{_NO_BREAK}+(?![a-z,;)\]&/—–-])(?![(\[]\w{{1,4}}[)\]]{_NO_BREAK}*(?:[a-z(,;.]|$)))"
)
_BRANCH = rf"(?P<branch>[a-z](?![a-z])|{_NO_BREAK}?(?:{'|'.join(LATIN_BRANCHES)})\b)"


def _worded(name: str, words: str, rank: int) -> NumberingStyle:
    """Chapter II, Article 2a, Article 3-1, Standard 3.5, Article the Third, Part A."""
    return _style(
        name,
        "A-Za-z§*_",
        rf"{_EMPHASIS}(?:(?i:{words})){_NO_BREAK}*(?:(?i:no\.?|the){_NO_BREAK}+)?"
        rf"(?P<ordinal>(?=l*\d)[\dl]{{1,4}}(?:\.\d{{1,3}})*|(?i:[ivxlc]{{1,8}}|{WORDS})\b|[A-Z]\b"
        rf"|[{ROMAN_CHARACTERS}])"
        rf"(?:[-‑](?P<insertion>\d{{1,2}}|[a-zA-Z]\b)|(?i:{_BRANCH}))?{_AFTER_WORDED}",
        lambda numeral: read_ordinal(numeral.rpartition(".")[2]),
        lambda value: f"{name.title()} {value} ",
        9999,
        rank=rank,
    )


def _enclosed(numeral: str, characters: str, read: Callable[[str], int],
              print_: Callable[[int], str], largest: int) -> tuple[NumberingStyle, ...]:  # fmt: skip
    """A numeral as "(x)", "x)" and "x."; a letter and a full stop may be somebody's initial."""
    pattern = f"[{characters}]" + ("" if "letter" in numeral else "{1,7}")
    rows = (
        ("paren", rf"[（(]{_NO_BREAK}*(?P<ordinal>{pattern}){_NO_BREAK}*[)）]", "({})"),
        ("half_paren", rf"(?P<ordinal>{pattern})[)）]", "{})"),
        ("dot", rf"(?P<ordinal>{pattern})[.．、](?!\d)", "{}."),
    )
    return tuple(
        _style(
            f"{numeral}_{enclosure}",
            "(（" if enclosure == "paren" else characters,
            rf"{expression}{_NO_BREAK}*",
            read,
            lambda value, written=written: written.format(print_(value)) + " ",  # type: ignore[misc]
            largest,
            weak=enclosure == "dot" and "letter" in numeral,
        )
        for enclosure, expression, written in rows
    )


_LETTER = (read_letter, print_letter, 26)
_ROMAN = (read_roman, print_roman, 39)

#: in the order in which they are tried
STYLES: dict[str, NumberingStyle] = {
    style.name: style
    for style in (
        # 第十条, 第十条之一: the number of an article runs on through the chapters
        _style(
            "chinese_article",
            "第*_",
            rf"{_EMPHASIS}第{_NO_BREAK}*(?P<ordinal>{_CHINESE}|\d{{1,4}})"
            rf"(?:[-－‑](?P<branch>\d{{1,2}}))?{_NO_BREAK}*条"
            rf"(?:{_NO_BREAK}?之{_NO_BREAK}?(?P<insertion>[一二三四五六七八九十]{{1,3}}|\d{{1,2}}))?"
            # "第十条规定的货物" and "第十条、第十一条" are references
            rf"(?:{_EMPHASIS}(?=[\s\u3000]|$)|(?!规定|所|的|至|到|第|和|与|及|或|、|，|,|中|款|项|之)(?=\S))"
            rf"{_EMPHASIS}[:：]?",
            read_ordinal,
            lambda value: f"第{print_chinese(value)}条 ",
            9999,
            gap=9999,
            rank=UNIT,
        ),
        _worded_chinese("chinese_part", "(?:编|篇|部分|部)", 0),
        _worded_chinese("chinese_subpart", "(?:分编)", 1),
        _worded_chinese("chinese_chapter", "(?:章)", 2),
        _worded_chinese("chinese_section", "(?:节)", 4),
        _worded("part", r"Part|Book|Deel", 0),
        _worded("title", r"Title|Titre", 1),
        _worded("chapter", r"Chapter|Chap\.|Hoofdstuk", 2),
        _worded("division", r"Division|Sub-?chapter", 3),
        _worded("section", r"Section|Sect?\.|§", 4),
        _worded("subsection", r"Sub-?section", 5),
        _worded("article", r"Article|Art\.|Artikel|Artículo|Artigo|Articolo", UNIT),
        _worded("rule", r"Rule", UNIT),
        _worded("regulation", r"Regulation", UNIT),
        _worded("standard", r"(?:Transitional )?Standard|Recommended Practice", UNIT),
        _worded("clause", r"Clause", UNIT),
        _style(
            "roman_character",
            ROMAN_CHARACTERS,
            rf"(?P<ordinal>[{ROMAN_CHARACTERS}])[.、．]?{_NO_BREAK}*",
            read_ordinal,
            lambda value: f"{ROMAN_CHARACTERS[value - 1]} ",
            len(ROMAN_CHARACTERS),
        ),
        *_enclosed("chinese", _CHINESE_DIGITS, read_chinese, print_chinese, 99),
        _style(
            "decimal",
            r"\d",
            rf"(?P<ordinal>\d{{1,3}}(?:\.\d{{1,3}})+)(?:[.、．]|(?={_NO_BREAK})){_NO_BREAK}*(?!\d)",
            _read_decimal,
            lambda value: f"1.{value} ",
            999,
        ),
        # "1A." was put in after "1."
        _style(
            "arabic_dot",
            r"\d",
            rf"(?P<ordinal>\d{{1,3}})(?P<branch>[A-Za-z])?[.、．](?!\d){_NO_BREAK}*",
            int,
            lambda value: f"{value}. ",
            999,
        ),
        _style(
            "arabic_paren",
            "(（",
            rf"[（(]{_NO_BREAK}*(?P<ordinal>\d{{1,3}})(?P<branch>[A-Za-z])?{_NO_BREAK}*[)）]"
            rf"{_NO_BREAK}*",
            int,
            lambda value: f"({value}) ",
            999,
        ),
        _style(
            "arabic_half_paren",
            r"\d",
            rf"(?P<ordinal>\d{{1,3}})[)）]{_NO_BREAK}*",
            int,
            lambda value: f"{value}) ",
            999,
        ),
        # a schedule list: "4:Inbound Exhibits Consignee ..."
        _style(
            "colon",
            r"\d",
            rf"(?P<ordinal>\d{{1,3}})[:：](?!\d){_NO_BREAK}*",
            int,
            lambda value: f"{value}: ",
            999,
            gap=9,
        ),
        *_enclosed("roman", "IVX", read_roman, lambda v: print_roman(v).upper(), 39),
        *_enclosed("letter", "a-z", *_LETTER),
        *_enclosed("small_roman", "ivx", *_ROMAN),
        *_enclosed("capital_letter", "A-Z", read_letter, lambda v: print_letter(v).upper(), 26),
        _style(
            "circled",
            CIRCLED,
            rf"(?P<ordinal>[{CIRCLED}])[.、．]?{_NO_BREAK}*",
            lambda numeral: CIRCLED.index(numeral) + 1,
            lambda value: CIRCLED[value - 1],
            len(CIRCLED),
        ),
        _style(
            "arabic_apart",
            r"\d",
            rf"(?P<ordinal>\d{{1,3}})(?:{_NO_BREAK}{{2,}}(?=\S)|{_NO_BREAK}(?=[A-Z“\u4e00-\u9fff]))",
            int,
            lambda value: f"{value}  ",
            999,
            weak=True,
        ),
        _style("bare_decimal", r"\d", r"(?P<ordinal>\d{1,3}(?:\.\d{1,3})+)\.?$", _read_decimal,
               lambda value: f"1.{value}", 999, bare=True),
        _style("bare_arabic", r"\d", r"(?P<ordinal>\d{1,3})\.?$", int, str, 999, bare=True),
        _style("bare_roman", "IVX", r"(?P<ordinal>[IVX]{1,7})\.?$", read_roman,
               lambda value: print_roman(value).upper(), 39, bare=True),
        _style("bare_letter", "A-Z", r"(?P<ordinal>[A-Z])\.?$", read_letter,
               lambda value: print_letter(value).upper(), 26, bare=True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberAtStart:
    """A number found at the start of a line.

    ``num`` is the number as printed; ``width`` counts the characters up to the
    words that follow; ``ancestors`` are the ordinals in front of a decimal's
    last one (1 and 2 in "1.2.3"); ``branch`` is 1 for 第十条之一, Article 10a, 10A.
    """

    style: str
    value: int
    num: str
    width: int
    ancestors: tuple[int, ...] = ()
    branch: int = 0

    @property
    def rank(self) -> int | None:
        return STYLES[self.style].rank

    @property
    def ordinal(self) -> str:
        """Its part of a path: "3", "3-1", "3.5"."""
        above = "".join(f"{ancestor}." for ancestor in self.ancestors)
        return f"{above}{self.value}" + (f"-{self.branch}" if self.branch else "")


def names_article(num: str) -> bool:
    """Whether a printed number is of what a rule book numbers on throughout.

    >>> names_article("第十条"), names_article("Article 3"), names_article("2."), names_article("")
    (True, True, False, False)
    """
    return any(number.rank == UNIT for number in read_number(num))


def plain(line: str) -> str:
    """Full-width and traditional characters of numbers as their usual forms, in their places."""
    return line if line.isascii() else line.translate(_PLAIN)


@cache
def _styles_beginning_with(character: str) -> tuple[NumberingStyle, ...]:
    return tuple(style for style in STYLES.values() if style.begins.match(character))


def read_number(line: str, *, is_heading: bool = False) -> list[NumberAtStart]:
    """All styles in which the line's beginning can be read as a number, in table order.

    A value outside its style's range (a year, 0) is no clause number. A number without any
    mark ("IV") is one only where the line ``is_heading``.
    """
    found: list[NumberAtStart] = []
    styles = _styles_beginning_with(plain(line[:1]))
    usual = plain(line[:_LONGEST_NUMBER]) if styles else ""
    for style in styles:
        if style.bare and not is_heading:
            continue
        match = style.pattern.match(usual)
        if not match:
            continue
        groups = match.groupdict()
        try:
            value = style.read(groups["ordinal"])
            branch = groups.get("insertion") or groups.get("branch")
            number = NumberAtStart(
                style=style.name,
                value=value,
                num=line[: match.end()].strip(" \t\u2002\u2003\u3000\u00a0*_"),
                width=match.end(),
                ancestors=_ancestors(groups["ordinal"]),
                branch=read_branch(branch) if branch else 0,
            )
        except ValueError:
            continue
        if 1 <= value <= style.largest:
            found.append(number)
    return found


def _ancestors(ordinal: str) -> tuple[int, ...]:
    *above, _ = ordinal.split(".")
    return tuple(int(part) for part in above)


def numbers_before_words(words: str, *, is_heading: bool = False) -> list[NumberAtStart]:
    """Numbers at the start that leave words behind them, or that stand with a word."""
    return [
        number
        for number in read_number(words, is_heading=is_heading)
        if words[number.width :].strip() or number.rank is not None or is_heading
    ]
