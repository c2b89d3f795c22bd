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
from ingest.text.invisible import INVISIBLE
from ingest.text.language import IDEOGRAPHS

#: two clauses with one number are the same if they have this share of their words (in
#: Chinese: characters) in common, clauses with different numbers only with the higher share
SAME_NUMBER = 0.35
OTHER_NUMBER = 0.6
#: one that was moved past others has at least this share, and this many words unless it stays
#: below the same clause: what is short is said in many places
_OTHER_PLACE = 0.8
_FEWEST_WORDS = 8

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


def _paired(old: Sequence[Clause], new: Sequence[Clause]) -> list[AlignedPair]:
    matcher = SequenceMatcher(None, [words_of(c) for c in old], [words_of(c) for c in new], False)
    stretches: list[list[AlignedPair]] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            stretches.append(list(map(AlignedPair, old[i:i_end], new[j:j_end])))
        else:
            stretches.append(list(_gap(old[i:i_end], new[j:j_end])))
    return _with_moved(stretches)


def _with_moved(stretches: Sequence[Sequence[AlignedPair]]) -> list[AlignedPair]:
    """All pairs, those joined whose clause is gone from one stretch and new in another: it was
    moved past what is the same in both texts."""
    gone = [(at, pair.old) for at, pairs in enumerate(stretches) for pair in pairs if not pair.new]
    came = [(at, pair.new) for at, pairs in enumerate(stretches) for pair in pairs if not pair.old]
    words = [words_of(old) if old else () for _, old in gone]
    likely = sorted(
        (-share, n, o)
        for n, (here, new) in enumerate(came)
        if new
        for o, share in _alike(words, words_of(new), _OTHER_PLACE)
        if share >= _OTHER_PLACE and here != gone[o][0]
        if (old := gone[o][1]) and _may_be_moved(old, new, words[o])
    )
    moved_to: dict[str, Clause] = {}  # by id of the newer clause, the older one
    taken: set[int] = set()
    for _, n, o in likely:
        new, old = came[n][1], gone[o][1]
        if new and old and new.id not in moved_to and o not in taken:
            moved_to[new.id] = old
            taken.add(o)
    moved = {gone[o][1] for o in taken}
    return [
        AlignedPair(moved_to.get(pair.new.id), pair.new) if pair.new and not pair.old else pair
        for pairs in stretches
        for pair in pairs
        if pair.new or pair.old not in moved
    ]


def _may_be_moved(old: Clause, new: Clause, words: Sequence[str]) -> bool:
    """``words``: the older clause's."""
    is_below_the_same = old.path.rpartition(".")[0] == new.path.rpartition(".")[0] != ""
    return is_below_the_same or len(words) >= _FEWEST_WORDS


def _gap(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[AlignedPair]:
    """Pairs between two stretches that are the same in both texts."""
    partner: dict[int, int] = {}  # position in new -> position in old
    by_path = {clause.path: position for position, clause in enumerate(old)}
    for position, clause in enumerate(new):
        same = by_path.get(clause.path)
        if same is not None and likeness(old[same], clause) >= SAME_NUMBER:
            partner[position] = same
    free = sorted(set(range(len(old))) - set(partner.values()))
    words = [words_of(old[other]) for other in free]
    likely = sorted(
        (-share, position, free[place])
        for position, clause in enumerate(new)
        if position not in partner
        for place, share in _alike(words, words_of(clause), OTHER_NUMBER)
        if share >= OTHER_NUMBER
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
    return next((share for _, share in _alike([words_of(old)], words_of(new), least)), 0.0)


def _alike(
    olds: Sequence[Sequence[str]], new: Sequence[str], least: float
) -> Iterator[tuple[int, float]]:
    """The share of words in common with those of a newer clause, for each of the older ones, by
    place, whose share may reach ``least``."""
    # what is worked out of the second serves for every first one
    matcher = SequenceMatcher(None, (), new, False)
    for place, old in enumerate(olds):
        matcher.set_seq1(old)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            yield place, matcher.ratio()


def words_of(clause: Clause) -> tuple[str, ...]:
    """A clause's words without its own number; case, spaces, widths and punctuation left out."""
    text = INVISIBLE.sub("", clause.text.removeprefix(clause.num or ""))
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def has_words_of(clause: Clause, other: Clause) -> bool:
    """Whether all that another clause says stands in this one, in one stretch; what is short is
    said in many places, so it never does.

    >>> from dataclasses import replace
    >>> old = Clause("x#3", "x", "3", "3.", "", (), False, 0, 0, "3. A keeper may not leave the hall by night.", None, ())
    >>> new = replace(old, num="2.", text="2. The hall is locked. A keeper may not leave the hall by night.")
    >>> has_words_of(new, old), has_words_of(old, new)
    (True, False)
    """
    words, found = words_of(other), words_of(clause)
    if len(words) < _FEWEST_WORDS or not set(words) <= set(found):
        return False
    last = len(found) - len(words)
    return any(found[at : at + len(words)] == words for at in range(last + 1))
