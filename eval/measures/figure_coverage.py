"""Figure coverage: the share of the required figures that the answer shows.

The topic lists the strings that a right answer must contain (a code, a date, an
amount); they count when they stand in the answer's text or in one of its quotes. The
measure is the project's own, after "nugget recall" (Voorhees, Overview of the TREC 2003
Question Answering Track).
"""

import re
import unicodedata
from collections.abc import Sequence


def figure_coverage(required: Sequence[str], texts: Sequence[str]) -> float | None:
    """Share of ``required`` that stand in one of ``texts``; None when nothing is required.

    Case and white space do not count. A string that begins or ends with a digit must not
    be part of a longer number: "510" does not stand in "5100".
    """
    if not required:
        return None
    haystacks = [_plain(text) for text in texts]
    return sum(any(_stands_in(figure, h) for h in haystacks) for figure in required) / len(required)


def _stands_in(figure: str, haystack: str) -> bool:
    needle = re.escape(_plain(figure))
    before = r"(?<!\d)" if figure[:1].isdigit() else ""
    after = r"(?!\d)" if figure[-1:].isdigit() else ""
    return re.search(before + needle + after, haystack) is not None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
