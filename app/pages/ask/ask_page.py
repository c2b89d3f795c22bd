"""Ask: the conversation, and beside it the source that was opened last."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.conversations.answer_job import AnswerJob
from app.conversations.conversation import Turn
from app.desk import ClauseDesk
from app.pages.ask import (
    answer_card,
    document_list,
    question_box,
    questions_card,
    source_pane,
    understanding_card,
)
from app.pages.frame import page_links
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState, page_state
from app.pages.frame.page_style import draw_facts, draw_script, error_box
from app.pages.frame.turn_taking import give_way
from app.plain_text import html_text
from app.views.holdings import held_words
from app.wording import day_words

_KEEP_PLACE = Path(__file__).with_name("keep_place.js")
#: seconds between two looks at an answer under way; before stopping it is offered
_TICK = 0.25
_PATIENCE = 1.0
# nothing of a question stands in this script; the numbers make it run once at each step
_SHOW_LAST_QUESTION = """<script>
(() => {
  const step = "%d-%s";
  setTimeout(() => {
    const asked = document.querySelectorAll(".stChatMessage:has(.question)");
    if (asked.length) asked[asked.length - 1].scrollIntoView({ block: "start" });
  }, 100);
})();
</script>"""

_SHOW_QUESTION = """<script>
setTimeout(() => {
  const asked = document.querySelectorAll(".stChatMessage:has(.question)");
  asked[%d]?.scrollIntoView({ block: "start" });
}, 100);
</script>"""


def draw() -> None:
    state = page_state()
    desk = ready_desk()
    _begin_answers(state, desk)
    document_list.draw(state, desk)
    question_box.draw(state)
    questions = _draw_desk(state, desk)
    questions_card.draw_later(questions, state, desk)


def _begin_answers(state: PageState, desk: ClauseDesk) -> None:
    """An answer that comes at once is drawn with the rest of the page, in one piece."""
    for turn in state.conversation:
        if turn.is_pending:
            state.conversation.begin(turn, desk).wait(0, _TICK)


def _draw_desk(state: PageState, desk: ClauseDesk) -> DeltaGenerator:
    """Returns the place for questions that may be asked next."""
    draw_script(_KEEP_PLACE)
    # two columns even while nothing is open: page.css hides the empty one
    with st.container(key="desk"):
        left, right = st.columns([10, 11], gap="medium")
    # the source first: it is there already, the answer may take its time
    if state.source is not None:
        with right:
            source_pane.draw(state, state.source, desk)
    with left:
        return _draw_conversation(state, desk)


def _draw_conversation(state: PageState, desk: ClauseDesk) -> DeltaGenerator:
    for line in (state.notice, state.conversation.problem):
        if line is not None:
            error_box(line)
    if not len(state.conversation):
        _draw_welcome(desk)
    for turn in state.conversation:
        with st.chat_message("user", avatar=":material/person:"):
            st.html(f'<div class="question">{html_text(turn.question)}</div>')
        with st.chat_message("assistant", avatar=":material/balance:"):
            _draw_answer(turn, state, desk)
    questions = questions_card.draw(state, desk)
    if state.turns != page_links.turns() and len(state.conversation):
        # who comes back from another page goes on where the conversation ends
        state.linked_turn = state.linked_turn or state.conversation[-1].id
    state.turns = page_links.turns()
    _show_linked(state)
    return questions


def _draw_answer(turn: Turn, state: PageState, desk: ClauseDesk) -> None:
    # a place of its own in each drawing: what stands below keeps its position, so
    # the answer that was drawn while it came in is not drawn a second time beside it
    waiting = st.empty()
    is_new = turn.is_pending
    if is_new:
        with waiting.container():
            _show_question(turn, "asked")
            _watch(turn, state, desk)
        # before the answer is drawn: nothing moves under the hand that reaches for a citation
        waiting.empty()
    if turn.error is not None:
        error_box(turn.error)
        # nothing of it is lost
        understanding_card.draw_edit(turn, turn.question, state)
    if turn.was_stopped:
        draw_facts(say("ask.stopped"))
    answer_card.draw(turn, state, desk)
    if is_new:
        _show_question(turn, "answered")
    if turn.number == len(state.conversation) - 1:
        _offer_again(turn, state)


def _watch(turn: Turn, state: PageState, desk: ClauseDesk) -> None:
    """Draw what stands, step by step, until the answer is there; any input may end this."""
    job = state.conversation.begin(turn, desk)
    if not job.is_done:
        give_way()
    progress, so_far, stop = st.empty(), st.empty(), st.empty()
    steps = drawn = 0
    shown = ""
    offers_stop = False
    while not job.is_done:
        # whole seconds, and nothing that turns: each drawing costs every waiting reader's processor
        if (line := _under_way(job)) != shown:
            shown = line
            progress.html(f'<p class="under-way" role="status">{html_text(line)}</p>')
        if not offers_stop and job.seconds >= _PATIENCE:
            offers_stop = True
            stop.button(
                say("ask.stop"),
                key=f"stop-{turn.number}",
                icon=":material/stop_circle:",
                on_click=state.conversation.stop,
                args=(turn,),
            )
        steps = job.wait(steps, _TICK)
        if steps > drawn and job.answer is not None and job.answer.short is not None:
            drawn = steps
            with so_far.container():
                answer_card.draw_short(turn.number, job.answer.short)
    state.conversation.settle(turn)


def _under_way(job: AnswerJob) -> str:
    words = say("ask.writing") if job.answer is not None else say("ask.answering")
    if job.seconds < 1:
        return words
    return f"{words} {say('common.elapsed', count=int(job.seconds))}"


def _show_question(turn: Turn, step: str) -> None:
    st.html(_SHOW_LAST_QUESTION % (turn.number, step), unsafe_allow_javascript=True)


def _show_linked(state: PageState) -> None:
    """An old conversation is opened at the answer that the address names."""
    for turn in state.conversation:
        if turn.id == state.linked_turn:
            st.html(_SHOW_QUESTION % turn.number, unsafe_allow_javascript=True)
    state.linked_turn = None


def _draw_welcome(desk: ClauseDesk) -> None:
    library = desk.library()
    held = held_words(library, language()) if library.documents else say("corpus.none_yet")
    with st.container(key="welcome"):
        st.html(
            f'<h1 class="name">{say("common.name")}</h1><p class="tagline">{say("ask.tagline")}</p>'
            f'<p class="held">{html_text(held)}</p>'
        )


def _offer_again(turn: Turn, state: PageState) -> None:
    """Day or documents were chosen anew since the last answer: asking again is one click."""
    same_documents = turn.documents == state.documents
    if turn.answer is None or (turn.as_of == state.as_of and same_documents):
        return
    key = "ask.again" if same_documents else "ask.again_chosen"
    st.button(
        say(key, day=day_words(state.day, language())),
        key="ask-again",
        icon=":material/update:",
        on_click=state.ask,
        args=(turn.question,),
    )
