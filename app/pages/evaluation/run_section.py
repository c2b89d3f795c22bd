"""The evaluation is run from its page: begun, followed and cancelled by whoever may change things."""

import streamlit as st

from app.keeping.evaluation_run import EvaluationRun, EvaluationRuns
from app.pages.frame.page_language import say
from app.pages.frame.page_style import draw_facts, error_box, toasted_errors
from app.views.evaluation import ALL_TOPICS, History
from ingest.settings import load_settings

#: seconds between two looks at a run under way
_TICK = 1.0


def draw(history: History, *, own: bool) -> None:
    """``history``: of the topics, the company's ``own`` or the project's, that would be run."""
    runs = _runs()
    run = runs.latest
    if run is not None and run.is_running:
        st.fragment(lambda: _follow(run), run_every=_TICK)()
        return
    if run is not None and run.error and run.own == own:
        error_box(say("evaluation.broke_off", line=run.error))
    st.button(
        say("evaluation.run"),
        key="evaluation-run",
        icon=":material/play_arrow:",
        help=say("evaluation.run_own_help" if own else "evaluation.run_help"),
        on_click=_start,
        args=(runs, own),
    )
    took = [one for one in history.runs if one.seconds and one.selection == ALL_TOPICS]
    if took and (minutes := round((took[-1].seconds or 0) / 60)):
        last = took[-1]
        draw_facts(say("evaluation.run_takes", minutes=minutes, count=last.topics))


def _follow(run: EvaluationRun) -> None:
    if not run.is_running:
        st.rerun()  # the page shows what it has come to
    elapsed = say("common.elapsed", count=int(run.seconds))
    words = say("evaluation.run_starting")
    if run.total:
        words = say("evaluation.run_progress", done=run.done, count=run.total)
    st.progress(run.done / run.total if run.total else 0.0, text=f"{words} · {elapsed}")
    st.button(
        say("evaluation.run_cancel"),
        key="evaluation-cancel",
        icon=":material/close:",
        disabled=run.is_cancelled,
        on_click=run.cancel,
    )


def _start(runs: EvaluationRuns, own: bool) -> None:
    with toasted_errors():  # another tab may have been faster
        runs.start(own=own)


@st.cache_resource(show_spinner=False)
def _runs() -> EvaluationRuns:
    return EvaluationRuns(load_settings())
