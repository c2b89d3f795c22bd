"""Conversations: found by their words, opened, renamed, handed out as evidence, deleted."""

import streamlit as st

from app.conversations.conversation import Conversation
from app.conversations.store import ConversationStore, KeptConversation
from app.desk import ClauseDesk
from app.pages.ask import pack_files
from app.pages.ask.opening import open_conversation
from app.pages.frame.conversation_keeping import conversation_store
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import watch
from app.pages.frame.page_state import page_state
from app.pages.frame.page_style import draw_facts, error_box, page_title, toasted_errors
from app.plain_text import html_text, label_text
from app.wording import day_words

#: conversations shown at once, and how many more at a time
_PAGE = 20
_SHOWN = "conversations-shown"
_EDITED, _DELETED = "conversation-renamed", "conversation-deleted"


def draw() -> None:
    page_title(say("conversations.title"), say("conversations.explanation"))
    store = conversation_store()
    if store.notice is not None:
        error_box(store.notice)
    words = st.text_input(
        say("conversations.search"),
        key="conversation-search",
        icon=":material/search:",
        max_chars=200,
    )
    _draw_list(store, words, ready_desk())


def _draw_list(store: ConversationStore, words: str, desk: ClauseDesk) -> None:
    shown = st.session_state.setdefault(_SHOWN, _PAGE)
    found = store.find(words, shown + 1)
    if not found:
        line = say("conversations.not_found", words=words) if words.strip() else None
        draw_facts(line or say("conversations.none"))
    for conversation in found[:shown]:
        with st.container(key=f"conversation-{conversation.id}", border=True, gap="small"):
            _draw_conversation(store, conversation, desk)
    if len(found) > shown:
        st.button(say("conversations.more"), key="conversations-more", on_click=_show_more)


def _draw_conversation(
    store: ConversationStore, conversation: KeptConversation, desk: ClauseDesk
) -> None:
    st.html(f'<h2 class="conversation-title">{html_text(conversation.title)}</h2>')
    facts = say(
        "conversations.facts",
        day=day_words(conversation.updated.astimezone().date(), language()),
        time=f"{conversation.updated.astimezone():%H:%M}",
        count=conversation.questions,
    )
    draw_facts(facts)
    id_ = conversation.id
    if st.session_state.get(_EDITED) == id_:
        _draw_renaming(store, conversation)
    elif st.session_state.get(_DELETED) == id_:
        _draw_deleting(store, conversation)
    else:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button(
                say("conversations.open"), key=f"conversation-open-{id_}", icon=":material/forum:"
            ):
                open_conversation(Conversation.kept(store, id_, watch()), conversation.last_turn)
            st.button(
                say("conversations.rename"),
                key=f"conversation-rename-{id_}",
                icon=":material/edit:",
                type="tertiary",
                on_click=_choose,
                args=(_EDITED, id_),
            )
            st.button(
                say("conversations.delete"),
                key=f"conversation-delete-{id_}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_choose,
                args=(_DELETED, id_),
            )
            pack_files.draw(id_, desk, lambda: Conversation.kept(store, id_), conversation.title)


def _draw_renaming(store: ConversationStore, conversation: KeptConversation) -> None:
    key = f"conversation-name-{conversation.id}"
    st.text_input(say("conversations.name"), value=conversation.title, key=key, max_chars=120)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            say("conversations.keep_name"),
            key=f"conversation-named-{conversation.id}",
            type="primary",
            on_click=_rename,
            args=(store, conversation.id, key),
        )
        _draw_cancel()


def _draw_deleting(store: ConversationStore, conversation: KeptConversation) -> None:
    line = say("conversations.sure", count=conversation.questions)
    st.html(f'<p role="alert">{html_text(line)}</p>')
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            say("conversations.delete_now"),
            key=f"conversation-deleted-{conversation.id}",
            type="primary",
            icon=":material/delete:",
            on_click=_delete,
            args=(store, conversation.id),
        )
        _draw_cancel()


def _draw_cancel() -> None:
    st.button(label_text(say("conversations.cancel")), key="conversation-cancel", on_click=_choose)


def _choose(what: str | None = None, conversation: str | None = None) -> None:
    """Begin to rename or to delete one conversation, and nothing else; or neither."""
    for key in (_EDITED, _DELETED):
        st.session_state[key] = conversation if key == what else None


def _rename(store: ConversationStore, conversation: str, key: str) -> None:
    with toasted_errors():
        store.rename(conversation, st.session_state[key])
    _choose()


def _delete(store: ConversationStore, conversation: str) -> None:
    with toasted_errors():
        store.delete(conversation)
        page_state().forget(conversation)
    _choose()


def _show_more() -> None:
    st.session_state[_SHOWN] += _PAGE
