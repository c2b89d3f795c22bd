"""Sentences that are not understood without the one before them."""

import re

_AT_START = re.compile(
    r"(?:It(?! (?:is the|makes no))|They|This|That|These|Those|Such|He|She|If so|If yes|Otherwise|"
    r"In this case|In that case)\b|[该其此否则]"
)
#: it stands by itself, and is better understood behind the one before
_GOES_ON = re.compile(r"(?:However|Therefore|Meanwhile)\b|但")
#: the document itself needs no sentence before
_ITSELF = re.compile(
    r"This (?:Announcement|Notice|Decree|Decision|Regulation|Guideline|Measure|Law|document)s?\b",
    re.I,
)
_WORD = re.compile(r"[\w’'-]+")
#: so early in a sentence nothing of it stands before that they could mean
_EARLY = 4
#: not "it": "When it sets up an account, the firm …", "If it is necessary to …"
_PRONOUNS = frozenset(("they", "them", "their", "thereof", "therefrom", "thereto"))
_DETERMINED = re.compile(
    r"\b(?:th(?:is|ese)(?! (?:with|is|are|was|were|means?|can|will|shall|must|may|do|does|don|has|"
    r"have|in|on|at|by|for|to|of|and|or|also|not|need)\b)|such(?!(?: [\w-]+){0,2} as\b)"
    r"|aforesaid|aforementioned|above-mentioned)\s+([\w-]+)",
    re.I,
)
#: letters at the beginning that make two forms of one word
_SAME = 5
#: a place that a reader of one sentence does not see
_ELSEWHERE = re.compile(
    r"\babove (?:clauses?|items?|articles?|paragraphs?) ?[\d(]|上述|前款|前述", re.I
)


def points_back(sentence: str) -> bool:
    """Whether a sentence speaks of something that another one has named.

    >>> points_back("Before bringing them into China, exhibitors shall file an application.")
    True
    >>> points_back("Exhibits shall be quarantined before they are put on exhibition.")
    False
    """
    text = _ITSELF.sub("The Announcement", sentence)
    if _AT_START.match(text) or _ELSEWHERE.search(text):
        return True
    early = [match.group().lower() for match in _WORD.finditer(text)][:_EARLY]
    if not _PRONOUNS.isdisjoint(early):
        return True
    return any(
        not re.search(rf"\b{re.escape(found[1][:_SAME])}", text[: found.start()], re.I)
        for found in _DETERMINED.finditer(text)
    )


def leans_back(sentence: str) -> bool:
    """Whether a sentence that is quoted is better quoted behind the one before it."""
    return _AT_START.match(sentence) is not None or _GOES_ON.match(sentence) is not None
