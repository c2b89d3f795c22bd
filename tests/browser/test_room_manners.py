"""The other pages at both widths, light and dark: axe, and the window's width."""

import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from evaluated import store_evaluation, worse_report
from journey import (
    DESK,
    PHONE,
    Opener,
    answered,
    ask,
    no_serious_violation,
    nothing_wider_than_the_window,
)
from playwright.sync_api import ViewportSize, expect

from ingest.settings import Settings

LESSON = "commissioned-processing-codes"
Scheme = Literal["light", "dark"]

#: an address, and what is clicked there before it is looked at
STATES = {
    "lessons": ("/lessons", ()),
    "a lesson": (f"/lessons?lesson={LESSON}&step=3", ()),
    "a presentation": (
        f"/lessons?lesson={LESSON}",
        (".st-key-lesson-present button", ".st-key-slide-next button"),
    ),
    "a quiz": (
        f"/lessons?lesson={LESSON}",
        (".st-key-lesson-other button", ".st-key-quiz-1-0-1 button"),
    ),
    "the corpus": ("/corpus", (".st-key-remove-gacc-2016-67 button",)),
    "the corpus in Chinese": ("/corpus?lang=zh", ()),
    "an evaluation": ("/evaluation", ("[class*=st-key-topic-] summary",)),
    "a check of a text": ("/checks", ()),
    "questionnaires": ("/sheets?lang=zh", ()),
    "what is followed": ("/following", ()),
    "conversations": ("/conversations", ("[class*=st-key-pack-] button",)),
}


@pytest.fixture(scope="module")
def evaluated(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An evaluation was run before the pages are looked at, and thrown away afterwards."""
    store_evaluation(worse_report(tmp_path_factory.mktemp("worse")), settings.var)
    yield
    shutil.rmtree(settings.var / "eval")


def test_axe_finds_nothing_serious_before_anything_was_done(address: str, open_tab: Opener) -> None:
    for path in ("/evaluation", "/conversations"):
        tab = open_tab(f"{address}{path}", PHONE)
        expect(tab.locator(".page-title")).to_be_visible()
        no_serious_violation(tab)
        nothing_wider_than_the_window(tab)


@pytest.mark.usefixtures("evaluated")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_axe_finds_nothing_serious(
    address: str, open_tab: Opener, size: ViewportSize, scheme: Scheme
) -> None:
    asking = open_tab(address, size, scheme)
    ask(asking, "Are drills and grinding wheels expendable materials?")
    answered(asking)
    for path, clicks in STATES.values():
        tab = open_tab(f"{address}{path}", size, scheme)
        expect(tab.locator(".page-title")).to_be_visible()
        for button in clicks:
            tab.locator(f"{button}:visible").first.click()
        no_serious_violation(tab)
        nothing_wider_than_the_window(tab)
