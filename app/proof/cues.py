"""Words that steer a rule ("must", "not", "before"), each with the words that it steers.

Two cues are compared when their words agree, so that "need not send the list, and must keep the
records" is not mixed up.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.proof.reading import Phrase, Word, overlap
from app.proof.vocabulary import WordRow, expression
from ingest.text.language import is_chinese

#: content words that belong to a cue: those that follow, and those before
AFTER, BEFORE = 5, 4
#: the row of phrases in which a word of the table's other rows is no cue
NEITHER = "-"


@dataclass(frozen=True, slots=True)
class Cue:
    kind: str
    text: str
    start: int
    end: int
    before: tuple[Word, ...]
    after: tuple[Word, ...]

    @property
    def near(self) -> tuple[Word, ...]:
        return (*self.before, *self.after)


def cues(span: Phrase, table: Mapping[str, re.Pattern[str]]) -> list[Cue]:
    """Cues in reading order; where two rows of the table meet, the earlier row has it."""
    found: list[Cue] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in table.items():
        for match in pattern.finditer(span.text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            near = span.near(start, end, BEFORE, AFTER)
            before = tuple(word for word in near if word.end <= start)
            after = tuple(word for word in near if word.start >= end)
            if kind != NEITHER:
                found.append(Cue(kind, match.group(), start, end, before, after))
    return sorted(found, key=lambda cue: cue.start)


def cues_of(spans: Iterable[Phrase], table: Mapping[str, re.Pattern[str]]) -> list[Cue]:
    return [cue for span in spans for cue in cues(span, table)]


def agreement(cue: Cue, other: Cue) -> int:
    """How far two cues steer the same words; what follows a cue tells twice as much."""
    return 2 * overlap(cue.after, other.after) + overlap(cue.near, other.near)


def closest(cue: Cue, others: Sequence[Cue]) -> list[Cue]:
    """Those of the others that steer the same words most; none if none shares a word."""
    best = max((agreement(cue, other) for other in others), default=0)
    return [other for other in others if best and agreement(cue, other) == best]


def pattern(*alternatives: str) -> re.Pattern[str]:
    """One pattern of alternatives; English ones as whole words, in any case."""
    english = [a for a in alternatives if not is_chinese(a)]
    chinese = [a for a in alternatives if is_chinese(a)]
    joined = [*chinese, *([rf"\b(?:{'|'.join(english)})\b"] if english else [])]
    return re.compile("|".join(joined), re.I)


def word_patterns(rows: Iterable[WordRow]) -> dict[str, re.Pattern[str]]:
    """A table of cues from rows of words."""
    # the longest first: an alternation takes the first that fits
    return {
        row.name: pattern(*map(expression, sorted(row.words, key=len, reverse=True)))
        for row in rows
    }
