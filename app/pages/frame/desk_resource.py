"""The one desk of this server, opened once, its models loaded behind the page's back."""

import logging
from threading import Thread

import streamlit as st

from app.contract import Question
from app.desk import ClauseDesk
from app.pages.frame.page_language import say
from app.pages.frame.turn_taking import give_way
from app.shared import shared
from ingest.errors import ClauseDeskError
from ingest.pipeline import build, has_index
from ingest.settings import Settings, load_settings

log = logging.getLogger(__name__)


def ready_desk() -> ClauseDesk:
    """The desk; on a fresh checkout the index is built first, with a bar.

    Raises ClauseDeskError when there is none to be had.
    """
    state = shared()
    if state is not None:
        return state.desk
    settings = load_settings()
    if not has_index(settings):
        _build(settings)
    return _open_desk()


@st.cache_resource(show_spinner=False)
def warm_up() -> Thread:
    """Load the models once a server, while the reader looks at the first page."""
    thread = Thread(target=_load_models, args=(ready_desk(),), daemon=True, name="warm-up")
    thread.start()
    return thread


@st.cache_resource(show_spinner=False)
def _open_desk() -> ClauseDesk:
    return ClauseDesk.open(load_settings())


def _load_models(desk: ClauseDesk) -> None:
    try:
        for question in ("customs clearance", "海关通关"):  # one for each model
            desk.search(Question(text=question))
    except ClauseDeskError as error:
        # the reader is told when a question meets the same error
        log.warning("the models could not be loaded ahead: %s", error)


def _build(settings: Settings) -> None:
    give_way()
    title = say("common.building")
    bar = st.progress(0.0, text=title)

    def show(stage: str, done: int, total: int) -> None:
        bar.progress(min(done / total, 1.0) if total else 1.0, text=f"{title}: {stage}")

    build(settings, show)
    bar.empty()
