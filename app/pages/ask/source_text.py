"""A document's words: its contents, its clauses, the cited ones marked, links where it cites."""

from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from app.answer.quoted_table import as_read
from app.pages.frame.page_language import say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import draw_script
from app.plain_text import html_text, label_text
from app.views.source import BlockKind, Link, SourceBlock, SourceRun, SourceView

_FIND = Path(__file__).with_name("find.js")
# no word of a document stands in this script; the number makes it run at each opening.
# The pane is scrolled, and the page only where the pane is out of sight, as on a phone; that the
# conversation keeps its place is the work of keep_place.js.
_SCROLL = """<script>
(() => {
  const opening = %d;
  const show = (tries) => {
    const text = document.getElementById("source-text");
    if (!text || text.dataset.opening !== String(opening)) {
      if (tries > 0) setTimeout(() => show(tries - 1), 50);
      return;
    }
    const place = () => {
      const cited = document.getElementById("source-cited");
      text.scrollTop = cited
        ? text.scrollTop + cited.getBoundingClientRect().top - text.getBoundingClientRect().top
          - text.clientHeight / 5
        : 0;
    };
    place();
    document.dispatchEvent(new Event("clause-desk-source"));
    // letters that come late move the lines
    if (document.fonts.status === "loading") document.fonts.ready.then(place);
    const outOfSight = (element) => {
      const box = element.getBoundingClientRect();
      return box.top < 0 || box.top > window.innerHeight - 160;
    };
    // a link inside the document scrolls the text alone; by itself it would scroll the page too
    for (const link of document.querySelectorAll('.st-key-source-pane a[href^="#clause-"]'))
      link.onclick = (event) => {
        const block = document.getElementById(link.getAttribute("href").slice(1));
        if (!block) return;
        event.preventDefault();
        for (const other of text.querySelectorAll(".reached")) other.classList.remove("reached");
        block.classList.add("reached");
        text.scrollTop += block.getBoundingClientRect().top - text.getBoundingClientRect().top - 16;
      };
    const pane = document.querySelector(".st-key-source-pane");
    // the keys go where the eye goes; whoever writes is left alone
    if (!document.activeElement.closest(".st-key-source-pane, input, textarea"))
      text.focus({ preventScroll: true });
    if (outOfSight(pane)) pane.scrollIntoView({ block: "start" });
    // on a phone much may stand above the text
    const cited = document.getElementById("source-cited");
    if (cited && outOfSight(cited)) text.scrollIntoView({ block: "start" });
  };
  // on a busy machine the text may take its time
  setTimeout(() => show(600), 0);
})();
</script>"""


def draw(state: PageState, view: SourceView) -> None:
    _draw_cited_documents(state, view)
    st.html(_find_html())
    draw_script(_FIND)
    st.html(
        f'<div class="reading">{_contents_html(view, is_open=state.large)}'
        f"{_text_html(view, state.opened)}</div>"
    )
    st.html(_SCROLL % state.opened, unsafe_allow_javascript=True)


def _draw_cited_documents(state: PageState, view: SourceView) -> None:
    """What the cited clause refers to; a link in the text presses the button of its document."""
    missing = [link.name for link in view.cited_links if link.place is None]
    if missing:
        line = say("source.not_held", names="; ".join(missing))
        st.html(f'<p class="facts not-held">{html_text(line)}</p>')
    with st.container(key="source-follow"):
        for number, link in enumerate(view.links):
            if link.place is not None:
                st.button(
                    label_text(link.name),
                    key=f"follow-{number}",
                    on_click=state.open,
                    args=((link.place,),),
                )


def _find_html() -> str:
    """A field with its hits counted; find.js looks for them."""
    label = html_text(say("source.find"))
    position = html_text(say("source.hit", at="{at}", count="{count}"))
    steps = "".join(
        f'<button type="button" data-by="{by}" aria-label="{html_text(say(f"source.hit_{name}"))}" '
        f'title="{html_text(say(f"source.hit_{name}"))}">{sign}</button>'
        for by, name, sign in ((-1, "before", "↑"), (1, "after", "↓"))
    )
    return (
        f'<div class="find" role="search"><input type="search" aria-label="{label}" '
        f'placeholder="{label}"><output data-position="{position}" '
        f'data-none="{html_text(say("source.hit_none"))}"></output>{steps}</div>'
    )


def _contents_html(view: SourceView, *, is_open: bool) -> str:
    current = ' aria-current="location"'
    lines = "".join(
        f'<li style="--depth: {line.depth}"><a href="#clause-{html_text(line.path)}"'
        f"{current if line.current else ''}>{html_text(line.label)}</a></li>"
        for line in view.contents
    )
    title = html_text(say("source.contents"))
    return (
        f'<details class="contents"{" open" if is_open else ""}><summary>{title}</summary>'
        f'<nav aria-label="{title}"><ol>{lines}</ol></nav></details>'
        if lines
        else ""
    )


def _text_html(view: SourceView, opened: int) -> str:
    links = {link: number for number, link in enumerate(view.links)}
    blocks = "".join(
        _block_html(block, links, is_first_cited=at == view.first_cited)
        for at, block in enumerate(view.blocks)
        if block.kind is not BlockKind.BLANK
    )
    # a region that scrolls must be reachable with the keyboard
    return (
        f'<div id="source-text" class="source-text" data-opening="{opened}" tabindex="0" '
        f'role="document" aria-label="{html_text(view.name)}">{blocks}</div>'
    )


def _block_html(block: SourceBlock, links: dict[Link, int], *, is_first_cited: bool) -> str:
    # one mark around all that is quoted, links in it or not
    words = "".join(
        f"<mark>{part}</mark>" if cited else part
        for cited, runs in groupby(block.runs, key=lambda run: run.cited)
        for part in ["".join(_run_html(run, links) for run in runs)]
    )
    anchor = f' id="clause-{html_text(block.path)}"' if block.path else ""
    cited = " cited" if block.cited else ""
    # the mark of the first one is a place of its own: a clause's id serves the contents
    target = '<span id="source-cited"></span>' if is_first_cited else ""
    return (
        f'<div{anchor} class="block block-{block.kind.value}{cited}" '
        f'style="--depth: {block.depth}">{target}{words}</div>'
    )


def _run_html(run: SourceRun, links: dict[Link, int]) -> str:
    words = html_text(as_read(run.text))
    link = run.link
    if link is not None and link.place is None:
        title = html_text(say("source.not_held", names=link.name))
        words = f'<span class="reference not-held" title="{title}">{words}</span>'
    elif link is not None and link.place is not None and link in links:
        address = html_text(f"?clause={quote(link.place.link)}")
        press = f"follow-{links[link]}"
        words = f'<a class="reference" href="{address}" data-press="{press}">{words}</a>'
    elif link is not None and link.place is not None:
        path = link.place.link.partition("#")[2]
        words = f'<a class="reference" href="#clause-{html_text(path)}">{words}</a>'
    return words
