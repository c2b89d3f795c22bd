"""The script that Streamlit runs: one page now, more to come in the list below."""

from pathlib import Path

import streamlit as st

from app.pages import ask_page, page_style
from app.pages.page_texts import NAME

# a file, for Streamlit fetches a named icon from the network
_ICON = str(Path(__file__).with_name("icon.svg"))

st.set_page_config(page_title=NAME, page_icon=_ICON, layout="wide", menu_items={})
page_style.draw()
st.navigation([st.Page(ask_page.draw, title=NAME, default=True)], position="hidden").run()
