"""Rows of tables among the clauses: each its own, and nothing else a part of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses.parse import parse
from ingest.loaders.text_tables import with_text_tables
from ingest.structure import ParsedDocument, SourceText


def parsed(text: str) -> ParsedDocument:
    return parse(with_text_tables(SourceText(text, "text/plain")), "d")


TABLE = "| No. | Goods | Rate |\n| --- | --- | --- |\n| 1. | wheat | 5 |\n| 2. | rye | 6 |\n"


def test_a_row_is_never_an_item_a_heading_or_a_signature() -> None:
    document = parsed(
        f"Notice on rates\n\n1. The rates are as follows:\n\n{TABLE}\n2. It applies.\n"
    )
    assert [(clause.path, clause.text) for clause in document.clauses] == [
        ("1", "1. The rates are as follows:"),
        ("1.p2", "| No. | Goods | Rate |"),
        ("1.p3", "| 1. | wheat | 5 |"),
        ("1.p4", "| 2. | rye | 6 |"),
        ("2", "2. It applies."),
    ]
    assert [clause.path for clause in document.clauses if clause.is_heading] == ["1.p2"]


@pytest.mark.parametrize(
    ("above", "read_under"),
    [
        (
            "1. The rates are as follows:",
            ["1. The rates are as follows:", "| No. | Goods | Rate |"],
        ),
        ("1. It applies.\n\nTable of rates", ["Table of rates", "| No. | Goods | Rate |"]),
        ("1. The rates were raised.", ["| No. | Goods | Rate |"]),
    ],
)
def test_what_a_row_is_read_under(above: str, read_under: list[str]) -> None:
    document = parsed(f"Notice on rates\n\n{above}\n\n{TABLE}")
    row = document.clauses[-1]
    assert [document.by_id[each].text for each in row.read_under or ()] == read_under
    assert document.rows_under(document.by_id[(row.read_under or ())[0]])[-1] is row


@given(
    st.lists(st.lists(st.text("ab1.|: \t（一）", max_size=8), min_size=2, max_size=4), max_size=6)
)
def test_every_row_of_any_table_is_a_clause(rows: list[list[str]]) -> None:
    lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    text = "1. As follows:\n\n| A | B |\n|---|---|\n" + "".join(f"{line}\n" for line in lines)
    document = parsed(text)
    assert [c.text for c in document.clauses if c.read_under] == ["| A | B |", *lines]
