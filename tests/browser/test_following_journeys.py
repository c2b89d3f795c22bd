"""Following in a real browser: an answer and a clause are followed, the rule changes, it is told."""

from pathlib import Path

import pytest
from amended_corpus import AmendedCorpus
from journey import (
    DESK,
    PHONE,
    Opener,
    answered,
    ask,
    no_serious_violation,
    nothing_wider_than_the_window,
    settled,
)
from playwright.sync_api import ViewportSize, expect

from ingest.settings import Settings

EXPENDABLE = "Are drills and grinding wheels expendable materials?"
CLAUSE = "gacc-2016-67#3"


def _amend(settings: Settings, old: str, new: str) -> None:
    corpus = AmendedCorpus(settings)
    document = corpus.desk.library().documents["gacc-2016-67"]
    text = corpus.raw(document)
    assert old in text
    corpus.rewrite(document, text.replace(old, new))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_a_rule_changes_and_its_follower_is_told(
    address: str, settings: Settings, open_tab: Opener, size: ViewportSize
) -> None:
    tab = open_tab(address, size)
    ask(tab, EXPENDABLE)
    answered(tab)
    tab.click(".st-key-follow-0 button:visible")
    expect(tab.locator(".st-key-follow-0 button:visible")).to_contain_text("Followed")
    tab.goto(f"{address}/?clause={CLAUSE.replace('#', '%23')}")
    tab.click(".st-key-follow-source button:visible")
    expect(tab.locator(".st-key-follow-source button:visible")).to_contain_text("Followed")
    tab.goto(f"{address}/following")
    expect(tab.locator(".followed-title")).to_have_count(2)
    expect(tab.get_by_text("Nothing has changed.")).to_have_count(2)
    _amend(settings, "such as drills,", "such as frills,")
    try:
        tab.reload()
        expect(tab.locator("ins", has_text="frills")).to_have_count(2)
        expect(tab.locator("del", has_text="drills")).to_have_count(2)
        settled(tab)
        no_serious_violation(tab)
        nothing_wider_than_the_window(tab)
        tab.locator("[class*=st-key-following-replay-] button").last.click()
        expect(tab.locator(".replay").first).to_contain_text("such as drills,")
        expect(tab.locator(".replay").last).to_contain_text("such as frills,")
        settled(tab)
        no_serious_violation(tab)
        nothing_wider_than_the_window(tab)
        tab.locator("[class*=st-key-following-seen-] button").first.click()
        expect(tab.locator("[class*=st-key-following-seen-] button")).to_have_count(1)
        tab.locator("[class*=st-key-following-open-] button").first.click()
        expect(tab.locator("#source-text mark").first).to_contain_text("frills")
    finally:
        _amend(settings, "such as frills,", "such as drills,")
    tab.goto(f"{address}/following")
    for left in (1, 0):
        tab.locator("[class*=st-key-following-end-] button").first.click()
        expect(tab.locator(".followed-title")).to_have_count(left)
    expect(tab.get_by_text("Nothing is followed yet.")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
def test_a_clause_is_kept_with_a_note_in_a_folder_that_is_taken_out(
    address: str, open_tab: Opener, size: ViewportSize, tmp_path: Path
) -> None:
    tab = open_tab(f"{address}/?clause={CLAUSE.replace('#', '%23')}", size)
    tab.click(".st-key-follow-source button:visible")
    tab.click("[class*=st-key-note-]:not([class*=st-key-note-form]) button:visible")
    tab.get_by_label("Note", exact=True).fill("Ask the broker: drills?")
    tab.get_by_label("New folder", exact=True).fill("Shipment May")
    no_serious_violation(tab)
    nothing_wider_than_the_window(tab)
    tab.get_by_role("button", name="Keep", exact=True).click()
    expect(tab.get_by_text("Kept.")).to_be_visible()
    tab.goto(f"{address}/following")
    expect(tab.locator(".own-note")).to_have_text("Ask the broker: drills?")
    tab.get_by_role("combobox", name="Folder").first.click()
    tab.get_by_role("option", name="Shipment May").click()
    settled(tab)
    no_serious_violation(tab)
    nothing_wider_than_the_window(tab)
    tab.click(".st-key-folder-file button:visible")
    with tab.expect_download() as download:
        tab.click(".st-key-folder-file-md button:visible")
    download.value.save_as(tmp_path / "folder.md")
    taken = (tmp_path / "folder.md").read_text(encoding="utf-8")
    assert (
        "Shipment May" in taken
        and "Ask the broker: drills?" in taken
        and "such as drills," in taken
    )
    tab.keyboard.press("Escape")
    tab.locator("[class*=st-key-following-end-] button").click()
    expect(tab.get_by_text("Nothing is followed yet.")).to_be_visible()
