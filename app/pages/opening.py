"""Opening a source from another page: the Ask page, with the source beside the conversation."""

from datetime import date
from typing import NoReturn

import streamlit as st

from app.pages import ask_page
from app.pages.page_state import page_state
from app.source_view import Place


def open_on_ask_page(places: tuple[Place, ...], at: int = 0, as_of: date | None = None) -> NoReturn:
    """Leave the page now drawn for the Ask page; not from a callback."""
    page_state().open(places, at, as_of)
    # a page is told by the name in its address, so this is the one that start.py lists
    st.switch_page(
        st.Page(ask_page.draw, url_path="ask", default=True),
        query_params={"clause": places[at].link},
    )
