"""Two texts of one Work side by side, what changed in colour and in strokes."""

from datetime import date

import streamlit as st

from app.library import Library
from app.pages.frame.page_language import language, say
from app.pages.frame.page_style import draw_facts
from app.plain_text import html_text
from app.views.comparison import ChangeView, ComparisonView, compare_texts
from app.wording import day_words
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.versions import DiffPart
from ingest.structure import Clause

#: a piece that only one text has is told by its element, not by its colour alone
_TAGS = {"same": ("", ""), "removed": ("<del>", "</del>"), "added": ("<ins>", "</ins>")}


def draw(document: CorpusDocument, clause: Clause | None, library: Library) -> None:
    pairs = compare_texts(library, document.entry.id, clause.id if clause else None, language())
    with st.container(key="source-compare", gap="small"):
        chosen = pairs[0]
        if len(pairs) > 1:
            own = next((p for p in pairs if document.entry.id in (p.older, p.newer)), pairs[0])
            at = st.selectbox(
                say("compare.which"),
                range(len(pairs)),
                index=pairs.index(own),
                format_func=lambda number: _pair_words(pairs[number]),
                key="compare-pair",
            )
            chosen = pairs[at]
        _draw_pair(chosen, clause)


def _draw_pair(pair: ComparisonView, clause: Clause | None) -> None:
    if clause is not None and not pair.current_changed:
        draw_facts(say("compare.same_clause"))
    line = say("compare.count", count=len(pair.changes))
    rows = "".join(_row_html(change) for change in pair.changes)
    st.html(
        f'<p class="facts">{html_text(line)}</p><div class="comparison" tabindex="0" role="region" '
        f'aria-label="{html_text(say("source.read_compare"))}">'
        f'<div class="side-head">{html_text(_since(pair.older_since))}</div>'
        f'<div class="side-head">{html_text(_since(pair.newer_since))}</div>{rows}</div>'
    )


def _row_html(change: ChangeView) -> str:
    head = f"{change.locator} · {say(f'compare.{change.change}')}"
    current = " current" if change.is_current else ""
    return (
        f'<h3 class="change-head{current}">{html_text(head)}</h3>'
        f'<div class="side">{pieces_html(change.old)}</div>'
        f'<div class="side">{pieces_html(change.new)}</div>'
    )


def pieces_html(pieces: tuple[DiffPart, ...]) -> str:
    return "".join(
        f"{_TAGS[piece.kind][0]}{html_text(piece.text)}{_TAGS[piece.kind][1]}" for piece in pieces
    )


def _pair_words(pair: ComparisonView) -> str:
    return f"{_since(pair.older_since)} → {_since(pair.newer_since)}"


def _since(day: date | None) -> str:
    return say("compare.text_of", day=day_words(day, language())) if day else ""
