"""The script that Streamlit runs: the frame around the pages, and the list of them."""

from pathlib import Path

import streamlit as st

from app.pages.ask import ask_page, conversations_page
from app.pages.checks import check_page, sheet_page
from app.pages.corpus import corpus_page
from app.pages.evaluation import evaluation_page
from app.pages.following import following_page
from app.pages.frame import follow_button, page_language, page_links, page_reader, page_style
from app.pages.frame.page_language import say
from app.pages.frame.turn_taking import turn_to_draw
from app.pages.lessons import lessons_page
from ingest.errors import ClauseDeskError

# a file, for Streamlit fetches a named icon from the network
_ICON = str(Path(__file__).with_name("icon.svg"))


def _title(name: str) -> str:
    new = follow_button.unseen() if name == "following" else 0
    return say(f"pages.{name}") + (f" ({new})" if new else "")


with turn_to_draw():
    st.set_page_config(page_title="Clause Desk", page_icon=_ICON, layout="wide", menu_items={})
    page_style.draw()
    page_language.draw_switch()
    page_reader.draw()
    pages = {
        name: st.Page(draw, title=_title(name), url_path=name, default=name == "ask")
        for name, draw in (
            ("ask", ask_page.draw),
            ("conversations", conversations_page.draw),
            ("following", following_page.draw),
            ("checks", check_page.draw),
            ("sheets", sheet_page.draw),
            ("lessons", lessons_page.draw),
            ("corpus", corpus_page.draw),
            ("evaluation", evaluation_page.draw),
        )
        if name != "evaluation" or page_reader.may_change()
    }
    page = st.navigation(list(pages.values()), position="top")
    page_links.remember(pages, page)
    try:
        page.run()
    except ClauseDeskError as error:
        page_style.error_box(str(error))
