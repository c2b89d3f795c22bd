"""The source beside the answer: the whole document, the cited clause marked and scrolled to."""

from urllib.parse import quote

import streamlit as st

from app.desk import ClauseDesk
from app.holdings import holding
from app.pages.page_language import language, say
from app.pages.page_state import PageState
from app.pages.page_style import error_box, status_html
from app.plain_text import html_text, label_text
from app.source_view import Block, BlockKind, OpenSource, Place, SourceView, view_source
from app.wording import day_words, status_line
from ingest.errors import UnknownClause

# no word of a document stands in this script; the number makes it run at each opening.
# The pane is scrolled, and the page only where the pane is out of sight, as on a phone.
_SCROLL = """<script>
(() => {
  const opening = %d;
  const show = (tries) => {
    const text = document.getElementById("source-text");
    if (!text || text.dataset.opening !== String(opening)) {
      if (tries > 0) setTimeout(() => show(tries - 1), 50);
      return;
    }
    const cited = document.getElementById("source-cited");
    text.scrollTop = cited
      ? text.scrollTop + cited.getBoundingClientRect().top - text.getBoundingClientRect().top
        - text.clientHeight / 5
      : 0;
    const outOfSight = (element) => {
      const box = element.getBoundingClientRect();
      return box.top < 0 || box.top > window.innerHeight - 160;
    };
    // a link of the contents scrolls the text alone; by itself it would scroll the page too
    for (const link of document.querySelectorAll(".st-key-source-pane .contents a"))
      link.onclick = (event) => {
        const block = document.getElementById(link.getAttribute("href").slice(1));
        if (!block) return;
        event.preventDefault();
        for (const other of text.querySelectorAll(".reached")) other.classList.remove("reached");
        block.classList.add("reached");
        text.scrollTop += block.getBoundingClientRect().top - text.getBoundingClientRect().top - 16;
      };
    // on a phone the sidebar lies over what was opened from it
    const sidebar = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
    if (sidebar && window.innerWidth <= 768)
      sidebar.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    const pane = document.querySelector(".st-key-source-pane");
    const chip = document.querySelector('[class*="st-key-cite-"] [kind="primary"]');
    if (outOfSight(pane)) pane.scrollIntoView({ block: "start" });
    else if (chip && outOfSight(chip) && pane.offsetTop <= chip.offsetTop)
      chip.scrollIntoView({ block: "center" });
  };
  setTimeout(() => show(40), 0);
})();
</script>"""


def draw(state: PageState, source: OpenSource, desk: ClauseDesk) -> None:
    with st.container(key="source-pane", gap="small"):
        library = desk.library()
        document = library.documents.get(source.place.document_id)
        try:
            if document is None:
                # raises, with the ids that there are
                library.clause(source.place.link)
                return
            view = view_source(document, source.place)
        except UnknownClause as error:
            _draw_close(state)
            error_box(str(error))
            return
        _draw_head(state, source, view, desk)
        st.html(_contents_html(view) + _text_html(view, state.opened))
        st.html(_SCROLL % state.opened, unsafe_allow_javascript=True)


def _draw_head(state: PageState, source: OpenSource, view: SourceView, desk: ClauseDesk) -> None:
    as_of = source.as_of or state.day
    with st.container(key="source-title", horizontal=True, vertical_alignment="top"):
        place = f'<p class="source-place">{html_text(view.locator)}</p>' if view.locator else ""
        st.html(f'<h2 class="source-name">{html_text(view.name)}</h2>{place}')
        _draw_close(state)
    if view.clause is not None:
        status = desk.status(view.clause, as_of)
        kind, words, proof = status.status, status_line(status, language()), status.proof
    else:
        whole = holding(desk.library(), view.document_id, as_of, language())
        kind, words, proof = whole.status, whole.status_words, whole.proof
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(
            f'{status_html(kind, words)} <span class="facts">'
            f"{html_text(say('answer.as_of', day=day_words(as_of, language())))}</span>",
            width="content",
        )
        if proof is not None and proof != source.place.clause_id:
            clause = desk.clause(proof)
            st.button(
                label_text(say("answer.proof", locator=clause.locator)),
                key="source-proof",
                help=say("answer.proof_help"),
                type="tertiary",
                on_click=state.open,
                args=((Place(clause.document_id, clause.id),), 0, as_of),
            )
    with st.container(key="source-steps", horizontal=True, vertical_alignment="center"):
        if len(source.places) > 1:
            _draw_steps(state, source)
        link = "?clause=" + quote(source.place.link, safe="")
        st.html(
            f'<a class="permanent" href="{html_text(link)}" target="_blank">'
            f"{say('source.permanent_link')}</a>",
            width="content",
        )


def _draw_steps(state: PageState, source: OpenSource) -> None:
    st.button(
        say("source.previous"),
        key="source-previous",
        icon=":material/chevron_left:",
        disabled=source.at == 0,
        on_click=state.step,
        args=(-1,),
    )
    position = say("source.position", at=source.at + 1, count=len(source.places))
    st.html(f'<span class="facts">{position}</span>', width="content")
    st.button(
        say("source.next"),
        key="source-next",
        icon=":material/chevron_right:",
        icon_position="right",
        disabled=source.at == len(source.places) - 1,
        on_click=state.step,
        args=(1,),
    )


def _draw_close(state: PageState) -> None:
    st.button(
        say("common.close"),
        key="source-close",
        icon=":material/close:",
        type="tertiary",
        on_click=state.close,
    )


def _contents_html(view: SourceView) -> str:
    current = ' aria-current="location"'
    lines = "".join(
        f'<li style="--depth: {line.depth}"><a href="#clause-{html_text(line.path)}"'
        f"{current if line.current else ''}>{html_text(line.label)}</a></li>"
        for line in view.contents
    )
    return (
        f'<details class="contents"><summary>{say("source.contents")}</summary>'
        f"<nav><ol>{lines}</ol></nav></details>"
        if lines
        else ""
    )


def _text_html(view: SourceView, opened: int) -> str:
    blocks = "".join(
        _block_html(block, is_first_cited=at == view.first_cited)
        for at, block in enumerate(view.blocks)
        if block.kind is not BlockKind.BLANK
    )
    # a region that scrolls must be reachable with the keyboard
    return (
        f'<div id="source-text" class="source-text" data-opening="{opened}" tabindex="0" '
        f'role="document" aria-label="{html_text(view.name)}">{blocks}</div>'
    )


def _block_html(block: Block, *, is_first_cited: bool) -> str:
    words = "".join(
        f"<mark>{html_text(run.text)}</mark>" if run.cited else html_text(run.text)
        for run in block.runs
    )
    anchor = f' id="clause-{html_text(block.path)}"' if block.path else ""
    cited = " cited" if block.cited else ""
    # the mark of the first one is a place of its own: a clause's id serves the contents
    target = '<span id="source-cited"></span>' if is_first_cited else ""
    return (
        f'<div{anchor} class="block block-{block.kind.value}{cited}" '
        f'style="--depth: {block.depth}">{target}{words}</div>'
    )
