"""Questionnaires: a sheet of questions is uploaded, answered row by row, and downloaded."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import streamlit as st

from app.contract import Answer, Question
from app.keeping.uploads import drop_upload, keep_upload
from app.pages.frame import day_choice
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import say
from app.pages.frame.page_links import base_address
from app.pages.frame.page_reader import reader, watch
from app.pages.frame.page_state import page_state
from app.pages.frame.page_style import error_box, page_title
from app.pages.frame.turn_taking import give_way
from app.pages.frame.uploader_words import draw_uploader_words
from app.plain_text import html_text
from app.sheets.answered_sheet import write_answers
from app.sheets.answers import AnsweredRow, SheetAnswers
from app.sheets.questions import QuestionSheet, read_sheet
from ingest.settings import load_settings

_KEY = "sheet_run"
_SUFFIXES = ("xlsx", "csv")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class _Run:
    """A sheet in this tab. ``is_on``: its questions are being answered; a click ends the drawing
    that does so, and what was answered is kept."""

    name: str
    data: bytes
    column: str | None
    as_of: date
    total: int
    is_on: bool = True
    rows: list[AnsweredRow] = field(default_factory=list)

    def stop(self) -> None:
        self.is_on = False

    def go_on(self) -> None:
        self.is_on = True


def draw() -> None:
    page_title(say("sheets.title"), say("sheets.explanation"))
    reader()
    day_choice.draw(page_state())
    _draw_input()
    run: _Run | None = st.session_state.get(_KEY)
    if run is None:
        return
    if run.is_on:
        _answer(run)
    _draw_download(run)


def _draw_input() -> None:
    with st.form("sheet", border=False):
        limit = draw_uploader_words(_SUFFIXES, load_settings())
        file = st.file_uploader(
            say("sheets.file"), type=_SUFFIXES, key="sheet-file", max_upload_size=limit
        )
        column = st.text_input(say("sheets.column"), key="sheet-column", max_chars=100).strip()
        if not st.form_submit_button(say("sheets.answer"), key="sheet-start", type="primary"):
            return
    if file is None:
        error_box(say("sheets.no_file"))
        return
    st.session_state.pop(_KEY, None)
    run = _Run(file.name, file.getvalue(), column or None, page_state().day, 0)
    run.total = len(_read(run).rows)
    st.session_state[_KEY] = run


def _read(run: _Run) -> QuestionSheet:
    settings = load_settings()
    path = keep_upload(settings, run.name, run.data)
    try:
        return read_sheet(path, settings.loading, run.column)
    finally:
        drop_upload(path)


def _answer(run: _Run) -> None:
    desk = ready_desk()
    watched = watch()

    def ask(question: Question) -> Answer:
        *_, last = watched(desk.stream(question))
        return last.answer

    st.button(say("sheets.cancel"), key="sheet-cancel", icon=":material/close:", on_click=run.stop)
    bar = st.progress(0.0, text=say("sheets.answering", done=0, count=run.total))
    give_way()
    # of each reader apart: what another one asked is nobody's business
    folder = load_settings().var / "sheets" / sha256(reader().id.encode()).hexdigest()[:16]
    answers = SheetAnswers(ask, desk.fingerprint, _read(run), folder, run.as_of)

    def show(done: int, of: int) -> None:
        bar.progress(done / of, text=say("sheets.answering", done=done, count=of))

    run.rows = []
    for row in answers.run(show):
        run.rows.append(row)
    answers.forget()
    run.stop()
    st.rerun()


def _draw_download(run: _Run) -> None:
    answered = sum(row.answer is not None and row.answer.answered for row in run.rows)
    line = say("sheets.done", answered=answered, asked=len(run.rows), count=run.total)
    st.html(f'<p role="status">{html_text(line)}</p>')
    if len(run.rows) < run.total:
        st.button(say("sheets.go_on"), key="sheet-go-on", on_click=run.go_on)
    library, base = ready_desk().library(), base_address()
    st.download_button(
        say("sheets.download"),
        lambda: write_answers(_read(run), run.rows, library, base),
        file_name=f"answers-{run.name.rpartition('.')[0]}.xlsx",
        mime=_XLSX,
        key="sheet-download",
        icon=":material/download:",
        on_click="ignore",
    )
