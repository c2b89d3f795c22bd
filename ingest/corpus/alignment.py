"""Which clause of one text is which clause of another text of the same Work.

Amendments renumber: what was article 12 may be article 13 now. So clauses are paired
by their words first, in reading order, and by their numbers where words have changed.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from ingest.structure import Clause, ParsedDocument
from ingest.text.language import IDEOGRAPHS

#: two clauses with one number are the same if they have this share of their words (in
#: Chinese: characters) in common, clauses with different numbers only with the higher share
SAME_NUMBER = 0.35
OTHER_NUMBER = 0.6

#: a sign that counts is a word too: "≥ 5 %" is not "≤ 5 %"
_WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W_]+?(?=[{IDEOGRAPHS}])|[^\W_]+|[%‰<>≤≥≠+±×÷°$€£¥]")


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """A clause in the older and the newer text; None where it is not there."""

    old: Clause | None
    new: Clause | None

    @property
    def changed(self) -> bool:
        """Whether words were added, removed or replaced; spaces, widths of brackets and
        the clause's own number do not count."""
        if self.old is None or self.new is None:
            return True
        return words_of(self.old) != words_of(self.new)


class Alignment:
    """The clauses of two texts, paired; ``pairs`` in the order of the newer text, a clause
    that is gone after the one it stood behind."""

    def __init__(self, old: ParsedDocument, new: ParsedDocument) -> None:
        self.pairs: tuple[AlignedPair, ...] = tuple(_paired(old.clauses, new.clauses))

    @cached_property
    def newer(self) -> dict[str, Clause]:
        """By id of the older clause."""
        return {pair.old.id: pair.new for pair in self.pairs if pair.old and pair.new}

    @cached_property
    def older(self) -> dict[str, Clause]:
        """By id of the newer clause."""
        return {pair.new.id: pair.old for pair in self.pairs if pair.old and pair.new}

    @cached_property
    def changed(self) -> frozenset[str]:
        """Ids, in both texts, of the clauses that are not the same in the other."""
        clauses = (c for pair in self.pairs if pair.changed for c in (pair.old, pair.new))
        return frozenset(clause.id for clause in clauses if clause is not None)


def _paired(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[AlignedPair]:
    matcher = SequenceMatcher(None, [words_of(c) for c in old], [words_of(c) for c in new], False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield from map(AlignedPair, old[i:i_end], new[j:j_end])
        else:
            yield from _gap(old[i:i_end], new[j:j_end])


def _gap(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[AlignedPair]:
    """Pairs between two stretches that are the same in both texts."""
    partner: dict[int, int] = {}  # position in new -> position in old
    by_path = {clause.path: position for position, clause in enumerate(old)}
    for position, clause in enumerate(new):
        same = by_path.get(clause.path)
        if same is not None and likeness(old[same], clause) >= SAME_NUMBER:
            partner[position] = same
    likely = sorted(
        (
            (share, position, other)
            for position, clause in enumerate(new)
            if position not in partner
            for other, older in enumerate(old)
            if other not in partner.values()
            and (share := likeness(older, clause, OTHER_NUMBER)) >= OTHER_NUMBER
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    for _, position, other in likely:
        if position not in partner and other not in partner.values():
            partner[position] = other
    gone = iter(position for position in range(len(old)) if position not in partner.values())
    next_gone = next(gone, None)
    for position, clause in enumerate(new):
        other = partner.get(position, -1)
        while next_gone is not None and next_gone < other:
            yield AlignedPair(old[next_gone], None)
            next_gone = next(gone, None)
        yield AlignedPair(old[other] if other >= 0 else None, clause)
    while next_gone is not None:
        yield AlignedPair(old[next_gone], None)
        next_gone = next(gone, None)


def likeness(old: Clause, new: Clause, least: float = 0.0) -> float:
    """Share of common words, 0 to 1; 0 for a share that cannot reach ``least``."""
    matcher = SequenceMatcher(None, words_of(old), words_of(new), False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()


def words_of(clause: Clause) -> tuple[str, ...]:
    """A clause's words without its own number; case, spaces, widths and punctuation left out."""
    text = clause.text.removeprefix(clause.num or "")
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
