"""Which clauses an answer quotes, whole, and what of them stands open: by what a reader says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from numpy.typing import NDArray
from small_corpus import with_documents

from app.contract import Question
from app.desk import ClauseDesk
from app.search.passages import Passage, PassageChooser
from ingest.models.clause_model import ClauseModel, ClauseText

GATE = """Order on the Harbour Gate

1. A visitor shall sign the book at the gate. Before the book is signed, nothing may be unloaded.

2. A carrier shall hand in the following papers at the gate:

(1) a list of the crates, which says of each crate what is packed in it, how heavy it is, from which
ship and on which day it was landed, and to which of the merchants of the town it belongs, so that
the guard can call that merchant when a crate is found open or is missing;

(2) the driver's permit, not older than three years;

(3) a drawing of the load, which shows where in the lorry each of the crates stands, with its number
from the list, which of them may be turned over and which may not, and where the ropes are tied, so
that whoever unloads the lorry begins with the crates that stand nearest to its end.

3. Fish is weighed on the east scale. Timber is weighed on the west scale of the harbour, which the
guard opens at seven and closes at nine in the evening on every day of the week but Sunday. Sand is
weighed by the lorry, once full and once empty, and the driver keeps both of the slips until he has
left the harbour for good. However, sand that is wet is weighed on the next dry day. Coal is not
weighed at all, because the merchants of the town have sworn to its weight since the harbour was
built and pay a yearly sum for it to the guard. Glass is weighed in its crates, and a fifth of the
weight is taken off for the straw in which the panes were packed when they came. Salt is weighed by
the sack, and the sacks are counted twice.

4. This Order shall enter into force as from 1 May 2027.

5. A merchant keeps a tally, and hands in a yearly tally where he trades for longer than a year.

(1) Tally: each crate is written down when it is landed.

(2) Yearly tally: with a trade of more than a year, the crates of the year are added up.

6. A driver brings for the night:

(a) a rope;

(b) a lamp.
"""


STATUTE = """Lamp Act

Article 1

1. A keeper may put out a lamp by telling the warden.

2. A lamp that was put out stays dark for fifteen days.

Article 2

1. Every lamp in a street that leads to the harbour is lit at dusk by its keeper.

2. Where a fog comes up from the sea before dusk, the keepers of the lamps on the quay light them
when the bell of the customs house is rung, and leave them alight until it is rung for a second time.

3. A keeper who is ill sends another who has held a lamp for a year, and tells the warden of it on the
same day; where he finds nobody, the warden lights the lamp himself and takes the pay of that night.

4. The oil is given out on the first day of each month against the empty can of the month before, and
no keeper gets more than one can; a can that was lost is paid for, at the price of the oil market.

Article 3

Small lamps (but for those of glass) need no keeper.

Such lamps shall be:

(1) lower than a man;

