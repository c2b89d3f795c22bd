"""A company's page in a real browser: sign-on and its end, roles, and headers that hold."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from company import company, free_port, provider, running
from evaluated import store_evaluation, worse_report
from journey import DESK, PATIENCE_MS, ask
from playwright.sync_api import Browser, Page, expect

from app.readers import LOCAL, Permission
from app.server.access.keys import KeyRing
from app.server.access.sessions import Sessions
from app.server.tables import open_server_tables
from ingest.settings import Settings

QUESTION = "Are drills and grinding wheels expendable materials?"
#: no example of the opening page, so that only its asker's pages can hold it
PRIVATE_QUESTION = "Are grinding wheels consumable materials?"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture(scope="module")
def site(
    settings: Settings, issuer: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settings]]:
    port = free_port()
    own = company(settings, Path(tmp_path_factory.mktemp("company")), port, issuer)
    store_evaluation(worse_report(Path(tmp_path_factory.mktemp("evaluated"))), own.var)
    with running(own, port):
        warm_up(f"http://127.0.0.1:{port}", own)
        yield f"http://127.0.0.1:{port}", own


def warm_up(address: str, own: Settings) -> None:
    """The first question waits for the models; no journey does."""
    database = open_server_tables(own.var)
    _, key = KeyRing(database).make("warm-up", [Permission.ASK], None, LOCAL)
    database.close()
    for question in (QUESTION, "哪些材料属于消耗性材料？"):
        shown = {"Authorization": f"Bearer {key}"}
        told = httpx.post(
            f"{address}/api/v1/ask", json={"question": question}, headers=shown, timeout=300
        )
        assert told.status_code == 200, told.text


class Tab:
    """A browser of its own; what it reports of scripts that were stopped is kept."""

    def __init__(self, chromium: Browser) -> None:
        self.context = chromium.new_context(viewport=DESK, locale="en-GB", reduced_motion="reduce")
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        self.refused: list[str] = []
        self.page.on("console", lambda message: self._hear(message.text))

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.refused.append(text)


def sign_in(page: Page, address: str, person: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=person).click()
    page.wait_for_selector(".st-key-language-switch", state="attached")


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    found = Tab(chromium)
    yield found
    found.context.close()


def test_a_reader_signs_in_asks_and_signs_out(tab: Tab, site: tuple[str, Settings]) -> None:
    address, _ = site
    page = tab.page
    sign_in(page, address, "rita")
    ask(page, QUESTION)
    expect(page.get_by_text("quick-wear parts such as drills").first).to_be_visible()
    expect(page.get_by_text("Rita Reader")).to_be_attached()
    page.goto(f"{address}/corpus")
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("heading", name="Corpus")
    ).to_be_visible()
    expect(page.get_by_text("Read", exact=True).first).to_be_visible()
    # what a reader may not do is not there
    expect(page.get_by_text("Remove", exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stFileUploader")).to_have_count(0)
    expect(page.get_by_role("link", name="Evaluation")).to_have_count(0)
    assert tab.refused == []
    page.goto(f"{address}/auth/logout")
    page.get_by_role("button", name="Sign out").click()
    page.goto(address)
    expect(page.get_by_role("button", name="rita")).to_be_visible()  # at the provider again


def test_an_editor_sees_every_page_under_the_headers(tab: Tab, site: tuple[str, Settings]) -> None:
    address, _ = site
    page = tab.page
    sign_in(page, address, "edda")
    for path, heading in (
        ("", None), ("conversations", "Conversations"), ("lessons", "Lessons"),
        ("checks", "Check a text"), ("sheets", "Questionnaires"), ("following", "Following"),
        ("corpus", "Corpus"), ("evaluation", "Evaluation"),
    ):  # fmt: skip
        page.goto(f"{address}/{path}")
        page.wait_for_selector(".st-key-language-switch", state="attached")
        if heading is not None:
            expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    # charts and diagrams are drawn although nothing may be evaluated
    expect(page.locator(".stVegaLiteChart canvas, .stVegaLiteChart svg").first).to_be_visible()
    page.goto(f"{address}/corpus")
    expect(page.get_by_test_id("stFileUploader")).to_be_visible()
    expect(page.locator(".stGraphVizChart svg").first).to_be_visible()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {
            "name": "notice.txt",
            "mimeType": "text/plain",
            "buffer": b"Notice on Gates\n\n1. The gate opens at six.\n",
        }
    )
    expect(page.get_by_text("notice.txt").first).to_be_visible()
    expect(page.locator(".st-key-proposals, [class*=st-key-proposal-]").first).to_be_visible()
    assert tab.refused == []


def test_readers_see_their_own_conversations_only(
    chromium: Browser, site: tuple[str, Settings]
) -> None:
    address, _ = site
    rita, ravi = Tab(chromium), Tab(chromium)
    sign_in(rita.page, address, "rita")
    ask(rita.page, PRIVATE_QUESTION)
    expect(rita.page.get_by_text("quick-wear parts such as drills").first).to_be_visible()
    link = rita.page.url
    assert "answer=" in link
    sign_in(ravi.page, address, "ravi")
    ravi.page.goto(link)
    expect(ravi.page.get_by_text("not kept").first).to_be_visible()
    assert PRIVATE_QUESTION not in ravi.page.content()
    ravi.page.goto(f"{address}/conversations")
    expect(ravi.page.get_by_role("heading", name="Conversations").first).to_be_visible()
    assert PRIVATE_QUESTION not in ravi.page.content()
    for one in (rita, ravi):
        one.context.close()


def test_an_open_page_ends_with_its_session(tab: Tab, site: tuple[str, Settings]) -> None:
    address, own = site
    sign_in(tab.page, address, "ravi")
    box = tab.page.get_by_test_id("stChatInputTextArea")
    expect(box).to_be_visible()
    database = open_server_tables(own.var)
    sessions = Sessions(database)
    [ravi] = [card for card in sessions.readers() if card.name == "Ravi Reader"]
    sessions.end_all_of(ravi.id)
    database.close()
    if box.is_visible():  # the page may have been closed already
        box.fill(QUESTION)
        tab.page.keyboard.press("Enter")
    tab.page.wait_for_timeout(3000)
    assert "quick-wear parts" not in tab.page.content()
    tab.page.goto(address)
    expect(tab.page.get_by_role("button", name="ravi")).to_be_visible()


def test_a_page_goes_to_sign_on_by_itself_when_the_token_ends(
    chromium: Browser, settings: Settings, tmp_path: Path
) -> None:
    with provider(timedelta(seconds=12)) as issuer:
        port = free_port()
        with running(company(settings, tmp_path, port, issuer), port) as process:
            assert isinstance(process, subprocess.Popen)
            tab = Tab(chromium)
            sign_in(tab.page, f"http://127.0.0.1:{port}", "rita")
            expect(tab.page.get_by_role("button", name="rita")).to_be_visible()
            tab.context.close()
