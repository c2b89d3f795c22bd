"""The sidebar: a new conversation, the day that counts, the documents, the index."""

from datetime import UTC, date, datetime

import streamlit as st

from app.desk import ClauseDesk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import status_html
from app.plain_text import html_text, label_text, shortened
from app.views.holdings import Holding, age_words, holdings
from app.views.source import Place

#: Streamlit offers the ten years around today if it is told nothing
_EARLIEST, _LATEST = date(1949, 10, 1), date(2100, 12, 31)
_DAY = "as-of"
#: characters of a document's title
_LONGEST_TITLE = 100


def draw(state: PageState, desk: ClauseDesk) -> None:
    library = desk.library()
    with st.sidebar:
        st.button(
            say("ask.new_conversation"),
            key="new-conversation",
            icon=":material/add:",
            on_click=state.start_again,
            width="stretch",
        )
        _draw_day(state)
        st.html(f'<h2 class="label">{say("ask.documents")}</h2>')
        for document in holdings(library, state.day, language()):
            _draw_document(document, state)
        built_at = datetime.fromisoformat(library.snapshot.manifest.built_at)
        index = say(
            "common.index",
            fingerprint=library.snapshot.fingerprint,
            age=age_words(built_at, datetime.now(UTC), language()),
        )
        st.html(f'<p class="facts">{html_text(index)}</p>')


def _draw_day(state: PageState) -> None:
    # written before each drawing: so "today" is still today after midnight
    st.session_state[_DAY] = state.day
    st.date_input(
        say("ask.as_of"),
        key=_DAY,
        help=say("ask.as_of_help"),
        min_value=_EARLIEST,
        max_value=_LATEST,
        format="YYYY-MM-DD",
        on_change=_choose_day,
        args=(state,),
    )
    if state.as_of is not None:
        st.button(
            say("ask.today"),
            key="today",
            type="tertiary",
            icon=":material/undo:",
            on_click=_choose_today,
            args=(state,),
        )


def _choose_day(state: PageState) -> None:
    chosen = st.session_state[_DAY]
    state.as_of = None if chosen == date.today() else chosen


def _choose_today(state: PageState) -> None:
    state.as_of = None


def _draw_document(document: Holding, state: PageState) -> None:
    with st.container(key=f"document-{document.document_id}", gap=None):
        st.button(
            label_text(shortened(document.title, _LONGEST_TITLE)),
            key=f"open-{document.document_id}",
            type="tertiary",
            on_click=state.open,
            args=((Place(document.document_id),),),
        )
        count = say("ask.clauses", count=document.clauses)
        st.html(
            f'<p class="holding">{status_html(document.status, document.status_words)} '
            f'<span class="count">{count}</span></p>'
        )
