"""Lessons: the list of them, and one in steps, as a presentation or as a quiz."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import streamlit as st

from app.desk import ClauseDesk
from app.packs.export.files import ExportFormat, write
from app.pages.ask.opening import open_on_ask_page
from app.pages.frame import day_choice
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import page_state
from app.pages.frame.page_style import error_box, page_title
from app.pages.lessons import presentation, quiz_card
from app.pages.lessons.step_card import draw_clause, draw_notice
from app.plain_text import html_text, label_text
from app.teaching.handout import hand_out
from app.teaching.lessons import LessonView, Shelf, StepView, load_lessons, view_lesson
from app.teaching.quiz import Quiz
from ingest.errors import ClauseDeskError
from ingest.settings import load_settings

_STYLE = Path(__file__).with_name("lessons_page.css")
_KEY = "lesson_state"
_LESSON, _STEP = "lesson", "step"


class Mode(StrEnum):
    STEPS = "steps"
    PRESENTATION = "presentation"
    QUIZ = "quiz"


@dataclass
class LessonState:
    """Which lesson this tab has open, and how far it is."""

    lesson_id: str | None = None
    mode: Mode = Mode.STEPS
    at: int = 0
    is_revealed: bool = False  # in a presentation: the clause is shown, not the question alone
    quiz: Quiz | None = None

    def open(self, lesson_id: str, mode: Mode) -> None:
        self.lesson_id, self.mode = lesson_id, mode
        self.at, self.is_revealed, self.quiz = 0, False, None

    def change(self, mode: Mode) -> None:
        self.mode, self.is_revealed, self.quiz = mode, False, None

    def close(self) -> None:
        self.lesson_id = None

    def go_to(self, at: int) -> None:
        self.at, self.is_revealed = at, False


def draw() -> None:
    st.html(_STYLE)
    state = _lesson_state()
    day_choice.draw(page_state())
    try:
        desk = ready_desk()
        shelf = load_lessons(load_settings().corpus, desk.library())
        lesson = shelf.find(state.lesson_id) if state.lesson_id else None
        _write_address(state)
        if lesson is None:
            _draw_shelf(shelf, state)
            return
        view = view_lesson(lesson, desk.library(), language(), page_state().day)
        state.at = min(state.at, len(view.steps) - 1)
        if state.mode is Mode.PRESENTATION:
            presentation.draw(
                view,
                state.at,
                is_revealed=state.is_revealed,
                go_on=lambda: _go_on(state, view),
                go_back=lambda: _go_back(state),
                end=lambda: state.change(Mode.STEPS),
            )
        else:
            _draw_lesson(view, state, desk)
    except ClauseDeskError as error:
        error_box(str(error))


def _lesson_state() -> LessonState:
    """The state of this tab; a new one opens what the address links to."""
    if _KEY not in st.session_state:
        state = LessonState(st.query_params.get(_LESSON))
        step = st.query_params.get(_STEP, "")
        state.at = max(int(step) - 1, 0) if step.isdecimal() else 0
        st.session_state[_KEY] = state
    found: LessonState = st.session_state[_KEY]
    return found


def _write_address(state: LessonState) -> None:
    """The address is the permanent link of the lesson, and of the step in it."""
    if state.lesson_id is None:
        st.query_params.pop(_LESSON, None)
        st.query_params.pop(_STEP, None)
        return
    st.query_params[_LESSON] = state.lesson_id
    st.query_params[_STEP] = str(state.at + 1)


def _draw_shelf(shelf: Shelf, state: LessonState) -> None:
    page_title(say("lessons.title"), say("lessons.explanation"))
    if state.lesson_id is not None and not any(
        line.startswith(f"{state.lesson_id}.toml") for line in shelf.faults
    ):
        error_box(say("lessons.unknown", lesson=state.lesson_id))
    for fault in shelf.faults:
        error_box(say("lessons.fault", line=fault))
    if not shelf.lessons and not shelf.faults:
        st.html(f'<p class="page-explanation">{html_text(say("lessons.none"))}</p>')
    with st.container(key="lesson-shelf", gap="medium"):
        for lesson in shelf.lessons:
            title, summary = lesson.title.in_(language()), lesson.summary.in_(language())
            with st.container(key=f"lesson-{lesson.id}", gap="small"):
                count = say("lessons.steps", count=len(lesson.steps))
                st.html(
                    f'<h2 class="lesson-title">{html_text(title)}</h2>'
                    f'<p class="lesson-summary">{html_text(summary)}</p>'
                    f'<p class="facts">{html_text(count)}</p>'
                )
                with st.container(horizontal=True, gap="small"):
                    for mode, key, icon in (
                        (Mode.STEPS, "lessons.open", ":material/menu_book:"),
                        (Mode.PRESENTATION, "lessons.present", ":material/slideshow:"),
                        (Mode.QUIZ, "lessons.quiz", ":material/quiz:"),
                    ):
                        st.button(
                            say(key),
                            key=f"lesson-{mode}-{lesson.id}",
                            icon=icon,
                            help=label_text(f"{say(key)}: {title}"),
                            type="primary" if mode is Mode.STEPS else "secondary",
                            on_click=state.open,
                            args=(lesson.id, mode),
                        )


def _draw_lesson(view: LessonView, state: LessonState, desk: ClauseDesk) -> None:
    with st.container(key="lesson", gap="medium"):
        st.button(
            say("lessons.back"),
            key="lesson-close",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=state.close,
        )
        page_title(view.title, view.summary)
        _draw_tools(view, state, desk.fingerprint)
        if state.mode is Mode.QUIZ:
            if state.quiz is None:
                state.quiz = Quiz(view)
            state.quiz.lesson = view  # the language may have changed meanwhile
            if quiz_card.draw(state.quiz):
                state.quiz = state.quiz.again()
                st.rerun()
            return
        _draw_steps(view, state)
        step = view.steps[state.at]
        with st.container(key="lesson-step", gap="small"):
            st.html(f'<h2 class="lesson-question">{html_text(step.question)}</h2>')
            draw_clause(step)
            draw_notice(step)
            _draw_open(view, step)


def _draw_tools(view: LessonView, state: LessonState, fingerprint: str) -> None:
    is_quiz = state.mode is Mode.QUIZ
    with st.container(key="lesson-tools", horizontal=True, gap="small"):
        st.button(
            say("lessons.present"),
            key="lesson-present",
            icon=":material/slideshow:",
            on_click=state.change,
            args=(Mode.PRESENTATION,),
        )
        st.button(
            say("lessons.read" if is_quiz else "lessons.quiz"),
            key="lesson-other",
            icon=":material/menu_book:" if is_quiz else ":material/quiz:",
            on_click=state.change,
            args=(Mode.STEPS if is_quiz else Mode.QUIZ,),
        )
        for form, key in ((ExportFormat.DOCX, "lessons.word"), (ExportFormat.PDF, "lessons.pdf")):
            st.download_button(
                say(key),
                _file_maker(view, form, fingerprint),
                file_name=f"{view.id}.{form}",
                mime=form.media_type,
                key=f"lesson-file-{form}",
                icon=":material/download:",
                help=say("lessons.file_help"),
                on_click="ignore",
            )
    presentation.listen()


def _file_maker(view: LessonView, form: ExportFormat, fingerprint: str) -> Callable[[], bytes]:
    """Makes the file when it is asked for, not at each drawing."""
    chosen = language()
    return lambda: write(hand_out(view, chosen, fingerprint, datetime.now(UTC)), form)


def _draw_steps(view: LessonView, state: LessonState) -> None:
    with st.container(key="lesson-steps", horizontal=True, vertical_alignment="center"):
        st.button(
            say("lessons.previous"),
            key="lesson-previous",
            icon=":material/chevron_left:",
            disabled=state.at == 0,
            on_click=state.go_to,
            args=(state.at - 1,),
        )
        position = say("lessons.position", at=state.at + 1, count=len(view.steps))
        st.html(f'<span class="facts">{html_text(position)}</span>', width="content")
        st.button(
            say("lessons.next"),
            key="lesson-next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=state.at == len(view.steps) - 1,
            on_click=state.go_to,
            args=(state.at + 1,),
        )


def _draw_open(view: LessonView, step: StepView) -> None:
    if st.button(
        say("lessons.open_source"),
        key="lesson-source",
        icon=":material/open_in_new:",
        type="tertiary",
    ):
        places = tuple(other.place for other in view.steps)
        open_on_ask_page(places, step.number - 1, step.as_of)


def _go_on(state: LessonState, view: LessonView) -> None:
    """A presentation shows the question alone first, then the clause, then the next question."""
    if not state.is_revealed:
        state.is_revealed = True
    elif state.at < len(view.steps) - 1:
        state.go_to(state.at + 1)


def _go_back(state: LessonState) -> None:
    if state.is_revealed:
        state.is_revealed = False
    elif state.at > 0:
        state.at, state.is_revealed = state.at - 1, True
