"""Which documents are asked: chosen in the sidebar, told above each answer, given up in a click."""

import streamlit as st

from app.contract import Answer
from app.conversations.conversation import Turn
from app.library import Library
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import draw_facts
from app.plain_text import shortened
from app.wording import citation_name

_CHOICE = "documents-to-ask"
#: characters of a document's name, and names above an answer
_LONGEST_NAME, _MOST_NAMES = 60, 3


def draw(state: PageState, library: Library) -> None:
    # written before each drawing: a document that has gone meanwhile is none to choose
    state.documents = tuple(one for one in state.documents if one in library.documents)
    st.session_state[_CHOICE] = list(state.documents)
    st.multiselect(
        say("ask.to_ask"),
        list(library.documents),
        key=_CHOICE,
        format_func=lambda document_id: _name(document_id, library),
        placeholder=say("ask.all_documents"),
        help=say("ask.to_ask_help"),
        select_all=False,  # nothing chosen is all of them
        on_change=_choose,
        args=(state,),
    )


def draw_of(turn: Turn, answer: Answer, library: Library, state: PageState) -> None:
    """Above an answer: that not all documents were asked, and a button that asks them all."""
    if not answer.documents:
        return
    names = [_name(one, library) for one in answer.documents[:_MOST_NAMES]]
    more = len(answer.documents) - len(names)
    said = "; ".join(names) if not more else say("ask.and_more", names="; ".join(names), count=more)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        draw_facts(say("ask.only_asked", names=said), beside=True)
        st.button(
            say("ask.ask_all"),
            key=f"ask-all-{turn.number}",
            type="tertiary",
            on_click=state.ask_all,
            args=(answer.understood or turn.question,),
        )


def _name(document_id: str, library: Library) -> str:
    document = library.documents.get(document_id)
    name = document_id if document is None else citation_name(document.entry, language())
    return shortened(name, _LONGEST_NAME)


def _choose(state: PageState) -> None:
    state.documents = tuple(st.session_state[_CHOICE])
