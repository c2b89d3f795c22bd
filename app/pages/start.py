"""The script that Streamlit runs: the frame around the pages, and the list of them."""

from pathlib import Path

import streamlit as st

from app.pages import (
    ask_page,
    conversations_page,
    corpus_page,
    evaluation_page,
    lessons_page,
    page_language,
    page_style,
)
from app.pages.page_language import say

# a file, for Streamlit fetches a named icon from the network
_ICON = str(Path(__file__).with_name("icon.svg"))

st.set_page_config(page_title="Clause Desk", page_icon=_ICON, layout="wide", menu_items={})
page_style.draw()
page_language.draw_switch()
st.navigation(
    [
        st.Page(ask_page.draw, title=say("pages.ask"), url_path="ask", default=True),
        st.Page(
            conversations_page.draw, title=say("pages.conversations"), url_path="conversations"
        ),
        st.Page(lessons_page.draw, title=say("pages.lessons"), url_path="lessons"),
        st.Page(corpus_page.draw, title=say("pages.corpus"), url_path="corpus"),
        st.Page(evaluation_page.draw, title=say("pages.evaluation"), url_path="evaluation"),
    ],
    position="top",
).run()
