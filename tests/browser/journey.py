"""What journeys take along: a server of their own, the two windows, and steps that many take."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, expect

from ingest.settings import PROJECT, Settings

CHROMIUM = Path("/usr/bin/chromium")
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
#: the first question may have to wait for the models
PATIENCE_MS = 30_000

#: opens an address in a browser of its own: ``open_tab(url, DESK)``, ``open_tab(url, PHONE, "dark")``
Opener = Callable[..., Page]


@contextmanager
def serving(settings: Settings, **more: str) -> Iterator[str]:
    """`python -m app chat` on a free port, ended by its own process id; ``more``: settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "CLAUSEDESK_CORPUS": str(settings.corpus),
        "CLAUSEDESK_VAR": str(settings.var),
        **{f"CLAUSEDESK_{key.upper()}": value for key, value in more.items()},
    }
    command = [sys.executable, "-m", "app", "chat", "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, env=environment) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            assert server.wait(timeout=20) is not None


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {address}")


def ask(tab: Page, question: str) -> None:
    tab.get_by_test_id("stChatInputTextArea").fill(question)
    tab.keyboard.press("Enter")


def box_of(part: Locator) -> FloatRect:
    """Where a part stands; the page may be drawing it anew just now, so wait until it is there."""
    for _ in range(50):
        expect(part).to_be_visible()
        if (box := part.bounding_box()) is not None:
            return box
        part.page.wait_for_timeout(100)
    raise AssertionError("the part has no place on the page")


def first_mark_is_seen(tab: Page) -> None:
    """The first marked words are inside the window and inside the pane that scrolls."""
    tab.wait_for_function(
        """() => {
          const mark = document.querySelector("#source-text mark");
          const pane = document.querySelector("#source-text");
          if (!mark || !pane) return false;
          const box = mark.getClientRects()[0], frame = pane.getBoundingClientRect();
          const input = document.querySelector('[data-testid="stBottom"]').getBoundingClientRect();
          return box.top >= Math.max(frame.top, 0)
            && box.bottom <= Math.min(frame.bottom, input.top, innerHeight)
            && box.left >= 0 && box.right <= innerWidth;
        }"""
    )


def answered(tab: Page, number: int = 0) -> None:
    """The answer of a turn is there, with its question whether it is right."""
    expect(tab.locator(f".st-key-thumb-{number}")).to_be_visible()
    settled(tab)


def settled(tab: Page) -> None:
    """The page's program has run to its end."""
    # a click is on its way to the program before the page knows that it runs
    tab.wait_for_timeout(150)
    expect(tab.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def no_serious_violation(tab: Page) -> None:
    """What axe calls serious or critical, by the rules of WCAG 2.1 A and AA, and what lasts."""
    serious: list[str] = []
    for _ in range(3):  # what is half drawn on a busy machine is looked at again
        settled(tab)
        serious = _serious_violations(tab)
        if not serious:
            return
        tab.wait_for_timeout(1000)
    raise AssertionError("\n".join(serious))


def _serious_violations(tab: Page) -> list[str]:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = Axe().run(tab, options=options).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'] for node in violation['nodes']]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]


def nothing_wider_than_the_window(tab: Page) -> None:
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
