"""Coverage: what a sentence says stands in the quote, in the same or in other words."""

from collections.abc import Iterator

from app.checks.finding import Finding, failed, unsure
from app.checks.reading import Reading

#: share of a sentence's content words that the quotes must hold; see docs/citation-check.md
COVERED = 0.7
#: below it the quotes are about something else
UNRELATED = 0.4


def check_coverage(reading: Reading) -> Iterator[Finding]:
    keys = frozenset(key for segment in reading.quotes for key in segment.keys)
    keys |= frozenset(key for source in reading.sources for key in source.keys)
    content = reading.statement.content
    missing = [word.text for word in content if not word.keys & keys]
    share = 1 - len(missing) / len(content)
    words = ", ".join(dict.fromkeys(missing))
    if share < UNRELATED:
        yield failed(f"the quote says nothing of: {words}")
    elif share < COVERED:
        yield unsure(f"not in the quote: {words}")
