"""The best candidates are read together with the question, and put in order by what was read."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.search.current_law import Found
from app.search.reading import READ, log_odds, read_best
from app.search.retriever import Candidate, Query, SearchResult
from ingest.index.content import SearchUnit
from ingest.models.clause_model import ClauseModel, ClauseText, Vectors

TODAY = date(2026, 1, 1)
DEPOSIT = "An exhibitor shall pay a deposit of 3,000 yuan for each exhibit."
REFUND = "A deposit that nobody claims within a year goes to the State."


def candidate(number: int, score: float = 1.0, body: str = "", part: int = 1) -> Candidate:
    unit = SearchUnit(f"d#{number}", "d", "Rules", "", body or f"body {number}", "")
    return Candidate(unit, score, 0.5, part, 0.5, 0.0, named=False)


def found(candidates: Sequence[Candidate], question: str = "?") -> Found:
    query = Query(question, np.zeros(2, dtype=np.float32), {}, {}, (), ())
    return Found(SearchResult(query, tuple(candidates), ()), {}, TODAY)


class Scripted:
    """Reads each clause as the script says, by its words; a clause is cut at "/"."""

    fingerprint, dimension = "scripted", 2

    def __init__(self, probable: dict[str, float]) -> None:
        self._probable = probable
        self.was_read: list[str] = []

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        return [ClauseText(clause.context, part) for part in clause.body.split("/")]

    def embed_questions(self, _: Sequence[str]) -> Vectors:
        raise AssertionError("a clause is read, not embedded")

    def embed_clauses(self, _: Sequence[ClauseText]) -> Vectors:
        raise AssertionError("a clause is read, not embedded")

    def read(self, _: str, clauses: Sequence[ClauseText]) -> NDArray[np.float32]:
        self.was_read += [clause.body for clause in clauses]
        return np.array([self._probable.get(c.body, 0.5) for c in clauses], dtype=np.float32)


def test_what_answers_goes_first_though_another_clause_was_found_before_it() -> None:
    others = [candidate(1, 1.15, REFUND), candidate(2, 1.1, DEPOSIT)]
    before = found(others, "How much is the deposit for an exhibit?")
    after = read_best(before, ClauseModel(threads=1), (before.answers.query.text,))
    assert [c.unit.body for c in after.answers.candidates] == [DEPOSIT, REFUND]
    first, second = (c.read or 0.0 for c in after.answers.candidates)
    assert 1 > first > second > 0


@given(
    scores=st.lists(st.floats(-1, 6, width=32), max_size=4 * READ),
    probable=st.lists(st.floats(0, 1, width=32), min_size=2 * READ, max_size=2 * READ),
)
def test_an_unread_clause_never_stands_before_a_read_one(
    scores: list[float], probable: list[float]
) -> None:
    candidates = [candidate(n, score) for n, score in enumerate(sorted(scores, reverse=True))]
    model = Scripted({f"body {n}": p for n, p in enumerate(probable)})
    after = read_best(found(candidates), model, ("?",)).answers.candidates
    count = len(model.was_read)
    assert count in {min(READ, len(candidates)), min(2 * READ, len(candidates))}
    assert model.was_read == [c.unit.body for c in candidates[:count]]
    assert [c.read is not None for c in after] == [n < count for n in range(len(candidates))]
    assert after[count:] == tuple(candidates[count:])
    assert sorted(c.unit.clause_id for c in after) == sorted(c.unit.clause_id for c in candidates)
    scored = [c.score for c in after]
    assert scored == sorted(scored, reverse=True)


@pytest.mark.parametrize(("likely", "count"), [(0.9, READ), (0.5, 2 * READ)])
def test_more_is_read_where_nothing_read_is_likely(likely: float, count: int) -> None:
    model = Scripted({"body 3": likely, "body 11": 0.6} | {f"body {n}": 0.1 for n in range(3)})
    after = read_best(found([candidate(n) for n in range(40)]), model, ("?",)).answers.candidates
    assert len(model.was_read) == count
    assert after[0].unit.clause_id == ("d#3" if count == READ else "d#11")


def test_two_wordings_are_read_as_their_mean() -> None:
    class ByWording(Scripted):
        def read(self, text: str, clauses: Sequence[ClauseText]) -> NDArray[np.float32]:
            told = {"alone": [0.9, 0.7], "within": [0.1, 0.7]}[text]
            return np.array(told, dtype=np.float32)[: len(clauses)]

    first, second = read_best(
        found([candidate(0), candidate(1)]), ByWording({}), ("alone", "within")
    ).answers.candidates
    assert (first.unit.clause_id, first.read) == ("d#1", pytest.approx(0.7))
    assert second.read == pytest.approx(0.5)


def test_of_equal_scores_the_one_that_answers_better_goes_first() -> None:
    model = Scripted({"body 0": 0.2, "body 1": 0.9, "body 2": 0.6})
    after = read_best(found([candidate(n) for n in range(3)]), model, ("?",)).answers.candidates
    assert [c.unit.clause_id for c in after] == ["d#1", "d#2", "d#0"]
    assert [c.read for c in after] == [pytest.approx(p) for p in (0.9, 0.6, 0.2)]


@pytest.mark.parametrize(
    ("part", "read"),
    [(1, "one"), (2, "two"), (3, "three"), (9, "three")],  # an index may have been built otherwise
)
def test_of_a_long_clause_its_nearest_part_is_read(part: int, read: str) -> None:
    model = Scripted({})
    read_best(found([candidate(1, body="one/two/three", part=part)]), model, ("?",))
    assert model.was_read == [read]


def test_nothing_found_is_nothing_read() -> None:
    assert read_best(found([]), Scripted({}), ("?",)).answers.candidates == ()


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.5, 0.0), (0.9, 2.197), (0.1, -2.197), (0.0, -9.21), (1.0, 9.21)],
)
def test_log_odds_stay_within_bounds(probability: float, expected: float) -> None:
    assert log_odds(probability) == pytest.approx(expected, abs=1e-3)


def test_an_answer_stands_before_those_that_it_has_replaced() -> None:
    first, second, old, older = (candidate(n, 2 - n / 10) for n in range(4))
    result = found([second, first]).answers
    everything = Found(result, {"d#0": (old, older), "d#9": (old,)}, TODAY).all
    assert [c.unit.clause_id for c in everything.candidates] == ["d#1", "d#0", "d#2", "d#3"]
    assert everything.query is result.query
