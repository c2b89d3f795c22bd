"""The conversations of this server's folder; opened once a file, shared by all browsers."""

from pathlib import Path

import streamlit as st

from app.conversations.store import ConversationStore
from ingest.settings import load_settings


def conversation_store() -> ConversationStore:
    """Raises ConversationsUnavailable when they can neither be read nor begun."""
    return _open(load_settings().var)


@st.cache_resource(show_spinner=False)
def _open(var: Path) -> ConversationStore:
    return ConversationStore(var)
