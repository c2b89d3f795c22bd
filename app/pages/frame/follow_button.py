"""The button that follows something, or ends it, and what the reader follows already."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import streamlit as st

from app.following.checking import Follower
from app.following.store import FollowingStore
from app.pages.frame import note_form
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.page_language import say
from app.pages.frame.page_reader import reader
from app.pages.frame.page_style import draw_facts, toasted_errors
from app.shared import shared
from ingest.errors import ClauseDeskError
from ingest.settings import load_settings


def following_store() -> FollowingStore:
    """Of the reader; raises FollowingUnavailable."""
    state = shared()
    return state.following_of(reader()) if state else _open(load_settings().var)


def unseen() -> int:
    """How many warnings the reader has not seen; 0 where that cannot be told."""
    try:
        return following_store().unseen()
    except ClauseDeskError:
        return 0  # the page itself tells why


def draw(
    key: str,
    subject: str,
    follow: Callable[[Follower], object],
    label: str | None = None,
    *,
    noted: bool = False,
) -> None:
    """``subject``: as it is followed; ``noted``: its note and folder stand beside it, which a menu
    has no room for. Where nothing can be followed, a line says why."""
    try:
        store = following_store()
        held = store.following(subject)
    except ClauseDeskError as error:
        draw_facts(str(error))
        return
    st.button(
        say("following.followed") if held else label or say("following.follow"),
        key=f"follow-{key}",
        icon=":material/notifications_active:" if held else ":material/notifications:",
        type="tertiary",
        help=say("following.unfollow") if held else say("following.follow_help"),
        on_click=_change,
        args=(store, held, follow),
    )
    if held is not None and noted:
        note_form.draw(store, held)


def _change(store: FollowingStore, held: str | None, follow: Callable[[Follower], object]) -> None:
    with toasted_errors():
        if held is not None:
            store.remove(held)
        else:
            follow(Follower(store, ready_desk().library(), date.today()))


@st.cache_resource(show_spinner=False)
def _open(var: Path) -> FollowingStore:
    return FollowingStore(var)
