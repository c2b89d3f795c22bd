"""Every state of the Ask page, in Streamlit's own test harness; tests/browser holds the rest."""

import html
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from page_driver import Opener, ask, go_to, keys, marked, markup, source, words
from page_index import (
    HOSTILE_CLAUSE,
    HOSTILE_ID,
    HOSTILE_TITLE,
    HOSTILE_WORDS,
    hostile_index,
    hostile_settings,
    real_desk,
    real_index,
    rich_index,
)
from programs import needs_chromium
from streamlit.testing.v1 import AppTest

from app.answer.quoted_table import as_read
from app.contract import CheckOutcome, ItemsQuoted, Question, Rejected, ShortAnswer
from app.plain_text import WORD_JOINER
from ingest.settings import Settings
from ingest.text.language import language_of

EXPENDABLE = "Are drills and grinding wheels expendable materials?"
TWO_QUOTES = "What do item 3 and item 4 of GACC Announcement No. 67 of 2016 say?"
NOT_COVERED = "What does GACC Announcement No. 999 of 2031 say about bonded goods?"
NOT_HELD = "What does GACC Announcement No. 59 of 2015 say about testing?"


@pytest.fixture
def tab(open_page: Opener) -> AppTest:
    return open_page(real_index())


def test_the_empty_page_offers_examples_and_documents(tab: AppTest) -> None:
    assert not tab.exception
    assert "word for word" in words(tab)
    assert len(keys(tab, "example-")) == 3
    clauses = len(list(real_desk().clauses()))
    assert f"Held here: 5 documents with {clauses} clauses, as read on" in words(tab)
    assert "Issued 2016 to 2018." in words(tab)
    assert len(keys(tab, "open-")) == 5
    assert tab.date_input[0].value == date.today()
    assert f"Index {real_desk().fingerprint}, built" in words(tab)
    assert keys(tab, "source-") == []


def test_an_example_is_asked_with_one_click(tab: AppTest) -> None:
    tab.button(key="example-0").click().run()
    assert [message.name for message in tab.chat_message] == ["user", "assistant"]
    assert keys(tab, "example-") == []
    assert keys(tab, "cite-0-")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_offers_questions_that_the_corpus_answers_otherwise(
    open_page: Opener, language: str
) -> None:
    question = EXPENDABLE if language == "en" else "进口的消耗性材料转内销需要缴税吗？"
    tab = open_page(real_index(), lang="zh" if language == "en" else "en")
    ask(tab, question)
    offered = [tab.button(key=key).label.replace("\\", "") for key in keys(tab, "next-1-")]
    assert 1 <= len(offered) <= 3
    quoted = {c.clause_id for c in tab.session_state["page_state"].conversation[0].answer.citations}
    for asked in offered:
        assert language_of(asked) == language  # the question's, not the page's
        answer = real_desk().ask(Question(text=asked))
        assert answer.answered
        assert {one.clause_id for one in answer.citations} - quoted
    tab.button(key="next-1-0").click().run()
    assert keys(tab, "cite-1-")
    assert keys(tab, "next-1-") == []
    assert "Understood as" not in words(tab)  # it stands for itself


def test_recent_conversations_are_one_click_away(tab: AppTest) -> None:
    assert keys(tab, "recent-") == []
    ask(tab, EXPENDABLE)
    ask(tab, "and blades?")
    assert keys(tab, "recent-") == []  # it is on the page
    tab.button(key="new-conversation").click().run()
    [recent] = keys(tab, "recent-")
    assert tab.button(key=recent).label.replace("\\", "") == EXPENDABLE
    tab.button(key=recent).click().run()
    assert not tab.exception
    assert "and blades?" in words(tab)
    assert tab.query_params["answer"] == tab.session_state["page_state"].conversation[1].id


