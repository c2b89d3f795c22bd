"""Looks and small pieces that several parts of the page draw.

Text from documents, questions and models goes through app.plain_text on its way here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import streamlit as st

from app.pages.frame import page_top
from app.pages.frame.page_language import say
from app.plain_text import html_text, label_text, shortened
from app.views.answer import PlaceView
from ingest.errors import ClauseDeskError
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
    # for screen readers, and for the glyphs; Streamlit's own page says that it is English
    tag = html_text(say("common.language"))
    st.html(
        f'<script>document.documentElement.lang = "{tag}";</script>',
        unsafe_allow_javascript=True,
    )


def draw_script(file: Path) -> None:
    """Run a script of our own on the page; it says itself that it runs once."""
    st.html(f"<script>{file.read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)


def page_title(title: str, explanation: str | None = None) -> None:
    """The heading of a page and, if there is one, the line that says what it is for."""
    page_top.begin(title)
    line = f'<p class="page-explanation">{html_text(explanation)}</p>' if explanation else ""
    st.html(f'<h1 class="page-title">{html_text(title)}</h1>{line}')


def draw_facts(line: str, *, beside: bool = False) -> None:
    """A line in small print; ``beside``: as wide as its words, with something next to it."""
    st.html(f'<p class="facts">{html_text(line)}</p>', width="content" if beside else "stretch")


def draw_label(words: str) -> None:
    st.html(label_html(words))


def label_html(words: str) -> str:
    """The small heading of what stands below it."""
    return f'<h3 class="label">{html_text(words)}</h3>'


def section_title(words: str, explanation: str | None = None, count: int | None = None) -> None:
    """The heading of a part of a page; ``count``: how many things stand in it."""
    number = "" if count is None else f' <span class="facts">{count}</span>'
    line = f'<p class="page-explanation">{html_text(explanation)}</p>' if explanation else ""
    st.html(f'<h2 class="section-title">{html_text(words)}{number}</h2>{line}')


def chip_label(source: PlaceView) -> str:
    """A clause on a button: locator, document, page."""
    name = shortened(source.name, _LONGEST_NAME)
    words = name or source.locator
    if name and source.locator:
        words = say("source.chip", locator=source.locator, name=name)
    if source.page is not None:
        words = say("source.chip_page", chip=words, page=source.page)
    return label_text(words)


def citation_marks(number: int, citations: tuple[int, ...]) -> Iterator[str]:
    """``number``: of the turn; a mark presses the chip of its passage."""
    for n in citations:
        yield (
            f'<a class="cite" href="#cite-{number}-{n}" data-press="cite-{number}-{n}" '
            f'aria-label="{html_text(say("answer.citation", n=n))}">[{n}]</a>'
        )


def status_html(status: Status, words: str) -> str:
    return (
        f'<span class="status status-{status.value}">'
        f'<span aria-hidden="true">{_SIGNS[status]}</span> {html_text(words)}</span>'
    )


def error_box(*lines: str) -> None:
    words = "<br>".join(map(html_text, lines))
    st.html(f'<div class="notice notice-error" role="alert">{words}</div>')


def notice_box(line: str, kind: Literal["done", "wait"]) -> None:
    st.html(f'<div class="notice notice-{kind}" role="status">{html_text(line)}</div>')


@contextmanager
def toasted_errors() -> Iterator[None]:
    """What a click could not do is told in passing: a callback draws nothing of its own."""
    try:
        yield
    except ClauseDeskError as error:
        st.toast(label_text(str(error)))


def duration_words(milliseconds: float) -> str:
    if milliseconds < 1000:
        return say("common.milliseconds", count=milliseconds)
    return say("common.seconds", count=milliseconds / 1000)
