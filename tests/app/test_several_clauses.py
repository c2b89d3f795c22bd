"""Answers of several clauses, questions back and follow-ups, over the real corpus."""

from pathlib import Path

import pytest
from page_index import real_desk
from small_corpus import with_documents

from app.contract import Answer, Question
from app.desk import ClauseDesk


def ask(text: str, *history: str) -> Answer:
    return real_desk().ask(Question(text=text, history=history))


def cited(answer: Answer, row: int) -> list[str]:
    numbers = answer.rows[row].citations
    return [citation.quote for citation in answer.citations if citation.n in numbers]


def test_each_side_of_a_comparison_has_its_row_and_its_quote() -> None:
    answer = ask("Compare what must be filed inside and outside the area when products leave.")
    assert [row.words for row in answer.rows] == ["inside", "outside"]
    assert "enterprises inside" in cited(answer, 0)[0]
    assert "enterprises outside" in cited(answer, 1)[0]


@pytest.mark.parametrize("thing", ["visa", "haircut"])
def test_a_part_that_is_not_covered_says_so_beside_one_that_is(thing: str) -> None:
    answer = ask(f"Are drills expendable materials and what does a {thing} cost?")
    assert [bool(row.citations) for row in answer.rows] == [True, False]
    assert f"Not covered: “what does a {thing} cost?”." in answer.answer


def test_a_part_that_says_its_subject_itself_is_not_drawn_to_the_others_clauses() -> None:
    answer = ask("外发加工还要向海关报送收发货清单吗?以企业为单元的加工贸易监管在哪些关区适用?")
    assert len(answer.rows) == 2
    assert "Dispatch/Reception List" in " ".join(cited(answer, 0))
    assert cited(answer, 1)[0].startswith("1. Customs Districts applicable")


def test_what_answers_the_whole_question_best_stands_above_parts_that_lack_it() -> None:
    answer = ask(
        "Who files the CCC exemption request, and how long may exhibits stay in China after "
        "temporary import?"
    )
    assert answer.rows[0].words.startswith("the question as a whole")
    assert "Application is made to the local CIQ office by the importer" in cited(answer, 0)[0]
    assert len(answer.rows) == 3


def test_parts_of_one_question_are_answered_by_one_document() -> None:
    answer = ask("区内工厂能用自己的保税料顶替不够的来料吗?用掉以后要走什么手续?")
    assert {citation.document_id for citation in answer.citations} == {"gacc-2016-68"}


def test_where_the_clause_cannot_be_told_the_nearest_are_shown_and_said_to_be_no_more() -> None:
    answer = ask("May our workshop in the zone mend phones for an outside customer?")
    assert not answer.certain and not answer.rows and len(answer.citations) > 1
    assert answer.answer.startswith("Not certain") and answer.short is None
    assert ask("What is control mode code 5100?").certain


CLAIMS = """Ship Breaking Rules

1. A breaker shall keep oil out of the water.

2. Whoever claims damages for oil from ship breaking shall hand in a claim report to the harbour office.

3. A claim report states the time and the place of the damage and lists what was lost.
"""
CABINS = """Cabin Rules

1. Each cabin has a table, on which letters are written, and a shelf with books and newspapers.

2. What is written in the book of the mess is read out on Sundays.
"""


def test_a_part_without_a_subject_is_answered_from_what_the_whole_question_is_about(
    tmp_path: Path,
) -> None:
    desk = ClauseDesk(with_documents(tmp_path, CLAIMS, CABINS))
    answer = desk.ask(
        Question(
            text="Oil from ship breaking ruined our fish pond and we claim damages: what do we "
            "hand in, and what must be written in it?"
        )
    )
    assert {citation.title for citation in answer.citations} == {"Ship Breaking Rules"}


BERTHS = """Berth Tariff of the North Quay

Article 1. Fees

| Berth | Fee for each night (CNY) | Nights free |
| --- | --- | --- |
| Open mooring | 18 | 5 |
| Covered dock | 45 | 3 |
"""


