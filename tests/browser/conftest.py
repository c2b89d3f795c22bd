"""What all journeys share: a real server, a real browser (Debian's Chromium), axe.

A module's journeys share one server; each tab is a browser context of its own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest
from journey import CHROMIUM, PATIENCE_MS, Opener, serving
from page_index import real_index, rich_index
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect, sync_playwright

from ingest.settings import Settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason=f"no browser at {CHROMIUM}"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # as root, which containers are, Chromium starts without its sandbox only
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The real corpus and index, copied: what a journey keeps or adds is its module's own."""
    real = real_index()
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(real.corpus, folder / "corpus")
    shutil.copytree(real.index, folder / "var" / "index")
    shutil.copy(real.var / "embeddings.sqlite", folder / "var")
    return Settings(corpus=folder / "corpus", var=folder / "var")


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """A server of the module's own: "http://127.0.0.1:PORT"."""
    with serving(settings) as address:
        yield address


@pytest.fixture(scope="module")
def rich_address() -> Iterator[str]:
    """A server on a corpus with a printed PDF, two texts of one rule, and a repeal."""
    with serving(rich_index()) as address:
        yield address


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[Opener]:
    """Opens an address in a browser of its own; nothing but the server may be asked for."""
    strangers: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws:", "data:", "blob:")):
            strangers.append(request.url)

    with ExitStack() as stack:

        def opener(
            url: str, size: ViewportSize, scheme: Literal["light", "dark"] = "light"
        ) -> Page:
            context = chromium.new_context(
                viewport=size, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
            )
            stack.callback(context.close)
            tab = context.new_page()
            tab.set_default_timeout(PATIENCE_MS)
            expect.set_options(timeout=PATIENCE_MS)
            tab.on("request", note)
            tab.goto(url)
            tab.wait_for_selector(".st-key-language-switch", state="attached")
            return tab

        yield opener
    assert strangers == []
