"""A sentence that a model copies in great part, in the clause's own words.

What a model copies and cuts short, it cuts at its own discretion: it drops an "If", an item's
head, the end of a name. So a copy is shown as the clause has it, from full stop (or semicolon) to
full stop, behind the sentence that it points back to; only what the model words itself is left as
it is, for the citation check to judge.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from app.proof.reading import ITEM_MARK
from ingest.text.clean_view import clean_view
from ingest.text.language import IDEOGRAPHS
from ingest.text.pointing_back import points_back
from ingest.text.sentences import sentences

#: share of a rule's words, in runs of at least SHORTEST_RUN, that make it a copy
COPIED = 0.5
SHORTEST_RUN = 3

_WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")
_SEMICOLON = re.compile(r"[;；]")
_COLON = re.compile(r"[:：]")
_OPENED = re.compile(r"[(（“]")
_CLOSED = re.compile(r"[)）”]")

#: the rules of a quote, the place of one of them, and its words
_Place = tuple[Sequence[str], int, Sequence[str]]


def in_clause_words(text: str, quotes: Sequence[str]) -> str:
    """``text`` with each rule that copies one of the quotes' as the quote has it, verbatim.

    >>> quote = "If goods are sold, application shall be made. Until then they stay."
    >>> in_clause_words("Goods are sold, application shall be made.", [quote])
    'If goods are sold, application shall be made.'
    """
    # the head of a list is no rule by itself
    places = [
        (passage, place, _words(clean_view(rule)))
        for passage in map(_rules, dict.fromkeys(quotes))
        for place, rule in enumerate(passage)
        if not rule.endswith((":", "："))
    ]
    stated = _rules(text)
    copied = [_copied(rule, places) for rule in stated]
    if not any(copied):
        return text
    # beside a copy, a word or two are where the next one broke off
    shown = [
        rule
        for source, own in zip(copied, stated, strict=True)
        for rule in source or [own] * (len(_words(own)) >= SHORTEST_RUN)
    ]
    return " ".join(dict.fromkeys(shown)).rstrip(" ;；")


def _rules(text: str) -> list[str]:
    """The sentences of a text, cut at semicolons too, without the numbers before them."""
    found = []
    for start, end in sentences(text):
        rest = start
        for stop in [*_cuts(text, start, end), end]:
            rule = text[rest:stop].strip()
            mark = ITEM_MARK.match(rule)
            found.append(rule[mark.end() :] if mark else rule)
            rest = stop
    return [" ".join(rule.split()) for rule in found if rule]


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Behind the semicolons between two rules; not within brackets, nor in a list: "…: A; B"."""
    for match in _SEMICOLON.finditer(text, start, end):
        before = text[start : match.start()]
        open_brackets = len(_OPENED.findall(before)) - len(_CLOSED.findall(before))
        if open_brackets <= 0 and not _COLON.search(before):
            yield match.end()


def _copied(stated: str, places: Sequence[_Place]) -> Sequence[str]:
    """The rule that is copied, behind what it points back to; nothing for what is worded anew,
    or put together from several."""
    words = _words(stated)
    in_runs = [_words_in_runs(words, others) for _, _, others in places]
    most = max(in_runs, default=0)
    if not in_runs or most < COPIED * len(words):
        return []
    passage, last, _ = places[in_runs.index(most)]
    first = last
    while first and points_back(passage[first]):
        first -= 1
    return passage[first : last + 1]


def _words(text: str) -> list[str]:
    return [match.group().casefold() for match in _WORD.finditer(text)]


def _words_in_runs(words: Sequence[str], others: Sequence[str]) -> int:
    """How many of the words stand in runs among the others too, in the same order."""
    blocks = SequenceMatcher(a=words, b=others, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= SHORTEST_RUN)
