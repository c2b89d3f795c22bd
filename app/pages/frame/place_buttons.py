"""Buttons that open a clause beside the conversation: one of several places, or what proves a status."""

from datetime import date
from typing import Literal

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import chip_label
from app.views.answer import PlaceView
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


def draw_proof(proof: PlaceView, key: str, as_of: date, state: PageState) -> None:
    """``proof``: the clause that proves a status; one that is gone is not drawn."""
    if proof.place is None:
        return
    st.button(
        say("answer.proof", place=chip_label(proof)),
        key=key,
        help=say("answer.proof_help"),
        type="tertiary",
        on_click=state.open,
        args=((proof.place,), 0, as_of),
    )
