"""What the watch found: looked through before it is stored, or dismissed."""

import streamlit as st

from app.keeping.session import CorpusSession
from app.pages.frame.page_language import say
from app.pages.frame.page_reader import note
from app.pages.frame.page_style import section_title
from app.plain_text import html_text
from ingest.watching.proposals import FoundDocument, dismiss


def draw(session: CorpusSession) -> None:
    found = [] if session.is_working else session.found
    if not found:
        return
    section_title(say("corpus.found"), say("corpus.found_help"))
    for one in found:
        _draw_found(session, one)


def _draw_found(session: CorpusSession, found: FoundDocument) -> None:
    lines = [say(f"corpus.found_{change.kind}", places=change.named) for change in found.changes]
    if found.version_of:
        lines.insert(0, say("corpus.found_version", of=found.version_of))
    told = "".join(f"<li>{html_text(line)}</li>" for line in (*lines, found.address))
    with st.container(key=f"card-found-{found.id}", gap="small"):
        st.html(
            f'<h3 class="document-title">{html_text(found.entry.title)}</h3>'
            f'<ul class="told">{told}</ul>'
        )
        with st.container(horizontal=True, gap="small"):
            if st.button(say("corpus.found_look"), key=f"found-look-{found.id}", type="primary"):
                session.look_through(found)
                st.rerun()
            if st.button(say("corpus.found_dismiss"), key=f"found-dismiss-{found.id}"):
                dismiss(session.settings, found.id)
                note("proposal.dismiss", found.address)
                st.rerun()
