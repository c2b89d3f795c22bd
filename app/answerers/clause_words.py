"""A sentence that a model copies in great part, in the clause's own words.

What a model copies and cuts short, it cuts at its own discretion: it drops an "If", an item's
head, the end of a name. So a copy is shown as the clause has it, from full stop (or semicolon) to
full stop; only what the model words itself is left as it is, for the citation check to judge.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from ingest.clean_view import clean_view
from ingest.sentences import sentences

#: share of a sentence's words, in runs of at least SHORTEST_RUN, that make it a copy
COPIED = 0.7
SHORTEST_RUN = 3

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_SEMICOLON = re.compile(r"[;；]")
#: a printed number or bullet in front of a sentence
_MARK = re.compile(
    r"(?:[（(]\s*(?:\d{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,3})\s*[)）]|\d{1,3}\s?[.、)](?!\d)"
    r"|[Ⅰ-Ⅻ][.、]?|[一二三四五六七八九十]{1,3}[、.]|[-*•·])\s*"
)


def in_clause_words(text: str, quotes: Sequence[str]) -> str:
    """``text`` with each sentence that copies the quotes replaced by what it copies, verbatim.

    >>> quote = "If goods are sold, application shall be made. Until then they stay."
    >>> in_clause_words("Goods are sold, application shall be made.", [quote])
    'If goods are sold, application shall be made.'
    """
    rules = list(dict.fromkeys(rule for quote in quotes for rule in _rules(quote)))
    said: list[str] = []
    for start, end in sentences(text):
        said += _copied(text[start:end], rules) or [text[start:end]]
    return " ".join(dict.fromkeys(said)).rstrip(" ;；")


def _rules(quote: str) -> list[str]:
    """The sentences of a quote, cut at semicolons too, without the numbers before them."""
    found = []
    for start, end in sentences(quote):
        rest = start
        for stop in [*(match.end() for match in _SEMICOLON.finditer(quote, start, end)), end]:
            rule = quote[rest:stop].strip()
            mark = _MARK.match(rule)
            found.append(rule[mark.end() :] if mark else rule)
            rest = stop
    return [" ".join(rule.split()) for rule in found if rule]


def _copied(sentence: str, rules: Sequence[str]) -> list[str]:
    """The rules that a sentence is copied from, in its order; none when it is worded anew."""
    words = _words(sentence)
    left = set(range(len(words)))
    sources: list[tuple[int, str]] = []
    matched = {rule: _runs(words, _words(clean_view(rule))) for rule in rules}
    while len(left) > (1 - COPIED) * len(words):
        rule = max(matched, key=lambda rule: len(matched[rule] & left), default="")
        copied = matched.pop(rule, set()) & left
        if not copied:
            return []
        sources.append((min(copied), rule))
        left -= copied
    return [rule for _, rule in sorted(sources)]


def _words(text: str) -> list[str]:
    return [match.group().casefold() for match in _WORD.finditer(text)]


def _runs(words: Sequence[str], others: Sequence[str]) -> set[int]:
    """The places of the words that stand in runs among the others too."""
    blocks = SequenceMatcher(a=words, b=others, autojunk=False).get_matching_blocks()
    return {
        place
        for block in blocks
        if block.size >= SHORTEST_RUN
        for place in range(block.a, block.a + block.size)
    }
