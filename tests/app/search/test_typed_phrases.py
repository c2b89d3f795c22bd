import pytest

from app.search.typed_phrases import Kind, kind_asked, phrases


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What are all deadlines?", Kind.TIME),
        ("各项手续的时限是多少？", Kind.TIME),
        ("Which codes are used?", Kind.CODE),
        ("List the fines.", Kind.AMOUNT),
        ("Who files the list?", None),
    ],
)
def test_kind_that_a_question_asks_for(question: str, kind: Kind | None) -> None:
    assert kind_asked(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("within 20 days, by 1 May 2020", Kind.TIME, ["20 days", "1 May 2020"]),
        ("prior to the 15th day each month", Kind.TIME, ["15th"]),
        ("十五个工作日内答复，有效期两年", Kind.TIME, ["两年"]),
        ("mode (code 4100), again code 4100", Kind.CODE, ["code 4100"]),
        ("a fine of 5 per cent or 300 yuan", Kind.AMOUNT, ["5 per cent", "300 yuan"]),
    ],
)
def test_phrases_of_a_kind(text: str, kind: Kind, found: list[str]) -> None:
    assert phrases(text, kind) == found