def test_an_answer_shows_lead_line_status_quote_and_figures(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    assert not tab.exception
    label = tab.button(key="cite-0-1").label
    assert label.replace("\\", "") == "[1] Item 3, GACC Announcement No. 67 of 2016"
    assert "✓ in force since 1 January 2017" in words(tab)
    quote = re.search(r'<blockquote class="quote">(.*?)</blockquote>', markup(tab), re.DOTALL)
    assert quote is not None
    assert html.unescape(quote.group(1)) in real_desk().document_text("gacc-2016-67")
    assert "Covered by the corpus: " in words(tab)
    assert "✓ word for word" in words(tab)
    assert tab.expander[0].label == "How this was found"


def test_a_chip_opens_the_source_with_the_quote_marked(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    tab.button(key="cite-0-1").click().run()
    quoted = real_desk().clause("gacc-2016-67#3")
    assert marked(tab) == quoted.text
    assert source(tab).count('id="source-cited"') == 1
    assert "Annex: Processing-Trade Expendable Materials" in words(tab)  # the whole document
    assert tab.query_params["clause"] == "gacc-2016-67#3"
    tab.button(key="source-close").click().run()
    assert keys(tab, "source-") == []
    assert "clause" not in tab.query_params


def test_citations_are_stepped_through(tab: AppTest) -> None:
    ask(tab, TWO_QUOTES)
    tab.button(key="cite-0-1").click().run()
    assert "Citation 1 of 2" in words(tab)
    assert tab.button(key="source-previous").disabled
    first = marked(tab)
    tab.button(key="source-next").click().run()
    assert "Citation 2 of 2" in words(tab)
    assert tab.button(key="source-next").disabled
    assert marked(tab) != first
    tab.button(key="source-previous").click().run()
    assert marked(tab) == first


def test_what_all_quotes_have_in_common_is_told_once(tab: AppTest) -> None:
    ask(tab, TWO_QUOTES)
    assert "For all quotes below:" in words(tab)
    chat = words(tab).partition("For all quotes below:")[2].partition("Was this answer")[0]
    assert chat.count("in force since 1 January 2017") == chat.count("✓ word for word") == 1
    assert keys(tab, "proof-0-") == ["proof-0-1"]


def test_the_proof_of_a_status_opens_its_clause(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    tab.button(key="proof-0-1").click().run()
    assert marked(tab).startswith("9. This Announcement shall enter into force")


def test_a_refusal_names_the_nearest_clauses(tab: AppTest) -> None:
    ask(tab, NOT_COVERED)
    assert "does not hold the document" in words(tab)
    assert keys(tab, "cite-") == []
    assert len(keys(tab, "near-0-")) == 3
    tab.button(key="near-0-1").click().run()
    assert marked(tab)
    assert "Citation 2 of 3" in words(tab)


@pytest.mark.parametrize(
    ("language", "question", "line"),
    [
        ("en", "巴西的企业所得税税率是多少？", "Not covered: no clause"),
        ("zh", "What is the corporate income tax rate in Brazil?", "未收录：语料库中没有条款"),
    ],
)
def test_a_refusal_speaks_the_language_of_the_page(
    open_page: Opener, language: str, question: str, line: str
) -> None:
    tab = open_page(real_index(), lang=language)
    ask(tab, question)
    assert f'<p class="refusal">{line}' in markup(tab)


def test_a_document_that_is_only_cited_shows_where(tab: AppTest) -> None:
    ask(tab, NOT_HELD)
    assert "does not hold it" in words(tab)
    assert "Covered by the corpus" not in words(tab)
    assert keys(tab, "near-") == []
    tab.button(key="cite-0-1").click().run()
    assert "GACC Announcement No. 59 of 2015" in marked(tab)


def test_before_entry_into_force_the_status_says_so(tab: AppTest) -> None:
    tab.date_input[0].set_value(date(2016, 12, 1)).run()
    ask(tab, EXPENDABLE)
    assert "◷ not yet in force: it enters into force on 1 January 2017" in words(tab)
    assert "as of 1 December 2016" in words(tab)
    tab.button(key="cite-0-1").click().run()
    tab.button(key="today").click().run()
    assert tab.date_input[0].value == date.today()
    # the open source and the answer keep the day they were asked for
    assert words(tab).count("as of 1 December 2016") == 2


def test_after_a_change_of_the_day_one_click_asks_again(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    assert keys(tab, "ask-again") == []
    tab.date_input[0].set_value(date(2016, 12, 1)).run()
    assert tab.button(key="ask-again").label == "Ask again as of 1 December 2016"
    tab.button(key="ask-again").click().run()
    assert len(tab.chat_message) == 4
    assert keys(tab, "ask-again") == []
    assert "✓ in force since 1 January 2017" in words(tab)
    assert "◷ not yet in force" in words(tab)


def test_some_documents_are_asked_and_all_again_with_one_click(tab: AppTest) -> None:
    tab.multiselect[0].set_value(["gacc-2016-68"]).run()
    assert keys(tab, "example-") == []  # those are of all documents
    ask(tab, "How many pets may a participant bring?")
    assert "Only asked: GACC Announcement No. 68 of 2016" in words(tab)
    assert "Not covered by the documents chosen: no clause of theirs answers this." in words(tab)
    tab.multiselect[0].set_value(["msr-expo-2018"]).run()
    tab.button(key="ask-again").click().run()
    assert keys(tab, "cite-1-")
    tab.button(key="ask-all-1").click().run()
    assert tab.multiselect[0].value == []
    assert keys(tab, "ask-all-2") == []
    assert keys(tab, "cite-2-")


def test_the_documents_asked_are_kept_with_the_conversation(tab: AppTest) -> None:
    tab.multiselect[0].set_value(["gacc-2016-67"]).run()
    ask(tab, EXPENDABLE)
    tab.button(key="new-conversation").click().run()
    assert tab.multiselect[0].value == []
    tab.button(key=keys(tab, "recent-")[0]).click().run()
    assert tab.multiselect[0].value == ["gacc-2016-67"]
    assert "Only asked: GACC Announcement No. 67 of 2016" in words(tab)


def test_a_follow_up_has_its_history(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    ask(tab, "What about working coats?")
    assert f"Understood as: {EXPENDABLE} What about working coats?" in words(tab)


def test_a_new_conversation_is_empty(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    tab.button(key="cite-0-1").click().run()
    tab.button(key="new-conversation").click().run()
    assert len(tab.chat_message) == 0
    assert keys(tab, "source-") == []
    assert len(keys(tab, "example-")) == 3


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("???", "the question has no words"),
        ("customs " * 1000, "at most 4,000 are read"),
        ("\u200b", "the question is empty"),
    ],
)
def test_a_question_that_cannot_be_read_gets_one_line(
    tab: AppTest, question: str, line: str
) -> None:
    ask(tab, question)
    assert not tab.exception
    notice = re.search(r'role="alert">(.*?)</div>', markup(tab))
    assert notice is not None
    assert line in notice.group(1)
    assert tab.text_area(key="edit-0").value == question  # to be mended, nothing of it is lost
    ask(tab, EXPENDABLE)  # and the conversation goes on
    assert keys(tab, "cite-1-")


def test_a_link_opens_its_clause_again_and_again(open_page: Opener) -> None:
    tab = open_page(real_index(), clause="gacc-2016-68#7")
    for _ in range(2):
        assert marked(tab) == real_desk().clause("gacc-2016-68#7").text
        assert "Item 7" in words(tab)
        assert copied(tab)[-1].endswith("/?clause=gacc-2016-68%237")
        tab.run()


def test_a_link_to_a_document_opens_it_from_its_beginning(open_page: Opener) -> None:
    tab = open_page(real_index(), clause="msr-expo-2018")
    assert marked(tab) == ""
    assert "五. Journalists’ Recording Equipment" in words(tab)


@pytest.mark.parametrize("link", ["gacc-2016-68#99", "no-such-document#1", "<b>x</b>", "#"])
def test_a_dead_link_says_so_and_the_page_works_on(open_page: Opener, link: str) -> None:
    tab = open_page(real_index(), clause=link)
    assert not tab.exception
    assert 'role="alert"' in markup(tab)
    assert "<b>x" not in markup(tab)
    tab.button(key="source-close").click().run()
    assert 'role="alert"' not in markup(tab)
    ask(tab, EXPENDABLE)
    assert keys(tab, "cite-0-")


def test_a_document_of_the_sidebar_opens(tab: AppTest) -> None:
    tab.button(key="open-gacc-2018-19").click().run()
    assert "Ⅱ Main Contents" in source(tab)
    assert tab.query_params["clause"] == "gacc-2018-19"


def test_hostile_words_stay_words(open_page: Opener) -> None:
    tab = open_page(hostile_index(), clause=f"{HOSTILE_ID}#2")
    ask(tab, f"What do bonded goods carry? {HOSTILE_WORDS}".replace("<img", "<i"))
    assert not tab.exception
    for live in ("<b>", "<img", "<i ", 'href="http', "onerror=alert(1)>"):
        assert live not in markup(tab)
    assert marked(tab) == as_read(HOSTILE_CLAUSE)  # bold words, but no link of its own
    assert "[link](http://evil.example/a)" in marked(tab)
    assert HOSTILE_TITLE in words(tab)
    label = tab.button(key=f"open-{HOSTILE_ID}").label
    assert r"\*\*bold\*\* \<b\>tag\<\/b\>" in label
    assert label.replace("\\", "").replace(WORD_JOINER, "").startswith(HOSTILE_TITLE[:60])


def test_the_first_page_builds_the_index_with_a_bar(open_page: Opener, tmp_path: Path) -> None:
    tab = open_page(hostile_settings(tmp_path))
    assert not tab.exception
    assert keys(tab, "open-") == [f"open-{HOSTILE_ID}"]


def test_no_corpus_is_one_line(open_page: Opener, tmp_path: Path) -> None:
    tab = open_page(Settings(corpus=tmp_path / "none", var=tmp_path / "var"))
    assert not tab.exception
    assert re.search(r'role="alert">no catalog at .*</div>', markup(tab))


def test_a_damaged_index_is_one_line(open_page: Opener, tmp_path: Path) -> None:
    real = real_index()
    shutil.copytree(real.index, tmp_path / "index")
    (tmp_path / "index" / "CURRENT").write_text("0123456789abcdef\n", encoding="utf-8")
    tab = open_page(Settings(corpus=real.corpus, var=tmp_path))
    assert not tab.exception
    notice = re.search(r'role="alert">(.*?)</div>', markup(tab))
    assert notice is not None
    assert "python -m ingest build" in notice.group(1)


def test_the_interface_speaks_chinese_from_a_link_on(open_page: Opener) -> None:
    tab = open_page(real_index(), lang="zh")
    assert not tab.exception
    assert "恢复为今天" not in words(tab)
    assert "试试这些问题" in words(tab)
    assert tab.button(key="new-conversation").label == "新对话"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("conversations", "Conversations"),
        ("lessons", "Lessons"),
        ("corpus", "Corpus"),
        ("evaluation", "Evaluation"),
    ],
)
def test_each_page_has_its_title_and_the_way_back(open_page: Opener, page: str, title: str) -> None:
    tab = open_page(real_index(), page)
    assert not tab.exception
    assert f'<h1 class="page-title">{title}</h1>' in markup(tab)
    assert keys(go_to(tab, ""), "example-")


def test_hostile_words_stay_words_wherever_they_are_told(open_page: Opener) -> None:
    """In the explanation, a refusal, the citation to copy, the timeline; in both languages."""
    for language in ("en", "zh"):
        tab = open_page(hostile_index(), clause=f"{HOSTILE_ID}#2", lang=language)
        ask(tab, "What do bonded goods carry?")
        ask(tab, f"Which <u>tax</u> {HOSTILE_WORDS}".replace("<img", "<i"))
        for number in (0, 1):
            open_panel(tab, f"found-{number}")
        assert not tab.exception
        for live in ("<b>tag", "<img", "<i ", "<u>", 'href="http'):
            assert live not in markup(tab)
        for button in tab.button:
            assert "http://" not in button.label.replace("\\", "")
        assert HOSTILE_TITLE in copied(tab)[0]  # to the letter
        read(tab, "time")
        assert not tab.exception


def open_panel(tab: AppTest, key: str) -> AppTest:
    """As a click on an expander's head does."""
    tab.session_state[key] = True
    return tab.run()


def read(tab: AppTest, way: str) -> AppTest:
    """Read the open source as "text", "page", "time" or "compare"."""
    return tab.segmented_control(key="source-reading").set_value(way).run()


def test_how_it_was_found_is_told_in_words_then_in_figures(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    assert "The best clauses found" not in words(tab)  # worked out only when it is opened
    open_panel(tab, "found-0")
    assert not tab.exception
    told = words(tab)
    assert re.search(
        r"likely that the corpus covers the question; from \d+% on it is answered", told
    )
    assert "Words of the question in it: expendable, materials, drills, grinding, wheel" in told
    assert "Citation 1: 1 of 1 sentence is quoted" in told
    assert "How clearly the best clause reads as answering" in told
    assert len(keys(tab, "candidate-0-")) == 5
    tab.button(key="candidate-0-0").click().run()
    assert marked(tab) == real_desk().clause("gacc-2016-67#3").text


def test_a_refusal_tells_words_that_no_clause_has_and_what_to_do(tab: AppTest) -> None:
    ask(tab, "What is the corporate income tax rate in Brazil?")
    told = words(tab)
    assert "No clause of the corpus has these words: corporate, income, Brazil" in told
    assert "Ask in the words that the rules use" in told
    assert "Add a document" in [link.label for link in tab.get("page_link")]


def test_words_that_only_ask_are_no_words_that_the_corpus_lacks(tab: AppTest) -> None:
    ask(tab, "How long and for how many people does it say that parking in Brazil happens?")
    assert "No clause of the corpus has these words: Brazil" in words(tab)


def test_a_refusal_names_the_document_that_is_missing(tab: AppTest) -> None:
    ask(tab, NOT_HELD)
    told = words(tab)
    assert "GACC Announcement No. 59 of 2015 asked about" in told
    assert "Add GACC Announcement No. 59 of 2015 to the corpus, then ask again." in told
    tab.button(key="missing-0-0").click().run()
    assert "GACC Announcement No. 59 of 2015" in marked(tab)


def copied(tab: AppTest) -> list[str]:
    """What the buttons that copy put on the clipboard, in their order."""
    return [html.unescape(words) for words in re.findall(r'data-copy="([^"]*)"', markup(tab))]


def test_a_citation_is_copied_with_and_without_its_words_in_both_languages(
    open_page: Opener,
) -> None:
    tab = open_page(real_index(), clause="gacc-2016-67#3")
    citation, with_words, link = copied(tab)
    assert citation.startswith(
        "GACC Announcement No. 67 of 2016 (“Expendable Materials Import under Processing Trade”), "
        "item 3 (in force since 1 January 2017, as far as the corpus shows; as of "
    )
    assert with_words == f"“{real_desk().clause('gacc-2016-67#3').text}”\n— {citation}"
    assert link.endswith("/?clause=gacc-2016-67%233")
    tab = open_page(real_index(), clause="gacc-2016-67#3", lang="zh")
    assert "海关总署公告2016年第67号" in copied(tab)[0]
    assert "第3条" in copied(tab)[0]
    tab = open_page(real_index(), clause="gacc-2016-67")
    assert len(copied(tab)) == 2  # a document as a whole has no words to copy


def test_each_quote_of_an_answer_is_copied_where_it_stands(tab: AppTest) -> None:
    ask(tab, TWO_QUOTES)
    assert len(copied(tab)) == 6
    quote = html.unescape(re.findall(r'class="quote">(.*?)</blockquote>', markup(tab), re.S)[0])
    assert copied(tab)[1].startswith(f"“{quote}”\n— GACC Announcement No. 67 of 2016")


def test_the_large_view_shows_the_contents_and_a_question_leaves_it(tab: AppTest) -> None:
    tab.button(key="open-gacc-2018-19").click().run()
    assert '<details class="contents">' in source(tab)
    tab.button(key="source-large").click().run()
    assert 'class="large-view"' in markup(tab)
    assert '<details class="contents" open>' in source(tab)
    ask(tab, EXPENDABLE)
    assert 'class="large-view"' not in markup(tab)


def test_an_original_that_is_gone_is_told(open_page: Opener, tmp_path: Path) -> None:
    settings = real_index()
    tab = open_page(settings, clause="gacc-2016-67#3")
    assert [one.label for one in tab.get("download_button")] == ["Original"]
    corpus = tmp_path / "corpus"
    shutil.copytree(settings.corpus, corpus)
    (corpus / "documents" / "gacc-2016-67.txt").unlink()
    tab = open_page(Settings(corpus=corpus, var=settings.var), clause="gacc-2016-67#3")
    assert not tab.exception
    assert "its file is missing" in words(tab)


def test_a_cited_document_that_is_not_held_is_told(open_page: Opener) -> None:
    tab = open_page(real_index(), clause="gacc-2016-68#2.p2")
    assert "Cited here, not in the corpus: GACC Announcement No. 59 of 2015" in words(tab)
    assert 'class="reference not-held"' in source(tab)


@needs_chromium
class TestOtherDocuments:
    """On a corpus with a PDF, two texts of one rule, and a repeal."""

    def test_a_cross_reference_opens_the_document_it_means(self, open_page: Opener) -> None:
        tab = open_page(rich_index(), clause="gacc-2022-8#3")
        assert 'data-press="follow-0"' in source(tab)
        tab.button(key="follow-0").click().run()
        assert tab.query_params["clause"] == "gacc-2019-5"

    def test_a_pdf_is_shown_as_printed(self, open_page: Opener) -> None:
        tab = open_page(rich_index(), clause="gacc-2016-68#7")
        read(tab, "page")
        assert not tab.exception
        assert "Page 1 of 2" in words(tab)
        assert len(tab.get("image")) == 1
        tab.button(key="leaf-on").click().run()
        assert "Page 2 of 2" in words(tab)
        assert tab.button(key="leaf-on").disabled

    def test_a_changed_file_is_told_in_a_line(self, open_page: Opener, tmp_path: Path) -> None:
        settings = rich_index()
        corpus = tmp_path / "corpus"
        shutil.copytree(settings.corpus, corpus)
        for pdf in (corpus / "documents").glob("*.pdf"):
            pdf.write_bytes(pdf.read_bytes() + b" ")
        tab = open_page(Settings(corpus=corpus, var=settings.var), clause="gacc-2016-68#7")
        read(tab, "page")
        assert not tab.exception
        assert re.search(r'role="alert">catalog entry gacc-2016-68', markup(tab))

    def test_the_timeline_tells_of_the_repeal(self, open_page: Opener) -> None:
        tab = open_page(rich_index(), clause="gacc-2019-5#2")
        instead = tab.button(key="source-instead").label.replace("\\", "")
        assert instead == "In force that day: Item 2, GACC Announcement No. 8 of 2022"
        read(tab, "time")
        assert "1 June 2019 enters into force" in words(tab)
        assert "1 May 2022 repealed by GACC Announcement No. 8 of 2022" in words(tab)
        tab.button(key="event-proof-1").click().run()
        assert tab.query_params["clause"] == "gacc-2022-8#3"

    def test_two_texts_stand_side_by_side(self, open_page: Opener) -> None:
        tab = open_page(rich_index(), clause="law-11928237-2024#2")
        read(tab, "compare")
        assert not tab.exception
        assert "<del>十</del>" in markup(tab)
        assert "<ins>五</ins>" in markup(tab)
        assert "Clauses that differ: 3" in words(tab)

    def test_a_document_with_one_text_offers_no_comparison(self, open_page: Opener) -> None:
        tab = open_page(rich_index(), clause="gacc-2022-8#2")
        assert tab.segmented_control(key="source-reading").options == ["Text", "Timeline"]

    def test_before_the_words_stands_that_they_are_not_in_force(self, open_page: Opener) -> None:
        tab = open_page(rich_index())
        tab.date_input[0].set_value(date(2018, 1, 1)).run()
        ask(tab, "What deposit must an exhibitor pay for each exhibit that stays in the hall?")
        assert "Not in force on 1 January 2018: Item 2" in words(tab)

    def test_a_rule_not_yet_in_force_names_the_one_that_was(self, open_page: Opener) -> None:
        tab = open_page(rich_index(), clause="gacc-2022-8#2")
        tab.date_input[0].set_value(date(2020, 1, 1)).run()
        instead = tab.button(key="source-instead").label.replace("\\", "")
        assert instead == "In force that day: Item 2, GACC Announcement No. 5 of 2019"
        ask(tab, "What deposit must an exhibitor pay for each exhibit that stays in the hall?")
        assert "3,000 yuan" in words(tab)
        # a rule that the other document has no clause for names that document
        tab = open_page(rich_index(), clause="gacc-2019-5#3")
        instead = tab.button(key="source-instead").label.replace("\\", "")
        assert instead == "In force that day: GACC Announcement No. 8 of 2022"


@pytest.mark.parametrize(
    ("check", "by", "told"),
    [
        (CheckOutcome.VERIFIED, "model", "✓ verified"),
        (CheckOutcome.NOT_CHECKED, "model", "○ model's words, not proven"),
        (CheckOutcome.VERIFIED, "clause", ""),
    ],
)
def test_a_line_in_short_says_whose_words_it_is(
    tab: AppTest, check: CheckOutcome, by: Literal["clause", "model"], told: str
) -> None:
    ask(tab, EXPENDABLE)
    turn = tab.session_state["page_state"].conversation[0]
    short = ShortAnswer(text="Drills are **not** <b>it</b>.", citations=(1,), check=check, by=by)
    turn.answer = turn.answer.model_copy(update={"short": short})
    tab.run()
    assert not tab.exception
    denial = "**not**" if by == "model" else "not"  # a clause's words are read as they were set
    assert f"In short Drills are {denial} <b>it</b>. [1] {told}".strip() in words(tab)
    assert "<b>it" not in markup(tab)


def test_what_a_model_adds_is_shown_beside_the_quotes_and_what_it_may_not_say_apart(
    tab: AppTest,
) -> None:
    ask(tab, EXPENDABLE)
    turn = tab.session_state["page_state"].conversation[0]
    rejected = Rejected(text="<b>Drills are free.</b>", citations=(1,), reasons=("no such words",))
    [first, *rest] = turn.answer.statements
    turn.answer = turn.answer.model_copy(
        update={
            "mode": "generative",
            "model": "a <i>model</i>",
            "statements": (first.model_copy(update={"translation": "钻头不是。"}), *rest),
            "rejected": (rejected,),
            "notes": ("A part is left out.",),
        }
    )
    tab.run()
    assert not tab.exception
    told = words(tab)
    assert "钻头不是。 unofficial translation; figures, names and denials checked" in told
    assert "sentences chosen by a <i>model</i>" in told
    assert "A part is left out." in told
    assert "Words of the model left out, for no clause bears them out: 1" in [
        e.label for e in tab.expander
    ]
    for live in ("<b>Drills", "<i>model"):
        assert live not in markup(tab)


def test_a_line_in_short_stands_out_and_a_long_clause_opens_in_place(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    turn = tab.session_state["page_state"].conversation[0]
    citation = turn.answer.citations[0]
    start, end = citation.start, citation.end
    folded = citation.model_copy(
        update={"folded": ((end - 60, end),), "items": ItemsQuoted(quoted=1, of=6)}
    )
    short = ShortAnswer(
        text=citation.quote[3:15],
        citations=(1,),
        check=CheckOutcome.VERIFIED,
        by="clause",
        span=(start + 3, start + 15),
    )
    turn.answer = turn.answer.model_copy(update={"short": short, "citations": (folded,)})
    tab.run()
    assert not tab.exception
    drawn = html.unescape(markup(tab))
    assert f"In short {citation.quote[3:15]} [1]" in words(tab)
    assert f"<strong>{citation.quote[3:15]}</strong>" in drawn
    assert f"…</summary>{citation.quote[-60:]}</details>" in drawn
    assert "Of the six items of this list, one is quoted." in words(tab)


def test_an_answer_whose_words_have_gone_says_so(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    turn = tab.session_state["page_state"].conversation[0]
    citation = turn.answer.citations[0].model_copy(update={"quote": "Words of an older text."})
    turn.answer = turn.answer.model_copy(
        update={"citations": (citation,), "corpus_fingerprint": "0" * 16}
    )
    tab.run()
    assert not tab.exception
    assert "no longer in the corpus" in words(tab)
    assert "the corpus has changed since this answer" in words(tab)
    assert tab.button(key="cite-0-1").disabled


def test_what_was_understood_stands_above_and_is_asked_alone_with_one_click(tab: AppTest) -> None:
    ask(tab, "Which code do finished products leave under?")
    ask(tab, "and for materials?")
    assert "Understood as: Which code do finished products leave under?" in words(tab)
    tab.button(key="alone-1").click().run()
    assert not tab.exception
    assert "and for materials?" in words(tab)
    assert keys(tab, "alone-2") == []


def test_a_question_is_edited_and_asked_again(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    tab.text_area(key="edit-0").set_value("Is engine oil an expendable material?").run()
    tab.button(key="edit-ask-0").click().run()
    assert not tab.exception
    assert "engine oil" in words(tab)
    assert keys(tab, "cite-1-")


def test_what_a_question_leaves_open_is_asked_back_with_chips(tab: AppTest) -> None:
    ask(tab, "Which code do materials leave under?")
    assert len(keys(tab, "which-0-")) > 1
    tab.button(key="which-0-1").click().run()
    assert not tab.exception
    assert keys(tab, "cite-1-")


def test_small_talk_gets_one_line_and_questions_that_are_asked_with_a_click(tab: AppTest) -> None:
    ask(tab, "hello")
    assert not tab.exception
    assert "Hello. Ask about a rule" in words(tab)
    assert len(keys(tab, "suggestion-0-")) == 3
    assert "as of" not in words(tab).rpartition("Hello.")[2] and "Covered" not in words(tab)
    tab.button(key="suggestion-0-0").click().run()
    assert not tab.exception
    assert keys(tab, "cite-1-")


def test_a_comparison_has_a_row_a_side_that_leads_to_its_quotes(tab: AppTest) -> None:
    ask(tab, "Compare what must be filed inside and outside the area when products leave.")
    table = markup(tab).partition('<table class="rows">')[2].partition("</table>")[0]
    assert ">inside</th>" in table and ">outside</th>" in table
    assert 'data-press="cite-0-1"' in table and 'data-press="cite-0-2"' in table


def test_an_outline_shows_lines_that_lead_to_their_clauses(tab: AppTest) -> None:
    ask(tab, "What is No. 19 of 2018 about?")
    assert not tab.exception
    shown = words(tab)
    assert "GACC Announcement No. 19 of 2018 (“Company-Based Processing-Trade" in shown
    assert "Status: in force since 5 March 2018, as far as the corpus shows" in shown
    assert "Ⅱ Main Contents (Item Ⅱ)" in shown and "Covered by" not in shown
    assert 'data-press="cite-0-1"' in markup(tab)
    folded = next(one for one in tab.expander if one.label == "The clauses, word for word")
    assert [button.key for button in folded.button if (button.key or "").startswith("cite-")]
    tab.button(key="cite-0-1").click().run()
    assert tab.query_params["clause"] == "gacc-2018-19#p2"


def test_what_no_clause_states_of_a_document_is_told_without_a_search(tab: AppTest) -> None:
    ask(tab, "What does No. 68 of 2016 repeal?")
    assert not tab.exception
    assert "no clause of GACC Announcement No. 68 of 2016 that repeals" in words(tab)
    assert keys(tab, "near-0-") == []


@pytest.mark.parametrize("question", [EXPENDABLE, "What is No. 19 of 2018 about?"])
def test_how_long_it_took_stands_under_how_it_was_found(tab: AppTest, question: str) -> None:
    ask(tab, question)
    assert not re.search(r"\d (?:ms|s)\b", words(tab))
    open_panel(tab, "found-0")
    assert not tab.exception
    assert re.search(r"Took [\d.]+ (?:ms|s)\b", words(tab))


def test_covered_is_told_apart_from_right(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    assert "(that the answer is right is not measured: read the clause)" in words(tab)


def test_an_answer_that_is_not_certain_says_so_in_a_line(tab: AppTest) -> None:
    ask(tab, "Who is recommended for help when the CCC waiver rules are unclear?")
    assert not tab.exception
    assert "Not certain that this answers; the nearest clause." in words(tab)
    assert 'class="rows"' not in markup(tab)  # a table of one row would be too much
