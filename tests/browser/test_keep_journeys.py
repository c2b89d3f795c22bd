"""Keeping answers in a real browser: the pack exported and proven, a conversation found again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from journey import (
    DESK,
    PHONE,
    Opener,
    answered,
    ask,
    no_serious_violation,
    nothing_wider_than_the_window,
    serving,
    settled,
)
from playwright.sync_api import Page, expect

from ingest.settings import PROJECT, Settings

EXPENDABLE = "Are drills and grinding wheels expendable materials?"


def verify_pack(file: Path, settings: Settings) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {
        "CLAUSEDESK_CORPUS": str(settings.corpus),
        "CLAUSEDESK_VAR": str(settings.var),
    }
    return subprocess.run(
        [sys.executable, "-m", "app", "verify-pack", str(file)],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def downloaded(tab: Page, key: str, form: str, folder: Path) -> Path:
    tab.click(f".st-key-pack-{key} button:visible")
    with tab.expect_download() as download:
        tab.click(f".st-key-pack-{key}-{form} button:visible")
    file = folder / f"{key}.{form}"
    assert download.value.suggested_filename.endswith(f".{form}")
    download.value.save_as(file)
    tab.keyboard.press("Escape")
    return file


@pytest.mark.parametrize("form", ["pdf", "docx", "md"])
def test_export_and_verify_the_pack(
    address: str, settings: Settings, open_tab: Opener, tmp_path: Path, form: str
) -> None:
    tab = open_tab(address, DESK)
    ask(tab, EXPENDABLE)
    answered(tab)
    file = downloaded(tab, "0", form, tmp_path)
    proven = verify_pack(file, settings)
    assert (proven.returncode, proven.stderr) == (0, "")
    assert "unchanged  gacc-2016-67#3: item 3, word for word" in proven.stdout
    document = settings.corpus / "documents" / "gacc-2016-67.txt"
    before = document.read_bytes()
    document.write_bytes(before.replace(b"such as drills,", b"such as frills,"))
    changed = verify_pack(file, settings)
    document.write_bytes(before)
    assert changed.returncode == 1
    assert "changed    gacc-2016-67#3: other words" in changed.stdout
    assert "[-drills-]{+frills+}" in changed.stdout


def test_a_conversation_outlives_its_server(settings: Settings, open_tab: Opener) -> None:
    with serving(settings) as address:
        tab = open_tab(address, DESK)
        ask(tab, EXPENDABLE)
        answered(tab)
        ask(tab, "and blades?")
        answered(tab, 1)
        question_mark, link = tab.url.partition("?")[1:]
    assert "answer=" in link
    with serving(settings) as address:
        tab = open_tab(f"{address}/{question_mark}{link}", DESK)
        answered(tab, 1)
        expect(tab.locator(".question").first).to_have_text(EXPENDABLE)
        tab.reload()
        answered(tab, 1)


def test_conversations_are_searched_renamed_opened_and_deleted(
    address: str, open_tab: Opener, tmp_path: Path, settings: Settings
) -> None:
    tab = open_tab(address, DESK)
    ask(tab, "进口的消耗性材料转内销需要缴税吗？")
    answered(tab)
    other = open_tab(address, PHONE)
    other.goto(f"{address}/conversations")
    search = other.locator(".st-key-conversation-search input")
    search.fill("内销")
    search.press("Enter")
    expect(other.locator(".conversation-title")).to_have_count(1)
    no_serious_violation(other)
    nothing_wider_than_the_window(other)
    other.click("[class*=st-key-conversation-rename-] button")
    other.locator("[class*=st-key-conversation-name-] input").fill("Domestic sale")
    other.locator("[class*=st-key-conversation-name-] input").press("Enter")
    settled(other)
    other.click("[class*=st-key-conversation-named-] button")
    expect(other.locator(".conversation-title")).to_have_text("Domestic sale")
    key = other.locator("[class*=st-key-conversation-open-]").first.evaluate(
        "e => [...e.classList].find(c => c.includes('conversation-open-')).slice(25)"
    )
    file = downloaded(other, key, "md", tmp_path)
    proven = verify_pack(file, settings)
    assert proven.returncode == 0, proven.stderr
    said = json.loads(
        file.read_text().partition("```json evidence-pack.json\n")[2].partition("\n```")[0]
    )
    assert said["pack"]["title"] == "Domestic sale"
    other.click("[class*=st-key-conversation-open-] button")
    answered(other)
    other.goto(f"{address}/conversations")
    other.locator(".st-key-conversation-search input").fill("Domestic sale")
    other.locator(".st-key-conversation-search input").press("Enter")
    expect(other.locator(".conversation-title")).to_have_count(1)
    other.click("[class*=st-key-conversation-delete-] button")
    other.click("[class*=st-key-conversation-deleted-] button")
    expect(other.locator(".conversation-title")).to_have_count(0)
