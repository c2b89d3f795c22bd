"""The language of the interface: kept in the session and in the address, chosen in the sidebar."""

import streamlit as st

from app.plain_text import html_text
from app.texts import LANGUAGES, texts
from app.wording import Language

_KEY = "language"
_SWITCH = "language-switch"
_IN_ADDRESS = "lang"
_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}


def draw_switch() -> None:
    """Draw the name and the switch, and write the language into the address, which each page begins anew."""
    chosen = language()
    if chosen == _browsers_language():
        st.query_params.pop(_IN_ADDRESS, None)
    else:
        st.query_params[_IN_ADDRESS] = chosen
    st.session_state[_SWITCH] = chosen
    with (
        st.sidebar,
        st.container(
            key="brand",
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
        ),
    ):
        st.html(f'<div class="brand">{html_text(say("common.name"))}</div>', width="content")
        st.segmented_control(
            # the one label that must be understood before a language is chosen
            "Language / 语言",
            LANGUAGES,
            required=True,
            format_func=_NAMES.__getitem__,
            key=_SWITCH,
            on_change=_choose,
            label_visibility="collapsed",
        )


def language() -> Language:
    """The language chosen; before that the address's, or else the browser's."""
    if _KEY not in st.session_state:
        asked = st.query_params.get(_IN_ADDRESS)
        st.session_state[_KEY] = asked if asked in LANGUAGES else _browsers_language()
    chosen: Language = st.session_state[_KEY]
    return chosen


def say(key: str, **values: object) -> str:
    """A text of the interface, plain: it goes through app.plain_text like any other where
    a value of it was written elsewhere."""
    return texts(language()).text(key, **values)


def _choose() -> None:
    st.session_state[_KEY] = st.session_state[_SWITCH]


def _browsers_language() -> Language:
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
