"""Lists: one that a sentence announces is given whole, one of conditions is not left out."""

import re
from collections.abc import Iterator

from app.proof.conditions import ALL_KEPT, kept_share, worded
from app.proof.objection import Objection, unsure
from app.proof.reading import Phrase, QuotedRule, Reading, StatedRule, overlap

#: the head of a list of conditions
_LISTED = re.compile(
    r"(?:following|below)\b.*(?:conditions?|circumstances|cases).*:$|conditions below:$", re.I
)
#: what is asked for beside the conditions of a list: "shall be firms of the trade and shall meet …"
_BESIDE_LIST = re.compile(
    r"\b(?:shall|must)\s+(?P<said>[^,;:]*?)\s+and\s+(?:(?:shall|must)\s+)?(?:also\s+)?"
    r"(?:meet|satisfy|fulfil|comply)\b",
    re.I,
)
#: a list is announced
_ANNOUNCES = re.compile(r"\b(?:following|below)\b[^:.]*(?P<end>[:.])", re.I)
#: of an item's words a list that is given whole has at least this share; items of one list are
#: worded alike, so half of them says little
TOLD = 0.8
#: of a head's words a sentence that says what its list is of has at least this share
HEAD_SAID = 0.5
#: a list has more than one item
FEWEST_ITEMS = 2
_IN_PART = "the sentence announces a list and gives it in part"


def check_lists(reading: Reading) -> Iterator[Objection]:
    yield from _list_in_part(reading)
    for part in reading.parts:
        if part.drawn:
            yield from _dropped_list(part, reading)
            yield from _condition_alone(part.drawn[0], reading.statement)


def _dropped_list(part: StatedRule, reading: Reading) -> Iterator[Objection]:
    # "The Office may admit traders, and the traders shall meet one of the following …"
    sentence = part.drawn[0].sentence
    beside = [s for s in reading.quotes if s.sentence == sentence and s not in part.drawn]
    for segment in (*part.drawn, *beside):
        items = reading.items_of(segment)
        if _LISTED.search(segment.text) and items and not any(s in part.drawn for s in items):
            yield unsure("the sentence leaves out the conditions that the quote lists")


def _condition_alone(segment: QuotedRule, said: Phrase) -> Iterator[Objection]:
    """An item of "materials meeting the following conditions:" says what must hold, not what
    holds."""
    head = segment.head
    if (
        head is not None
        and _LISTED.search(head.text)
        and overlap(head.content, said.content) < HEAD_SAID * len(head.content)
    ):
        yield unsure("the sentence states a condition of a list as a fact")


def _list_in_part(reading: Reading) -> Iterator[Objection]:
    """ "Firms meeting the following conditions: (2) …": a reader takes it for the whole list."""
    said = reading.statement
    announced = _ANNOUNCES.search(said.text)
    if announced is None:
        return
    for head in dict.fromkeys(segment.head for segment in reading.quotes if segment.head):
        if announced[0].casefold() not in head.text.casefold():
            continue
        items = reading.items_of(head)
        told = [s for s in items if overlap(s.content, said.content) >= TOLD * len(s.content)]
        if len(told) < max(len(items), FEWEST_ITEMS):
            yield unsure(_IN_PART)
        for match in _BESIDE_LIST.finditer(head.text):
            for words, text in worded(head, match):
                if kept_share(words, said.keys) < ALL_KEPT:
                    yield unsure(f"the sentence leaves out: {text}")
    if announced["end"] == ".":
        yield unsure(_IN_PART)
