"""Sentences that are not understood without the one before them."""

import re

_AT_START = re.compile(
    r"(?:It(?! (?:is the|makes no))|They|This|That|These|Those|Such|He|She|If so|If yes|Otherwise|"
    r"In this case|In that case)\b|[该其此否则]"
)
#: it stands by itself, and is better understood behind the one before
_GOES_ON = re.compile(r"(?:However|Therefore|Meanwhile)\b|但")


def leans_back(sentence: str) -> bool:
    """Whether a sentence that is quoted is better quoted behind the one before it.

    >>> leans_back("They shall be declared before."), leans_back("Exhibits shall be declared.")
    (True, False)
    """
    return _AT_START.match(sentence) is not None or _GOES_ON.match(sentence) is not None
