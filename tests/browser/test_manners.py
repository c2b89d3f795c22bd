"""Every state of the Ask page at both widths, light and dark: axe, the window's width, the keys."""

import re
from typing import Literal

import pytest
from journey import (
    DESK,
    PHONE,
    Opener,
    answered,
    ask,
    first_mark_is_seen,
    no_serious_violation,
    nothing_wider_than_the_window,
    settled,
)
from playwright.sync_api import ViewportSize, expect

TWO_QUOTES = "What do item 3 and item 9 of GACC Announcement No. 67 of 2016 say?"
FAR_OFF = "What is the corporate income tax rate in Brazil?"
Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_serious(
    address: str, open_tab: Opener, size: ViewportSize, scheme: Scheme
) -> None:
    tab = open_tab(address, size, scheme)
    no_serious_violation(tab)
    ask(tab, TWO_QUOTES)
    answered(tab)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    no_serious_violation(tab)
    nothing_wider_than_the_window(tab)
    tab.click(".st-key-source-pane button:has-text('Timeline')")
    expect(tab.locator(".timeline")).to_be_visible()
    no_serious_violation(tab)
    tab.click(".st-key-source-close button")
    ask(tab, FAR_OFF)
    answered(tab, 1)
    tab.click(".st-key-found-1 summary")
    expect(tab.locator(".st-key-candidate-1-0")).to_be_visible()
    no_serious_violation(tab)
    nothing_wider_than_the_window(tab)


def test_the_interface_turns_chinese_and_stays_so(address: str, open_tab: Opener) -> None:
    tab = open_tab(address, DESK)
    expect(tab.locator("html")).to_have_attribute("lang", "en")
    tab.click(".st-key-language-switch button:has-text('中文')")
    # a screen reader goes by it, and the choice of glyphs
    expect(tab.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(tab.locator(".st-key-new-conversation button")).to_have_text(re.compile("新对话"))
    tab.wait_for_url("**lang=zh**")
    ask(tab, "进口的消耗性材料转内销需要缴税吗？")
    answered(tab)
    expect(tab.locator(".stChatMessage .status").first).to_contain_text("施行")
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    expect(tab.locator(".source-place")).to_contain_text("第")
    tab.get_by_role("link", name="语料库").click()
    expect(tab.locator(".page-title")).to_have_text("语料库")
    tab.wait_for_url("**/corpus?lang=zh")
    tab.reload()
    expect(tab.locator(".page-title")).to_have_text("语料库")
    expect(tab.locator("html")).to_have_attribute("lang", "zh-CN")
    tab.click(".st-key-language-switch button:has-text('English')")
    expect(tab.locator("html")).to_have_attribute("lang", "en")


def test_on_a_phone_the_menu_is_out_of_the_way_when_the_page_loads_and_when_one_asks(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(address, PHONE)
    menu, opener = tab.get_by_test_id("stSidebar"), tab.get_by_test_id("stExpandSidebarButton")
    opener.click()
    expect(menu).to_be_in_viewport()
    assert tab.get_by_test_id("stSidebarContent").evaluate("e => e.scrollWidth <= e.clientWidth")
    tab.reload()
    settled(tab)
    expect(menu).not_to_be_in_viewport()
    opener.click()
    expect(menu).to_be_in_viewport()
    ask(tab, TWO_QUOTES)
    expect(menu).not_to_be_in_viewport()


def test_a_question_is_asked_and_its_source_read_with_keys_alone(
    address: str, open_tab: Opener
) -> None:
    tab = open_tab(address, DESK)
    settled(tab)

    def tab_to(selector: str) -> None:
        for _ in range(60):
            tab.keyboard.press("Tab")
            if tab.evaluate("s => document.activeElement.closest(s) !== null", selector):
                return
        raise AssertionError(f"Tab never comes to {selector}")

    tab_to('[data-testid="stChatInputTextArea"]')
    tab.keyboard.type(TWO_QUOTES)
    tab.keyboard.press("Enter")
    answered(tab)
    tab.keyboard.press("Shift+Tab")
    tab.locator(".st-key-cite-0-1 button").focus()
    tab.keyboard.press("Enter")
    first_mark_is_seen(tab)
    tab_to(".st-key-source-next")
    tab.keyboard.press("Enter")
    expect(tab.locator(".source-place")).to_have_text("Item 9")
    settled(tab)  # what is drawn anew loses the focus
    tab_to(".st-key-source-reading")
    tab_to("#source-text")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
