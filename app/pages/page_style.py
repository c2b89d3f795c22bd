"""Looks and small pieces that several parts of the page draw.

Text from documents, questions and models goes through app.plain_text on its way here.
"""

from datetime import date
from pathlib import Path

import streamlit as st

from app.pages import page_texts
from app.plain_text import html_text
from ingest.modifications import Status

_STYLE = Path(__file__).with_name("page.css")
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


def status_html(status: Status, words: str) -> str:
    return (
        f'<span class="status status-{status.value}">'
        f'<span aria-hidden="true">{_SIGNS[status]}</span> {html_text(words)}</span>'
    )


def error_box(line: str) -> None:
    st.html(f'<div class="notice notice-error" role="alert">{html_text(line)}</div>')


def day_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def duration_words(milliseconds: float) -> str:
    if milliseconds < 1000:
        return page_texts.MILLISECONDS.format(count=milliseconds)
    return page_texts.SECONDS.format(count=milliseconds / 1000)
