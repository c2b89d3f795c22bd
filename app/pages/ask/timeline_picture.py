"""The life of a Work as a line with marks, and the same in words below it."""

from datetime import date

import streamlit as st

from app.library import Library
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.place_buttons import draw_proof
from app.plain_text import html_text
from app.views.answer import clause_view
from app.views.timeline import TimelineEvent, WorkTimeline, work_timeline
from app.wording import day_words
from ingest.corpus.documents import CorpusDocument


def draw(state: PageState, document: CorpusDocument, library: Library, as_of: date) -> None:
    timeline = work_timeline(library, document.entry.id, as_of, date.today(), language())
    with st.container(key="source-time", gap="small"):
        if not timeline.events:
            st.html(f"<p>{html_text(say('time.nothing'))}</p>")
            return
        st.html(_picture_html(timeline))
        for number, event in enumerate(timeline.events):
            _draw_event(state, number, event, library, as_of)


def _picture_html(timeline: WorkTimeline) -> str:
    stretches = "".join(
        f'<span class="stretch stretch-{part.status.value}" '
        f'style="left: {part.start:.2%}; width: {part.end - part.start:.2%}"></span>'
        for part in timeline.stretches
    )
    marks = "".join(
        f'<span class="event" style="left: {event.at:.2%}">{number}</span>'
        for number, event in enumerate(timeline.events, start=1)
    )
    day = html_text(say("answer.as_of", day=day_words(timeline.as_of, language())))
    side = "before" if timeline.as_of_at > 0.5 else "after"
    # the list below says the same in words
    return (
        f'<div class="timeline" aria-hidden="true">{stretches}{marks}'
        f'<span class="day day-{side}" style="left: {timeline.as_of_at:.2%}">{day}</span></div>'
        f'<p class="facts legend"><span class="key stretch-in_force"></span>'
        f"{html_text(say('time.in_force_key'))} "
        f'<span class="key stretch-repealed"></span>{html_text(say("time.repealed_key"))} '
        f'<span class="key stretch-not_yet_in_force"></span>{html_text(say("time.other_key"))}</p>'
    )


def _draw_event(
    state: PageState, number: int, event: TimelineEvent, library: Library, as_of: date
) -> None:
    with st.container(
        key=f"event-{number}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        words = say(f"time.{event.moment.value}")
        by = f" {say('time.by', name=event.by)}" if event.by else ""
        items = f" {say('time.items', items=', '.join(event.items))}" if event.items else ""
        st.html(
            f'<span class="event-number">{number + 1}</span> '
            f"<strong>{html_text(day_words(event.day, language()))}</strong> "
            f"{html_text(words + by + items)}",
            width="content",
        )
        if event.proof is not None:
            proof = clause_view(library, event.proof, language())
            draw_proof(proof, f"event-proof-{number}", as_of, state)
