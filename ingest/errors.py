"""What can go wrong, and what the user can do about it.

Every error a user can cause is a :class:`ClauseDeskError` whose message is one
line: what is wrong, then what to do. Command lines print that line on stderr
and exit with 2; the page shows it in a box. Anything else is a bug and keeps
its traceback.
"""

from collections.abc import Iterable

#: names told in one line
_TOLD = 10


def some_of(names: Iterable[str]) -> str:
    """Names for a line that stays one of however many: the first ten, and how many more.

    >>> some_of(["a", "b"]), some_of([]), some_of(map(str, range(1_012)))
    ('a, b', 'none', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1,002 more')
    """
    held = list(names)
    more = f" and {len(held) - _TOLD:,} more" if len(held) > _TOLD else ""
    return (", ".join(held[:_TOLD]) or "none") + more


class ClauseDeskError(Exception):
    """Base of every error a user can cause; str() is the line to show."""


class ConfigError(ClauseDeskError):
    """A setting is unknown or has a wrong value."""


class CatalogError(ClauseDeskError):
    """corpus/catalog.toml is wrong; the message names the entry."""


class UnreadableDocument(ClauseDeskError):
    """A file gives no text (wrong encoding, no text layer, truncated, ...)."""


class IndexMissing(ClauseDeskError):
    """There is no index yet; `python -m ingest build` makes one."""


class IndexUnusable(ClauseDeskError):
    """The index is damaged or was built by another model or program version."""


class UnknownClause(ClauseDeskError):
    """A clause id that the corpus does not hold."""


class BadQuestion(ClauseDeskError):
    """A question that cannot be searched for: empty, too long, no words."""
