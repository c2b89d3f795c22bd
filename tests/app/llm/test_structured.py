"""A model's reply is read as what was asked for, or it is none."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.llm.failures import ModelFailed, Why
from app.llm.structured import Pointing, Translations, read_as


@pytest.mark.parametrize(
    ("reply", "sentences", "short"),
    [
        ('{"sentences":[2,1],"short":"So it is."}', (2, 1), "So it is."),
        ('{"sentences":[]}', (), ""),
        ('\n```json\n{"sentences": [3], "short": ""}\n```\n', (3,), ""),
        ('<think>Perhaps {"sentences":[9]}.</think>\n{"sentences":[1]}', (1,), ""),
        ('{"sentences":[1],"short":"<think>"}', (1,), "<think>"),
    ],
)
def test_what_was_asked_for(reply: str, sentences: tuple[int, ...], short: str) -> None:
    pointing = read_as(Pointing, reply)
    assert (pointing.sentences, pointing.short) == (sentences, short)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("", Why.BROKEN_OFF),
        ("<think>I wonder", Why.BROKEN_OFF),
        ('{"sentences":[1', Why.BROKEN_OFF),
        ('{"sentences":[1],"short":"So', Why.BROKEN_OFF),
        ("Sentence 1.", Why.UNREADABLE),
        ('{"short":"So it is."}', Why.UNREADABLE),
        ('{"sentences":"1"}', Why.UNREADABLE),
        ('{"sentences":[1]} So it is.', Why.UNREADABLE),
    ],
)
def test_anything_else_is_no_answer(reply: str, why: Why) -> None:
    with pytest.raises(ModelFailed) as failure:
        read_as(Pointing, reply)
    assert failure.value.why is why


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_reply_breaks_the_reader(reply: str) -> None:
    for shape in (Pointing, Translations):
        with suppress(ModelFailed):
            assert isinstance(read_as(shape, reply), shape)
