"""A refusal as an answer: what was looked for, what is near, what is missing, what to do."""

import streamlit as st

from app.contract import Answer
from app.conversations.conversation import Turn
from app.pages.frame.page_language import say
from app.pages.frame.page_links import link_to
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import chip_label, draw_label, label_html
from app.pages.frame.place_buttons import draw_place
from app.plain_text import html_text, label_text
from app.views.answer import FoundView, RefusalView
from app.views.gap import Gap, MissingDocument


def draw_reason(refusal: RefusalView) -> None:
    st.html(f'<p class="refusal">{html_text(refusal.explanation)}</p>')


def draw_what_to_do(
    turn: Turn, answer: Answer, refusal: RefusalView, gap: Gap, state: PageState
) -> None:
    _draw_searched(answer, gap)
    if refusal.nearest:
        draw_label(say("answer.nearest"))
        draw_found(turn, answer, refusal.nearest, state)
    if gap.missing:
        draw_label(say("gap.missing"))
        for number, document in enumerate(gap.missing):
            _draw_missing(turn, number, document, answer, state)
    draw_label(say("gap.to_do"))
    asked_for = next((document.name for document in gap.missing if document.asked_for), None)
    advice = say("gap.add_named", name=asked_for) if asked_for else say("gap.add_any")
    st.html(f'<p class="advice">{html_text(advice)}</p>')
    link_to("corpus", say("gap.to_corpus"))


def _draw_searched(answer: Answer, gap: Gap) -> None:
    queries = "".join(f"<li>{html_text(query)}</li>" for query in answer.searched_for)
    unknown = ""
    if gap.unknown_words:
        line = say("gap.unknown", words=", ".join(gap.unknown_words))
        unknown = f'<p class="advice">{html_text(line)}</p>'
    title = label_html(say("answer.searched_words"))
    st.html(f'{title}<ul class="queries">{queries}</ul>{unknown}')


def _draw_missing(
    turn: Turn, number: int, document: MissingDocument, answer: Answer, state: PageState
) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        asked = say("gap.asked_for") if document.asked_for else say("gap.cited_near")
        st.html(
            f"<strong>{html_text(document.name)}</strong> "
            f'<span class="facts">{html_text(asked)}</span>',
            width="content",
        )
        if document.cited_at:
            st.button(
                label_text(say("gap.where_cited", count=len(document.cited_at))),
                key=f"missing-{turn.number}-{number}",
                type="tertiary",
                on_click=state.open,
                args=(document.cited_at, 0, answer.as_of),
            )


def draw_found(turn: Turn, answer: Answer, found: tuple[FoundView, ...], state: PageState) -> None:
    """Clauses near the question, each with its beginning."""
    places = tuple(clause.source.place for clause in found if clause.source.place is not None)
    for at, clause in enumerate(found):
        with st.container(key=f"near-row-{turn.number}-{at}", gap=None):
            label, key = chip_label(clause.source), f"near-{turn.number}-{at}"
            draw_place(label, key, places, clause.source.place, answer.as_of, state)
            st.html(f'<p class="excerpt">{html_text(clause.excerpt)}</p>')
