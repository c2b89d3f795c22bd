"""Questions that the corpus answers, each asked with a click: to begin with, and after an answer.

Each of them was asked before it is offered, which takes its time: so they are drawn when all
else of the page stands, and from then on with it.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.desk import ClauseDesk
from app.pages.frame.desk_resource import warm_up
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.turn_taking import give_way
from app.plain_text import html_text, label_text

_KEY = "first-questions"


def draw(state: PageState, desk: ClauseDesk) -> DeltaGenerator:
    """Draw those that are known; returns the place for those that are not."""
    place = st.empty()
    questions = _known(state, desk)
    if questions:
        _fill(place, state, questions)
    return place


def draw_later(place: DeltaGenerator, state: PageState, desk: ClauseDesk) -> None:
    """Work out those that are not known yet, and draw them."""
    loading = warm_up()
    if _known(state, desk) is not None:
        return
    give_way()
    if len(state.conversation):
        turn = state.conversation[-1]
        if turn.answer is not None:
            _fill(place, state, state.conversation.work_out_next(turn, turn.answer, desk))
        return
    line = html_text(say("ask.looking"))
    place.html(f'<p class="under-way" role="status">{line}</p>')
    loading.join()
    questions = desk.suggestions(language())
    st.session_state[_KEY] = ((desk.fingerprint, language()), questions)
    place.empty()
    _fill(place, state, questions)


def _known(state: PageState, desk: ClauseDesk) -> tuple[str, ...] | None:
    if len(state.conversation):
        return state.conversation[-1].next_questions
    if state.documents:  # questions to begin with are those of all documents
        return ()
    of, questions = st.session_state.get(_KEY, (None, None))
    first: tuple[str, ...] | None = questions
    return first if of == (desk.fingerprint, language()) else None


def _fill(place: DeltaGenerator, state: PageState, questions: tuple[str, ...]) -> None:
    if not questions:
        return
    asked = len(state.conversation)
    label = say("ask.next") if asked else say("ask.try_one")
    with place.container(key="questions", gap="small"):
        st.html(f'<h2 class="label">{html_text(label)}</h2>')
        for number, question in enumerate(questions):
            st.button(
                label_text(question),
                key=f"next-{asked}-{number}" if asked else f"example-{number}",
                on_click=state.ask,
                args=(question,),
                kwargs={"anew": True},
                width="stretch",
            )
