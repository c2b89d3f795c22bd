"""The pictures of the README, taken from the running pages: `make screenshots`.

No test file by its name, so `make test` leaves it alone.
"""

from collections.abc import Callable
from typing import Literal

import pytest
from journey import DESK, PHONE, Opener, answered, ask, first_mark_is_seen, settled
from playwright.sync_api import Page, ViewportSize

from ingest.settings import PROJECT

IMAGES = PROJECT / "docs" / "images"
TALL: ViewportSize = {"width": 1280, "height": 1180}
EXPENDABLE = "Are drills and grinding wheels expendable materials?"
LESSON = "commissioned-processing-codes"
FAR_OFF = "What is the corporate income tax rate in Brazil?"

Scheme = Literal["light", "dark"]


def _answer_with_source(tab: Page) -> None:
    ask(tab, EXPENDABLE)
    answered(tab)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)


def _answer_in_chinese(tab: Page) -> None:
    ask(tab, "进口的消耗性材料转内销需要缴税吗？")
    answered(tab)
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)


def _answer(tab: Page) -> None:
    ask(tab, EXPENDABLE)
    answered(tab)


def _not_covered(tab: Page) -> None:
    ask(tab, FAR_OFF)
    answered(tab)


def _how_it_was_found(tab: Page) -> None:
    _answer(tab)
    tab.click(".st-key-found-0 summary")
    tab.locator(".st-key-candidate-0-0").scroll_into_view_if_needed()
    settled(tab)
    tab.evaluate("document.querySelector('.st-key-thumb-0').scrollIntoView()")


def _as_opened(tab: Page) -> None:
    tab.wait_for_selector(".page-title")


def _presented(tab: Page) -> None:
    tab.click(".st-key-lesson-present button:visible")
    tab.click(".st-key-slide-next button")
    tab.wait_for_selector(".st-key-presentation .quote")


def _conversations(tab: Page) -> None:
    _answer(tab)
    tab.click(".st-key-new-conversation button")
    settled(tab)
    ask(tab, "进口的消耗性材料转内销需要缴税吗？")
    answered(tab)
    tab.goto(f"{tab.url.partition('?')[0]}conversations")
    tab.click("[class*=st-key-pack-] button:visible")


@pytest.mark.parametrize(
    ("name", "link", "size", "scheme", "steps"),
    [
        ("ask", "", DESK, "light", _answer_with_source),
        ("ask-dark-zh", "?lang=zh", DESK, "dark", _answer_in_chinese),
        ("ask-phone", "", PHONE, "light", _answer),
        ("not-covered", "", DESK, "light", _not_covered),
        ("how-found", "", TALL, "light", _how_it_was_found),
        ("lesson", f"lessons?lesson={LESSON}&step=3", DESK, "light", _as_opened),
        ("presentation", f"lessons?lesson={LESSON}&step=3", DESK, "dark", _presented),
        ("corpus", "corpus", TALL, "light", _as_opened),
        ("how-found", "", DESK, "light", _how_it_was_found),
        ("conversations", "", DESK, "light", _conversations),
    ],
)
def test_take(
    address: str,
    open_tab: Opener,
    name: str,
    link: str,
    size: ViewportSize,
    scheme: Scheme,
    steps: Callable[[Page], None],
) -> None:
    tab = open_tab(f"{address}/{link}", size, scheme)
    steps(tab)
    _keep(tab, name)


@pytest.mark.parametrize(
    ("name", "clause", "reading"),
    [
        ("printed-page", "gacc-2016-68#7", "Printed page"),
        ("timeline", "gacc-2019-5#2", "Timeline"),
        ("compare", "law-11928237-2024#2", "Compare texts"),
    ],
)
def test_take_a_way_of_reading(
    open_tab: Opener, rich_address: str, name: str, clause: str, reading: str
) -> None:
    tab = open_tab(f"{rich_address}/?clause={clause.replace('#', '%23')}", DESK)
    first_mark_is_seen(tab)
    tab.click(f".st-key-source-pane button:has-text('{reading}')")
    _keep(tab, name)


def _keep(tab: Page, name: str) -> None:
    settled(tab)
    tab.wait_for_timeout(800)
    tab.mouse.move(0, 0)
    tab.screenshot(path=IMAGES / f"{name}.png")
