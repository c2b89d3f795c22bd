"""One answer: quotes under their lead lines, or a refusal, and how it came about."""

import streamlit as st

from app.answer_view import AnswerView, FoundView, PassageView, PlaceView, RefusalView
from app.conversation import Turn
from app.feedback import feedback_on, keep_feedback
from app.models import Answer
from app.pages import page_texts
from app.pages.page_state import PageState
from app.pages.page_style import day_words, duration_words, status_html
from app.plain_text import html_text, label_text, shortened
from ingest.settings import load_settings

#: characters of a document's name on a chip
_LONGEST_NAME = 72


def draw(turn: Turn, state: PageState) -> None:
    """Draw the answer of a turn; a turn without one draws nothing."""
    if turn.answer is None or turn.view is None:
        return
    if turn.view.refusal is not None:
        _draw_refusal(turn, turn.answer, turn.view, turn.view.refusal, state)
    else:
        for passage in turn.view.passages:
            _draw_passage(turn, turn.answer, turn.view, passage, state)
    _draw_facts(turn.answer, turn.view)
    _draw_feedback(turn, turn.answer, state)
    with st.expander(page_texts.SEARCHED_FOR, key=f"searched-{turn.number}"):
        _draw_search(turn, turn.answer, turn.view, state)


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
                    label_text(page_texts.PROOF.format(locator=passage.proof.locator.lower())),
                    key=f"proof-{turn.number}-{passage.n}",
                    help=page_texts.PROOF_HELP,
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
            st.html(f'<h4 class="label">{page_texts.NEAREST}</h4>')
            _draw_found(turn, answer, refusal.nearest, "near", state)


def _draw_facts(answer: Answer, view: AnswerView) -> None:
    covered = view.confidence_words
    facts = (
        *((page_texts.COVERED.format(words=covered),) if covered else ()),
        page_texts.AS_OF_DAY.format(day=day_words(answer.as_of)),
        duration_words(answer.timings_ms["total"]),
    )
    st.html(f'<p class="facts">{html_text(" · ".join(facts))}</p>')


def _draw_feedback(turn: Turn, answer: Answer, state: PageState) -> None:
    """A thumb up or down; down asks for the reason. Each becomes a proposed topic."""
    history = state.conversation.history(turn)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(f'<p class="facts">{page_texts.HELPFUL}</p>', width="content")
        thumb = st.feedback("thumbs", key=f"thumb-{turn.number}")
    if thumb is None:
        return
    reason = ""
    if thumb == 0:
        reason = st.text_input(page_texts.WHY_NOT, key=f"reason-{turn.number}", max_chars=500)
    said = (thumb == 1, reason)
    if turn.feedback != said:
        turn.feedback = said
        keep_feedback(feedback_on(answer, history, *said), load_settings().var)
        st.toast(page_texts.THANKS)


def _draw_search(turn: Turn, answer: Answer, view: AnswerView, state: PageState) -> None:
    queries = "".join(f"<li>{html_text(query)}</li>" for query in answer.searched_for)
    st.html(
        f'<h4 class="label">{page_texts.SEARCHED_WORDS}</h4><ul class="queries">{queries}</ul>'
        f'<h4 class="label">{page_texts.FOUND}</h4>'
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
