"""A class: the trainer opens it and watches, the learners join by a code and take the quiz."""

from pathlib import Path
from uuid import uuid4

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_links import base_address, is_this_machine_only
from app.pages.frame.page_reader import may_change
from app.pages.frame.page_style import draw_facts, label_html
from app.pages.lessons.lesson_state import LessonState, Mode
from app.plain_text import html_text
from app.teaching.classes import Classes, ClassResults, UnknownClass
from app.teaching.lessons import LessonView, StepView
from app.teaching.quiz import Given, Quiz
from ingest.settings import load_settings

CLASS, _LEARNER = ADDRESS = "class", "learner"
#: the class whose answers are about to be deleted
_CLOSING = "class-closing"
#: seconds between two looks at what the learners have answered
_TICK = 3.0


def join(state: LessonState, code: str, at: int | None = None) -> None:
    """Open the quiz of a class's lesson, at the question at place ``at`` or at the first without
    an answer; raises UnknownClass."""
    code = code.strip().upper()
    lesson_id = _classes().lesson_of(code)
    state.open(lesson_id, Mode.QUIZ)
    # the address keeps who it is, so that a page that is loaded anew goes on
    state.class_code = code
    state.learner = st.query_params.get(_LEARNER) or state.learner or uuid4().hex[:12]
    st.query_params[CLASS], st.query_params[_LEARNER] = code, state.learner
    state.kept = _classes().given_by(code, state.learner)
    state.at = len(state.kept) if at is None else min(at, len(state.kept))


def draw_join(state: LessonState) -> None:
    """On the shelf: the code that the trainer has told."""
    with (
        st.form("join", border=False),
        st.container(key="class-join", horizontal=True, gap="small", vertical_alignment="bottom"),
    ):
        code = st.text_input(say("lessons.class_code"), key="class-code", max_chars=12)
        joins = st.form_submit_button(say("lessons.join"), key="class-join-now")
    if joins and code.strip():
        join(state, code)
        st.rerun()


def begin_quiz(state: LessonState, view: LessonView) -> Quiz:
    """In a class it goes on where this learner was."""
    if state.class_code is None:
        return Quiz(view)
    return Quiz(view, at=state.at, given=dict(state.kept))


def keep_given(state: LessonState) -> None:
    """Keep what this learner has answered since the last drawing."""
    if state.class_code is None or state.quiz is None or state.quiz.attempt > 1:
        return  # a second attempt is the learner's own
    draw_facts(say("lessons.in_class", code=state.class_code))
    for step, given in state.quiz.given.items():
        if state.kept.get(step) != given:
            _classes().keep(state.class_code, state.learner, step, given)
            state.kept[step] = given


def draw_class(view: LessonView) -> None:
    """For the trainer: open a class, its code, and what is answered."""
    if not may_change():
        return
    with st.expander(say("lessons.class"), key="class-room"):
        st.html(f'<p class="page-explanation">{html_text(say("lessons.class_help"))}</p>')
        if st.button(say("lessons.class_open"), key="class-open", icon=":material/groups:"):
            _classes().open(view.id)
            st.rerun()
        for code in _classes().of(view.id):
            with st.container(key=f"class-{code}", border=True, gap="small"):
                _draw_open_class(view, code)


def _draw_open_class(view: LessonView, code: str) -> None:
    link = f"{base_address()}/lessons?{CLASS}={code}"
    st.html(
        f'<p class="class-code">{html_text(code)}</p>'
        f'<p class="facts"><a class="permanent" href="{html_text(link)}">{html_text(link)}</a></p>'
    )
    if is_this_machine_only():
        draw_facts(say("lessons.class_only_here"))

    def look() -> None:
        try:
            _draw_results(view, _classes().results(code))
        except UnknownClass:
            st.rerun()

    st.fragment(look, run_every=_TICK)()
    if st.session_state.get(_CLOSING) == code:
        _draw_closing(code)
        return
    st.button(
        say("lessons.class_close"),
        key=f"class-close-{code}",
        type="tertiary",
        on_click=_ask_to_close,
        args=(code,),
    )


def _draw_closing(code: str) -> None:
    count = len(_classes().results(code).learners)
    line = say("lessons.class_sure", code=code)
    if count:
        line += say("lessons.class_lost", count=count)
    st.html(f'<p role="alert">{html_text(line)}</p>')
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("lessons.class_close_now"),
            key=f"class-close-now-{code}",
            type="primary",
            on_click=_close,
            args=(code,),
        )
        st.button(say("lessons.class_keep"), key=f"class-keep-{code}", on_click=_ask_to_close)


def _ask_to_close(code: str | None = None) -> None:
    st.session_state[_CLOSING] = code


def _close(code: str) -> None:
    _ask_to_close()
    _classes().close(code)


def _draw_results(view: LessonView, results: ClassResults) -> None:
    if not results.learners:
        st.html(f'<p class="facts" role="status">{html_text(say("lessons.class_empty"))}</p>')
        return
    steps = range(len(view.steps))
    head = "".join(f'<th scope="col">{step + 1}</th>' for step in steps)
    rows = "".join(
        f'<tr><th scope="row">{html_text(say("lessons.learner", number=number))}</th>'
        + "".join(f"<td>{_given_html(view.steps[step], given.get(step))}</td>" for step in steps)
        + "</tr>"
        for number, given in enumerate(results.learners, start=1)
    )
    missed = "".join(
        f"<li>{html_text(view.steps[step].question)} "
        f'<span class="facts">{html_text(say("lessons.missed", wrong=wrong, count=count))}</span></li>'
        for step, wrong, count in results.most_missed
        if step < len(view.steps)
    )
    title = label_html(say("lessons.most_missed"))
    written = "".join(
        label_html(f"{step + 1}. {view.steps[step].question}")
        + f'<ul class="quiz-list">{"".join(f"<li>{html_text(words)}</li>" for words in answers)}</ul>'
        for step in steps
        if (answers := [g[step].words for g in results.learners if step in g and g[step].words])
    )
    words = label_html(say("lessons.written"))
    st.html(
        f'<div class="class-results figures" tabindex="0"><table><thead><tr>'
        f"<th>{html_text(say('lessons.step'))}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        + (f'{title}<ul class="quiz-list">{missed}</ul>' if missed else "")
        + (f"{words}{written}" if written else "")
    )


def _given_html(step: StepView, given: Given | None) -> str:
    """Whether it is right, and the letter of what was chosen."""
    if given is None:
        return ""
    sign = {True: "✓", False: "✕", None: "–"}[given.right]
    words = {True: "lessons.right", False: "lessons.wrong", None: "lessons.not_judged"}[given.right]
    letter = "" if given.choice is None else f" {step.letter(given.choice)}"
    return (
        f'<span aria-hidden="true">{sign}</span>'
        f'<span class="unseen">{html_text(say(words))}</span>{letter}'
    )


def _classes() -> Classes:
    return _open(load_settings().var)


@st.cache_resource(show_spinner=False)
def _open(var: Path) -> Classes:
    return Classes(var)
