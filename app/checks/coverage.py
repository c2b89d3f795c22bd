"""Coverage: what a sentence says stands in the quote, in the same or in other words."""

from collections.abc import Iterator, Sequence, Set

from app.checks.finding import Finding, failed, unsure
from app.checks.reading import Reading, Word

#: share of a sentence's content words that the quotes must hold; see docs/citation-check.md
COVERED = 0.7
#: below it the quotes are about something else
UNRELATED = 0.3


def check_coverage(reading: Reading) -> Iterator[Finding]:
    keys = frozenset(key for segment in reading.quotes for key in segment.keys)
    keys |= frozenset(key for source in reading.sources for key in source.keys)
    content = [word for word in reading.statement.content if word.telling and not word.text[0].isdigit()]
    if not content:
        return
    missing = [word.text for word in content if not word.keys & keys]
    share = 1 - len(missing) / len(content)
    words = ", ".join(dict.fromkeys(missing))
    if share < UNRELATED:
        yield failed(f"the quote says nothing of: {words}")
    elif share < COVERED or _side_by_side(content, keys):
        yield unsure(f"not in the quote: {words}")


def _side_by_side(content: Sequence[Word], keys: Set[str]) -> bool:
    """Whether two words in a row are not in the quote: an addition more than a paraphrase."""
    missing = [not word.keys & keys for word in content]
    return any(a and b for a, b in zip(missing, missing[1:], strict=False))
