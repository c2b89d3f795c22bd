"""How the audit log of the server stands, for whoever may read it."""

import streamlit as st

from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import reader
from app.pages.frame.page_style import draw_facts, error_box, notice_box, section_title
from app.readers import Permission
from app.shared import shared
from app.wording import day_words


def draw() -> None:
    if not reader().may(Permission.ADMIN):
        return
    section_title(say("audit_log.title"), say("audit_log.help"))
    state = shared()
    if state is None:
        draw_facts(say("audit_log.not_written"))
        return
    found = state.audit_state()
    if found.last is None:
        draw_facts(say("audit_log.empty"))
        return
    at = found.last.astimezone()
    day = day_words(at.date(), language())
    draw_facts(say("audit_log.lines", count=found.lines, day=day, time=f"{at:%H:%M}"))
    # every line is read, so it is asked for
    if st.button(say("audit_log.verify"), key="audit-verify", icon=":material/verified_user:"):
        faults = state.audit_faults()
        for fault in faults:
            error_box(fault)
        if not faults:
            notice_box(say("audit_log.as_written"), "done")
