"""A folder of what the reader follows: handed out as one document, renamed, taken apart."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from app.following.folders import folder_document
from app.following.followed import Followed
from app.following.store import LONGEST_FOLDER, FollowingStore
from app.packs.export.files import ExportFormat, write
from app.pages.ask.pack_files import draw_downloads
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import reader
from app.pages.frame.page_style import toasted_errors
from app.shared import shared


def draw(folder: str, kept: Sequence[Followed], store: FollowingStore) -> None:
    """``kept``: all that lies in it."""
    with st.container(key="folder", horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(
            say("following.folder_file"),
            icon=":material/download:",
            type="tertiary",
            key="folder-file",
        ):
            draw_downloads(
                "folder-file", "folder", lambda form: _file_maker(folder, kept, store, form)
            )
        with (
            st.popover(
                say("following.folder_rename"),
                icon=":material/edit:",
                type="tertiary",
                key="folder-rename",
            ),
            st.form("folder-form", border=False),
        ):
            st.text_input(
                say("following.folder_name"),
                value=folder,
                max_chars=LONGEST_FOLDER,
                key=f"folder-name-{folder}",
            )
            st.form_submit_button(
                say("following.keep_note"), type="primary", on_click=_rename, args=(store, folder)
            )
        st.button(
            say("following.folder_end"),
            key="folder-end",
            icon=":material/folder_off:",
            type="tertiary",
            help=say("following.folder_end_help"),
            on_click=_move,
            args=(store, folder, ""),
        )


def _file_maker(
    folder: str, kept: Sequence[Followed], store: FollowingStore, form: ExportFormat
) -> Callable[[], bytes]:
    # a download is asked for outside of the page's own run
    chosen, who = language(), reader()

    def made() -> bytes:
        told = [(one, store.warnings(one.id)) for one in kept]
        data = write(folder_document(folder, told, chosen, datetime.now(UTC)), form)
        if (server := shared()) is not None:
            server.noted(who, "page", "folder.export", ", ".join(one.id for one in kept))
        return data

    return made


def _rename(store: FollowingStore, folder: str) -> None:
    """A name of blanks changes nothing."""
    if name := st.session_state[f"folder-name-{folder}"].strip():
        _move(store, folder, name)


def _move(store: FollowingStore, folder: str, name: str) -> None:
    with toasted_errors():
        st.session_state["following-folder"] = store.rename_folder(folder, name) or None
