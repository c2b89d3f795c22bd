"""Who reads this page: whoever signed in on the server, or whoever sits at this machine."""

import streamlit as st

from app.conversations.conversation import Watch
from app.pages.frame.page_language import say
from app.plain_text import html_text
from app.readers import LOCAL, Permission, Principal
from app.shared import SESSION_HEADER, shared

# the page is loaded anew when the session ends, which leads to sign-on and back; seconds in it
_END_WITH_SESSION = """<script>
clearTimeout(window.clauseDeskSessionEnd);
window.clauseDeskSessionEnd = setTimeout(() => location.reload(), %d * 1000);
</script>"""


def reader() -> Principal:
    """Ends the drawing of the page where nobody is signed in any more."""
    state = shared()
    if state is None:
        return LOCAL
    found = state.reader_of(st.context.headers.get(SESSION_HEADER))
    if found is None:
        line = html_text(say("common.signed_off"))
        st.html(f'<p role="alert"><a href="/auth/login" target="_self">{line}</a></p>')
        st.stop()
    return found


def may_change() -> bool:
    """Whether the reader may change the corpus."""
    return reader().may(Permission.CORPUS)


def watch() -> Watch:
    """What the answers of this reader pass through, in threads that are not the page's."""
    state = shared()
    if state is None:
        return iter
    who = reader()
    return lambda events: state.watched(who, "page", events)


def note(action: str, what: str) -> None:
    """In the audit log of a server, where there is one."""
    if (state := shared()) is not None:
        state.noted(reader(), "page", action, what)


def draw() -> None:
    """Who is signed in, with the way out; nothing for a page without sign-on."""
    state = shared()
    seconds = None
    if state is not None:
        seconds = state.seconds_left(st.context.headers.get(SESSION_HEADER))
    if seconds is None:
        return
    st.html(_END_WITH_SESSION % max(int(seconds) + 1, 1), unsafe_allow_javascript=True)
    name, out = html_text(reader().name), html_text(say("common.sign_out"))
    with st.sidebar:
        st.html(f'<p class="facts">{name} · <a href="/auth/logout" target="_self">{out}</a></p>')
