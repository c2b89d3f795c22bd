"""Many readers at once on a small machine: no error, no mixed-up conversation, no long wait."""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from journey import CHROMIUM, DESK, PATIENCE_MS, Opener, answered, ask, serving
from page_index import real_index
from playwright.async_api import Browser, Page, async_playwright
from playwright.sync_api import expect
from small_corpus import NEW_DEPOSITS

from ingest.settings import PROJECT, Settings

READERS = 10
#: questions of which each reader has one, and a word of the clause that answers it
ASKED = (
    ("Are drills and grinding wheels expendable materials?", "abrasive tools"),
    ("Which codes apply when finished products leave the control area?", "5100"),
    ("When must domestic sales duties of the previous month be paid?", "15th day"),
    ("What does item 1 of GACC Announcement No. 68 of 2016 say?", "commissioned processing"),
    ("What does item 9 of GACC Announcement No. 67 of 2016 say?", "enter into force"),
)
#: questions that each reader asks, one after the other
TURNS = 5
#: the median answer of ten readers, in those of a single one
MOST_TIMES_SLOWER = 10
# Playwright looks at every frame, so each waiting page would draw sixty times a second
_UNTIL_THERE = """selector => new Promise(there => {
  const look = () => document.querySelector(selector) && (watcher.disconnect(), there());
  const watcher = new MutationObserver(look);
  watcher.observe(document.body, {subtree: true, childList: true});
  look();
})"""


async def _seconds_until_answered(page: Page, number: int, turn: int) -> float:
    question, telling = ASKED[(number + turn) % len(ASKED)]
    box = page.get_by_test_id("stChatInputTextArea")
    await box.fill(question)
    begun = time.perf_counter()
    await box.press("Enter")
    async with asyncio.timeout(4 * PATIENCE_MS / 1000):
        await page.evaluate(_UNTIL_THERE, f".st-key-thumb-{turn}")
    seconds = time.perf_counter() - begun
    last = page.locator(".stChatMessage").last
    words = await last.inner_text()
    assert telling in words, f"reader {number} asked {question!r} and read {words!r}"
    assert await page.locator(".question").count() == turn + 1
    assert await page.locator("[role=alert]").count() == 0
    return seconds


async def _reader(browser: Browser, address: str) -> Page:
    page = await (await browser.new_context(viewport=DESK)).new_page()
    await page.goto(address)
    await page.wait_for_selector(".st-key-example-0", timeout=4 * PATIENCE_MS)
    return page


async def _measure(address: str) -> tuple[list[float], list[float]]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    alone: list[float] = []
    together: list[float] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        first = await _reader(browser, address)
        await _seconds_until_answered(first, 0, 0)  # it loads the models
        before, after = await _reader(browser, address), await _reader(browser, address)
        crowd = [await _reader(browser, address) for _ in range(READERS)]
        # in turns, for the machine's own speed goes up and down; a page that waits costs nothing
        for turn in range(TURNS):
            alone.append(await _seconds_until_answered(before, turn, turn))
            together += await asyncio.gather(
                *(_seconds_until_answered(page, number, turn) for number, page in enumerate(crowd))
            )
            alone.append(await _seconds_until_answered(after, turn, turn))
        await browser.close()
    return alone, together


@pytest.mark.alone
def test_ten_readers_at_once(address: str) -> None:
    # in a process of its own: Playwright's two ways of driving a browser do not mix in one
    script = f"import sys; sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[1])]!r}; import test_crowd; test_crowd.report({address!r})"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr
    alone, together = map(float, done.stdout.split())
    print(
        f"\nmedian answer: {alone:.2f} s alone, {together:.2f} s with {READERS} readers at once: "
        f"{together / alone:.1f} times"
    )
    assert together <= MOST_TIMES_SLOWER * alone


def report(address: str) -> None:
    alone, together = asyncio.run(_measure(address))
    print(statistics.median(alone), statistics.median(together))


def test_asking_goes_on_while_a_document_is_taken_in(open_tab: Opener, tmp_path: Path) -> None:
    """Two readers ask while another process adds a document; then its clauses answer."""
    real = real_index()
    shutil.copytree(real.corpus, tmp_path / "corpus")
    shutil.copytree(real.index, tmp_path / "var" / "index")
    settings = Settings(corpus=tmp_path / "corpus", var=tmp_path / "var")
    new = tmp_path / "new.txt"
    new.write_text(NEW_DEPOSITS, encoding="utf-8")
    with serving(settings) as address:
        first, second = open_tab(address, DESK), open_tab(address, DESK)
        ask(first, ASKED[0][0])
        answered(first)
        environment = os.environ | {
            "CLAUSEDESK_CORPUS": str(settings.corpus),
            "CLAUSEDESK_VAR": str(settings.var),
        }
        command = [sys.executable, "-m", "ingest", "add", str(new)]
        with subprocess.Popen(command, cwd=PROJECT, env=environment) as adding:
            turn = 0
            while adding.poll() is None:
                for tab, number in ((first, turn + 1), (second, turn)):
                    question, telling = ASKED[number % len(ASKED)]
                    ask(tab, question)
                    answered(tab, number)
                    expect(tab.locator(".stChatMessage").last).to_contain_text(telling)
                turn += 1
            assert adding.returncode == 0
        assert turn >= 1
        # the page moves to the new snapshot by itself
        for tab, number in ((first, turn + 1), (second, turn)):
            ask(tab, "What deposit must an exhibitor pay for each exhibit that stays in the hall?")
            answered(tab, number)
            expect(tab.locator(".quote").last).to_contain_text("4,500 yuan")
            assert tab.locator("[role=alert]").count() == 0
