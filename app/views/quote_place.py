"""Where a quote of an earlier answer stands now: a corpus may have changed since."""

from collections.abc import Mapping
from enum import StrEnum

from app.contract import Citation
from app.views.source import Place
from ingest.corpus.documents import CorpusDocument


class QuoteState(StrEnum):
    VERBATIM = "verbatim"  # word for word at its place
    MOVED = "moved"  # word for word, but elsewhere in the document
    GONE = "gone"  # no longer in the corpus


def find_quote(
    documents: Mapping[str, CorpusDocument], citation: Citation
) -> tuple[QuoteState, Place | None]:
    """The place to open for a citation, and how far it still holds; None if it is gone."""
    document = documents.get(citation.document_id)
    if document is None:
        return QuoteState.GONE, None
    text, held = document.parsed.text, citation.clause_id in document.parsed.by_id
    if held and text[citation.start : citation.end] == citation.quote:
        place = Place(citation.document_id, citation.clause_id, citation.start, citation.end)
        return QuoteState.VERBATIM, place
    # of several places, the one nearest to where it stood
    found, at = [], text.find(citation.quote)
    while at >= 0:
        found.append(at)
        at = text.find(citation.quote, at + 1)
    if not found:
        return QuoteState.GONE, None
    start = min(found, key=lambda position: abs(position - citation.start))
    around = [c for c in document.parsed.clauses if c.start <= start < document.parsed.end_of(c)]
    if not around:
        return QuoteState.GONE, None
    innermost = max(around, key=lambda clause: clause.start)
    return QuoteState.MOVED, Place(
        citation.document_id, innermost.id, start, start + len(citation.quote)
    )
