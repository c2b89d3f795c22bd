"""What a trainer does to lessons: write, edit, keep, delete, and take the last of it back."""

import streamlit as st

from app.desk import ClauseDesk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import may_change, note
from app.pages.frame.page_style import error_box
from app.pages.lessons import lesson_editor
from app.pages.lessons.lesson_state import LessonState, Mode
from app.plain_text import html_text
from app.teaching.draft import LessonDraft
from app.teaching.lesson_drafts import drop_draft, keep_draft, kept_drafts
from app.teaching.lesson_files import (
    delete_lesson,
    keep_lesson,
    lesson_bytes,
    restore_lesson,
)
from app.teaching.lessons import FOLDER, Lesson, LessonError, Shelf
from app.wording import citation_name
from ingest.settings import load_settings


def draw_editor(draft: LessonDraft, shelf: Shelf, state: LessonState, desk: ClauseDesk) -> None:
    def preview() -> None:
        state.change(Mode.PRESENTATION)
        state.go_to(0)
        st.rerun()

    def keep() -> None:
        lesson_id = draft.free_id(shelf.ids)
        before = lesson_bytes(load_settings(), lesson_id)
        keep_lesson(load_settings(), lesson_id, draft.made(), desk.library())
        drop_draft(load_settings(), draft)
        note("lesson.keep", lesson_id)
        state.leave()
        state.open(lesson_id, Mode.STEPS)
        state.undo = (lesson_id, before)
        st.rerun()

    def keep_unfinished() -> None:
        keep_draft(load_settings(), draft)
        state.leave()
        state.close()
        st.rerun()

    lesson_editor.draw(
        draft,
        desk,
        preview=preview,
        keep=keep,
        keep_unfinished=keep_unfinished,
        leave=state.leave,
    )


def draw_unfinished(state: LessonState) -> None:
    """What is kept unfinished, to be gone on with; only those who write lessons see it."""
    if not may_change():
        return
    try:
        drafts = kept_drafts(load_settings())
    except LessonError as error:
        error_box(str(error))
        return
    for draft in drafts:
        with st.container(key=f"lesson-draft-{draft.key}", gap="small"):
            title = draft.title or say("lessons.untitled")
            st.html(
                f'<h2 class="lesson-title">{html_text(title)}</h2>'
                f'<p class="facts">{html_text(say("lessons.unfinished"))}</p>'
            )
            with st.container(horizontal=True, gap="small"):
                st.button(
                    say("lessons.go_on_writing"),
                    key=f"draft-write-{draft.key}",
                    icon=":material/edit:",
                    on_click=state.write,
                    args=(draft,),
                )
                st.button(
                    say("lessons.drop_draft"),
                    key=f"draft-drop-{draft.key}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=drop_draft,
                    args=(load_settings(), draft),
                )


def _delete(lesson_id: str, state: LessonState) -> None:
    before = lesson_bytes(load_settings(), lesson_id)
    delete_lesson(load_settings(), lesson_id)
    note("lesson.remove", lesson_id)
    state.close()
    state.undo = (lesson_id, before)


def _undo(state: LessonState) -> None:
    assert state.undo is not None
    lesson_id, before = state.undo
    restore_lesson(load_settings(), lesson_id, before)
    if before is None:
        state.close()
    note("lesson.keep" if before else "lesson.remove", lesson_id)
    state.undo = None


def draw_undo(state: LessonState, lesson_id: str | None = None) -> None:
    """What was done last and the way back: on the page of a lesson that was kept, on the shelf
    for one that was deleted."""
    if state.undo is None:
        return
    done, _ = state.undo
    is_there = (load_settings().corpus / FOLDER / f"{done}.toml").exists()
    if lesson_id != (done if is_there else None):
        return  # beside another lesson it would seem to be about that one
    line = say("lessons.kept" if is_there else "lessons.deleted", lesson=done)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(f'<p class="facts" role="status">{html_text(line)}</p>', width="content")
        if st.button(
            say("lessons.undo"), key="lesson-undo", type="tertiary", icon=":material/undo:"
        ):
            _undo(state)
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


def draw_changing(lesson_id: str, lesson: Lesson | None, state: LessonState) -> None:
    """``lesson``: None where there is nothing that could be edited."""
    if not may_change():
        return
    with st.container(horizontal=True, gap="small"):
        if lesson is not None:
            st.button(
                say("lessons.edit"),
                key=f"lesson-edit-{lesson_id}",
                icon=":material/edit:",
                type="tertiary",
                on_click=lambda: state.write(LessonDraft.of(lesson, language())),
            )
        if st.button(
            say("lessons.delete"),
            key=f"lesson-delete-{lesson_id}",
            icon=":material/delete:",
            type="tertiary",
        ):
            _delete(lesson_id, state)
            st.rerun()
