"""Going from another page to the Ask page, with a source or a kept conversation on it."""

from collections.abc import Sequence
from datetime import date
from typing import NoReturn

import streamlit as st

from app.contract import Question
from app.conversations.conversation import Conversation
from app.pages.ask import ask_page
from app.pages.frame import page_links
from app.pages.frame.page_state import page_state
from app.views.source import Place


def open_on_ask_page(places: tuple[Place, ...], at: int = 0, as_of: date | None = None) -> NoReturn:
    """Leave the page now drawn for the Ask page, which offers the way back; not from a callback."""
    state = page_state()
    state.open(places, at, as_of)
    state.came_from = page_links.here()
    _go_to_ask_page({"clause": places[at].link})


def open_conversation(conversation: Conversation, turn: str) -> NoReturn:
    """Go on with a kept conversation, whose turn then stands in the address."""
    page_state().go_on(conversation)
    _go_to_ask_page({"answer": turn})


def open_questions(questions: Sequence[Question]) -> NoReturn:
    """Ask them, behind the earlier ones of the first, in a new conversation on the Ask page."""
    state = page_state()
    state.start_again()
    first = questions[0]
    for text in first.history:
        state.conversation.ask(text, first.as_of, documents=first.documents)
    for question in questions:
        turn = state.conversation.ask(question.text, question.as_of, documents=question.documents)
    _go_to_ask_page({"answer": turn.id})


def _go_to_ask_page(address: dict[str, str]) -> NoReturn:
    # a page is told by the name in its address, so this is the one that start.py lists
    st.switch_page(st.Page(ask_page.draw, url_path="ask", default=True), query_params=address)
