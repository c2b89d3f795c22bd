"""Lessons in a real browser: read, shown on the wall by keyboard, asked as a quiz, handed out."""

from io import BytesIO
from pathlib import Path

import pytest
from journey import (
    DESK,
    PHONE,
    Opener,
    first_mark_is_seen,
    no_serious_violation,
    nothing_wider_than_the_window,
    settled,
)
from playwright.sync_api import Page, ViewportSize, expect
from pypdf import PdfReader

LESSON = "commissioned-processing-codes"


def open_lessons(open_tab: Opener, address: str, size: ViewportSize, rest: str = "") -> Page:
    tab: Page = open_tab(address, size)
    tab.goto(f"{address}/lessons{rest}")
    expect(tab.locator(".page-title")).to_be_visible()
    return tab


def to_the_end(tab: Page) -> None:
    settled(tab)
    tab.evaluate("document.querySelector('.stMain').scrollTo(0, 1e6)")


def begins_at_its_top(tab: Page, title: str) -> None:
    expect(tab.locator(".page-title")).to_have_text(title)
    expect(tab.locator(".page-title")).to_be_in_viewport(ratio=1)


def test_a_lesson_is_read_and_its_clause_opened(address: str, open_tab: Opener) -> None:
    tab = open_lessons(open_tab, address, DESK)
    tab.click(f".st-key-lesson-steps-{LESSON} button:visible")
    tab.click(".st-key-lesson-next button")
    expect(tab.locator(".lesson-place")).to_have_text("Item 3, GACC Announcement No. 68 of 2016")
    tab.wait_for_url("**step=2**")
    tab.reload()
    expect(tab.locator(".lesson-place")).to_have_text("Item 3, GACC Announcement No. 68 of 2016")
    quote = tab.locator(".quote").inner_text()
    tab.click(".st-key-lesson-source button")
    first_mark_is_seen(tab)
    assert tab.locator("#source-text mark").first.inner_text() == quote


def test_a_presentation_fills_the_screen_and_obeys_the_keys(address: str, open_tab: Opener) -> None:
    tab = open_lessons(open_tab, address, DESK, f"?lesson={LESSON}")
    # a browser grants full screen to a click only, so the page must listen by then
    tab.wait_for_function("window.clauseDeskPresentation")
    tab.click(".st-key-lesson-present button")
    expect(tab.locator(".slide-question")).to_be_visible()
    tab.wait_for_function("document.fullscreenElement !== null")
    expect(tab.get_by_test_id("stSidebar")).to_be_hidden()
    assert tab.locator(".quote").count() == 0
    size = tab.locator(".slide-question").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 40
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(".quote")).to_be_visible()
    tab.keyboard.press("PageDown")  # what a clicker sends
    expect(tab.locator(".slide-head")).to_contain_text("Step 2 of 8")
    expect(tab.locator(".quote")).to_have_count(0)
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator(".slide-head")).to_contain_text("Step 1 of 8")
    tab.click(".st-key-slide-end button")
    expect(tab.locator(".st-key-lesson-steps")).to_be_visible()
    tab.wait_for_function("document.fullscreenElement === null")


def test_a_quiz_to_its_score(address: str, open_tab: Opener) -> None:
    tab = open_lessons(open_tab, address, DESK)
    tab.click(f".st-key-lesson-quiz-{LESSON} button:visible")
    for at in range(8):
        expect(tab.locator(".facts", has_text=f"Step {at + 1} of 8")).to_be_visible()
        if at == 5:
            tab.locator("textarea").fill("The fee, and bonded material used up inside")
            tab.locator("textarea").press("Tab")
            tab.click(".st-key-quiz-reveal button")
            tab.click(".st-key-quiz-judge-True button")
        else:
            wrong = at == 2  # the one answer that is not right
            tab.click(f".st-key-quiz-1-{at}-{int(wrong)} button")
            expect(tab.locator(".quiz-verdict")).to_have_text("Not right" if wrong else "Right")
        expect(tab.locator(".quote")).to_be_visible()
        tab.click(".st-key-quiz-next button")
    expect(tab.locator(".quiz-score")).to_have_text("7 of 8 right")
    expect(tab.locator(".quiz-score + .facts")).to_contain_text("chosen: 6 of 7")


@pytest.mark.parametrize("rest", ["", "&lang=zh"])
def test_the_hand_out_is_downloaded(
    address: str, open_tab: Opener, tmp_path: Path, rest: str
) -> None:
    tab = open_lessons(open_tab, address, DESK, f"?lesson={LESSON}{rest}")
    with tab.expect_download() as download:
        tab.click(".st-key-lesson-file-pdf button:visible")
    assert download.value.suggested_filename == f"{LESSON}.pdf"
    download.value.save_as(tmp_path / "a.pdf")
    pages = PdfReader(BytesIO((tmp_path / "a.pdf").read_bytes())).pages
    said = "".join("\n".join(page.extract_text() for page in pages).split())
    assert ("区外1427，区内5000" if rest else "Whocommissionswhom") in said


