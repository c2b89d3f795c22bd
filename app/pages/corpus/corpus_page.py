"""Corpus: what it holds, what goes in and out of it, who acts on whom, the index that serves."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from app.desk import ClauseDesk
from app.keeping.jobs import CorpusJobs
from app.keeping.overview import (
    DocumentCard,
    IndexCard,
    document_cards,
    index_card,
    size_words,
)
from app.keeping.session import CorpusSession
from app.pages.ask.opening import open_on_ask_page
from app.pages.corpus import audit_section, found_section, graph_section, job_progress, upload_form
from app.pages.frame import day_choice
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import may_change, reader
from app.pages.frame.page_state import page_state
from app.pages.frame.page_style import (
    draw_facts,
    error_box,
    notice_box,
    page_title,
    section_title,
    status_html,
)
from app.plain_text import html_text
from app.shared import shared
from app.teaching.lessons import load_lessons
from app.views.holdings import age_words
from app.views.source import Place
from app.wording import day_words
from ingest.errors import CatalogError
from ingest.keeping.proposal import corrected
from ingest.settings import load_settings

_STYLE = Path(__file__).with_name("corpus_page.css")
_SESSION = "corpus_session"
_REMOVING = "corpus_removing"
_EDITING = "corpus_editing"
_WORDS = "corpus_words"
#: documents on one page; with more, they are also searched
_AT_ONCE = 20


def draw() -> None:
    st.html(_STYLE)
    page_title(say("corpus.title"), say("corpus.explanation"))
    day_choice.draw(page_state())
    desk = ready_desk()
    session = _session()
    session.settle()
    with st.container(key="corpus-room", gap="medium"):
        job_progress.draw(session, _jobs(), desk)
        _draw_notices(session)
        if may_change():
            upload_form.draw_proposals(session)
            found_section.draw(session)
            upload_form.draw_upload(session)
        _draw_documents(session, desk)
        graph_section.draw(desk)
        _draw_index(index_card(desk.library(), session.settings), session)
        audit_section.draw()


def _jobs() -> CorpusJobs:
    state = shared()
    return state.jobs_of(reader()) if state is not None else _own_jobs()


@st.cache_resource(show_spinner=False)
def _own_jobs() -> CorpusJobs:
    return CorpusJobs()


def _session() -> CorpusSession:
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = CorpusSession(load_settings(), _jobs())
    found: CorpusSession = st.session_state[_SESSION]
    return found


def _draw_notices(session: CorpusSession) -> None:
    for notice in session.notices:
        line = say(f"corpus.told_{notice.key}", about=notice.about, line=notice.line)
        if notice.is_error:
            error_box(line)
        else:
            notice_box(line, "done")


def _draw_documents(session: CorpusSession, desk: ClauseDesk) -> None:
    library = desk.library()
    count = len(library.documents)
    section_title(say("corpus.documents"), count=count)
    words = ""
    if count > _AT_ONCE:
        words = st.text_input(say("corpus.search"), key=_WORDS, icon=":material/search:")
    shelf = load_lessons(session.settings.corpus, library)
    cards = document_cards(
        library, session.settings, shelf, page_state().day, language(), words or ""
    )
    if not cards:
        draw_facts(say("corpus.none_found" if count else "corpus.none_yet"))
        return
    pages = -(-len(cards) // _AT_ONCE)
    page = 1
    if pages > 1:
        page = st.number_input(
            say("corpus.page", count=pages), 1, pages, key="corpus_page_number", width=140
        )
    for card in cards[(page - 1) * _AT_ONCE : page * _AT_ONCE]:
        _draw_document(card, session, is_last=count == 1)


def _draw_document(card: DocumentCard, session: CorpusSession, *, is_last: bool) -> None:
    document_id = card.entry.id
    with st.container(key=f"card-{document_id}", gap="small"):
        st.html(_card_html(card))
        with st.container(horizontal=True, gap="small"):
            if st.button(
                say("corpus.read"),
                key=f"read-{document_id}",
                icon=":material/menu_book:",
                type="tertiary",
            ):
                open_on_ask_page((Place(document_id),))
            if may_change():
                _draw_changes(card, session, is_last=is_last)
        if st.session_state.get(_REMOVING) == document_id:
            _draw_confirmation(card, session)
        if st.session_state.get(_EDITING) == document_id:
            _draw_correction(card, session)


def _draw_changes(card: DocumentCard, session: CorpusSession, *, is_last: bool) -> None:
    document_id = card.entry.id
    st.button(
        say("corpus.edit"),
        key=f"edit-{document_id}",
        icon=":material/edit:",
        type="tertiary",
        disabled=session.is_working,
        on_click=_ask_to_edit,
        args=(document_id,),
    )
    st.button(
        say("corpus.remove"),
        key=f"remove-{document_id}",
        icon=":material/delete:",
        type="tertiary",
        help=say("corpus.last") if is_last else None,
        disabled=is_last or session.is_working,
        on_click=_ask_to_remove,
        args=(document_id,),
    )


def _draw_correction(card: DocumentCard, session: CorpusSession) -> None:
    """The entry's fields as they are stored, to be corrected."""
    with st.form(f"correct-{card.entry.id}", border=False):
        st.html(f'<p class="page-explanation">{html_text(say("corpus.edit_help"))}</p>')
        fields = upload_form.draw_fields(card.entry, f"stored-{card.entry.id}", is_new=False)
        with st.container(horizontal=True, gap="small"):
            save = st.form_submit_button(say("corpus.save"), key="save", type="primary")
            keep = st.form_submit_button(say("corpus.keep"), key="save-not")
    if keep:
        _ask_to_edit(None)
        st.rerun()
    if save:
        try:
            corrected(card.entry, fields)
        except CatalogError as error:
            error_box(str(error))
            return
        _ask_to_edit(None)
        session.edit(card.entry.id, fields)
        st.rerun()


