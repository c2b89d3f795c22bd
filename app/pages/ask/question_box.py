"""The question box at the foot of the page, which says how much more it takes."""

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState
from app.plain_text import html_text
from app.search.question import LONGEST_QUESTION

_INPUT = "question"


def draw(state: PageState) -> None:
    # a plain st.chat_input would scroll to the end of each answer; it is read from its start.
    # It is not told how much is read, for it would throw away what is pasted beyond that: page.js
    # counts, and keeps a longer question in the box
    with st.bottom:
        left, over = (say(f"ask.{key}", count="{count}") for key in ("left", "over"))
        st.html(
            f'<p class="question-length" role="status" data-most="{LONGEST_QUESTION}" '
            f'data-left="{html_text(left)}" data-over="{html_text(over)}"></p>'
        )
        st.chat_input(say("ask.input"), key=_INPUT, on_submit=_ask_typed, args=(state,))


def _ask_typed(state: PageState) -> None:
    # stored before anything is drawn; drawing its turn answers it
    state.ask(st.session_state[_INPUT])
