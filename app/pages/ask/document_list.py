"""The sidebar: a new conversation, recent ones, the day and the documents that count, all
documents, the index."""

from datetime import UTC, datetime

import streamlit as st

from app.conversations.store import ConversationsUnavailable
from app.desk import ClauseDesk
from app.pages.frame import day_choice, documents_choice
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import draw_facts, status_html
from app.plain_text import html_text, label_text, shortened
from app.views.holdings import Holding, age_words, holdings
from app.views.source import Place

#: characters of a document's title
_LONGEST_TITLE = 100
#: conversations that are offered, and characters of their titles
_RECENT, _LONGEST_RECENT = 5, 60


def draw(state: PageState, desk: ClauseDesk) -> None:
    library = desk.library()
    with st.sidebar:
        st.html(f'<a class="skip" href="#" data-question-box="">{html_text(say("ask.to_box"))}</a>')
        st.button(
            say("ask.new_conversation"),
            key="new-conversation",
            icon=":material/add:",
            on_click=state.start_again,
            width="stretch",
        )
        day_choice.draw(state)
        documents_choice.draw(state, library)
        _draw_recent(state)
        st.html(f'<h2 class="label">{say("ask.documents")}</h2>')
        for document in holdings(library, state.day, language()):
            _draw_document(document, state)
        built_at = datetime.fromisoformat(library.snapshot.manifest.built_at)
        index = say(
            "common.index",
            fingerprint=library.snapshot.fingerprint,
            age=age_words(built_at, datetime.now(UTC), language()),
        )
        draw_facts(index)


def _draw_recent(state: PageState) -> None:
    """The conversations that were asked in last, without the one on the page."""
    store = state.conversation.store
    if store is None:
        return
    try:
        kept = store.find(limit=_RECENT + 1)
    except ConversationsUnavailable:
        return  # asking tells of it
    others = [one for one in kept if one.id != state.conversation.id][:_RECENT]
    if not others:
        return
    st.html(f'<h2 class="label">{html_text(say("ask.recent"))}</h2>')
    with st.container(key="recent", gap=None):
        for one in others:
            st.button(
                label_text(shortened(one.title, _LONGEST_RECENT)),
                key=f"recent-{one.id}",
                type="tertiary",
                on_click=state.reopen,
                args=(one.id, one.last_turn),
            )


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
