"""Check a text: it is pasted or uploaded, and comes back with its marks; a click opens the clause."""

import itertools
from datetime import date
from pathlib import Path

import streamlit as st

from app.keeping.uploads import drop_upload, keep_upload
from app.pages.ask.opening import open_on_ask_page
from app.pages.frame import day_choice
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import reader
from app.pages.frame.page_state import page_state
from app.pages.frame.page_style import page_title
from app.pages.frame.turn_taking import give_way
from app.pages.frame.uploader_words import draw_uploader_words
from app.plain_text import html_text, label_text
from app.shared import shared
from app.text_check.check import LONGEST_TEXT, TextChecker
from app.text_check.export import commented
from app.text_check.report import CheckedCitation, CheckedSentence, TextCheck
from app.views.source import Place
from app.wording import day_words
from ingest.loaders import load
from ingest.settings import load_settings

_STYLE = Path(__file__).with_name("check_page.css")
_KEY = "checked_text"
_TEXT, _PASTED = "check-text", "pasted_text"
#: what is read here; what a file is, its content tells
_SUFFIXES = ("txt", "md", "docx", "pdf", "html")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Mark = CheckedCitation | CheckedSentence


def draw() -> None:
    st.html(_STYLE)
    page_title(say("checks.title"), say("checks.explanation"))
    reader()  # nobody checks who is not signed in any more
    day = page_state().day
    day_choice.draw(page_state())
    text = _draw_input()
    if text is not None:
        st.session_state[_KEY] = _checked(text, day)
    told: TextCheck | None = st.session_state.get(_KEY)
    if told is not None and (told.language, told.as_of) != (language(), day):  # chosen since
        told = st.session_state[_KEY] = _checked(told.text, day)
    if told is not None:
        _draw_told(told)


def _draw_input() -> str | None:
    """The text that is to be checked now; None: nothing was asked for."""
    # Streamlit forgets what stands in a box as soon as another page is drawn
    st.session_state.setdefault(_TEXT, st.session_state.get(_PASTED, ""))
    with st.form("check", border=False):
        pasted = st.text_area(say("checks.text"), key=_TEXT, height=220, max_chars=LONGEST_TEXT)
        limit = draw_uploader_words(_SUFFIXES, load_settings())
        file = st.file_uploader(
            say("checks.file"), type=_SUFFIXES, key="check-file", max_upload_size=limit
        )
        if not st.form_submit_button(say("checks.check"), key="check-start", type="primary"):
            return None
    st.session_state[_PASTED] = pasted
    if file is None:
        return pasted
    settings = load_settings()
    path = keep_upload(settings, file.name, file.getvalue())
    try:
        return load(path, settings.loading).text
    finally:
        drop_upload(path)


def _checked(text: str, as_of: date) -> TextCheck:
    desk = ready_desk()
    give_way()
    bar = st.progress(0.0, text=say("checks.checking"))

    def show(done: int, of: int) -> None:
        bar.progress(done / of, text=say("checks.checking"))

    told = TextChecker(desk.searcher()).check(text, as_of, show, language())
    bar.empty()
    if (state := shared()) is not None:
        state.checked(reader(), "page", told)
    return told


def _draw_told(told: TextCheck) -> None:
    marks = told.marks
    day = say("answer.as_of", day=day_words(told.as_of, language()))
    st.html(
        f'<p class="check-summary" role="status">{html_text(told.summary)} '
        f'<span class="facts">{html_text(day)}</span></p>'
    )
    st.download_button(
        say("checks.word"),
        lambda: commented(told),
        file_name="checked.docx",
        mime=_WORD,
        key="check-word",
        icon=":material/download:",
        on_click="ignore",
    )
    left, right = st.columns((3, 2))
    with left:
        st.html(f'<div class="checked-text">{_marked_html(told)}</div>')
    with right, st.container(key="check-findings", gap="small"):
        if not marks:
            st.html(f'<p class="page-explanation">{html_text(say("checks.none"))}</p>')
        for number, mark in enumerate(marks):
            _draw_mark(told, mark, number)


def _draw_mark(told: TextCheck, mark: Mark, number: int) -> None:
    words = html_text(" ".join(told.text[mark.start : mark.end].split()))
    name = html_text(say(mark.name))
    detail = html_text(" · ".join(filter(None, (mark.reason, getattr(mark, "difference", None)))))
    st.html(
        f'<p class="finding" id="finding-{number}"><span class="check check-{mark.check}">'
        f'{name}</span> <q>{words}</q><br><span class="facts">{detail}</span></p>'
    )
    clause_id = getattr(mark, "right_clause_id", None) or mark.clause_id
    if clause_id is not None:
        clause = ready_desk().clause(clause_id)
        entry = ready_desk().library().documents[clause.document_id].entry
        label = label_text(f"{clause.locator}, {entry.citation_name}")
        if st.button(label, key=f"check-open-{number}", type="tertiary"):
            place = Place(clause.document_id, clause.id, clause.start, clause.end)
            open_on_ask_page((place,), 0, told.as_of)


def _marked_html(told: TextCheck) -> str:
    """The text with its marks; where a citation stands in a sentence its own mark is shown."""
    edges = sorted({0, len(told.text), *(e for m in told.marks for e in (m.start, m.end))})
    pieces: list[str] = []
    for start, end in itertools.pairwise(edges):
        words = html_text(told.text[start:end])
        over = [n for n, m in enumerate(told.marks) if m.start <= start and end <= m.end]
        if over:
            mark = told.marks[over[-1]]
            words = (
                f'<a class="mark check-{mark.check}" href="#finding-{over[-1]}" '
                f'data-press="check-open-{over[-1]}">{words}</a>'
            )
        pieces.append(words)
    return "".join(pieces)
