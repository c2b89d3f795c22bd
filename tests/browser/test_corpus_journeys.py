"""The corpus in a real browser: a PDF goes in and answers, while others go on asking."""

from pathlib import Path

import pytest
from fpdf import FPDF
from journey import DESK, PHONE, Opener, ask, first_mark_is_seen, no_serious_violation
from playwright.sync_api import Page, ViewportSize, expect
from small_corpus import NEW_DEPOSITS

#: an ingest takes seconds, on a busy machine more of them
LONG_MS = 240_000
DEPOSIT = "Which deposit shall an exhibitor pay for each exhibit that stays in the hall?"
DRILLS = "Are drills and grinding wheels expendable materials?"


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A document as an office program prints it."""
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    for paragraph in NEW_DEPOSITS.strip().split("\n\n"):
        page.multi_cell(0, 7, paragraph, new_x="LMARGIN", new_y="NEXT")
        page.ln(3)
    path = tmp_path / "guarantees.pdf"
    page.output(str(path))
    return path


@pytest.fixture
def long_text(tmp_path: Path) -> Path:
    """A document that takes many seconds to embed."""
    items = "\n\n".join(
        f"{n}. Crate {n} of type {n * 7} shall be weighed by office {n} within {n} days of its "
        f"arrival, together with list {n + 1} and form {n + 2}, before it is opened."
        for n in range(1, 401)
    )
    path = tmp_path / "crates.txt"
    path.write_text(f"Notice on Weighing Crates\n\n{items}\n", encoding="utf-8")
    return path


def open_corpus(open_tab: Opener, address: str, size: ViewportSize = DESK) -> Page:
    tab: Page = open_tab(address, size)
    tab.goto(f"{address}/corpus")
    expect(tab.locator(".st-key-corpus-room")).to_be_visible()
    return tab


def upload(tab: Page, path: Path) -> None:
    tab.set_input_files("input[type=file]", path)
    expect(tab.locator(".st-key-store button")).to_be_visible(timeout=LONG_MS)


def go_to(tab: Page, page: str) -> None:
    """By the bar at the top: the tab keeps what it has."""
    tab.get_by_role("link", name=page, exact=True).click()


def test_upload_a_pdf_and_ask_about_it(address: str, open_tab: Opener, pdf: Path) -> None:
    tab = open_corpus(open_tab, address)
    upload(tab, pdf)
    expect(tab.get_by_label("Id in this corpus")).to_have_value("gacc-2022-8")
    tab.get_by_text("3 clauses as they would be stored").click()
    expect(tab.locator(".preview li").nth(1)).to_contain_text("4,500 yuan")
    no_serious_violation(tab)
    tab.get_by_label("Received from").fill("the fair's office")
    tab.click(".st-key-store button")
    expect(tab.locator(".notice-done")).to_contain_text("Guarantees", timeout=LONG_MS)
    expect(tab.locator(".st-key-card-gacc-2022-8")).to_contain_text("in force since 1 May 2022")
    go_to(tab, "Ask")
    ask(tab, DEPOSIT)
    expect(tab.locator(".quote").first).to_contain_text("4,500 yuan")
    tab.click(".st-key-cite-0-1 button")
    first_mark_is_seen(tab)
    # and out of the corpus again
    go_to(tab, "Corpus")
    tab.click(".st-key-remove-gacc-2022-8 button:visible")
    tab.click(".st-key-remove-now button")
    expect(tab.locator(".notice-done")).to_contain_text("gacc-2022-8", timeout=LONG_MS)
    expect(tab.locator(".st-key-card-gacc-2022-8")).to_have_count(0)


def test_two_browsers_while_an_ingest_runs(address: str, open_tab: Opener, long_text: Path) -> None:
    officer = open_tab(address, DESK)
    ask(officer, DRILLS)  # the models are loaded
    expect(officer.locator(".st-key-cite-0-1 button")).to_be_visible()
    onlooker = open_corpus(open_tab, address)
    keeper = open_corpus(open_tab, address)
    upload(keeper, long_text)
    keeper.click(".st-key-store button")
    expect(keeper.locator(".st-key-corpus-job")).to_contain_text("vectors", timeout=LONG_MS)
    expect(onlooker.locator(".st-key-corpus-job")).to_be_visible()
    # asking goes on, with the corpus as it was
    ask(officer, "What does item 9 of GACC Announcement No. 67 of 2016 say?")
    expect(officer.locator(".st-key-cite-1-1 button")).to_contain_text("Item 9")
    expect(officer.locator(".question")).to_have_count(2)
    expect(keeper.locator(".st-key-corpus-job")).to_be_visible()
    # and both pages move to the new index by themselves
    expect(keeper.locator(".notice-done")).to_contain_text("Crates", timeout=LONG_MS)
    expect(onlooker.locator(".st-key-card-notice-on-weighing-crates")).to_be_visible()
    ask(officer, "Which office shall weigh crate 11 of type 77?")
    expect(officer.locator(".st-key-passage-2-1")).to_contain_text("Crate 11 of type 77")
    expect(officer.locator(".question")).to_have_count(3)


def test_an_ingest_is_cancelled(address: str, open_tab: Opener, tmp_path: Path) -> None:
    tab = open_corpus(open_tab, address)
    path = tmp_path / "boxes.txt"
    items = "\n\n".join(f"{n}. Box {n} shall be opened on day {n * 3}." for n in range(1, 3000))
    path.write_text(f"Notice on Boxes\n\n{items}\n", encoding="utf-8")
    upload(tab, path)
    tab.click(".st-key-store button")
    expect(tab.locator(".st-key-corpus-job")).to_contain_text("vectors", timeout=LONG_MS)
    tab.click(".st-key-corpus-cancel button")
    expect(tab.locator(".notice-done")).to_contain_text("as they were", timeout=LONG_MS)
    expect(tab.locator(".st-key-card-notice-on-boxes")).to_have_count(0)
    # what was proposed is still there to be stored or discarded
    tab.click(".st-key-discard button")
    expect(tab.locator(".st-key-store")).to_have_count(0)


def test_the_graph_is_drawn_without_a_network_and_legible_on_a_phone(
    address: str, open_tab: Opener
) -> None:
    tab = open_corpus(open_tab, address, PHONE)
    label = tab.locator(".stGraphVizChart svg .node text").first
    label.scroll_into_view_if_needed()
    expect(label).to_be_visible()
    box = label.bounding_box()
    assert box is not None and box["height"] >= 9
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tab.click(".st-key-graph-words summary")
    expect(tab.locator(".relation", has_text="repeals").first).to_contain_text("No. 2 of 2011")


def test_a_type_that_is_not_taken_is_told(address: str, open_tab: Opener, tmp_path: Path) -> None:
    tab = open_corpus(open_tab, address)
    path = tmp_path / "tool.exe"
    path.write_bytes(b"MZ")
    tab.set_input_files("input[type=file]", path)
    expect(tab.get_by_test_id("stFileUploader")).to_contain_text("not allowed")
    assert tab.locator(".st-key-store").count() == 0
