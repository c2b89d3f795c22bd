"""One answer: quotes under their lead lines, or a refusal, and how it came about."""

import streamlit as st

from app.answer_view import AnswerView, FoundView, PassageView, PlaceView, RefusalView, view_answer
from app.conversation import Turn
from app.desk import Library
from app.feedback import feedback_on, keep_feedback
from app.models import Answer
from app.pages.page_language import language, say
from app.pages.page_state import PageState
from app.pages.page_style import duration_words, status_html
from app.plain_text import html_text, label_text, shortened
from app.wording import day_words
from ingest.settings import load_settings

#: characters of a document's name on a chip
_LONGEST_NAME = 72


def draw(turn: Turn, state: PageState, library: Library) -> None:
    """Draw the answer of a turn; a turn without one draws nothing."""
    if turn.answer is None:
        return
    view = view_answer(turn.answer, library, language())
    if view.refusal is not None:
        _draw_refusal(turn, turn.answer, view, view.refusal, state)
    else:
        for passage in view.passages:
            _draw_passage(turn, turn.answer, view, passage, state)
    _draw_facts(turn.answer, view)
    _draw_feedback(turn, turn.answer, state)
    with st.expander(say("answer.searched"), key=f"searched-{turn.number}"):
        _draw_search(turn, turn.answer, view, state)


def _draw_passage(
    turn: Turn, answer: Answer, view: AnswerView, passage: PassageView, state: PageState
) -> None:
    with st.container(key=f"passage-{turn.number}-{passage.n}", gap="xsmall"):
        is_open = state.source is not None and state.source.place == passage.source.place
        st.button(
            f"{label_text(f'[{passage.n}]')} {_chip_label(passage.source)}",
            key=f"cite-{turn.number}-{passage.n}",
            type="primary" if is_open else "secondary",
            on_click=state.open,
            args=(view.places, passage.n - 1, answer.as_of),
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.html(status_html(passage.status, passage.status_words), width="content")
            if passage.proof is not None:
                st.button(
                    label_text(say("answer.proof", locator=passage.proof.locator.lower())),
                    key=f"proof-{turn.number}-{passage.n}",
                    help=say("answer.proof_help"),
                    type="tertiary",
                    on_click=state.open,
                    args=((passage.proof.place,), 0, answer.as_of),
                )
        st.html(f'<blockquote class="quote">{html_text(passage.quote)}</blockquote>')


def _draw_refusal(
    turn: Turn, answer: Answer, view: AnswerView, refusal: RefusalView, state: PageState
) -> None:
    with st.container(key=f"refusal-{turn.number}", gap="small"):
        st.html(f'<p class="refusal">{html_text(refusal.explanation)}</p>')
        for passage in view.passages:
            _draw_passage(turn, answer, view, passage, state)
        if refusal.nearest:
            st.html(f'<h4 class="label">{say("answer.nearest")}</h4>')
            _draw_found(turn, answer, refusal.nearest, "near", state)


def _draw_facts(answer: Answer, view: AnswerView) -> None:
    coverage = view.coverage
    facts = (
        *((say("answer.covered", words=say(f"answer.{coverage}")),) if coverage else ()),
        say("answer.as_of", day=day_words(answer.as_of, language())),
        duration_words(answer.timings_ms["total"]),
    )
    st.html(f'<p class="facts">{html_text(" · ".join(facts))}</p>')


def _draw_feedback(turn: Turn, answer: Answer, state: PageState) -> None:
    """A thumb up or down; down asks for the reason. Each becomes a proposed topic."""
    history = state.conversation.history(turn)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(f'<p class="facts">{say("answer.helpful")}</p>', width="content")
        thumb = st.feedback("thumbs", key=f"thumb-{turn.number}")
    if thumb is None:
        return
    reason = ""
    if thumb == 0:
        reason = st.text_input(say("answer.why_not"), key=f"reason-{turn.number}", max_chars=500)
    said = (thumb == 1, reason)
    if turn.feedback != said:
        turn.feedback = said
        keep_feedback(feedback_on(answer, history, *said), load_settings().var)
        st.toast(say("answer.thanks"))


def _draw_search(turn: Turn, answer: Answer, view: AnswerView, state: PageState) -> None:
    queries = "".join(f"<li>{html_text(query)}</li>" for query in answer.searched_for)
    st.html(
        f'<h4 class="label">{say("answer.searched_words")}</h4><ul class="queries">{queries}</ul>'
        f'<h4 class="label">{say("answer.found")}</h4>'
    )
    _draw_found(turn, answer, view.found, "found", state, with_score=True)


def _draw_found(
    turn: Turn,
    answer: Answer,
    found: tuple[FoundView, ...],
    key: str,
    state: PageState,
    *,
    with_score: bool = False,
) -> None:
    places = tuple(clause.source.place for clause in found)
    for at, clause in enumerate(found):
        with st.container(key=f"{key}-row-{turn.number}-{at}", gap=None):
            st.button(
                _chip_label(clause.source),
                key=f"{key}-{turn.number}-{at}",
                type="tertiary",
                on_click=state.open,
                args=(places, at, answer.as_of),
            )
            score = f'<span class="score">{clause.score:.2f}</span> ' if with_score else ""
            st.html(f'<p class="excerpt">{score}{html_text(clause.excerpt)}</p>')


def _chip_label(source: PlaceView) -> str:
    return label_text(f"{source.locator}, {shortened(source.name, _LONGEST_NAME)}")
