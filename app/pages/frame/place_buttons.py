"""Buttons that open a clause beside the conversation: one of several places, or what proves a status."""

from datetime import date
from typing import Literal

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState
from app.plain_text import label_text
from app.views.source import Place


def draw_place(
    label: str,
    key: str,
    places: tuple[Place, ...],
    place: Place | None,
    as_of: date,
    state: PageState,
    *,
    kind: Literal["primary", "secondary", "tertiary"] = "tertiary",
) -> None:
    """``places``: what can be stepped through from there; a ``place`` that is gone opens nothing."""
    st.button(
        label,
        key=key,
        type=kind,
        disabled=place is None,
        on_click=state.open,
        args=(places, places.index(place) if place else 0, as_of),
    )


def draw_proof(locator: str, key: str, place: Place, as_of: date, state: PageState) -> None:
    """``locator``: of the clause that proves a status, in the reader's language."""
    st.button(
        label_text(say("answer.proof", locator=locator)),
        key=key,
        help=say("answer.proof_help"),
        type="tertiary",
        on_click=state.open,
        args=((place,), 0, as_of),
    )
