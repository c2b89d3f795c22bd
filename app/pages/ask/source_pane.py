"""The source beside the answer: the whole document, the cited clause marked and scrolled to."""

from datetime import date
from mimetypes import guess_type

import streamlit as st

from app.desk import ClauseDesk
from app.library import Library
from app.pages.ask import printed_page, source_text, text_comparison, timeline_picture
from app.pages.ask.copying import copies_html
from app.pages.frame import follow_button, page_links
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import chip_label, error_box, status_html
from app.pages.frame.place_buttons import draw_proof
from app.plain_text import html_text
from app.views.answer import clause_view, instead_of
from app.views.comparison import has_several_texts
from app.views.holdings import holding
from app.views.source import OpenSource, SourceView, view_source
from app.wording import day_words, status_line
from ingest.corpus.catalog import document_path, prove_file
from ingest.corpus.cross_references import own_places
from ingest.corpus.documents import CorpusDocument
from ingest.errors import UnknownClause
from ingest.settings import load_settings

_READING = "source-reading"


def draw(state: PageState, source: OpenSource, desk: ClauseDesk) -> None:
    with st.container(key="source-pane", gap="xsmall"):
        if state.came_from is not None:
            back = say("source.back", page=say(f"pages.{state.came_from}"))
            page_links.link_to(state.came_from, back, icon=":material/arrow_back:")
        library = desk.library()
        document = library.documents.get(source.place.document_id)
        try:
            if document is None:
                # raises, with the ids that there are
                library.clause(source.place.link)
                return
            view = view_source(
                document,
                source.place,
                language(),
                library.cross_references.of(document),
                own_places(document.parsed),
            )
        except UnknownClause as error:
            with st.container(horizontal=True, horizontal_alignment="right"):
                _draw_close(state)
            error_box(str(error))
            return
        as_of = source.as_of or state.day
        _draw_head(state, source, view, library, as_of)
        with st.container(
            key="source-tools",
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
        ):
            reading = _choose_reading(state, document, library)
            if view.clause is not None:
                clause_id = view.clause.id
                follow_button.draw(
                    "source", clause_id, lambda f: f.clause(clause_id, language()), noted=True
                )
            _draw_original(document)
        start, end = view.span
        quote = document.parsed.text[start:end]
        st.html(copies_html(library, source.place, quote, as_of))
        match reading:
            case "page":
                printed_page.draw(state, document, view)
            case "time":
                timeline_picture.draw(state, document, library, as_of)
            case "compare":
                text_comparison.draw(document, view.clause, library)
            case _:
                source_text.draw(state, view)


def _choose_reading(state: PageState, document: CorpusDocument, library: Library) -> str:
    """How the document is read; what a document does not offer is not shown."""
    offered = ["text"]
    if document.boxes:
        offered.append("page")
    offered.append("time")
    if has_several_texts(library, document.entry.id):
        offered.append("compare")
    if state.reading not in offered:
        state.reading = "text"
    st.session_state[_READING] = state.reading
    st.segmented_control(
        say("source.reading"),
        offered,
        required=True,
        format_func=lambda way: say(f"source.read_{way}"),
        key=_READING,
        on_change=_read_otherwise,
        args=(state,),
        label_visibility="collapsed",
    )
    return state.reading


def _read_otherwise(state: PageState) -> None:
    state.reading = st.session_state[_READING]
    # the words are scrolled to again
    state.opened += 1


def _draw_head(
    state: PageState, source: OpenSource, view: SourceView, library: Library, as_of: date
) -> None:
    with st.container(key="source-title", horizontal=True, vertical_alignment="top"):
        place = f'<p class="source-place">{html_text(view.locator)}</p>' if view.locator else ""
        # page.css gives a pane with this mark the whole window
        large = '<span class="large-view"></span>' if state.large else ""
        st.html(f'<h2 class="source-name">{html_text(view.name)}</h2>{place}{large}')
        _draw_large(state)
        _draw_close(state)
    _draw_status(state, source, view, library, as_of)
    if len(source.places) > 1:
        with st.container(
            key="source-steps", horizontal=True, vertical_alignment="center", gap="small"
        ):
            _draw_steps(state, source)


def _draw_status(
    state: PageState, source: OpenSource, view: SourceView, library: Library, as_of: date
) -> None:
    instead = None
    if view.clause is not None:
        status = library.status(view.clause, as_of)
        kind, words, proof = status.status, status_line(status, language()), status.proof
        instead = instead_of(library, view.clause, as_of, language())
    else:
        whole = holding(library, view.document_id, as_of, language())
        kind, words, proof = whole.status, whole.status_words, whole.proof
    with st.container(key="source-status", horizontal=True, vertical_alignment="center"):
        day = say("answer.as_of", day=day_words(as_of, language()))
        st.html(
            f'{status_html(kind, words)} <span class="facts">{html_text(day)}</span>',
            width="content",
        )
        if proof is not None and proof != source.place.clause_id:
            draw_proof(clause_view(library, proof, language()), "source-proof", as_of, state)
        if instead is not None and instead.place is not None:
            st.button(
                say("answer.instead", place=chip_label(instead)),
                key="source-instead",
                type="tertiary",
                on_click=state.open,
                args=((instead.place,), 0, as_of),
            )


def _draw_steps(state: PageState, source: OpenSource) -> None:
    st.button(
        say("source.previous"),
        key="source-previous",
        icon=":material/chevron_left:",
        type="tertiary",
        disabled=source.at == 0,
        on_click=state.step,
        args=(-1,),
    )
    position = say("source.position", at=source.at + 1, count=len(source.places))
    st.html(f'<span class="facts">{html_text(position)}</span>', width="content")
    st.button(
        say("source.next"),
        key="source-next",
        icon=":material/chevron_right:",
        type="tertiary",
        icon_position="right",
        disabled=source.at == len(source.places) - 1,
        on_click=state.step,
        args=(1,),
    )


def _draw_original(document: CorpusDocument) -> None:
    """The file that the text was read from, byte for byte as it was received."""
    corpus, entry = load_settings().corpus, document.entry
    file = document_path(corpus, entry)
    if not file.is_file():
        st.html(f'<span class="facts">{html_text(say("corpus.file_missing"))}</span>')
        return

    def received() -> bytes:
        # raises CatalogError for a file that is another one now
        prove_file(corpus, entry)
        return file.read_bytes()

    st.download_button(
        say("source.original"),
        received,
        file_name=file.name,
        mime=guess_type(file.name)[0] or "application/octet-stream",
        key="source-original",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _draw_large(state: PageState) -> None:
    st.button(
        say("source.small") if state.large else say("source.large"),
        key="source-large",
        icon=":material/close_fullscreen:" if state.large else ":material/open_in_full:",
        type="tertiary",
        on_click=state.enlarge,
    )


def _draw_close(state: PageState) -> None:
    st.button(
        say("common.close"),
        key="source-close",
        icon=":material/close:",
        type="tertiary",
        on_click=state.close,
    )
