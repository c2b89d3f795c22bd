"""Copied with one click: a citation, the citation with its words, a permanent link."""

from dataclasses import replace
from datetime import date

from app.answer.quoted_table import locator_of
from app.library import Library
from app.pages.frame.page_language import language, say
from app.pages.frame.page_links import base_address
from app.plain_text import html_text
from app.views.legal_citation import legal_citation, permanent_link, quotation
from app.views.source import Place


def copies_html(library: Library, place: Place, quote: str, as_of: date) -> str:
    """The buttons for a place that the corpus holds; ``quote``: its words, "" for a whole document.

    Raises UnknownClause for a clause that is not there.
    """
    clause = library.clause(place.clause_id) if place.clause_id else None
    status = library.status(clause, as_of) if clause else None
    document = library.documents[place.document_id]
    if clause is not None:
        clause = replace(clause, locator=locator_of(clause, document.parsed))
    citation = legal_citation(document.entry, clause, status, as_of, language())
    copied = {"copy_citation": citation}
    if quote:
        copied["copy_quote"] = quotation(quote, citation, language())
    copied["copy_link"] = permanent_link(base_address(), place.link)
    buttons = "".join(
        f'<button type="button" class="copy" data-copy="{html_text(words)}" aria-live="polite" '
        f'data-copied="{html_text(say("source.copied"))}">{html_text(say(f"source.{key}"))}</button>'
        for key, words in copied.items()
    )
    return f'<div class="copies"><span>{html_text(say("source.copy"))}</span>{buttons}</div>'
