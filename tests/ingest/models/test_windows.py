"""A long text in parts: none too long, nothing lost, cut between sentences."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.models.clause_model import LONGEST_CLAUSE, ClauseModel, ClauseText
from ingest.models.windows import windows

MODEL = ClauseModel(threads=1)
ABOVE = ("Exhibits Act", "Part II Deposits")
RULE = "The goods shall be taken out of the country within 6 months."
SENTENCES = " ".join(f"Item {n}: {RULE}" for n in range(100))


def pieces_of(text: str) -> list[tuple[int, int]]:
    """A piece each word and each mark, the space before it included, as the model's own are."""
    return [match.span() for match in re.finditer(r"\s*(?:[a-z]+|\S)|\s+", text)]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 3, [""]),
        ("one two three", 3, ["one two three"]),
        # no sentence ends in the second half: cut between words
        ("one two three four five", 4, ["one two three four", " four five"]),
        ("one two. three four five.", 4, ["one two.", " three four five."]),
        ("甲乙丙。丁戊。", 5, ["甲乙丙。", "。丁戊。"]),
        # a point in a number ends no sentence
        ("a b c 5.4 d e", 5, ["a b c 5.", ".4 d e"]),
    ],
)
def test_a_text_is_cut_after_a_sentence_if_it_can_be(
    text: str, limit: int, parts: list[str]
) -> None:
    assert windows(text, pieces_of(text), limit) == parts


@given(
    st.text(alphabet="ab 海。.;\n", max_size=200),
    st.integers(1, 40),
)
def test_no_part_has_more_pieces_than_the_limit_and_nothing_is_lost(text: str, limit: int) -> None:
    pieces = pieces_of(text)
    parts = windows(text, pieces, limit)
    assert all(len(pieces_of(part)) <= limit for part in parts)
    assert covers(text, parts)


def covers(text: str, parts: list[str]) -> bool:
    """Whether the parts can stand in the text one behind the other, overlapping or with nothing
    but white space between them, from its beginning to its end."""
    ends = {0}
    for part in parts:
        starts = [match.start() for match in re.finditer(f"(?={re.escape(part)})", text)]
        ends = {s + len(part) for s in starts if any(not text[e:s].strip() for e in ends)}
    return any(not text[end:].strip() for end in ends)


def test_a_short_clause_is_one_part() -> None:
    for body in ("", RULE, RULE * 4):  # the last with more characters than pieces allowed
        assert MODEL.parts(ClauseText(ABOVE, body)) == [ClauseText(ABOVE, body)]


def test_a_long_clause_is_cut_between_sentences_with_overlap() -> None:
    parts = MODEL.parts(ClauseText(ABOVE, SENTENCES))
    assert len(parts) > 5
    assert {part.context for part in parts} == {ABOVE}
    bodies = [part.body for part in parts]
    assert all(body.endswith(".") for body in bodies)
    assert SENTENCES.endswith(bodies[-1])
    position = 0
    for body, following in pairwise(bodies):
        start = SENTENCES.index(body, position)
        end = start + len(body)
        position = SENTENCES.index(following, start + 1)
        assert 0.1 < (end - position) / len(body) < 0.4


@settings(max_examples=20, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            [
                "customs",
                "海关总署",
                "x" * 130,
                "5,461.20",
                "re-export;",
                "“yes.”",
                "a. ",
                "𠀀",
                "\0",
            ]
        ),
        min_size=1,
        max_size=12,
    ),
    gap=st.sampled_from(["", " ", "\n"]),
    above=st.sampled_from([(), ABOVE, ("very long title " * 20,)]),
)
def test_every_part_is_read_to_its_end_and_nothing_is_left_out(
    words: list[str], gap: str, above: tuple[str, ...]
) -> None:
    text = gap.join(words * 12)
    parts = MODEL.parts(ClauseText(above, text))
    for part in parts:
        assert MODEL.clause_ids(part, LONGEST_CLAUSE) == MODEL.clause_ids(part, 100_000)
    assert covers(text, [part.body for part in parts])
