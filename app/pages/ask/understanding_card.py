"""Above an answer: what the question was taken to mean, to be corrected; what it leaves open."""

import streamlit as st

from app.contract import Answer
from app.conversations.conversation import Turn
from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import draw_facts
from app.plain_text import label_text


def draw(turn: Turn, answer: Answer, state: PageState) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if answer.understood is not None:
            draw_facts(say("answer.read_as", question=answer.understood), beside=True)
            st.button(
                say("answer.ask_alone"),
                key=f"alone-{turn.number}",
                help=say("answer.ask_alone_help"),
                type="tertiary",
                on_click=state.ask_anew,
                args=(turn.question,),
            )
        draw_edit(turn, answer.understood or turn.question, state)
    if answer.question_back is not None:
        _draw_chips(turn, answer, state)


def draw_edit(turn: Turn, question: str, state: PageState) -> None:
    """The question in a field, to be asked anew in other words."""
    with st.popover(say("answer.edit"), icon=":material/edit:", type="tertiary"):
        key = f"edit-{turn.number}"
        st.text_area(say("answer.edit_question"), value=question, key=key)
        st.button(
            say("answer.edit_ask"),
            key=f"edit-ask-{turn.number}",
            on_click=lambda: state.ask_anew(st.session_state[key]),
        )


def _draw_chips(turn: Turn, answer: Answer, state: PageState) -> None:
    assert answer.question_back is not None
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        draw_facts(say("answer.which"), beside=True)
        asked = zip(answer.question_back.words, answer.question_back.questions, strict=True)
        for at, (words, question) in enumerate(asked):
            st.button(
                label_text(words),
                key=f"which-{turn.number}-{at}",
                on_click=state.ask_anew,
                args=(question,),
            )
