"""Which document repeals, amends, replaces or cites which: as a picture, and in words."""

import streamlit as st

from app.desk import ClauseDesk
from app.library import Library
from app.pages.ask.opening import open_on_ask_page
from app.pages.frame.page_language import language, say
from app.pages.frame.page_style import chip_label, draw_facts, section_title
from app.plain_text import html_text, shortened
from app.views.answer import place_view
from app.views.graph import RelationLine, picture, relation_lines
from app.wording import citation_name, day_words
from ingest.corpus.graph import Relation

#: documents beyond which the whole graph would be a thicket
_ALL_AT_ONCE = 30
_LONGEST_NAME = 60


def draw(desk: ClauseDesk) -> None:
    library = desk.library()
    graph = library.graph
    names = {
        id_: shortened(citation_name(document.entry, language()), _LONGEST_NAME)
        for id_, document in library.documents.items()
    }
    section_title(say("corpus.graph"), say("corpus.graph_help"))
    if not graph.edges:
        draw_facts(say("corpus.graph_none"))
        return
    choices = ["", *names] if len(graph.nodes) <= _ALL_AT_ONCE else list(names)
    focus = st.selectbox(
        say("corpus.graph_focus"),
        choices,
        format_func=lambda id_: names.get(id_, say("corpus.graph_all")),
        key="graph_focus",
    )
    # a document that was chosen may have been removed since
    focus = focus if focus in choices else choices[0]
    lines = relation_lines(graph, names, focus)
    words = {relation: say(f"corpus.relation_{relation.value}") for relation in Relation}
    if lines:
        st.graphviz_chart(
            picture(graph, names, words, focus),
            alt=say("corpus.graph_alt", count=len(lines)),
        )
    with st.expander(say("corpus.graph_words", count=len(lines)), key="graph-words"):
        for at, line in enumerate(lines):
            _draw_line(at, line, words, library)


def _draw_line(at: int, line: RelationLine, words: dict[Relation, str], library: Library) -> None:
    items = f" {', '.join(line.items)}" if line.items else ""
    since = say("corpus.since", day=day_words(line.since, language())) if line.since else ""
    with st.container(key=f"relation-{at}", gap=None):
        st.html(
            f'<p class="relation"><strong>{html_text(line.source)}</strong> '
            f'<span class="relation-{line.relation.value}">'
            f"{html_text(words[line.relation] + items)}</span> "
            f"<strong>{html_text(line.target)}</strong> {html_text(since)}</p>"
        )
        if line.proof is not None and st.button(
            say("answer.proof", place=chip_label(place_view(library, line.proof, language()))),
            key=f"relation-proof-{at}",
            type="tertiary",
        ):
            open_on_ask_page((line.proof,))
