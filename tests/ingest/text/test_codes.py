"""Codes in all their writings, and numbers that are none."""

import pytest

from ingest.text.codes import is_day, named_codes
from ingest.text.tokenizer import Tokenizer


@pytest.mark.parametrize(
    "written",
    ["85076000", "8507.60.00", "8507.6000", "8507 60 00", "８５０７６０００", "8507.60 00"],
)
def test_one_code_in_any_writing_is_one_word(written: str) -> None:
    tokens = Tokenizer([]).tokens(f"goods {written} here")
    assert "85076000" in tokens
    assert list(named_codes(f"税号{written}的税率")) == ["85076000"]


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("货物价值1000000元", []),
        ("value of 1,000,000 yuan, RMB 2000000 or 300000 kg", []),
        ("GACC Announcement No. 68 of 2016, code 5100", []),
        ("rate for 8507.60", ["850760"]),
        ("worth 8507.60 yuan", []),
        ("电话0769-22004507", []),
        ("8507600090和85071000", ["8507600090", "85071000"]),
    ],
)
def test_what_a_question_names(question: str, codes: list[str]) -> None:
    assert list(named_codes(question)) == codes


@pytest.mark.parametrize(
    ("code", "is_one"), [("20241201", True), ("85076000", False), ("20241301", False)]
)
def test_a_code_may_be_a_day(code: str, is_one: bool) -> None:
    assert is_day(code) == is_one