def test_lessons_on_a_phone_in_chinese(address: str, open_tab: Opener) -> None:
    tab = open_lessons(open_tab, address, PHONE, f"?lesson={LESSON}&lang=zh&step=3")
    expect(tab.locator(".lesson-question")).to_have_text("料件入区时，各单证填什么代码？")
    expect(tab.locator(".lesson-notice")).to_contain_text("区外 1427，区内 5000")
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tab.click(".st-key-lesson-present button")
    expect(tab.locator(".st-key-slide-next button")).to_be_in_viewport()
    expect(tab.locator(".st-key-slide-end button")).to_be_in_viewport()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_a_lesson_is_written_kept_and_taken_back(
    address: str, open_tab: Opener, size: ViewportSize
) -> None:
    tab = open_tab(f"{address}/corpus", size)
    to_the_end(tab)
    tab.goto(f"{address}/lessons") if size is PHONE else tab.click("a:has-text('Lessons')")
    begins_at_its_top(tab, "Lessons")
    to_the_end(tab)
    tab.click(".st-key-lesson-write button")
    begins_at_its_top(tab, "Write a lesson")
    to_the_end(tab)
    tab.click(".st-key-editor-keep button")
    # what is missing is told where one looks
    expect(tab.get_by_role("alert")).to_contain_text("The lesson has no title yet.")
    expect(tab.get_by_role("alert")).to_be_in_viewport(ratio=1)
    tab.get_by_label("Title").fill("Drills in the workshop")
    tab.get_by_label("What one learns, in a sentence").fill("What a drill is.")
    tab.get_by_label("Find a clause for the next step").fill("drills and grinding wheels")
    tab.keyboard.press("Enter")
    tab.click(".st-key-editor-add-0 button")
    tab.get_by_label("Question", exact=True).fill("Are drills expendable?")
    tab.get_by_label("What to notice").fill("The list shuts them out.")
    tab.get_by_label("Right answer, to choose").fill("No")
    tab.get_by_label("Wrong answers, one a line").fill("Yes")
    tab.keyboard.press("Tab")
    settled(tab)
    no_serious_violation(tab)
    nothing_wider_than_the_window(tab)
    tab.click(".st-key-editor-preview button")
    expect(tab.locator(".slide-question")).to_have_text("Are drills expendable?")
    tab.click(".st-key-slide-end button")
    to_the_end(tab)
    tab.click(".st-key-editor-keep button")
    begins_at_its_top(tab, "Drills in the workshop")
    no_serious_violation(tab)
    tab.click(".st-key-lesson-undo button")
    expect(tab.locator(".st-key-lesson-shelf")).to_be_visible()
    expect(tab.locator(".st-key-lesson-drills-in-the-workshop")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_a_class_answers_without_names_and_the_trainer_sees_it(
    address: str, open_tab: Opener, size: ViewportSize
) -> None:
    trainer = open_lessons(open_tab, address, size, f"?lesson={LESSON}")
    trainer.click(".st-key-class-room summary")
    trainer.click(".st-key-class-open button")
    link = trainer.locator(".st-key-class-room .permanent")
    expect(link).to_be_visible()
    learner = open_tab(link.get_attribute("href") or "", PHONE)
    expect(learner.get_by_text("your answers are shown to the trainer")).to_be_visible()
    learner.click(".st-key-quiz-1-0-1 button")  # not right
    expect(learner.locator(".quiz-verdict")).to_have_text("Not right")
    no_serious_violation(learner)
    learner.click(".st-key-quiz-next button")
    expect(learner.get_by_text("Step 2 of 8")).to_be_visible()
    learner.wait_for_url("**step=2**")
    learner.reload()  # a phone does it by itself
    expect(learner.get_by_text("your answers are shown to the trainer")).to_be_visible()
    expect(learner.get_by_text("Step 2 of 8")).to_be_visible()
    learner.click(".st-key-quiz-1-1-0 button")
    expect(learner.locator(".quiz-verdict")).to_have_text("Right")
    expect(trainer.get_by_text("Learner 2")).to_have_count(0)
    results = trainer.locator(".class-results")
    expect(results).to_contain_text("✕")
    expect(results).to_contain_text("✓")
    expect(trainer.get_by_text("1 of 1 not right")).to_be_visible()
    no_serious_violation(trainer)
    nothing_wider_than_the_window(trainer)
    trainer.click("[class*=st-key-class-close-] button")
    expect(trainer.get_by_role("alert")).to_contain_text("The answers of 1 learner")
    no_serious_violation(trainer)
    trainer.click("[class*=st-key-class-close-now-] button")
    expect(trainer.locator(".class-results")).to_have_count(0)
