"""Asking and reading the source, as a reader does it."""

import re
from pathlib import Path

import pytest
from journey import (
    DESK,
    PHONE,
    Opener,
    answered,
    ask,
    box_of,
    first_mark_is_seen,
    no_serious_violation,
    nothing_wider_than_the_window,
    serving,
    settled,
)
from page_index import HOSTILE_CLAUSE, HOSTILE_ID, HOSTILE_WORDS, hostile_index
from playwright.sync_api import Dialog, ViewportSize, expect

from app.answer.quoted_table import as_read
from ingest.settings import Settings

TWO_QUOTES = "What do item 3 and item 9 of GACC Announcement No. 67 of 2016 say?"
NOT_COVERED = "What does GACC Announcement No. 999 of 2031 say about bonded goods?"


def test_ask_open_the_source_step_to_the_next_citation(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    ask(tab, TWO_QUOTES)
    answered(tab)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    first = tab.locator("#source-text mark").first.inner_text()
    assert tab.locator(".quote").first.inner_text() == first
    # beside the answer, not instead of it
    chip = box_of(tab.locator(".st-key-cite-0-1 button"))
    pane = box_of(tab.locator(".st-key-source-pane"))
    assert pane["x"] >= chip["x"] + chip["width"]
    tab.click(".st-key-source-next button")
    expect(tab.locator("#source-text mark").first).not_to_have_text(first)
    first_mark_is_seen(tab)
    assert (
        tab.locator("#source-text mark").first.inner_text()
        == tab.locator(".quote").nth(1).inner_text()
    )
    tab.wait_for_url(re.compile("clause=gacc-2016-67%23"))
    tab.click(".st-key-source-close button")
    expect(tab.locator(".st-key-source-pane")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_one_document_is_asked_then_all(address: str, open_tab: Opener, size: ViewportSize) -> None:
    tab = open_tab(address, size)
    settled(tab)
    if size is PHONE:
        tab.get_by_test_id("stExpandSidebarButton").click()
    choice = tab.locator(".st-key-documents-to-ask")
    choice.locator("input").click()  # waits until the menu has slid in
    choice.locator("input").fill("68 of 2016")
    tab.get_by_role("option", name="68 of 2016").click()
    expect(choice).to_contain_text("GACC Announcement No. 68 of 2016")
    tab.keyboard.press("Escape")
    no_serious_violation(tab)
    if size is PHONE:
        tab.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    ask(tab, "How many pets may a participant bring?")
    answered(tab)
    expect(tab.locator(".refusal")).to_contain_text("Not covered by the documents chosen")
    no_serious_violation(tab)
    nothing_wider_than_the_window(tab)
    tab.get_by_role("button", name="Ask all documents").click()
    answered(tab, 1)
    expect(tab.locator(".st-key-cite-1-1")).to_be_visible()
    expect(tab.get_by_role("button", name="Ask all documents")).to_have_count(1)


def test_the_contents_lead_to_a_clause_without_moving_the_page(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(f"{address}/?clause=msr-expo-2018%23p1", DESK)
    first_mark_is_seen(tab)
    tab.click(".contents summary")
    tab.click(".contents a:has-text('Companion Animal')")
    expect(tab.locator("[id='clause-4.2.3']")).to_be_in_viewport()
    assert tab.evaluate("document.querySelector('.stMain').scrollTop") == 0


def test_a_pressed_citation_keeps_its_place_while_its_source_opens_and_closes(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(address, DESK)
    for number, question in enumerate((TWO_QUOTES, NOT_COVERED, TWO_QUOTES)):
        ask(tab, question)
        answered(tab, number)
    # the same clause is cited two answers above too
    chip = tab.locator(".st-key-cite-2-2")
    chip.scroll_into_view_if_needed()
    before = box_of(chip)
    chip.locator("button").click()
    first_mark_is_seen(tab)
    settled(tab)
    opened = box_of(chip)
    assert abs(opened["y"] - before["y"]) < 4
    assert opened["width"] != before["width"] or opened["x"] != before["x"]
    tab.keyboard.press("Escape")
    expect(tab.locator(".st-key-source-pane")).to_have_count(0)
    settled(tab)
    assert abs(box_of(chip)["y"] - before["y"]) < 4


def test_on_a_phone_a_closed_source_leads_back_to_its_citation(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(address, PHONE)
    for number in range(2):
        ask(tab, TWO_QUOTES)
        answered(tab, number)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    tab.click(".st-key-source-close button")
    expect(tab.locator(".st-key-source-pane")).to_have_count(0)
    expect(tab.locator(".st-key-cite-0-1")).to_be_in_viewport()


def test_words_are_found_in_the_open_document(
    address: str, open_tab: Opener, settings: Settings
) -> None:
    text = (settings.corpus / "documents" / "gacc-2016-67.txt").read_text(encoding="utf-8")
    count = len(re.findall(r"expendable\s+materials", text, re.IGNORECASE))
    assert count > 2
    tab = open_tab(f"{address}/?clause=gacc-2016-67%233", DESK)
    first_mark_is_seen(tab)
    find, told = tab.get_by_role("searchbox"), tab.locator(".find output")
    find.fill("expendable  MATERIALS")  # neither case nor blanks count
    expect(told).to_have_text(re.compile(rf"^\d+ of {count}$"))
    first = int(told.inner_text().split()[0])
    find.press("Enter")
    expect(told).to_have_text(f"{first % count + 1} of {count}")
    find.press("Shift+Enter")
    tab.get_by_role("button", name="Previous hit").click()
    expect(told).to_have_text(f"{(first - 2) % count + 1} of {count}")
    assert tab.evaluate("CSS.highlights.get('found').size") == count
    find.fill("zebra")
    expect(told).to_have_text("not found")
    find.press("Escape")  # empties the field; the source stays
    expect(told).to_have_text("")
    expect(tab.locator("#source-text")).to_be_visible()


def test_a_source_is_read_large_copied_and_left_with_keys(
    address: str, open_tab: Opener, tmp_path: Path, settings: Settings
) -> None:
    tab = open_tab(f"{address}/?clause=gacc-2018-19%232.1.4", DESK)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first_mark_is_seen(tab)
    text = tab.locator("#source-text")
    expect(text).to_be_focused()
    assert box_of(tab.locator(".st-key-source-pane"))["height"] > 0.85 * DESK["height"]
    tab.get_by_role("button", name="citation with quote").click()
    quoted = tab.locator("#source-text mark").first.inner_text()
    tab.wait_for_function(
        "quoted => navigator.clipboard.readText().then(words => words.startsWith(`“${quoted}`))",
        arg=quoted.split("\n")[0],
    )
    with tab.expect_download() as download:
        tab.click(".st-key-source-original button")
    download.value.save_as(tmp_path / "received")
    received = (settings.corpus / "documents" / download.value.suggested_filename).read_bytes()
    assert (tmp_path / "received").read_bytes() == received
    tab.click(".st-key-source-large button")
    expect(tab.locator(".contents nav")).to_be_visible()
    assert box_of(text)["width"] > 0.5 * DESK["width"]
    no_serious_violation(tab)
    text.focus()
    tab.keyboard.press("Escape")  # back beside the conversation
    expect(tab.locator(".large-view")).to_have_count(0)
    settled(tab)
    text.focus()
    tab.keyboard.press("/")
    expect(tab.get_by_test_id("stChatInputTextArea")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(tab.locator(".st-key-source-pane")).to_have_count(0)


def test_a_link_to_a_clause_survives_a_reload(address: str, open_tab: Opener) -> None:
    tab = open_tab(f"{address}/?clause=gacc-2016-68%237", DESK)
    first_mark_is_seen(tab)
    tab.reload()
    first_mark_is_seen(tab)
    expect(tab.locator(".source-place")).to_have_text("Item 7")


def test_a_question_that_is_too_long_stays_in_its_box(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    box, told = tab.get_by_test_id("stChatInputTextArea"), tab.locator(".question-length")
    box.fill("customs " * 480)
    expect(told).to_have_text("Characters left: 160")
    box.fill("customs " * 510)
    expect(told).to_contain_text("Characters too many: 80.")
    box.press("Enter")
    tab.get_by_test_id("stChatInputSubmitButton").click()
    settled(tab)
    expect(tab.locator(".question")).to_have_count(0)
    assert len(box.input_value()) == 8 * 510
    box.fill(TWO_QUOTES)
    box.press("Enter")
    answered(tab)
    expect(told).to_have_text("")


def test_a_question_offered_is_asked_and_an_earlier_conversation_reopened(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(address, DESK)
    first = tab.locator(".st-key-example-0 button")
    question = first.inner_text()
    first.click()
    answered(tab)
    expect(tab.locator(".quote").first).to_be_visible()
    tab.click(".st-key-next-1-0 button")
    answered(tab, 1)
    expect(tab.locator(".quote").nth(1)).to_be_visible()
    tab.click(".st-key-new-conversation button")
    expect(tab.locator(".question")).to_have_count(0)
    tab.click(f"[class*=st-key-recent-] button:has-text('{question}')")
    answered(tab, 1)
    expect(tab.locator(".question").first).to_have_text(question)


def test_not_covered_is_an_answer(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    ask(tab, NOT_COVERED)
    expect(tab.locator(".refusal")).to_contain_text("Not covered")
    tab.click(".st-key-near-0-0 button")
    first_mark_is_seen(tab)


def test_the_keyboard_is_enough(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    tab.locator(".st-key-example-1 button").focus()
    tab.keyboard.press("Enter")
    chip = tab.locator(".st-key-cite-0-1 button")
    expect(chip).to_be_visible()
    chip.focus()
    tab.keyboard.press("Tab")  # a key, so that the browser shows where the focus is
    tab.keyboard.press("Shift+Tab")
    assert chip.evaluate("chip => getComputedStyle(chip).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    first_mark_is_seen(tab)


def test_on_a_phone_the_source_opens_below_and_in_sight(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, PHONE)
    expect(tab.locator(".st-key-example-0 button")).to_be_in_viewport()
    ask(tab, TWO_QUOTES)
    answered(tab)
    tab.click(".st-key-cite-0-2 button")
    first_mark_is_seen(tab)
    chip = box_of(tab.locator(".st-key-cite-0-2 button"))
    pane = box_of(tab.locator(".st-key-source-pane"))
    assert pane["y"] > chip["y"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_the_sidebar_makes_way_for_its_document(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, PHONE)
    tab.get_by_test_id("stExpandSidebarButton").click()
    tab.click(".st-key-open-gacc-2016-68 button")
    expect(tab.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    expect(tab.locator(".source-name")).to_be_in_viewport()
    ask(tab, TWO_QUOTES)
    answered(tab)
    menu = tab.get_by_test_id("stExpandSidebarButton")
    assert "Menu" in menu.evaluate("e => getComputedStyle(e, '::after').content")
    menu.click()
    tab.click(".st-key-new-conversation button")
    expect(tab.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    expect(tab.locator(".question")).to_have_count(0)


def test_a_day_is_typed_and_shows_in_the_status(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    tab.locator("[data-testid=stDateInput] [role=spinbutton]").first.click()
    tab.keyboard.type("20161201")
    tab.keyboard.press("Enter")
    expect(tab.locator(".st-key-today button")).to_be_visible()
    ask(tab, "Are drills and grinding wheels expendable materials?")
    expect(tab.locator(".stChatMessage .status-not_yet_in_force")).to_contain_text("1 January 2017")
    tab.get_by_role("link", name="Corpus").click()  # another page shows the day, and changes it
    held = tab.locator(".stMain .status-not_yet_in_force")
    expect(held.first).to_be_visible()
    tab.click(".st-key-today button")
    expect(held).to_have_count(0)


def test_hostile_words_are_shown_and_never_live(open_tab: Opener) -> None:
    with serving(hostile_index()) as address:
        tab = open_tab(f"{address}/?clause={HOSTILE_ID}%232", DESK)
        dialogs: list[str] = []

        def note(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        tab.on("dialog", note)
        assert tab.locator("#source-text mark").first.inner_text() == as_read(HOSTILE_CLAUSE)
        question = f"What do bonded goods carry? {HOSTILE_WORDS}".replace("<img", "<i")
        ask(tab, question)
        expect(tab.locator(".question")).to_have_text(question)
        expect(tab.locator(".facts").nth(1)).to_be_visible()
        tab.click(".st-key-found-0 summary")
        expect(tab.locator(".st-key-candidate-0-0")).to_be_visible()
        copies = tab.locator(".st-key-source-pane .copies button")
        expect(copies.nth(1)).to_have_attribute("data-copy", re.compile(re.escape(HOSTILE_CLAUSE)))
        shelf = tab.locator(f".st-key-open-{HOSTILE_ID} button")
        expect(shelf).to_contain_text("Notice of Testing **bold** <b>tag</b>")
        assert tab.locator("[href*='evil.example'], .stApp img, .katex, .stMain code").count() == 0
        assert tab.locator(".question *, mark *, blockquote *, .stButton a").count() == 0
        assert dialogs == []
