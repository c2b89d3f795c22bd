"""A reader's own words on something that is followed: its name, its folder and a note."""

import zlib

import streamlit as st

from app.following.store import LONGEST_FOLDER, LONGEST_NOTE, LONGEST_TITLE, FollowingStore
from app.pages.frame.page_language import say
from app.pages.frame.page_style import draw_facts, toasted_errors
from app.plain_text import label_text
from ingest.errors import ClauseDeskError


def draw(store: FollowingStore, id_: str) -> None:
    """Behind a button, beside what it is about; a line says why where it cannot be read."""
    try:
        folders = store.folders()
        followed = store.get(id_)
    except ClauseDeskError as error:
        draw_facts(str(error))
        return
    # other words than those on the page, kept here or in another tab, begin the fields anew, closed
    own = f"{followed.title}\n{followed.folder}\n{followed.note}"
    at = f"{id_}-{zlib.crc32(own.encode())}"
    with (
        st.popover(
            say("following.note_and_folder"),
            icon=":material/folder_open:",
            type="tertiary",
            key=f"note-{at}",
        ),
        st.form(f"note-form-{id_}", border=False),
    ):
        st.text_input(
            say("following.name"),
            value=followed.title,
            max_chars=LONGEST_TITLE,
            key=f"note-title-{at}",
        )
        if folders:
            st.selectbox(
                say("following.folder"),
                folders,
                index=folders.index(followed.folder) if followed.folder else None,
                placeholder=say("following.no_folder"),
                key=f"note-folder-{at}",
            )
        # of its own: what is typed into a list and not confirmed there would be lost
        st.text_input(
            say("following.folder_new"), max_chars=LONGEST_FOLDER, key=f"note-new-folder-{at}"
        )
        st.text_area(
            say("following.note"),
            value=followed.note,
            max_chars=LONGEST_NOTE,
            key=f"note-text-{at}",
        )
        st.form_submit_button(
            say("following.keep_note"), type="primary", on_click=_keep, args=(store, id_, at)
        )


def _keep(store: FollowingStore, id_: str, at: str) -> None:
    title, new, note = (
        st.session_state[f"note-{of}-{at}"] for of in ("title", "new-folder", "text")
    )
    chosen = st.session_state.get(f"note-folder-{at}")
    with toasted_errors():
        store.annotate(id_, title, new.strip() or chosen or "", note)
        st.toast(label_text(say("following.noted")))
