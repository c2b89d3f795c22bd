"""Words in quotation marks, and whether a clause has them.

What counts is words, figures and the signs of figures; spaces, case, the shape of marks and
punctuation do not.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from app.proof.force import DENIALS
from ingest.corpus.versions import compare, marked
from ingest.text.language import IDEOGRAPHS

#: words, or Chinese characters, of what is a quotation; less is a term
_FEWEST_WORDS, _FEWEST_CHARACTERS = 3, 6
_PAIRS = {"“": "”", "「": "」", "『": "』"}
_TOKEN = re.compile(rf"\d+(?:[.,:/-]\d+)*|[{IDEOGRAPHS}]|[^\W\d_{IDEOGRAPHS}]+|[%‰°<>≤≥=±$€£¥]")
_LEFT_OUT = re.compile(r"\s*[\[(（]?\s*(?:…+|\.\s?\.\s?\.)\s*[\])）]?\s*")
#: what turns or limits a quotation that begins right behind it, or ends right before it
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:not|never|no|nor|neither|without|cannot)|不得?|未|无[需须]?|禁止|免予?)\s*$", re.I
)
_LIMITED_BEHIND = re.compile(
    r"\s*,?\s*(?:if|unless|except|provided|only|subject to|other than)\b|[，、]?(?:但|除)", re.I
)
LIMITS = re.compile(
    r"\b(?:if|unless|except|provided|only|where|when|until)\b|除|但|仅|只", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """``text[start:end]`` with its marks; ``words`` without them."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class FoundWords:
    """Where a source has the words of a quotation, ``source[start:end]``; ``has_gaps``: it leaves
    words out in its middle; ``limits_left_out``: words that deny or limit it; ``limits_beside``: such
    words stand right before or behind it in the same sentence."""

    start: int
    end: int
    has_gaps: bool
    limits_left_out: bool
    limits_beside: bool


def find_quotations(text: str) -> list[Quotation]:
    """The quotations of a text, the outermost ones, in its order.

    >>> [found.words for found in find_quotations('He wrote: "it shall be sold", a "term".')]
    ['it shall be sold']
    """
    return [
        Quotation(start, end, text[start + 1 : end - 1])
        for start, end in _marked(text)
        if _is_long_enough(text[start + 1 : end - 1])
    ]


def _marked(text: str) -> Iterator[tuple[int, int]]:
    """Spans in quotation marks; one that is not closed in its paragraph is none."""
    start, depth, closing = 0, 0, ""
    for match in re.finditer(r"[“”「」『』\"]|\n\s*\n", text):
        mark = match[0]
        if mark[0] == "\n":
            depth = 0
        elif depth == 0:
            if mark == '"' or mark in _PAIRS:
                start, depth, closing = match.start(), 1, _PAIRS.get(mark, '"')
        elif mark == closing:
            depth -= 1
            if depth == 0:
                yield start, match.end()
        elif _PAIRS.get(mark) == closing:
            depth += 1


def _is_long_enough(words: str) -> bool:
    characters = len(re.findall(f"[{IDEOGRAPHS}]", words))
    return characters >= _FEWEST_CHARACTERS or (
        not characters and len(re.findall(r"[^\W_]+", words)) >= _FEWEST_WORDS
    )


class Wording:
    """A source's words, so that quotations can be looked for in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans: list[tuple[int, int]] = []
        self._starts: list[int] = []  # of each token, in ``_joined``
        joined: list[str] = []
        length = 0
        self._plain = "".join(map(_one_to_one, text))
        for match in _TOKEN.finditer(self._plain):
            self._spans.append(match.span())
            self._starts.append(length)
            joined.append(match[0])
            length += len(match[0])
        self._joined = "".join(joined)
        self._starts.append(length)

    def find(self, words: str) -> FoundWords | None:
        """Where all words of a quotation stand in their order, with nothing between them but
        where the quotation itself leaves out; None if they do not."""
        pieces = [_key(piece) for piece in _LEFT_OUT.split(words)]
        pieces = [piece for piece in pieces if piece]
        tokens: list[tuple[int, int]] = []
        at = 0
        for piece in pieces:
            span = self._find(piece, at)
            if span is None:
                return None
            tokens.append(span)
            at = self._starts[span[1]]
        if not tokens:
            return None
        gaps = (
            self.text[self._spans[before[1] - 1][1] : self._spans[after[0]][0]]
            for before, after in pairwise(tokens)
        )
        limits = any(
            LIMITS.search(gap) or any(denial.search(gap) for denial in DENIALS.values())
            for gap in gaps
        )
        start, end = self._spans[tokens[0][0]][0], self._spans[tokens[-1][1] - 1][1]
        beside = _DENIED_BEFORE.search(self.text, max(0, start - 20), start) or (
            _LIMITED_BEHIND.match(self.text, end)
        )
        return FoundWords(start, end, len(tokens) > 1, limits, beside is not None)

    def _find(self, key: str, at: int) -> tuple[int, int] | None:
        """First and end of the tokens that are ``key``; whole tokens only."""
        while (at := self._joined.find(key, at)) >= 0:
            first = bisect_left(self._starts, at)
            end = bisect_left(self._starts, at + len(key))
            if self._starts[first] == at and self._starts[end] == at + len(key):
                return first, end
            at += 1
        return None

    def nearest(self, words: str) -> tuple[float, str]:
        """How near the source comes to a quotation, 0 to 1, and where it differs: what the source
        has stands in [-…-], what the quotation has in {+…+}."""
        aligned = fuzz.partial_ratio_alignment("".join(map(_one_to_one, words)), self._plain)
        if aligned is None or not aligned.dest_end:
            return 0.0, ""
        start, end = aligned.dest_start, aligned.dest_end
        while start > 0 and self.text[start - 1].isalnum() and self.text[start - 1].isascii():
            start -= 1
        while end < len(self.text) and self.text[end].isalnum() and self.text[end].isascii():
            end += 1
        return aligned.score / 100, marked(compare(self.text[start:end].strip(), words.strip()))


def _key(words: str) -> str:
    return "".join(_TOKEN.findall("".join(map(_one_to_one, words))))


def _one_to_one(character: str) -> str:
    """A character as it is compared; one for one, so that offsets stay."""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return plain if len(plain) == 1 else character
