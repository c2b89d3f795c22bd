"""A change of the corpus under way, for every tab to see; it draws itself anew each second."""

import streamlit as st

from app.desk import ClauseDesk
from app.keeping.jobs import CorpusJobs, Job
from app.keeping.session import CorpusSession
from app.pages.frame.page_language import say
from app.pages.frame.page_reader import may_change

#: seconds between two looks, while a change is under way and while there is none
_BUSY, _CALM = 1.0, 3.0


def draw(session: CorpusSession, jobs: CorpusJobs, desk: ClauseDesk) -> None:
    """The change of this tab or of another one; the page is drawn anew when it has ended,
    and when the index has moved on."""
    job = _shown(session, jobs)
    drawn = (desk.fingerprint, job)

    def look() -> None:
        now = _shown(session, jobs)
        # a job may have ended since the page took its end in, and before it was looked at here
        if session.has_news or (desk.fingerprint, now) != drawn:
            st.rerun()
        if now is not None:
            _draw_job(now)

    st.fragment(look, run_every=_BUSY if job else _CALM)()


def _shown(session: CorpusSession, jobs: CorpusJobs) -> Job | None:
    if session.job is not None and session.job.is_running:
        return session.job
    return jobs.changing


def _draw_job(job: Job) -> None:
    with st.container(key="corpus-job", gap="small"):
        kind = job.task.kind
        stage = say("corpus.stage_cancelling") if job.is_cancelled else _stage(job)
        work, elapsed = say(f"corpus.work_{kind}"), say("common.elapsed", count=int(job.seconds))
        st.progress(job.fraction, text=f"{work} · {stage} · {elapsed}")
        if may_change():
            st.button(
                say("corpus.cancel"),
                key="corpus-cancel",
                icon=":material/close:",
                disabled=job.is_cancelled,
                on_click=job.cancel,
            )


def _stage(job: Job) -> str:
    step = job.step
    if step is None:
        return say("corpus.stage_start")
    if step.stage == "words":
        return say("corpus.stage_words")
    if step.stage == "read":
        # the models are loaded next, of which nothing is reported
        is_read = step.done == step.total
        return say("corpus.stage_models" if is_read else "corpus.stage_read")
    return say("corpus.stage_vectors", done=step.done, total=step.total)