def test_the_row_that_is_asked_for_answers_each_part_of_a_question(tmp_path: Path) -> None:
    answer = ClauseDesk(with_documents(tmp_path, BERTHS)).ask(
        Question(text="What does an open mooring cost a night, and how many nights are free?")
    )
    quotes = [citation.quote for citation in answer.citations]
    assert "| Open mooring | 18 | 5 |" in quotes
    assert not any("Covered" in quote for quote in quotes)


def test_what_a_quote_cites_and_the_corpus_lacks_is_named() -> None:
    answer = ask("What rules the later disposal of expendable materials?")
    assert "cited in item 7, paragraph 3, are not held." in answer.answer
    assert {"Decrees No. 111", "218"} <= {one.words for one in answer.mentioned}
    assert all(one.document_id is None for one in answer.mentioned)


def test_what_the_clauses_differ_in_is_asked_back() -> None:
    answer = ask("Which code do materials leave under?")
    assert answer.question_back is not None
    words, questions = answer.question_back.words, answer.question_back.questions
    assert set(words) == {"finished products", "residual materials"}
    at = words.index("residual materials")
    assert "residual materials returned" in ask(questions[at]).citations[0].quote.replace(
        "are ", ""
    )


@pytest.mark.parametrize(
    "question",
    [
        "Can a company use it if its credit rating drops?",
        "What happens if finished products are lost in a fire in the bonded zone?",
        "When did the bonded-zone tolling announcement become effective?",
        "On what numbering may a firm build its ledger under the company-based regime?",
    ],
)
def test_nothing_is_asked_back_where_clauses_speak_of_no_kinds_of_one_thing(question: str) -> None:
    assert ask(question).question_back is None


@pytest.mark.parametrize(
    ("earlier", "question", "words"),
    [
        ("Which code do finished products leave under?", "and for materials?", "code 5000"),
        ("Are drills expendable materials?", "and engine oil?", "engine oil"),
        ("委托加工要设什么账册？", "多久核销一次？", "account write-offs"),
    ],
)
def test_a_follow_up_is_understood(earlier: str, question: str, words: str) -> None:
    answer = ask(question, earlier)
    assert words in "".join(citation.quote for citation in answer.citations)
    assert answer.understood is not None and earlier in answer.understood


@pytest.mark.parametrize(
    "question",
    [
        "What does control mode 5100 mean?",
        "Is the CCC exemption available for spare parts?",
        "What is the daily storage fee for dangerous goods?",
        "CCC免办由谁提出申请？",
    ],
)
def test_a_question_with_a_subject_of_its_own_is_no_follow_up(question: str) -> None:
    earlier = "What happens if finished products are lost in a fire in the bonded zone?"
    assert ask(question, earlier).understood is None


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("Are brochures free of duty at the expo?", "耗材包括哪些？"),
        ("What code do finished products leave under?", "谁可以申请免办CCC？"),
        ("成品出区用哪个监管方式代码？", "Who grants the CCC exemption?"),
        ("展品要销毁怎么办？", "Where are exhibits registered?"),
    ],
)
def test_a_whole_question_in_the_other_language_stands_alone(earlier: str, question: str) -> None:
    assert ask(question, earlier).understood is None


def test_a_follow_up_in_the_other_language_is_understood() -> None:
    answer = ask("那耗材呢？", "When must consumption of expendable materials be reported?")
    assert answer.understood is not None


def test_a_word_that_points_to_what_the_question_says_itself_does_not_point_back() -> None:
    answer = ask("Do exhibition staff have to report their health?", "May I sell my materials?")
    assert answer.understood is None


def test_a_new_topic_stands_alone() -> None:
    answer = ask("How many product groups does CCC cover?", "Which code do products leave under?")
    assert answer.understood is None
    assert "132" in answer.citations[0].quote
