"""Journeys on a corpus with a printed PDF, two texts of one rule, and a repeal."""

from journey import (
    DESK,
    PHONE,
    Opener,
    answered,
    ask,
    first_mark_is_seen,
    no_serious_violation,
    serving,
    settled,
)
from misbehaving_server import misbehaving_server
from page_index import real_index
from playwright.sync_api import expect

DEPOSIT = "What deposit must an exhibitor pay for each exhibit that stays in the hall?"


def test_a_cross_reference_is_followed_without_losing_the_conversation(
    rich_address: str, open_tab: Opener
) -> None:
    tab = open_tab(rich_address, DESK)
    ask(tab, "What does item 3 of GACC Announcement No. 8 of 2022 say?")
    answered(tab)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    tab.click("#source-text a.reference[data-press]")
    expect(tab.locator(".source-name")).to_have_text("GACC Announcement No. 5 of 2019")
    expect(tab.locator(".question")).to_have_count(1)


def test_a_pdf_shows_its_page_with_the_clause_in_a_box(rich_address: str, open_tab: Opener) -> None:
    tab = open_tab(f"{rich_address}/?clause=gacc-2016-68%237", DESK)
    first_mark_is_seen(tab)
    tab.click(".st-key-source-pane button:has-text('Printed page')")
    picture = tab.locator(".st-key-printed-page img")
    expect(picture).to_be_visible()
    expect(picture).to_have_attribute(
        "alt", "Page 1 of GACC Announcement No. 68 of 2016, the cited clause in a box"
    )
    tab.wait_for_function("document.querySelector('.st-key-printed-page').scrollTop > 50")
    no_serious_violation(tab)


def test_two_texts_are_read_side_by_side_on_a_phone_too(
    rich_address: str, open_tab: Opener
) -> None:
    for size in (DESK, PHONE):
        tab = open_tab(f"{rich_address}/?clause=law-11928237-2024%232", size)
        first_mark_is_seen(tab)
        tab.click(".st-key-source-pane button:has-text('Compare texts')")
        expect(tab.locator(".comparison del").first).to_have_text("十")
        expect(tab.locator(".comparison ins").first).to_have_text("五")
        no_serious_violation(tab)


def test_the_day_decides_which_rule_answers(rich_address: str, open_tab: Opener) -> None:
    tab = open_tab(rich_address, DESK)
    ask(tab, DEPOSIT)
    answered(tab)
    expect(tab.locator(".quote").first).to_contain_text("4,500 yuan")
    tab.locator("[data-testid=stDateInput] [role=spinbutton]").first.click()
    tab.keyboard.type("20180101")
    tab.click(".brand")  # anywhere else: it closes the calendar
    tab.click(".st-key-ask-again button")
    answered(tab, 1)
    expect(tab.locator(".banner").first).to_contain_text("Not in force on 1 January 2018")
    no_serious_violation(tab)


def test_a_follow_up_is_understood_and_says_how(rich_address: str, open_tab: Opener) -> None:
    tab = open_tab(rich_address, DESK)
    ask(tab, "Are drills and grinding wheels expendable materials?")
    answered(tab)
    ask(tab, "What about working coats?")
    answered(tab, 1)
    expect(tab.locator(".stChatMessage").last).to_contain_text(
        "Understood as: Are drills and grinding wheels expendable materials? What about"
    )


def test_an_answer_under_way_can_be_stopped(open_tab: Opener) -> None:
    """A model that never points at anything: what the search found is the answer."""
    with (
        misbehaving_server("hangs_midway") as model,
        serving(real_index(), llm="openai:m", llm_base_url=model.url, llm_api_key="x") as address,
    ):
        tab = open_tab(address, DESK)
        ask(tab, "Are drills and grinding wheels expendable materials?")
        expect(tab.locator(".under-way")).to_contain_text("Choosing the sentences")
        tab.click(".st-key-stop-0 button")
        answered(tab)
        expect(tab.locator(".quote").first).to_contain_text("drills, grinding wheel")
        expect(tab.locator(".under-way")).to_have_count(0)
        settled(tab)
        ask(tab, "???")  # and the conversation goes on
        expect(tab.locator("[role=alert]")).to_be_visible()
