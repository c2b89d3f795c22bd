"""Signs that nobody sees, and spaces that are wider, narrower or hold a line together.

Files that were typeset, or copied from a page, are full of them; none makes another word.
"""

import re
import unicodedata

#: soft hyphens, joiners, marks of direction, a mark at a file's head: they take no room in a line
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_OTHER_SPACE = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f]")


def from_first_sign(text: str) -> str:
    """A text without what it begins with unseen: a zero-width space, a byte order mark."""
    at = 0
    while at < len(text) and unicodedata.category(text[at]) in ("Cf", "Zs"):
        at += 1
    return text[at:]


def with_plain_spaces(text: str) -> str:
    """The same length, with each space of another width as a plain one."""
    return _OTHER_SPACE.sub(" ", text)


def as_printed(text: str) -> str:
    """What a reader sees: without signs that take no room, with plain spaces.

    >>> as_printed("an\u00adnounce\u00a0ment")
    'announce ment'
    """
    return with_plain_spaces(INVISIBLE.sub("", text))
