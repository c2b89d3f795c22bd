"""A short document of one's own, beside those of which questions are expected: the plain questions
that are asked of it on the first day."""

import pytest
from small_corpus import with_documents

from app.contract import Question
from app.desk import ClauseDesk

TARIFF = """Berth Tariff No. 2 of 2025 of the North Quay

Article 1. Berthing fees

1. A yacht pays 40 CNY for each night.
2. A barge pays 95 CNY for each night and has one night free.

Article 2. Late payment

A surcharge of 2% a week is levied on fees that are paid more than 14 days after the bill.

Article 3. Complaints

Complaints about a bill are made to the harbour master in writing within 30 days.
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> ClauseDesk:
    return ClauseDesk(with_documents(tmp_path_factory.mktemp("tariff"), TARIFF))


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("How much does a yacht pay per night?", "1.1"),
        ("What does a barge pay?", "1.2"),
        ("What is the surcharge for late payment of berthing fees?", "2"),
        ("Until when can I complain about a bill?", "3"),
        ("How many nights free does a barge get?", "1.2"),
    ],
)
def test_plain_questions_are_answered(desk: ClauseDesk, question: str, place: str) -> None:
    answer = desk.ask(Question(text=question))
    assert answer.answered
    document, _, path = answer.citations[0].clause_id.partition("#")
    assert document.startswith("berth-tariff")
    assert path == place or path.startswith(f"{place}.")
