"""Lessons: the list of them, and one in steps, as a presentation or as a quiz."""

from collections.abc import Callable
from datetime import UTC, datetime
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
from app.pages.lessons import class_room, lesson_writing, presentation, quiz_card
from app.pages.lessons.lesson_state import LessonState, Mode
from app.pages.lessons.step_card import draw_clause, draw_notice
from app.plain_text import html_text, label_text
from app.teaching.classes import UnknownClass
from app.teaching.handout import hand_out
from app.teaching.lessons import (
    Lesson,
    LessonFault,
    LessonView,
    Shelf,
    StepView,
    load_lessons,
    lost_clauses,
    proved_lesson,
    view_lesson,
)
from ingest.settings import load_settings

_STYLE = Path(__file__).with_name("lessons_page.css")
_KEY = "lesson_state"
_LESSON, _STEP = "lesson", "step"


def draw() -> None:
    st.html(_STYLE)
    state = _lesson_state()
    day_choice.draw(page_state())
    desk = ready_desk()
    _join_linked(state)
    shelf = load_lessons(load_settings().corpus, desk.library())
    if state.draft is not None and state.mode is not Mode.PRESENTATION:
        lesson_writing.draw_editor(state.draft, shelf, state, desk)
        return
    lesson = _chosen(state, shelf, desk)
    if lesson is None and state.class_code is not None:
        page_title(say("lessons.title"), say("lessons.explanation"))
        error_box(say("lessons.class_broken"))
        return
    if lesson is None:
        _draw_shelf(shelf, state, desk)
        return
    view = view_lesson(lesson, desk.library(), language(), page_state().day)
    if state.mode is not Mode.QUIZ:  # beyond its last question stands the score
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
        _draw_lesson(lesson, view, state, desk)


def _chosen(state: LessonState, shelf: Shelf, desk: ClauseDesk) -> Lesson | None:
    """What is shown: a draft as it would be kept, or the lesson that is open."""
    if state.draft is not None:
        return proved_lesson("draft", state.draft.made(), desk.library())
    _write_address(state)
    return shelf.find(state.lesson_id) if state.lesson_id else None


def _join_linked(state: LessonState) -> None:
    """The address may lead into a class."""
    code, state.linked_class = state.linked_class, None  # a code that is none is told once
    if code is None:
        return
    try:
        class_room.join(state, code, state.at)
    except UnknownClass as error:
        error_box(str(error))


def _lesson_state() -> LessonState:
    """The state of this tab; a new one opens what the address links to."""
    if _KEY not in st.session_state:
        code = st.query_params.get(class_room.CLASS)
        # a class has its lesson, whatever else the address names
        state = LessonState(None if code else st.query_params.get(_LESSON), linked_class=code)
        step = st.query_params.get(_STEP, "")
        state.at = max(int(step) - 1, 0) if step.isdecimal() else 0
        st.session_state[_KEY] = state
    found: LessonState = st.session_state[_KEY]
    return found


def _write_address(state: LessonState) -> None:
    """The address is the permanent link of the lesson, and of the step in it."""
    if state.class_code is None:
        for key in class_room.ADDRESS:
            st.query_params.pop(key, None)
    if state.lesson_id is None:
        st.query_params.pop(_LESSON, None)
        st.query_params.pop(_STEP, None)
        return
    st.query_params[_LESSON] = state.lesson_id
    st.query_params[_STEP] = str(state.step + 1)


def _draw_shelf(shelf: Shelf, state: LessonState, desk: ClauseDesk) -> None:
    page_title(say("lessons.title"), say("lessons.explanation"))
    lesson_writing.draw_undo(state)
    if state.lesson_id is not None and state.lesson_id not in shelf.ids:
        error_box(say("lessons.unknown", lesson=state.lesson_id))
    if not shelf.lessons and not shelf.faults:
        st.html(f'<p class="page-explanation">{html_text(say("lessons.none"))}</p>')
    class_room.draw_join(state)
    with st.container(key="lesson-shelf", gap="medium"):
        lesson_writing.draw_unfinished(state)
        for fault in shelf.faults:
            _draw_fault(fault, state, desk)
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
    lesson_writing.draw_new(state, desk)


def _draw_fault(fault: LessonFault, state: LessonState, desk: ClauseDesk) -> None:
    """What cannot be given is mended or deleted here."""
    lines = [fault.line]
    with st.container(key=f"lesson-fault-{fault.id}", gap="small"):
        if fault.lesson is not None:
            title = fault.lesson.title.in_(language())
            st.html(f'<h2 class="lesson-title">{html_text(title)}</h2>')
            lost = lost_clauses([step.clause for step in fault.lesson.steps], desk.library())
            lines = [say("lessons.missing_clause", number=number) for number in lost]
        error_box(say("lessons.fault"), *lines)
        lesson_writing.draw_changing(fault.id, fault.lesson, state)


def _draw_lesson(lesson: Lesson, view: LessonView, state: LessonState, desk: ClauseDesk) -> None:
    with st.container(key="lesson", gap="medium"):
        st.button(
            say("lessons.back"),
            key="lesson-close",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=state.close,
        )
        page_title(view.title, view.summary)
        lesson_writing.draw_undo(state, lesson.id)
        if state.class_code is None:  # a class is there to answer
            _draw_tools(view, state, desk.fingerprint)
            lesson_writing.draw_changing(lesson.id, lesson, state)
            class_room.draw_class(view)
        if state.mode is Mode.QUIZ:
            if state.quiz is None:
                state.quiz = class_room.begin_quiz(state, view)
            state.quiz.lesson = view  # the language may have changed meanwhile
            class_room.keep_given(state)
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
    with st.container(
        key="lesson-tools", horizontal=True, gap="small", vertical_alignment="center"
    ):
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
        answers = st.checkbox(say("lessons.with_answers"), True, key="lesson-answers")
        for form, key in ((ExportFormat.DOCX, "lessons.word"), (ExportFormat.PDF, "lessons.pdf")):
            st.download_button(
                say(key),
                _file_maker(view, form, fingerprint, answers=answers),
                file_name=f"{view.id}{'' if answers else '-questions'}.{form}",
                mime=form.media_type,
                key=f"lesson-file-{form}",
                icon=":material/download:",
                help=say("lessons.file_help"),
                on_click="ignore",
            )
    presentation.listen()


def _file_maker(
    view: LessonView, form: ExportFormat, fingerprint: str, *, answers: bool
) -> Callable[[], bytes]:
    """Makes the file when it is asked for, not at each drawing."""
    chosen = language()
    return lambda: write(
        hand_out(view, chosen, fingerprint, datetime.now(UTC), answers=answers), form
    )


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
