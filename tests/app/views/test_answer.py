"""A quote in the parts that a page sets: what answers, what is folded, the rest."""

import pytest

from app.contract import CheckOutcome, Citation, ShortAnswer
from app.views.answer import QuotePart, quote_parts
from ingest.facts.modifications import Status

QUOTE = "Guns are barred. Bows may stay. Slings too."
START = 100  # of the quote in its document

P, A, F = QuotePart.PLAIN, QuotePart.ANSWERS, QuotePart.FOLDED


def span(words: str) -> tuple[int, int]:
    start = START + QUOTE.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("folded", "answers", "parts"),
    [
        ([], None, [(P, QUOTE)]),
        (["Slings too."], None, [(P, "Guns are barred. Bows may stay. "), (F, "Slings too.")]),
        ([], "may stay", [(P, "Guns are barred. Bows "), (A, "may stay"), (P, ". Slings too.")]),
        (
            ["Guns are barred."],
            "Bows",
            [(F, "Guns are barred."), (P, " "), (A, "Bows"), (P, " may stay. Slings too.")],
        ),
        # what answers is never folded
        (
            ["Guns are barred."],
            "Guns",
            [(A, "Guns"), (P, " are barred. Bows may stay. Slings too.")],
        ),
    ],
)
def test_the_parts_of_a_quote(
    folded: list[str], answers: str | None, parts: list[tuple[QuotePart, str]]
) -> None:
    citation = Citation(
        n=1,
        clause_id="order#1",
        document_id="order",
        title="Order",
        locator="item 1",
        quote=QUOTE,
        start=START,
        end=START + len(QUOTE),
        status=Status.UNKNOWN,
        status_proof=None,
        folded=tuple(map(span, folded)),
    )
    short = answers and ShortAnswer(
        text=answers, citations=(1,), check=CheckOutcome.VERIFIED, by="clause", span=span(answers)
    )
    found = quote_parts(citation, short or None)
    assert list(found) == parts
    assert "".join(text for _, text in found) == QUOTE