def _card_html(card: DocumentCard) -> str:
    days = (
        ("corpus.issued", card.issued),
        ("corpus.in_force_from", card.in_force_from),
        ("corpus.text_since", card.text_since),
    )
    dates = [say(key, day=day_words(day, language())) for key, day in days if day]
    entry = card.entry
    kind, code = entry.kind, entry.language
    facts = [
        say(f"corpus.kind_{kind}"),
        entry.issuer,
        say(f"corpus.language_{code}"),
        say("ask.clauses", count=card.clauses),
        size_words(card.bytes) if card.bytes is not None else say("corpus.file_missing"),
        entry.id,
    ]
    warnings = "".join(f'<li class="told-unread">{html_text(line)}</li>' for line in card.warnings)
    return (
        f'<h3 class="document-title">{html_text(entry.title)}</h3>'
        f'<p class="document-status">{status_html(card.status, card.status_words)} '
        f'<span class="facts">{html_text(" · ".join(dates) or say("corpus.no_dates"))}</span></p>'
        f'<p class="facts">{html_text(" · ".join(facts))}</p>'
        + (f'<ul class="told">{warnings}</ul>' if warnings else "")
    )


def _draw_confirmation(card: DocumentCard, session: CorpusSession) -> None:
    with st.container(key="confirm-remove", gap="small"):
        line = say("corpus.confirm", name=card.entry.title, count=card.clauses)
        if card.lessons:
            line += " " + say("corpus.confirm_lessons", lessons=", ".join(card.lessons))
        st.html(f'<p role="alert">{html_text(line)}</p>')
        with st.container(horizontal=True, gap="small"):
            st.button(
                say("corpus.remove_now"),
                key="remove-now",
                type="primary",
                on_click=_remove,
                args=(session, card.entry.id),
            )
            st.button(say("corpus.keep"), key="remove-not", on_click=_ask_to_remove, args=(None,))


def _ask_to_edit(document_id: str | None) -> None:
    st.session_state[_EDITING] = document_id


def _ask_to_remove(document_id: str | None) -> None:
    st.session_state[_REMOVING] = document_id


def _remove(session: CorpusSession, document_id: str) -> None:
    _ask_to_remove(None)
    session.remove(document_id)


def _draw_index(card: IndexCard, session: CorpusSession) -> None:
    section_title(say("corpus.index"))
    age = age_words(card.built_at, datetime.now(UTC), language())
    rows = (
        (say("corpus.fingerprint"), card.fingerprint),
        (say("corpus.built"), f"{age} ({card.built_at:%Y-%m-%d %H:%M} UTC)"),
        (say("corpus.holds"), say("corpus.holds_count", documents=card.documents, clauses=card.clauses)),
        (say("corpus.model"), card.model),
    )  # fmt: skip
    cells = "".join(
        f"<tr><th scope='row'>{html_text(what)}</th><td>{html_text(which)}</td></tr>"
        for what, which in rows
    )
    st.html(f'<table class="fact-table">{cells}</table>')
    if not card.stale:
        draw_facts(say("corpus.fits"))
        return
    notice_box(say("corpus.stale", documents=", ".join(card.stale)), "wait")
    if may_change():
        st.button(
            say("corpus.rebuild"),
            key="corpus-rebuild",
            icon=":material/refresh:",
            disabled=session.is_working,
            on_click=session.rebuild,
        )
