"""Looks and small pieces that several parts of the page draw.

Text from documents, questions and models goes through app.plain_text on its way here.
"""

from pathlib import Path

import streamlit as st

from app.pages.frame import page_top
from app.pages.frame.page_language import say
from app.plain_text import html_text, label_text, shortened
from app.views.answer import PlaceView
from ingest.facts.modifications import Status

_STYLE = Path(__file__).with_name("page.css")
#: characters of a document's name on a chip
_LONGEST_NAME = 72
_SCRIPT = Path(__file__).with_name("page.js")
#: a status is told by its words; the sign and the colour only help to find it
_SIGNS = {
    Status.IN_FORCE: "✓",
    Status.NOT_YET_IN_FORCE: "◷",
    Status.REPEALED: "✕",
    Status.EXPIRED: "✕",
    Status.UNKNOWN: "?",
}


def draw() -> None:
    st.html(_STYLE)
    # Streamlit's button for the sidebar is a sign only
    st.html(f'<style>.stApp {{ --menu-name: "{html_text(say("common.menu"))}"; }}</style>')
    draw_script(_SCRIPT)


def draw_script(file: Path) -> None:
    """Run a script of our own on the page; it says itself that it runs once."""
    st.html(f"<script>{file.read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)


def page_title(title: str, explanation: str | None = None) -> None:
    """The heading of a page and, if there is one, the line that says what it is for."""
    page_top.begin(title)
    line = f'<p class="page-explanation">{html_text(explanation)}</p>' if explanation else ""
    st.html(f'<h1 class="page-title">{html_text(title)}</h1>{line}')


def chip_label(source: PlaceView) -> str:
    """A clause on a button: locator, document, page."""
    name = shortened(source.name, _LONGEST_NAME)
    words = say("source.chip", locator=source.locator, name=name) if source.locator else name
    if source.page is not None:
        words = say("source.chip_page", chip=words, page=source.page)
    return label_text(words)


def status_html(status: Status, words: str) -> str:
    return (
        f'<span class="status status-{status.value}">'
        f'<span aria-hidden="true">{_SIGNS[status]}</span> {html_text(words)}</span>'
    )


def error_box(*lines: str) -> None:
    words = "<br>".join(map(html_text, lines))
    st.html(f'<div class="notice notice-error" role="alert">{words}</div>')


def duration_words(milliseconds: float) -> str:
    if milliseconds < 1000:
        return say("common.milliseconds", count=milliseconds)
    return say("common.seconds", count=milliseconds / 1000)
