"""Documents on their way into the corpus: the upload, and the entries proposed for them."""

from datetime import date
from typing import get_args

import streamlit as st

from app.keeping.session import CorpusSession, Proposed
from app.keeping.uploads import SUFFIXES
from app.pages.frame.page_language import say
from app.pages.frame.page_style import error_box, section_title
from app.pages.frame.uploader_words import draw_uploader_words
from app.plain_text import html_text
from ingest.corpus.catalog import CatalogEntry, DocumentKind
from ingest.errors import CatalogError
from ingest.keeping.proposal import corrected

_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
_EARLIEST, _LATEST = date(1949, 10, 1), date(2100, 12, 31)


def draw_upload(session: CorpusSession) -> None:
    key = f"upload-{session.batch}"

    def take() -> None:
        session.upload([(file.name, file.getvalue()) for file in st.session_state[key]])

    limit = draw_uploader_words(SUFFIXES, session.settings)
    st.file_uploader(
        say("corpus.upload", limit=limit),
        type=SUFFIXES,
        accept_multiple_files=True,
        key=key,
        on_change=take,
        max_upload_size=limit,
        disabled=session.is_working,
    )


def draw_proposals(session: CorpusSession) -> None:
    """The entries as they would be stored, each field to be corrected first."""
    if not session.proposed or session.is_working:
        return
    with st.form("proposals", border=False):
        section_title(say("corpus.proposed"), say("corpus.proposed_help"))
        changes = [_draw_proposal(proposed) for proposed in session.proposed]
        with st.container(horizontal=True, gap="small"):
            store = st.form_submit_button(
                say("corpus.store", count=len(session.proposed)), key="store", type="primary"
            )
            discard = st.form_submit_button(say("corpus.discard"), key="discard")
    if discard:
        while session.proposed:
            session.discard(0)
        st.rerun()
    if store:
        entries = _corrected(session.proposed, changes)
        if entries is not None:
            session.store(entries)
            st.rerun()


def _corrected(
    proposed: list[Proposed], changes: list[dict[str, str | int | date | None]]
) -> list[CatalogEntry] | None:
    """The entries with what was changed; None after telling what no entry can have."""
    entries = []
    for one, changed in zip(proposed, changes, strict=True):
        try:
            entries.append(corrected(one.entry, changed))
        except CatalogError as error:
            error_box(f"{one.path.name}: {error}")
    return entries if len(entries) == len(proposed) else None


def _draw_proposal(proposed: Proposed) -> dict[str, str | int | date | None]:
    key = proposed.path.parent.name  # the upload's own folder
    with st.container(key=f"proposal-{key}", gap="small"):
        count = say("ask.clauses", count=proposed.outcome.clauses)
        st.html(
            f'<h3 class="proposal-name">{html_text(proposed.path.name)} '
            f'<span class="facts">{html_text(count)}</span></h3>{_told_html(proposed)}'
        )
        _draw_preview(proposed)
        return draw_fields(proposed.entry, key)


def _draw_preview(proposed: Proposed) -> None:
    """The clauses as they would be stored: a wrong cut is seen before an answer quotes it."""
    outcome = proposed.outcome
    with st.expander(say("corpus.preview", count=outcome.clauses)):
        lines = "".join(
            f"<li><strong>{html_text(one.locator)}</strong> {html_text(one.words)}</li>"
            for one in outcome.preview
        )
        more = outcome.clauses - len(outcome.preview)
        rest = f'<p class="facts">{html_text(say("corpus.preview_more", count=more))}</p>'
        st.html(f'<ul class="preview" tabindex="0">{lines}</ul>{rest if more else ""}')


def draw_fields(
    entry: CatalogEntry, key: str, *, is_new: bool = True
) -> dict[str, str | int | date | None]:
    """An entry's fields to be corrected, and what stands in them; the id of a document that
    is stored stays, for answers are cited by it."""

    def text(field: str, label: str, limit: int = 300) -> str:
        value = getattr(entry, field) or ""
        return st.text_input(label, value, key=f"{field}-{key}", max_chars=limit).strip()

    def number(field: str, label: str) -> int | None:
        value: int | None = getattr(entry, field)
        return st.number_input(
            label, min_value=1, max_value=9999, value=value, step=1, key=f"{field}-{key}"
        )

    with st.container(gap="small"):
        title = text("title", say("corpus.field_title"))
        left, right = st.columns(2)
        with left:
            kind = st.selectbox(
                say("corpus.field_kind"),
                _KINDS,
                index=_KINDS.index(entry.kind),
                format_func=lambda kind: say(f"corpus.kind_{kind}"),
                key=f"kind-{key}",
            )
            issuer = text("issuer", say("corpus.field_issuer"))
            printed = number("number", say("corpus.field_number"))
            document_id = text("id", say("corpus.field_id"), 80) if is_new else entry.id
        with right:
            language = st.selectbox(
                say("corpus.field_language"),
                ("en", "zh"),
                index=("en", "zh").index(entry.language),
                format_func=lambda code: say(f"corpus.language_{code}"),
                key=f"language-{key}",
            )
            source = text("source", say("corpus.field_source"))
            year = number("year", say("corpus.field_year"))
            began = st.date_input(
                say("corpus.field_day"),
                value=entry.expression_date,
                min_value=_EARLIEST,
                max_value=_LATEST,
                format="YYYY-MM-DD",
                key=f"day-{key}",
                help=say("corpus.field_day_help"),
            )
    return {
        "title": title,
        "kind": kind,
        "issuer": issuer,
        "number": printed,
        "id": document_id,
        "language": language,
        "source": source,
        "year": year,
        "expression_date": began,
    }


def _told_html(proposed: Proposed) -> str:
    outcome = proposed.outcome
    rows = [("read", line) for line in outcome.told]
    rows += [("unread", say("corpus.untold", what=line)) for line in outcome.untold]
    rows += [("unread", line) for line in outcome.warnings]
    items = "".join(f'<li class="told-{kind}">{html_text(line)}</li>' for kind, line in rows)
    return f'<ul class="told">{items}</ul>'
