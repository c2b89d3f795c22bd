"""The conversations of the reader; opened once a file, shared by all browsers of a page without
sign-on."""

from pathlib import Path

import streamlit as st

from app.conversations.store import ConversationStore
from app.pages.frame.page_reader import reader
from app.shared import shared
from ingest.settings import load_settings


def conversation_store() -> ConversationStore:
    """Raises ConversationsUnavailable when they can neither be read nor begun."""
    state = shared()
    return state.conversations_of(reader()) if state else _open(load_settings().var)


@st.cache_resource(show_spinner=False)
def _open(var: Path) -> ConversationStore:
    return ConversationStore(var)
