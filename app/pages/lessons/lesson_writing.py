"""What a trainer does to lessons: write, edit, keep, delete, and take the last of it back."""

import streamlit as st

from app.desk import ClauseDesk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import may_change, note
from app.pages.lessons import lesson_editor
from app.pages.lessons.lesson_state import LessonState, Mode
from app.plain_text import html_text
from app.teaching.draft import LessonDraft
from app.teaching.lesson_files import delete_lesson, keep_lesson
from app.teaching.lessons import FOLDER, Lesson, LessonFile, Shelf
from app.wording import citation_name
from ingest.settings import load_settings


def draw_editor(draft: LessonDraft, shelf: Shelf, state: LessonState, desk: ClauseDesk) -> None:
    def preview() -> None:
        state.change(Mode.PRESENTATION)
        state.go_to(0)
        st.rerun()

    def keep() -> None:
        lesson_id = draft.free_id([lesson.id for lesson in shelf.lessons])
        keep_lesson(load_settings(), lesson_id, draft.made(), desk.library())
        note("lesson.keep", lesson_id)
        state.leave()
        state.open(lesson_id, Mode.STEPS)
        state.undo = (lesson_id, draft.kept)
        st.rerun()

    lesson_editor.draw(draft, desk, preview=preview, keep=keep, leave=state.leave)


def _delete(lesson: Lesson, state: LessonState) -> None:
    delete_lesson(load_settings(), lesson.id)
    note("lesson.remove", lesson.id)
    state.close()
    before = LessonFile(title=lesson.title, summary=lesson.summary, step=lesson.steps)
    state.undo = (lesson.id, before)


def _undo(state: LessonState, desk: ClauseDesk) -> None:
    assert state.undo is not None
    lesson_id, before = state.undo
    if before is None:
        delete_lesson(load_settings(), lesson_id)
        state.close()
    else:
        keep_lesson(load_settings(), lesson_id, before, desk.library())
    note("lesson.keep" if before else "lesson.remove", lesson_id)
    state.undo = None


def draw_undo(state: LessonState, desk: ClauseDesk) -> None:
    """What was done last, and the way back."""
    if state.undo is None:
        return
    lesson_id, _ = state.undo
    is_there = (load_settings().corpus / FOLDER / f"{lesson_id}.toml").exists()
    done = say("lessons.kept" if is_there else "lessons.deleted", lesson=lesson_id)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(f'<p class="facts" role="status">{html_text(done)}</p>', width="content")
        if st.button(
            say("lessons.undo"), key="lesson-undo", type="tertiary", icon=":material/undo:"
        ):
            _undo(state, desk)
            st.rerun()


def draw_new(state: LessonState, desk: ClauseDesk) -> None:
    """A new lesson, empty or drafted from a document."""
    if not may_change():
        return
    documents = desk.library().documents
    with st.container(key="lesson-new", horizontal=True, gap="small", vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("lessons.draft_of"),
            [None, *documents],
            format_func=lambda one: (
                citation_name(documents[one].entry, language()) if one else say("lessons.no_draft")
            ),
            key="lesson-draft-of",
        )
        if st.button(say("lessons.new"), key="lesson-write", icon=":material/edit:"):
            if chosen is None:
                state.write(LessonDraft(language()))
            else:
                state.write(LessonDraft.from_document(desk.searcher(), chosen, language()))
            st.rerun()


def draw_changing(lesson: Lesson, state: LessonState) -> None:
    if not may_change():
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("lessons.edit"),
            key="lesson-edit",
            icon=":material/edit:",
            type="tertiary",
            on_click=lambda: state.write(LessonDraft.of(lesson, language())),
        )
        if st.button(
            say("lessons.delete"),
            key="lesson-delete",
            icon=":material/delete:",
            type="tertiary",
        ):
            _delete(lesson, state)
            st.rerun()
