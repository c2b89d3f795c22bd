"""Questions to some documents of the corpus: only they answer, and what they do not say is told."""

from datetime import date

import pytest
from page_index import real_desk
from small_corpus import LAW_2018, LAW_2024, with_documents

from app.contract import Answer, Question, RefusalReason
from app.desk import ClauseDesk
from ingest.errors import BadQuestion
from ingest.settings import Settings


def ask(text: str, *documents: str, history: tuple[str, ...] = ()) -> Answer:
    return real_desk().ask(Question(text=text, history=history, documents=documents))


@pytest.mark.parametrize(
    ("question", "documents", "clause_id"),
    [
        ("What is control mode code 5100?", ("gacc-2016-68", "gacc-2016-67"), "gacc-2016-68#7.p2"),
        ("失信企业会被移出新的监管模式吗？", ("gacc-2018-19",), "gacc-2018-19#2.6"),
        # a place that several documents have, and one of those asked
        ("What does item 7 say?", ("gacc-2016-68",), "gacc-2016-68#7"),
        # of whole documents
        ("Which documents do you hold?", ("gacc-2016-67",), "gacc-2016-67#9"),
    ],
)
def test_an_answer_comes_from_the_documents_asked(
    question: str, documents: tuple[str, ...], clause_id: str
) -> None:
    answer = ask(question, *documents)
    assert answer.documents == documents
    assert clause_id in {one.clause_id for one in answer.citations}
    found = [*answer.citations, *answer.retrieved]
    assert {one.document_id for one in found} <= set(documents)


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("What is control mode code 5100?", ("gacc-2016-67",)),
        ("Which rabies antibody titer is needed?", ("gacc-2016-67", "gacc-2016-68")),
        # the question names a document that is held and not asked
        ("What does GACC Announcement No. 68 of 2016 say about processing?", ("gacc-2016-67",)),
        ("What is GACC Announcement No. 68 of 2016 about?", ("gacc-2016-67",)),
    ],
)
def test_what_they_do_not_say_is_refused_in_these_words(
    question: str, documents: tuple[str, ...]
) -> None:
    assert real_desk().ask(Question(text=question)).answered
    answer = ask(question, *documents)
    assert not answer.answered
    assert answer.refusal_reason is RefusalReason.NOT_COVERED
    assert answer.answer.startswith("Not covered by the documents chosen")
    assert {one.document_id for one in answer.retrieved} <= set(documents)


def test_a_follow_up_goes_on_with_the_same_documents() -> None:
    history = ("Are drills and grinding wheels expendable materials?",)
    answer = ask("And do they have to be declared?", "gacc-2016-67", history=history)
    assert answer.understood is not None
    assert {one.document_id for one in answer.retrieved} == {"gacc-2016-67"}


def test_of_two_texts_the_one_asked_answers_though_the_other_is_in_force(
    two_texts: Settings,
) -> None:
    desk = ClauseDesk.open(two_texts)
    texts = [one for one in desk.library().documents.values() if one.entry.language == "zh"]
    old, new = sorted(texts, key=lambda one: one.expression.since or date.min)
    question = Question(text="样品应当在几日内送检？", as_of=date(2025, 1, 1))
    assert desk.ask(question).citations[0].document_id == new.entry.id
    of_old = desk.ask(question.model_copy(update={"documents": (old.entry.id,)}))
    assert "十日" in of_old.citations[0].quote


def test_a_document_that_is_not_held_cannot_be_asked() -> None:
    with pytest.raises(BadQuestion, match="no document nowhere is held"):
        ask("What is control mode code 5100?", "nowhere")


@pytest.fixture(scope="module")
def two_texts(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_documents(tmp_path_factory.mktemp("texts"), LAW_2018, LAW_2024)
