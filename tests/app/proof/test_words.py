"""The words of the checks: one format, read as a person would who adds a word."""

import itertools
import re

import pytest

from app.proof.words import expression, rows, words

FILES = (
    "actors", "capitals", "empty", "irregular", "light", "loose_opposites", "opposites",
    "synonyms", "things", "units",
)  # fmt: skip


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("import*", "imported goods", "imported"),
        ("country", "two countries", "countries"),
        ("client company", "client companies", "client companies"),
        ("day", "30 days", "days"),
        ("within #", "within 30 days", "within"),
        ("within #", "within reason", None),
        ("U.S. dollar", "UxSx dollar", None),
        ("进口", "进口货物", "进口"),
    ],
)
def test_a_word_is_found_as_it_is_written(word: str, text: str, found: str | None) -> None:
    match = re.search(expression(word), text)
    assert (match.group() if match else None) == found


@pytest.mark.parametrize("file", FILES)
def test_a_file_holds_no_empty_word_and_no_row_twice(file: str) -> None:
    read = rows(file)
    assert all(word for row in read for word in row.words)
    assert len({(row.table, frozenset(row.words)) for row in read}) == len(read)


@pytest.mark.parametrize("file", ["opposites", "loose_opposites", "actors"])
def test_no_word_stands_on_both_sides(file: str) -> None:
    for one, other in itertools.combinations(rows(file), 2):
        if one.table == other.table and "-" not in (one.name, other.name):
            assert not set(one.words) & set(other.words), (one.name, other.name)


def test_a_row_keeps_its_table_and_its_name() -> None:
    row = next(row for row in rows("units") if row.name == "week")
    assert (row.table, row.words) == ("behind", ("week", "周", "星期"))
    assert "yuan" not in words("units")
    assert "paper" in words("things", "countable")
