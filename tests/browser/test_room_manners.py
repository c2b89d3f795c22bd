"""Lessons, Corpus and Evaluation at both widths, light and dark: axe, and the window's width."""

from typing import Literal

import pytest
from journey import DESK, PHONE, Opener, no_serious_violation, nothing_wider_than_the_window
from playwright.sync_api import ViewportSize, expect

LESSON = "commissioned-processing-codes"
Scheme = Literal["light", "dark"]

#: an address, and what is clicked there before it is looked at
STATES = {
    "lessons": ("/lessons", ()),
    "a lesson": (f"/lessons?lesson={LESSON}&step=3", ()),
    "a presentation": (
        f"/lessons?lesson={LESSON}",
        (".st-key-lesson-present", ".st-key-slide-next"),
    ),
    "a quiz": (f"/lessons?lesson={LESSON}", (".st-key-lesson-other", ".st-key-quiz-1-0-1")),
    "the corpus": ("/corpus", (".st-key-remove-gacc-2016-67",)),
    "no evaluation": ("/evaluation", ()),
    "the corpus in Chinese": ("/corpus?lang=zh", ()),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_serious(
    address: str, open_tab: Opener, size: ViewportSize, scheme: Scheme
) -> None:
    for path, clicks in STATES.values():
        tab = open_tab(f"{address}{path}", size, scheme)
        expect(tab.locator(".page-title")).to_be_visible()
        for button in clicks:
            tab.click(f"{button} button:visible")
        no_serious_violation(tab)
        nothing_wider_than_the_window(tab)
