"""Asking and reading the source, as a reader does it."""

import re

from journey import DESK, PHONE, Opener, answered, ask, box_of, first_mark_is_seen, serving
from page_index import HOSTILE_CLAUSE, HOSTILE_ID, HOSTILE_WORDS, hostile_index
from playwright.sync_api import Dialog, expect

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


def test_the_contents_lead_to_a_clause_without_moving_the_page(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(f"{address}/?clause=msr-expo-2018%23p1", DESK)
    first_mark_is_seen(tab)
    tab.click(".contents summary")
    tab.click(".contents a:has-text('Companion Animal')")
    expect(tab.locator("[id='clause-4.2.3']")).to_be_in_viewport()
    assert tab.evaluate("document.querySelector('.stMain').scrollTop") == 0


def test_a_link_to_a_clause_survives_a_reload(address: str, open_tab: Opener) -> None:
    tab = open_tab(f"{address}/?clause=gacc-2016-68%237", DESK)
    first_mark_is_seen(tab)
    tab.reload()
    first_mark_is_seen(tab)
    expect(tab.locator(".source-place")).to_have_text("Item 7")


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


def test_a_day_is_typed_and_shows_in_the_status(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    tab.locator("[data-testid=stDateInput] [role=spinbutton]").first.click()
    tab.keyboard.type("20161201")
    tab.click(".brand")  # anywhere else: it closes the calendar
    expect(tab.locator(".st-key-today button")).to_be_visible()
    tab.click(".st-key-example-1 button")
    expect(tab.locator(".stChatMessage .status-not_yet_in_force")).to_contain_text("1 January 2017")


def test_hostile_words_are_shown_and_never_live(open_tab: Opener) -> None:
    with serving(hostile_index()) as address:
        tab = open_tab(f"{address}/?clause={HOSTILE_ID}%232", DESK)
        dialogs: list[str] = []

        def note(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        tab.on("dialog", note)
        assert tab.locator("#source-text mark").first.inner_text() == HOSTILE_CLAUSE
        question = f"What do bonded goods carry? {HOSTILE_WORDS}".replace("<img", "<i")
        ask(tab, question)
        expect(tab.locator(".question")).to_have_text(question)
        expect(tab.locator(".facts").nth(1)).to_be_visible()
        tab.click(".st-key-found-0 summary")
        expect(tab.locator(".st-key-candidate-0-0")).to_be_visible()
        tab.click(".st-key-source-cite button")
        expect(tab.get_by_test_id("stCode").first).to_contain_text("[link](http://evil.example/a)")
        shelf = tab.locator(f".st-key-open-{HOSTILE_ID} button")
        expect(shelf).to_contain_text("Notice of Testing **bold** <b>tag</b>")
        assert tab.locator("[href*='evil.example'], .stApp img, .katex, .stMain code").count() == 0
        assert tab.locator(".question *, mark *, blockquote *, .stButton a").count() == 0
        assert dialogs == []
