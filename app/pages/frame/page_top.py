"""A page begins at its top; Streamlit leaves it where the one before it was left."""

from dataclasses import dataclass

import streamlit as st

from app.pages.frame.page_language import language
from app.pages.frame.page_links import turns
from app.wording import Language

_KEY = "page-view"
# the number makes it run once for each view
_TO_TOP = """<script>
(() => {
  const view = %d;
  if (window.clauseDeskView === view) return;
  window.clauseDeskView = view;
  document.querySelector(".stMain").scrollTop = 0;
})();
</script>"""


@dataclass(frozen=True, slots=True)
class _View:
    turn: int
    name: str
    language: Language
    number: int = 1

    def is_other(self, before: "_View") -> bool:
        if self.turn != before.turn:
            return True
        # the same view in another language has another name too, and stays where it is
        return self.name != before.name and self.language == before.language


def begin(name: str) -> None:
    """Once in each drawing: which view of the page is drawn, say its title."""
    view = _View(turns(), name, language())
    before: _View | None = st.session_state.get(_KEY)
    if before is not None:
        number = before.number + view.is_other(before)
        view = _View(view.turn, view.name, view.language, number)
    st.session_state[_KEY] = view
    st.html(_TO_TOP % view.number, unsafe_allow_javascript=True)
