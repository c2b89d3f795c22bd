"""Quotations in a text, and whether a source has their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text_check.quotations import Wording, find_quotations

SOURCE = (
    "Unlawful acts shall be  fined\nup to 1,000 yuan（每次）; theCustoms may waive “minor” fines."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It says “goods shall be declared”.", ["goods shall be declared"]),
        ('It says "goods shall be declared" and "term".', ["goods shall be declared"]),
        ("“the form “Samples” shall be filed”", ["the form “Samples” shall be filed"]),
        ("规定：“货物应当在十日内申报。”", ["货物应当在十日内申报。"]),
        ("「貨物應當在十日內申報」", ["貨物應當在十日內申報"]),
        ("称为“货物”", []),
        ("“never closed in its paragraph\n\nso it is none”", []),
    ],
)
def test_what_is_quoted(text: str, expected: list[str]) -> None:
    found = find_quotations(text)
    assert [one.words for one in found] == expected
    assert all(text[one.start + 1 : one.end - 1] == one.words for one in found)


@pytest.mark.parametrize(
    ("words", "is_there"),
    [
        ("shall be fined up to 1,000 yuan", True),  # a line's end is a blank
        ("the Customs may waive minor fines", True),  # a blank that the source has lost, its marks
        ("fined up to 1,000 yuan (每次)", True),  # other widths
        ("Unlawful acts … may waive “minor” fines", True),
        ("lawful acts shall be fined", False),  # a word's end is no word
        ("fined up to 1,00 yuan", False),
        ("fined up to 10,000 yuan", False),
        ("may waive … shall be fined", False),  # in another order
        ("…", False),
    ],
)
def test_whether_a_source_has_the_words(words: str, is_there: bool) -> None:
    found = Wording(SOURCE).find(words)
    assert (found is not None) == is_there


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_looked_through(source: str, words: str) -> None:
    found = Wording(source).find(words)
    if found is not None:
        assert 0 <= found.start < found.end <= len(source)
    for one in find_quotations(source + words):
        assert one.words in source + words


def test_what_differs_is_told_word_by_word() -> None:
    like, difference = Wording(f"İstanbul: {SOURCE}").nearest("fined up to 2,000 yuan")
    assert like > 0.8
    assert difference.endswith("up to [-1-]{+2+},000 yuan")
