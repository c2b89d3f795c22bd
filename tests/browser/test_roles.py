"""A day of each of those who use the desk: an officer, a trainer, a manager; one step a line."""

from pathlib import Path

from journey import (
    DESK,
    Opener,
    answered,
    ask,
    first_mark_is_seen,
    no_serious_violation,
    settled,
)
from playwright.sync_api import Page, expect
from small_corpus import NEW_DEPOSITS

from app.contract import Question
from app.conversations.feedback import feedback_on
from app.desk import ClauseDesk
from app.teaching.topics import keep_topic, own_topics, topic_of
from ingest.settings import Settings

DRILLS = "Are drills and grinding wheels expendable materials?"
LESSON = "expendable-or-not"


def go_to(tab: Page, page: str) -> None:
    tab.get_by_role("link", name=page, exact=True).click()
    settled(tab)


def choose_day(tab: Page, digits: str) -> None:
    tab.locator("[data-testid=stDateInput] [role=spinbutton]").first.click()
    tab.keyboard.type(digits)
    tab.keyboard.press("Enter")
    settled(tab)


def test_a_day_of_an_officer(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    # asks, and reads the source
    expect(tab.locator(".held")).to_contain_text("5 documents")
    ask(tab, DRILLS)
    answered(tab)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    tab.get_by_role("searchbox").fill("materials")
    expect(tab.locator(".find output")).to_contain_text(" of ")
    tab.get_by_role("button", name="Next hit").click()
    tab.click(".st-key-source-large button")
    expect(tab.locator(".contents nav")).to_be_visible()
    tab.click(".contents a >> nth=1")
    tab.click(".st-key-source-large button")
    tab.click(".st-key-source-pane button:has-text('Timeline')")
    expect(tab.locator(".timeline")).to_be_visible()
    tab.click(".st-key-source-close button")
    # asks on, on another day, and in other words
    ask(tab, "And do they have to be declared?")
    answered(tab, 1)
    choose_day(tab, "20161201")
    tab.click(".st-key-ask-again button")
    answered(tab, 2)
    tab.click(".st-key-today button")
    tab.get_by_role("button", name="Edit").last.click()
    tab.get_by_label("Question", exact=True).last.fill(DRILLS)
    tab.keyboard.press("Tab")
    tab.get_by_role("button", name="Ask again", exact=True).last.click()
    answered(tab, 3)
    # asks one document, then all of them
    tab.locator(".st-key-documents-to-ask input").fill("68 of 2016")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Escape")
    settled(tab)
    ask(tab, "How many pets may a participant bring?")
    expect(tab.locator(".refusal").last).to_contain_text("documents chosen")
    tab.click(".st-key-ask-all-4 button")
    answered(tab, 5)
    # why, and what is kept of it
    tab.click(".st-key-found-5 summary")
    expect(tab.locator(".st-key-candidate-5-0")).to_be_visible()
    tab.click(".st-key-thumb-5 button >> nth=0")
    tab.click(".st-key-pack-5 button:visible")
    with tab.expect_download():
        tab.click(".st-key-pack-5-md button:visible")
    tab.keyboard.press("Escape")
    tab.click(".st-key-new-conversation button")
    tab.click("[class*=st-key-recent-] button >> nth=0")
    answered(tab, 5)
    go_to(tab, "Check")
    tab.locator(".st-key-check-text textarea").fill(
        "GACC Announcement No. 67 of 2016 enters into force on 1 January 2017."
    )
    tab.keyboard.press("Tab")
    tab.click(".st-key-check-start button")
    expect(tab.locator(".st-key-check-findings")).to_be_visible()
    no_serious_violation(tab)


def test_a_day_of_a_trainer(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    go_to(tab, "Lessons")
    # reads a lesson, shows it on the wall
    tab.click(f".st-key-lesson-steps-{LESSON} button:visible")
    tab.click(".st-key-lesson-next button")
    tab.click(".st-key-lesson-source button")
    first_mark_is_seen(tab)
    go_to(tab, "Lessons")
    tab.click(".st-key-lesson-present button")
    expect(tab.locator(".slide-question")).to_be_visible()
    settled(tab)
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(".st-key-presentation .quote")).to_be_visible()
    tab.click(".st-key-slide-end button")
    tab.click(".st-key-lesson-close button")
    # writes one
    tab.click(".st-key-lesson-write button")
    tab.get_by_label("Title").fill("Drills and codes")
    tab.get_by_label("What one learns, in a sentence").fill("Two things.")
    for words in ("drills and grinding wheels", "control mode code 5100"):
        tab.get_by_label("Find a clause for the next step").fill(words)
        tab.keyboard.press("Enter")
        settled(tab)
        tab.click(".st-key-editor-add-0 button")
        settled(tab)
    for at, question in enumerate(("Are drills?", "Which code?")):
        step = tab.locator(f".st-key-editor-step-{at}")
        step.get_by_label("Question").fill(question)
        step.get_by_label("What to notice").fill("Look at the list.")
        step.get_by_label("Right answer, to choose").fill("This one")
        step.get_by_label("Wrong answers, one a line").fill("That one")
        tab.keyboard.press("Tab")
        settled(tab)
    tab.click(".st-key-editor-down-0 button")
    settled(tab)
    tab.click(".st-key-editor-preview button")
    expect(tab.locator(".slide-question")).to_have_text("Which code?")
    tab.click(".st-key-slide-end button")
    tab.click(".st-key-editor-keep button")
    expect(tab.locator(".page-title")).to_have_text("Drills and codes")
    with tab.expect_download():
        tab.click(".st-key-lesson-file-pdf button:visible")
    # teaches it to a class
    tab.click(".st-key-class-room summary")
    tab.click(".st-key-class-open button")
    code = tab.locator(".class-code").inner_text()
    learner = open_tab(f"{address}/lessons", DESK)
    learner.get_by_label("Code of a class").fill(code)
    learner.click(".st-key-class-join-now button")
    learner.click(".st-key-quiz-1-0-1 button")
    expect(learner.locator(".quiz-verdict")).to_have_text("Not right")
    expect(tab.get_by_text("1 of 1 not right")).to_be_visible()
    tab.click("[class*=st-key-class-close-] button")
    tab.click("[class*=st-key-class-close-now-] button")
    # and takes it back
    tab.click(".st-key-lesson-undo button")
    expect(tab.locator(".st-key-lesson-drills-and-codes")).to_have_count(0)
    no_serious_violation(tab)


def test_a_day_of_a_manager(address: str, open_tab: Opener, tmp_path: Path) -> None:
    tab = open_tab(address, DESK)
    # a reader was not content
    ask(tab, "What is control mode code 5100?")
    answered(tab)
    tab.click(".st-key-thumb-0 button >> nth=1")
    tab.get_by_label("What is wrong with it?").fill("the second paragraph alone")
    tab.keyboard.press("Enter")
    settled(tab)
    # what is held, on which day
    go_to(tab, "Corpus")
    choose_day(tab, "20161201")
    expect(tab.locator(".stMain .status-not_yet_in_force").first).to_be_visible()
    tab.click(".st-key-today button")
    tab.click(".st-key-edit-gacc-2016-67 button:visible")
    expect(tab.locator(".st-key-save button")).to_be_visible()
    settled(tab)
    tab.click(".st-key-save-not button")
    expect(tab.locator(".st-key-save")).to_have_count(0)
    tab.click(".st-key-read-gacc-2016-68 button:visible")
    expect(tab.locator(".source-name")).to_be_visible()
    tab.click(".st-key-source-close button")
    go_to(tab, "Corpus")
    tab.click(".st-key-graph-words summary")
    tab.click("[class*=st-key-relation-proof-] button >> nth=0")
    first_mark_is_seen(tab)
    go_to(tab, "Corpus")
    # a document is looked at before it goes in
    path = tmp_path / "guarantees.txt"
    path.write_text(NEW_DEPOSITS, encoding="utf-8")
    tab.set_input_files("input[type=file]", path)
    tab.get_by_text("3 clauses as they would be stored").click(timeout=120_000)
    expect(tab.locator(".preview")).to_contain_text("4,500 yuan")
    tab.get_by_label("Received from").fill("the fair's office")
    tab.click(".st-key-discard button")
    expect(tab.locator(".st-key-store")).to_have_count(0)
    # how good the answers are, and what the reader said becomes a topic
    go_to(tab, "Evaluation")
    tab.click(".st-key-evaluation-run button")
    tab.click(".st-key-evaluation-cancel button")
    expect(tab.locator(".st-key-evaluation-run button").first).to_be_visible()
    settled(tab)
    tab.get_by_text("Not right: What is control mode code 5100?").first.click()
    expect(tab.get_by_text("the second paragraph alone").first).to_be_visible()
    tab.wait_for_timeout(1500)  # a list that is opened while its section unfolds closes again
    tab.locator("[class*=st-key-gold-] input:visible").click()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Escape")
    expect(tab.locator("[class*=st-key-keep-] button:visible")).to_be_enabled()
    tab.click("[class*=st-key-keep-] button:visible")
    expect(tab.get_by_text("A topic: reader-")).to_be_visible()
    no_serious_violation(tab)
    tab.click("[class*=st-key-drop-] button:visible")
    expect(tab.locator("[class*=st-key-keep-] button:visible")).to_be_visible()
    # what was asked is kept, found and deleted
    go_to(tab, "Conversations")
    tab.locator(".st-key-conversation-search input").fill("5100")
    tab.keyboard.press("Enter")
    tab.click("[class*=st-key-conversation-delete-] button >> nth=0")
    tab.click("[class*=st-key-conversation-deleted-] button")
    tab.click(".st-key-language-switch button:has-text('中文')")
    expect(tab.locator(".page-title")).to_have_text("对话记录")


def test_a_manager_runs_the_questions_of_their_own(
    address: str, settings: Settings, open_tab: Opener
) -> None:
    question = "What is control mode code 5100?"
    desk = ClauseDesk.open(settings)
    right = feedback_on(desk.ask(Question(text=question)), (), True, "")
    keep_topic(settings, topic_of(right, ()), desk.library())
    tab = open_tab(f"{address}/evaluation", DESK)
    tab.click(".st-key-evaluation-own button:has-text('Your own')")
    settled(tab)
    expect(tab.get_by_text("There has been no evaluation yet.")).to_be_visible()
    tab.click(".st-key-evaluation-run button")
    asked = f"of {len(own_topics(settings.corpus))} topic"
    room = tab.locator(".st-key-evaluation-room")
    expect(room).to_contain_text(asked, timeout=120_000)
    # the product's own figures are untouched
    tab.click(".st-key-evaluation-own button:has-text('Clause Desk')")
    settled(tab)
    expect(room).not_to_contain_text(asked)
