"""Places in a document as people name them -> paths: "Articles 3(2) and 5a", 第十条之一第二款."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.clauses.numerals import read_chinese

_CHINESE = r"[零〇一二两三四五六七八九十百千]+|\d+"
CHINESE_PLACE = re.compile(
    rf"第(?P<article>{_CHINESE})条(?:之(?P<inserted>{_CHINESE}))?"
    rf"(?:第(?P<paragraph>{_CHINESE})款)?(?:第?[（(]?(?P<item>{_CHINESE})[）)]?项)?"
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
#: "3", "3(2)(a)", "2a", "3-1", "IV"; a branch letter or number: an article put in later
_NUMBER = r"(?:\d+(?:-\d+|[a-zA-Z])?|[IVXL]+)(?:\s?\((?:\d+|[a-zA-Z]|[ivx]+)\))*"
_ENGLISH_PLACES = re.compile(
    r"(?:paragraphs?\s+(?P<paragraph>\d+)\s+of\s+(?:the\s+)?)?"
    r"\b(?:items?|clauses?|articles?|paragraphs?|rules?|regulations?|sections?|standards?)\s+"
    rf"(?P<places>{_NUMBER}(?:\s*(?:,\s*and|,|and|to|-|–)\s*{_NUMBER})*)\s*$",
    re.IGNORECASE,
)
_ENGLISH_PLACE = re.compile(
    rf"(?P<to>(?:\bto\b|(?<=\s)-(?=\s)|–)\s*)?(?P<number>{_NUMBER})(?!\w)", re.IGNORECASE
)
#: a range longer than this is a misreading
_LONGEST_RANGE = 200


def english_paths(words: str) -> Iterator[str]:
    """Paths of the places with which words end; none if they end otherwise.

    >>> list(english_paths("Items 3 to 5 and 7(2)")), list(english_paths("Article 2a"))
    (['3', '4', '5', '7.2'], ['2-1'])
    >>> list(english_paths("paragraph 2 of Article IV"))
    ['4.2', '4.p2']
    """
    found = _ENGLISH_PLACES.search(words)
    if found is None:
        return
    last: int | None = None
    for match in _ENGLISH_PLACE.finditer(found["places"]):
        path = _path(match["number"])
        if match["to"] and last is not None and path.isdigit():
            yield from map(str, _between(last, int(path)))
        if found["paragraph"]:
            # numbered "2." or the second paragraph without a number: an article has one of them
            yield f"{path}.{found['paragraph']}"
            path += f".p{found['paragraph']}"
        yield path
        last = int(path) if path.isdigit() else None


def chinese_paths(words: str) -> Iterator[str]:
    """Paths of the places that words name.

    >>> list(chinese_paths("第五条至第七条、第十条之一第（三）项"))
    ['5', '6', '7', '10-1.3']
    """
    matches = [match for match in CHINESE_PLACE.finditer(words) if _is_number(match)]
    ranges = {
        right.start(): _number(left["article"])
        for left, right in pairwise(matches)
        if words[left.end() : right.start()] in ("至", "到")
    }
    for match in matches:
        article = _number(match["article"])
        if match.start() in ranges:
            yield from map(str, _between(ranges[match.start()], article))
        path = str(article)
        if match["inserted"]:
            path += f"-{_number(match['inserted'])}"
        if match["item"]:
            path += f".{_number(match['item'])}"
        elif match["paragraph"] and (paragraph := _number(match["paragraph"])) > 1:
            path += f".p{paragraph}"  # an article's own words are its first paragraph
        yield path


def _path(number: str) -> str:
    """ "3(2)(a)" -> "3.2.1", "2a" -> "2-1", "IV" -> "4" """
    head, *below = re.split(r"\s?\(", number.replace(")", ""))
    if head[0].isdigit():
        branch = re.fullmatch(r"(\d+)-?(\w*)", head)
        assert branch is not None
        steps = [branch[1] + (f"-{_ordinal(branch[2])}" if branch[2] else "")]
    else:
        steps = [str(_roman(head))]
    for above, printed in zip(["", *below], below, strict=False):
        is_roman = set(printed.lower()) <= set("ivx") and (len(printed) > 1 or above.isalpha())
        steps.append(str(_roman(printed) if is_roman else _ordinal(printed)))
    return ".".join(steps)


def _ordinal(printed: str) -> int:
    return int(printed) if printed.isdecimal() else ord(printed.lower()[0]) - ord("a") + 1


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral.lower()] + [0]
    return sum(-value if value < after else value for value, after in pairwise(values))


def _between(first: int, last: int) -> range:
    return range(first + 1, last) if last - first <= _LONGEST_RANGE else range(0)


def _is_number(match: re.Match[str]) -> bool:
    try:
        return all(_number(written) > 0 for written in match.groups() if written)
    except ValueError:  # 百十: characters of numerals that are none
        return False


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else read_chinese(written)
