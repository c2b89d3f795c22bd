"""A step's clause and what to notice in it, as lesson, presentation and quiz show them."""

import streamlit as st

from app.answer.quoted_table import as_read
from app.pages.ask.table_card import quoted_html
from app.pages.frame.page_language import language, say
from app.pages.frame.page_style import status_html
from app.plain_text import html_text
from app.teaching.lessons import StepView
from app.wording import day_words


def draw_clause(step: StepView) -> None:
    quoted = html_text(as_read(step.quote)) if step.table is None else quoted_html(step.table)
    day = say("answer.as_of", day=day_words(step.as_of, language()))
    st.html(
        f'<p class="lesson-place">{html_text(step.source)}</p>'
        f'<p class="lesson-status">{status_html(step.status, step.status_words)} '
        f'<span class="facts">{html_text(day)}</span></p>'
        f'<blockquote class="quote">{quoted}</blockquote>'
    )


def draw_notice(step: StepView) -> None:
    st.html(
        f'<div class="lesson-notice"><h2 class="label">{html_text(say("lessons.notice"))}</h2>'
        f"<p>{html_text(step.notice)}</p></div>"
    )
