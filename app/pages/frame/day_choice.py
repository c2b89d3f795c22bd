"""The day on which the rules must apply: shown and changed on every page that depends on it."""

from datetime import date

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState

#: Streamlit offers the ten years around today if it is told nothing
_EARLIEST, _LATEST = date(1949, 10, 1), date(2100, 12, 31)
_DAY = "as-of"


def draw(state: PageState) -> None:
    """In the sidebar; a page that follows the day draws it before itself."""
    # written before each drawing: so "today" is still today after midnight
    st.session_state[_DAY] = state.day
    with st.sidebar:
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
