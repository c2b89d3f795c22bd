"""A copy is shown in the clause's own words; what a model words itself is left to the check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_corpus import parsed

from app.answer.clause_words import in_clause_words

EXHIBITS = (
    "2.If CCC exhibits are expected to be sold or used domestically, application shall be made "
    "for the certification. Before such certification is acquired, these exhibits cannot be sold."
)
RULE = EXHIBITS[2:].partition(". ")[0] + "."
TAXES = (
    "The price shall be based on the fee; the part over the limit shall be taxed pursuant to laws; "
    "unused parts shall be re-exported, or imported in line with regulations."
)

LIST = "The commodities are no expendable materials: drills and blades; engine oil; gloves."
WINDOW = "Apply via the Window (address: 17 Baiye Road; telephone: 22004507) of the customs."


@pytest.mark.parametrize(
    ("text", "quotes", "shown"),
    [
        # the "If" was dropped
        ("CCC exhibits are expected to be sold or used domestically, application shall be made for "
         "the certification.", [EXHIBITS], RULE),
        # the end was changed
        ("If CCC exhibits are expected to be sold or used domestically, application shall be made "
         "for the mark.", [EXHIBITS], RULE),
        # a rule between semicolons, and none of its neighbours
        ("The part over the limit shall be taxed.", [TAXES],
         "the part over the limit shall be taxed pursuant to laws"),
        # behind what "these exhibits" points back to
        ("These exhibits cannot be sold before certification.", [EXHIBITS], EXHIBITS[2:]),
        # one sentence is a copy, the other is not
        ("Application shall be made for the certification. A mark comes first.", [EXHIBITS],
         f"{RULE} A mark comes first."),
        # said twice
        ("Application shall be made for the certification. For the certification, application "
         "shall be made.", [EXHIBITS], RULE),
        # the next sentence broke off
        (f"{RULE} Before such", [EXHIBITS], RULE),
        # a list behind a colon, and brackets, are not cut at their semicolons
        ("The commodities are no expendable materials: drills and blades.", [LIST], LIST),
        ("Apply via the Window (address: 17 Baiye Road).", [WINDOW], WINDOW),
        # from another quote
        ("Unused parts shall be re-exported, or imported.", [EXHIBITS, TAXES],
         "unused parts shall be re-exported, or imported in line with regulations."),
        # words run together in the clause
        ("Goods need the Import Licence of the customs.", ["Goods need theImport Licence of thecustoms."],
         "Goods need theImport Licence of thecustoms."),
        # in Chinese
        ("消耗性材料应单独申报", ["二、企业应如实申报。消耗性材料应当与其他保税料件分开，单独申报。"],
         "消耗性材料应当与其他保税料件分开，单独申报。"),
        # worded anew, or put together from two rules: as it is
        ("A sale in China needs a certificate first.", [EXHIBITS],
         "A sale in China needs a certificate first."),
        ("The price follows the fee, and what is left goes back.", [TAXES],
         "The price follows the fee, and what is left goes back."),
        ("辅料不与别的货物一起报关", ["二、消耗性材料应当与其他保税料件分开，单独申报。"],
         "辅料不与别的货物一起报关"),
        ("Anything.", [], "Anything."),
    ],
)  # fmt: skip
def test_words(text: str, quotes: list[str], shown: str) -> None:
    assert in_clause_words(text, quotes) == shown


CLAUSES = [c.text for d in ("gacc-2016-67", "msr-expo-2018") for c in parsed(d).clauses if c.text]


@given(st.sampled_from(CLAUSES), st.data())
def test_nothing_is_shown_that_neither_the_clause_nor_the_model_says(
    clause: str, data: st.DataObject
) -> None:
    words = clause.split()
    kept = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    text = " ".join(word for word, keep in zip(words, kept, strict=True) if keep)
    shown = in_clause_words(text, [clause])
    vocabulary = set(words)
    assert all(
        word in vocabulary or any(word in whole for whole in vocabulary) for word in shown.split()
    )
    assert shown == text or len(shown) >= len(text) or shown in " ".join(words)


@given(st.sampled_from(CLAUSES))
def test_a_clause_stands_for_itself(clause: str) -> None:
    shown = in_clause_words(clause, [clause])
    assert in_clause_words(shown, [clause]) == shown
