"""Whole documents and small talk, answered from a small corpus that is indexed for real."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from page_index import real_desk
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, with_documents

from app.contract import Answer, CheckOutcome, Purpose, Question, RefusalReason
from app.desk import ClauseDesk

PARTS = """# Food Labelling Regulations

## Chapter I General

Article 1 These Regulations apply to labels of prepacked food under the "Food Law".

Article 2 A label shall be in Chinese.

## Chapter II Penalties

Article 3 Whoever sells food without a label shall be fined 500 yuan.

Article 4 These Regulations shall enter into force on 1 March 2021.
"""
OLD, NEW = "GACC Announcement No. 5 of 2019", "GACC Announcement No. 8 of 2022"

_folder = TemporaryDirectory(prefix="clause-desk-whole-")


@lru_cache
def desk() -> ClauseDesk:
    texts = (OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024, PARTS)
    return ClauseDesk.open(with_documents(Path(_folder.name), *texts))


def ask(text: str, *history: str, as_of: date | None = date(2026, 1, 1)) -> Answer:
    return desk().ask(Question(text=text, history=history, as_of=as_of))


def lines(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


def is_proven(answer: Answer) -> bool:
    """Each line has a clause, each quote stands in its document, and the words in the text."""
    numbers = {citation.n for citation in answer.citations}
    return (
        all(s.citations and numbers.issuperset(s.citations) for s in answer.statements)
        and all(s.check is CheckOutcome.VERIFIED and s.text in answer.answer for s in answer.statements)
        and all(desk().document_text(c.document_id)[c.start : c.end] == c.quote for c in answer.citations)
        and [r.clause_id for r in answer.retrieved] == [c.clause_id for c in answer.citations]
    )  # fmt: skip


def test_an_outline_has_status_scope_parts_acts_and_citations() -> None:
    answer = ask("What are the Food Labelling Regulations about?")
    assert answer.purpose is Purpose.OUTLINE and answer.answered and is_proven(answer)
    assert answer.lead == "Food Labelling Regulations"
    status, scope, general, penalties, cited = lines(answer)
    assert status.startswith("Status: in force since 1 March 2021, as far as the corpus shows: “")
    assert status.endswith("These Regulations shall enter into force on 1 March 2021.”")
    assert scope.startswith("Purpose and scope: “") and "apply to labels" in scope
    assert general == "Chapter I General (Article 1 to Article 2)"
    assert penalties == "Chapter II Penalties (Article 3 to Article 4)"
    assert cited == "Cites Food Law (Article 1; not held)"


def test_an_outline_of_clauses_without_headings_in_chinese() -> None:
    answer = ask("8号公告主要讲什么？")
    assert is_proven(answer)
    told = lines(answer)
    assert told[0].startswith("效力：自2022年5月1日起施行（以本语料库为限）")
    assert any(
        line.startswith("第2条：“An exhibitor shall pay a deposit of 4,500") for line in told
    )
    assert told[-1].startswith("废止海关总署公告2019年第5号")


def test_of_several_texts_the_one_in_force_is_told() -> None:
    now = ask("样品检验办法讲了什么？")
    then = ask("样品检验办法讲了什么？", as_of=date(2020, 1, 1))
    assert "第二条：“样品应当在五日内送检。”" in lines(now)
    assert "第二条：“样品应当在十日内送检。”" in lines(then)


def test_what_changed_between_two_texts_is_told_word_by_word() -> None:
    answer = ask("样品检验办法修改了什么？")
    assert "第二条，2024年2月1日修改：“第二条 样品应当在[-十-]{+五+}日内送检。”" in lines(answer)
    assert is_proven(answer)
    [changed] = [s for s in answer.statements if "[-十-]" in s.text]
    assert len(changed.citations) == 2  # as it is now, and as it was


@pytest.mark.parametrize(
    ("question", "first_line"),
    [
        (f"What does {NEW} repeal?", f"Repeals {OLD}: “"),
        ("8号公告废止了哪些文件？", "废止海关总署公告2019年第5号：“"),
        ("What do the Food Labelling Regulations cite?", "Cites Food Law (Article 1; not held)"),
        (f"What changed in {OLD}?", f"Repealed by {NEW}"),
        ("样品检验办法修改了什么？", "第3款，2024年2月1日新增：“{+2024年2月1日"),
        ("What has changed since 1 January 2022?", f"{NEW}: Repeals {OLD}"),
        (f"Is {NEW} still in force?", "Status: in force since 1 May 2022, as far as the corpus"),
        (f"Is {OLD} repealed?", "Status: repealed as from 1 May 2022"),
        ("What was in force on 1 June 2020?", f"{OLD}, in force since 1 June 2019, as far as"),
        ("Which documents do you hold on food labels?", "Food Labelling Regulations, Article"),
        ("你们收录了哪些关于样品的文件？", "样品检验办法，"),
        ("What documents do you have?", "Notice on Opening Hours, status not stated"),
    ],
)
def test_facts_are_answered_with_their_clauses(question: str, first_line: str) -> None:
    answer = ask(question, as_of=None)
    assert answer.answered and answer.confidence == 1.0 and is_proven(answer)
    assert answer.refusal_reason is None and answer.purpose is not Purpose.CLAUSES
    assert lines(answer)[0].startswith(first_line)


def test_what_was_in_force_is_told_for_the_day_of_the_question() -> None:
    answer = ask("What was in force on 1 June 2020?", as_of=None)
    assert answer.as_of == date(2020, 6, 1)
    assert f"{NEW}, not yet in force" in answer.answer
    # what is not in force does not stand under that heading
    groups = {heading: " ".join(line.text for line in told) for heading, told in answer.groups}
    assert [*groups][:2] == ["In force:", "Not yet in force:"]
    assert f"{OLD}, in force since" in groups["In force:"]
    assert NEW not in groups["In force:"] and NEW in groups["Not yet in force:"]
    assert "\n\nNot yet in force:\n" in answer.answer


def test_what_carries_no_date_stands_last_under_words_that_presuppose_nothing() -> None:
    answer = ask("What was in force on 1 June 2020?", as_of=None)
    *_, (heading, told) = answer.groups
    assert heading == "Whether these are in force that day is not stated:"
    assert told[0].text == "Notice on Opening Hours, status not stated in the corpus"
    assert answer.lead == "What is in force on 1 June 2020, as far as the corpus shows."
    assert is_proven(answer)


def test_lines_without_headings_are_one_group() -> None:
    answer = ask(f"What changed in {OLD}?", as_of=None)
    assert answer.groups == (("", answer.lines),)


EXPO, CERTIFICATION = "msr-expo-2018", "ccc-exemption"


@pytest.mark.parametrize(
    ("question", "documents", "heading"),
    [
        (
            "What does the corpus hold on exhibitions?",
            [EXPO, CERTIFICATION],
            "Disposal of Exhibits",
        ),
        ("What do you have on exhibitions?", [EXPO, CERTIFICATION], "Exhibit"),
        ("语料库里有哪些关于展览的规定？", [EXPO, CERTIFICATION], "Exhibit"),
        ("有没有涉及宠物的公告", [EXPO], ""),
        ("What do you have on spare parts?", [CERTIFICATION], "CCC Exemption Conditions"),
        ("语料库里有哪些关于保税的规定？", ["gacc-2016-67", "gacc-2016-68"], ""),
    ],
)
def test_what_is_held_on_a_subject_is_found_by_what_clauses_are_about(
    question: str, documents: list[str], heading: str
) -> None:
    answer = real_desk().ask(Question(text=question))
    assert answer.answered and answer.purpose is Purpose.HOLDINGS
    told = dict.fromkeys(citation.document_id for citation in answer.citations)
    assert set(documents) <= told.keys()
    assert any(line.startswith("– ") and heading in line for line in lines(answer)) or not heading


def test_what_only_reads_as_near_a_subject_is_told_as_that() -> None:
    answer = real_desk().ask(Question(text="What do you have on fishing?"))
    assert not answer.lead.startswith("The corpus holds on")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (f"What does {OLD} repeal?", f"no clause of {OLD} that repeals"),
        ("What changed in the Notice on Opening Hours?", "holds one text of Notice on Opening"),
        ("Which documents do you hold on nuclear reactors?", "no document on “nuclear reactors”"),
        ("关于核反应堆你们有哪些文件？", "没有关于“核反应堆”的文件"),
    ],
)
def test_what_no_clause_states_is_said_so(question: str, words: str) -> None:
    answer = ask(question)
    assert not answer.answered and answer.refusal_reason is RefusalReason.NOT_COVERED
    assert words in answer.answer and answer.citations == ()


def test_a_status_that_no_clause_states_is_searched_for() -> None:
    assert ask("Is the Notice on Opening Hours in force?").purpose is Purpose.CLAUSES


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Hello!", "Hello. "),
        ("你好", "您好。"),
        ("Who are you?", "This is Clause Desk, a program"),
        ("What can I ask?", "Ask in your own words"),
        ("谢谢", "不客气"),
        ("Quels documents faut-il pour importer des vins ?", "Désolé"),
        ("輸入にはどの書類が必要ですか？", "申し訳ありません"),
    ],
)
def test_small_talk_gets_a_line_and_questions_that_are_answered(question: str, line: str) -> None:
    answer = ask(question, f"What is {NEW} about?")
    is_foreign = answer.purpose is Purpose.FOREIGN
    reason = RefusalReason.OTHER_LANGUAGE if is_foreign else RefusalReason.NO_QUESTION
    assert (answer.answered, answer.refusal_reason) == (False, reason)
    assert answer.lead.startswith(line)
    assert answer.citations == answer.retrieved == answer.searched_for == ()
    assert len(set(answer.suggestions)) == 3
    for suggested in answer.suggestions:
        assert f"- {suggested}" in answer.answer
        assert ask(suggested).answered


def test_a_follow_up_leans_on_the_question_before_the_thanks() -> None:
    earlier = "What deposit does an exhibitor pay?"
    with_thanks = ask("and for ivory?", earlier, "thank you")
    assert with_thanks.searched_for == ask("and for ivory?", earlier).searched_for
    assert with_thanks.searched_for[0].startswith(earlier)
