"""Memos with one thing wrong in each: none of it is shown as right (the long run: tests/memos.py)."""

import random

import pytest
from memos import corpus_with, measured, memo, rules_of

from app.desk import ClauseDesk
from app.text_check.check import TextChecker


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_wrong_is_shown_as_right(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = ClauseDesk.open(corpus_with(tmp_path_factory.mktemp("memos"), []))
    library, chance = desk.library(), random.Random(seed)
    rules = rules_of(library)
    tally = measured(
        TextChecker(desk.searcher()), [memo(rules, library, chance) for _ in range(12)]
    )
    assert tally.shown_as_right == []
    assert tally.called_wrong == []
    assert sum(count for (kind, told), count in tally.citations.items() if kind and told == "wrong")
