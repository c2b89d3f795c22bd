"""A lesson written in the page: clauses by search, questions, what to notice, answers to choose."""

from collections.abc import Callable

import streamlit as st

from app.answer.quoted_table import excerpt
from app.contract import Question, Retrieved
from app.desk import ClauseDesk
from app.library import Library
from app.pages.frame.page_language import language, say
from app.pages.frame.page_style import chip_label, error_box, page_title
from app.plain_text import html_text
from app.teaching.draft import LessonDraft, StepDraft
from app.teaching.lessons import lost_clauses
from app.views.answer import clause_view

_FOUND = 5
_SEARCH = "editor-search"
_LONGEST_EXCERPT = 220
#: characters of a title, and of other words
_LINE, _TEXT = 200, 2000


def draw(
    draft: LessonDraft,
    desk: ClauseDesk,
    *,
    preview: Callable[[], None],
    keep: Callable[[], None],
    keep_unfinished: Callable[[], None],
    leave: Callable[[], None],
) -> None:
    """``preview`` and ``keep`` are called for a draft that is whole, ``keep_unfinished`` for any."""
    library = desk.library()
    with st.container(key="lesson-editor", gap="medium"):
        st.button(
            say("lessons.leave"),
            key="editor-leave",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=leave,
        )
        page_title(say("lessons.edit_title"), say("lessons.edit_help"))
        draft.title = st.text_input(
            say("lessons.field_title"), draft.title, key=f"title-{id(draft)}", max_chars=_LINE
        )
        draft.summary = st.text_input(
            say("lessons.field_summary"), draft.summary, key=f"summary-{id(draft)}", max_chars=_TEXT
        )
        lost = lost_clauses([step.clause for step in draft.steps], library)
        for at, step in enumerate(draft.steps):
            _draw_step(draft, at, step, library, is_lost=at + 1 in lost)
        _draw_search(draft, lost, desk)
        # what is missing stands where the eye is when the button is pressed
        told = st.container()
        with st.container(horizontal=True, gap="small"):
            kept = st.button(say("lessons.keep"), key="editor-keep", type="primary")
            shown = st.button(
                say("lessons.preview"), key="editor-preview", icon=":material/slideshow:"
            )
            if st.button(
                say("lessons.keep_unfinished"),
                key="editor-keep-unfinished",
                help=say("lessons.keep_unfinished_help"),
            ):
                keep_unfinished()
    if not (kept or shown):
        return
    lacking = [*(("clause", number) for number in lost), *draft.missing()]
    if lacking:
        with told:
            error_box(*(say(f"lessons.missing_{what}", number=number) for what, number in lacking))
    else:
        (keep if kept else preview)()


def _draw_step(
    draft: LessonDraft, at: int, step: StepDraft, library: Library, *, is_lost: bool
) -> None:
    with st.container(key=f"editor-step-{at}", gap="small", border=True):
        st.html(f'<h2 class="label">{html_text(say("lessons.step_number", number=at + 1))}</h2>')
        if is_lost:
            error_box(say("lessons.clause_gone", clause=step.clause))
        else:
            _draw_clause(step.clause, library)
        step.question = st.text_input(
            say("lessons.field_question"), step.question, key=f"q-{step.key}", max_chars=_TEXT
        )
        step.notice = st.text_area(
            say("lessons.notice"), step.notice, key=f"n-{step.key}", max_chars=_TEXT
        )
        left, right = st.columns(2)
        step.right = left.text_input(
            say("lessons.field_right"), step.right, key=f"r-{step.key}", max_chars=_TEXT
        )
        step.wrong = right.text_area(
            say("lessons.field_wrong"), step.wrong, key=f"w-{step.key}", max_chars=_TEXT
        )
        with st.container(horizontal=True, gap="small"):
            for by, key in ((-1, "up"), (1, "down")):
                st.button(
                    say(f"lessons.{key}"),
                    key=f"editor-{key}-{at}",
                    type="tertiary",
                    disabled=not 0 <= at + by < len(draft.steps),
                    on_click=draft.move,
                    args=(at, by),
                )
            st.button(
                say("lessons.drop"),
                key=f"editor-drop-{at}",
                type="tertiary",
                on_click=draft.drop,
                args=(at,),
            )


def _draw_clause(clause_id: str, library: Library) -> None:
    clause = library.clause(clause_id)
    place = clause_view(library, clause_id, language())
    words = excerpt(library.quote(clause), _LONGEST_EXCERPT)
    st.html(
        f'<p class="lesson-place">{html_text(f"{place.locator}, {place.name}")}</p>'
        f'<p class="excerpt">{html_text(words)}</p>'
    )


def _add(draft: LessonDraft, clause_id: str) -> None:
    draft.steps.append(StepDraft(clause_id))
    st.session_state[_SEARCH] = ""  # what was found has served


def _draw_search(draft: LessonDraft, lost: list[int], desk: ClauseDesk) -> None:
    """A step for each clause that is chosen among those found; or it takes the place of one that
    is ``lost``, by the number of its step."""
    words = st.text_input(say("lessons.find_clause"), key=_SEARCH, max_chars=_LINE)
    if not any(character.isalnum() for character in words):
        return
    library = desk.library()
    offered: dict[str, Retrieved] = {}
    for found in desk.search(Question(text=words), _FOUND):
        # a table's head and its rows are one place
        offered.setdefault(chip_label(clause_view(library, found.clause_id, language())), found)
    for at, (place, found) in enumerate(offered.items()):
        with st.container(key=f"editor-found-{at}", gap=None):
            st.button(
                say("lessons.add", place=place),
                key=f"editor-add-{at}",
                type="tertiary",
                icon=":material/add:",
                on_click=_add,
                args=(draft, found.clause_id),
            )
            for number in lost:
                st.button(
                    say("lessons.put", number=number, place=place),
                    key=f"editor-put-{number}-{at}",
                    type="tertiary",
                    icon=":material/swap_horiz:",
                    on_click=setattr,
                    args=(draft.steps[number - 1], "clause", found.clause_id),
                )
            begins = excerpt(found.text, _LONGEST_EXCERPT)
            st.html(f'<p class="excerpt">{html_text(begins)}</p>')
