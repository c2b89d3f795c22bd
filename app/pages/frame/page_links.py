"""Links from one page to another; the frame tells which pages there are."""

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import Page

_KEY, _HERE, _TURNS = "pages", "page-here", "page-turns"


def remember(pages: dict[str, Page], here: Page) -> None:
    st.session_state[_KEY] = pages
    name = next(name for name, page in pages.items() if page is here)
    if st.session_state.get(_HERE) != name:
        st.session_state[_HERE] = name
        st.session_state[_TURNS] = turns() + 1


def here() -> str:
    """The name of the page that is drawn."""
    name: str = st.session_state[_HERE]
    return name


def turns() -> int:
    """How often this tab went to a page."""
    count: int = st.session_state.get(_TURNS, 0)
    return count


def link_to(name: str, label: str, *, icon: str | None = None, **address: str) -> None:
    """Draw a link to a page by its name in the address, with values for that address."""
    page = st.session_state[_KEY][name]
    st.page_link(page, label=label, icon=icon, query_params=address or None)


def base_address() -> str:
    """Of the server as the reader's browser knows it."""
    parts = (st.context.url or "").split("/")
    return "/".join(parts[:3])


def is_this_machine_only() -> bool:
    """Whether the page was opened by an address that leads no other machine here."""
    host = urlsplit(base_address()).hostname or ""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
