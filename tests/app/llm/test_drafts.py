"""Statements are read from whatever a model makes of the JSON that it was asked for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.llm.drafts import MOST_STATEMENTS, Draft, DraftReader
from app.llm.failures import ModelFailed, Why

A, B = Draft("Goods {A} shall be “declared”.", (1,)), Draft("B is exempt.", (1, 2))
WHOLE = json.dumps(
    {
        "answered": True,
        "statements": [{"clauses": list(d.clauses), "text": d.text} for d in (A, B)],
    },
    ensure_ascii=False,
)


def read(reply: str, size: int = 5) -> list[Draft]:
    reader = DraftReader()
    drafts = []
    for start in range(0, len(reply), size):
        drafts += list(reader.feed(reply[start : start + size]))
    return [*drafts, *reader.finish()]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    "reply",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"<think>Clause 1 says so. {{}}</think>Here is the answer:\n{WHOLE}\nI hope that helps.",
        # a comma too many, and the text first
        '{"answered":true,"statements":[{"text":"Goods {A} shall be “declared”.","clauses":[1]},'
        '{"text":"B is exempt.","clauses":["1","2"]},]}',
        json.dumps(json.loads(WHOLE)["statements"], ensure_ascii=False),
        '{"clauses":1,"text":"Goods {A} shall be “declared”. [1]"}\n'
        '{"clauses":[1,2],"text":"B is exempt."}',
    ],
)
def test_statements_are_read(reply: str, size: int) -> None:
    assert read(reply, size) == [A, B]


@pytest.mark.parametrize(
    "reply",
    [
        "Goods shall be declared [1]. B is exempt [1][2].",
        "Goods shall be declared. [1] B is exempt. [1, 2]",
        "Of course!\n\nGoods shall be declared. [1]\n\nB is exempt. [1][2]",
    ],
)
def test_sentences_with_marks_are_statements(reply: str) -> None:
    assert read(reply) == [Draft("Goods shall be declared.", (1,)), B]


def test_a_statement_is_given_before_the_reply_ends() -> None:
    reader = DraftReader()
    first = WHOLE.index("},") + 1
    assert list(reader.feed(WHOLE[:first])) == [A]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("", Why.BROKEN_OFF),
        ("Certainly! I am glad to help.", Why.UNREADABLE),
        ('{"answered": yes; "statements" = none}', Why.UNREADABLE),
        (WHOLE[:-2], Why.BROKEN_OFF),
        (WHOLE[:60], Why.BROKEN_OFF),
        (WHOLE[:20], Why.BROKEN_OFF),
        (json.dumps({"statements": [{"clauses": [1], "text": "Same."}] * 3}), Why.LOOPS),
    ],
)
def test_a_reply_that_cannot_be_used_says_why(reply: str, why: Why) -> None:
    with pytest.raises(ModelFailed) as failed:
        read(reply)
    assert failed.value.why is why


def test_not_answered() -> None:
    reader = DraftReader()
    assert not list(reader.feed('{"answered": false, "statements": []}'))
    assert not list(reader.finish())
    assert reader.is_not_answered


def test_no_more_statements_than_a_short_answer_has() -> None:
    many = [{"clauses": [1], "text": f"Statement {n}."} for n in range(50)]
    assert len(read(json.dumps({"answered": True, "statements": many}))) == MOST_STATEMENTS


@given(st.text(), st.integers(1, 40))
def test_no_reply_is_too_strange(reply: str, size: int) -> None:
    try:
        drafts = read(reply, size)
    except ModelFailed:
        return
    assert all(isinstance(draft, Draft) for draft in drafts)


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="["), min_size=1), st.integers(1, 9)),
        min_size=1, max_size=MOST_STATEMENTS, unique_by=lambda pair: " ".join(pair[0].split()),
    ),
    st.integers(1, 40),
)  # fmt: skip
def test_any_statement_that_json_can_hold_is_read(
    statements: list[tuple[str, int]], size: int
) -> None:
    reply = {"answered": True, "statements": [{"clauses": [n], "text": t} for t, n in statements]}
    assert len(read(json.dumps(reply), size)) == len(statements)
