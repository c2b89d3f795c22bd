"""A page of a PDF as it was printed, the cited clause in a box."""

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import error_box
from app.plain_text import html_text
from app.views.page_image import PageImage, draw_page, pages_of
from app.views.source import SourceView
from ingest.corpus.documents import CorpusDocument
from ingest.errors import ClauseDeskError
from ingest.settings import load_settings

# to the box; the number makes it run at each opening
_SCROLL = """<script>
(() => {
  const opening = %d;
  const show = (tries) => {
    const frame = document.querySelector(".st-key-printed-page");
    const picture = frame?.querySelector("img");
    if (!picture?.complete || !picture.clientHeight) {
      if (tries > 0) setTimeout(() => show(tries - 1), 100);
      return;
    }
    frame.scrollTop = picture.clientHeight * %.4f - frame.clientHeight / 5;
  };
  setTimeout(() => show(50), 0);
})();
</script>"""


def draw(state: PageState, document: CorpusDocument, view: SourceView) -> None:
    start, end = view.span
    cited_on = pages_of(document, start, end)
    page = state.leaf or next(iter(cited_on), 1)
    try:
        image = _page(document.entry.sha256, page, start, end, document)
    except ClauseDeskError as error:
        error_box(str(error))
        return
    with st.container(key="leaf", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            say("source.page_before"),
            key="leaf-back",
            icon=":material/chevron_left:",
            disabled=page == 1,
            on_click=state.leaf_to,
            args=(page - 1,),
        )
        words = say("source.page_of", page=page, pages=image.pages)
        st.html(f'<span class="facts">{html_text(words)}</span>', width="content")
        st.button(
            say("source.page_after"),
            key="leaf-on",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page == image.pages,
            on_click=state.leaf_to,
            args=(page + 1,),
        )
    with st.container(key="printed-page"):
        words = "source.page_boxed" if page in cited_on else "source.page_plain"
        st.image(image.png, width="stretch", alt=say(words, page=page, name=view.name))
    # no word of a document stands in this script
    st.html(_SCROLL % (state.opened, image.box_at), unsafe_allow_javascript=True)


@st.cache_data(show_spinner=False, max_entries=64)
def _page(
    sha256: str,  # noqa: ARG001, the key of the file in the cache
    page: int,
    start: int,
    end: int,
    _document: CorpusDocument,
) -> PageImage:
    return draw_page(load_settings().corpus, _document, page, start, end)
