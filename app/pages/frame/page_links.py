"""Links from one page to another; the frame tells which pages there are."""

import streamlit as st
from streamlit.navigation.page import Page

_KEY = "pages"


def remember(pages: dict[str, Page]) -> None:
    st.session_state[_KEY] = pages


def link_to(name: str, label: str, **address: str) -> None:
    """Draw a link to a page by its name in the address, with values for that address."""
    st.page_link(st.session_state[_KEY][name], label=label, query_params=address or None)


def base_address() -> str:
    """Of the server as the reader's browser knows it."""
    parts = (st.context.url or "").split("/")
    return "/".join(parts[:3])