(2) lit by their owner.
"""


class Reader(ClauseModel):
    """Embeds for real; reads as it is told: probabilities by words of the text, else 0.1."""

    def __init__(self, told: dict[str, float]) -> None:
        super().__init__()
        self._told = told

    def read(self, _: str, clauses: Sequence[ClauseText]) -> NDArray[np.float32]:
        return np.array([self._probable(clause.body) for clause in clauses], np.float32)

    def _probable(self, body: str) -> float:
        return next((p for words, p in self._told.items() if body.startswith(words)), 0.1)


@cache
def desk() -> ClauseDesk:
    return ClauseDesk(with_documents(Path(mkdtemp()), GATE, STATUTE))


@pytest.fixture
def choose() -> Callable[[str, dict[str, float]], list[Passage]]:
    def chosen(question: str, told: dict[str, float]) -> list[Passage]:
        searcher, library = desk().searcher(), desk().library()
        found = searcher.find(Question(text=question)).answers
        return PassageChooser(library.snapshot, library.documents, Reader(told)).choose(found)

    return chosen


Choose = Callable[[str, dict[str, float]], list[Passage]]


def quoted(passage: Passage) -> str:
    return desk().document_text(passage.clause.document_id)[passage.start : passage.end]


def test_a_clause_is_quoted_whole(choose: Choose) -> None:
    passage = choose("Who signs the book at the gate?", {"1.": 0.9})[0]
    assert quoted(passage).endswith("Before the book is signed, nothing may be unloaded.")
    assert passage.folded == ()


def test_an_item_stands_above_the_head_of_its_list(choose: Choose) -> None:
    told = {"(2)": 0.9, "2.": 0.2}
    item, head = choose("How old may the driver's permit be?", told)[:2]
    assert quoted(item) == "(2) the driver's permit, not older than three years;"
    assert quoted(head) == "2. A carrier shall hand in the following papers at the gate:"
    assert head.items == (1, 3) and item.items is None


@pytest.mark.parametrize(
    "told",
    [
        {"2.": 0.9, "(1)": 0.4, "(2)": 0.3, "(3)": 0.3},  # its head answers
        {"2.": 0.1, "(1)": 0.8, "(2)": 0.8, "(3)": 0.8},  # every item does
    ],
)
def test_a_list_is_quoted_whole_where_all_of_it_answers(
    choose: Choose, told: dict[str, float]
) -> None:
    passage = choose("Which papers shall a carrier hand in at the gate?", told)[0]
    assert passage.clause.path == "2" and passage.items is None
    assert quoted(passage).startswith("2. A carrier") and quoted(passage).endswith("to its end.")


def test_a_short_list_is_quoted_whole(choose: Choose) -> None:
    passage = choose("Does a driver need a lamp for the night?", {"(b)": 0.9, "(a)": 0.1})[0]
    assert quoted(passage).startswith("6. A driver") and quoted(passage).endswith("(b) a lamp.")


def test_items_that_answer_equally_well_are_quoted_together(choose: Choose) -> None:
    told = {"(1)": 0.7, "(2)": 0.9, "(3)": 0.88, "2.": 0.1}
    passages = choose("Must the paper of the driver and the drawing of the load be kept?", told)
    assert [p.clause.path for p in passages[:3]] == ["2.2", "2.3", "2"]
    assert passages[2].items == (2, 3)


def test_a_long_clause_is_folded_around_what_answers(choose: Choose) -> None:
    question = "How is sand weighed by the lorry?"
    passage = choose(question, {"Sand is": 0.9})[0]
    text = desk().document_text(passage.clause.document_id)
    assert quoted(passage).startswith("3. Fish") and quoted(passage).endswith("counted twice.")
    folded = " ".join(text[start:end] for start, end in passage.folded)
    assert "Fish" in folded and "Glass" in folded
    for shown in (
        "Timber",
        "Sand is",
        "However, sand that is wet",
    ):  # its neighbours, and the exception
        assert shown not in folded
    assert all(passage.start <= start < end <= passage.end for start, end in passage.folded)


def test_an_item_that_explains_a_term_stands_beside_the_rule_that_uses_it(choose: Choose) -> None:
    passages = choose("What is added up in the yearly tally?", {})
    assert [p.clause.path for p in passages[:2]] == ["5.2", "5"]


@pytest.mark.parametrize(
    ("beside", "score", "read", "shown"),
    [
        ("3.", 0.97, 0.5, "counted twice."),  # nearly as good
        ("3.", 0.88, 0.9, "counted twice."),  # reads as well
        ("3.", 0.88, 0.5, "3. Fish is weighed on the east scale."),  # tells what is behind it
        ("1.", 0.88, 0.5, "nothing may be unloaded."),  # too short to be folded
    ],
)
def test_what_answers_is_open_and_nothing_is_folded_whole(
    beside: str, score: float, read: float, shown: str
) -> None:
    searcher, library = desk().searcher(), desk().library()
    found = searcher.find(Question(text="When does the Order enter into force?"), 40).answers
    of_order = {c.unit.body[:2]: c for c in found.candidates if c.unit.title.startswith("Order")}
    best = replace(of_order["4."], score=1.0, read=0.9)
    two = (best, replace(of_order[beside], score=score, read=read))
    reader = Reader({"": 0.5})  # every sentence alike
    chooser = PassageChooser(library.snapshot, library.documents, reader)
    first, second = chooser.choose(replace(found, candidates=two))
    assert first.folded == ()
    end = second.folded[0][0] if second.folded else second.end
    assert desk().document_text(second.clause.document_id)[second.start : end].endswith(shown)


def test_the_preamble_does_not_bring_the_whole_document(choose: Choose) -> None:
    assert all(quoted(p) != GATE for p in choose("What is this Order on the harbour gate?", {}))


def paths(passages: Sequence[Passage]) -> list[str]:
    return [passage.clause.path for passage in passages]


def test_a_short_article_is_quoted_with_all_its_paragraphs(choose: Choose) -> None:
    passages = choose("May a keeper put out a lamp by telling the warden?", {})
    assert paths(passages)[:2] == ["1.1", "1.2"]
    assert quoted(passages[1]).endswith("stays dark for fifteen days.")


def test_of_a_long_article_the_paragraph_that_answers_is_quoted(choose: Choose) -> None:
    passages = choose("When does a keeper light the lamps on the quay in a fog?", {})
    assert passages[0].clause.path == "2.2"
    assert not {"2.3", "2.4"} & set(paths(passages))


def test_what_points_back_stands_beside_what_it_points_to(choose: Choose) -> None:
    passages = choose("How low shall small lamps be, lower than a man?", {})
    assert any("but for those of glass" in quoted(passage) for passage in passages)
    assert any("lower than a man" in quoted(passage) for passage in passages)
