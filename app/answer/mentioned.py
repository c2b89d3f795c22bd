"""What the quotes of an answer point to: held, so that it can be opened, or not, and then named."""

from collections.abc import Iterator, Sequence

from app.contract import Citation, Mentioned
from app.library import Library
from app.wording import Language, locator_in, not_held_line
from ingest.corpus.cross_references import own_places


def mentioned(citations: Sequence[Citation], library: Library) -> tuple[Mentioned, ...]:
    """What the quotes point to besides each other, in their order, each once."""
    quoted = {citation.clause_id for citation in citations}
    found: dict[tuple[str | None, str | None, str], Mentioned] = {}
    for citation in citations:
        for start, end, document_id, clause_id in _pointers(citation, library):
            if clause_id in quoted or not citation.start <= start < end <= citation.end:
                continue
            words = citation.quote[start - citation.start : end - citation.start]
            # what is held is one, however it is named
            key = (document_id, clause_id, "" if document_id else words)
            known = found.get(key)
            numbers = (*(known.citations if known else ()), citation.n)
            found[key] = Mentioned(
                words=known.words if known else words,
                citations=tuple(dict.fromkeys(numbers)),
                document_id=document_id,
                clause_id=clause_id,
            )
    return tuple(found.values())


def told_missing(
    found: Sequence[Mentioned], citations: Sequence[Citation], language: Language
) -> list[str]:
    """A line for each quote that cites what is not held: "Decrees No. 111 and 218, cited in
    item 7, are not held." """
    missing = [one for one in found if one.document_id is None]
    lines = []
    for citation in citations:
        names = [one.words for one in missing if one.citations[0] == citation.n]
        if names:
            lines.append(not_held_line(names, locator_in(citation.locator, language), language))
    return lines


def _pointers(
    citation: Citation, library: Library
) -> Iterator[tuple[int, int, str | None, str | None]]:
    """Where a quote's document points to, and what: document id, clause id."""
    document = library.documents[citation.document_id]
    for cited in library.cross_references.of(document):
        held = cited.held[-1].id if cited.held else None
        yield cited.start, cited.end, held, None
    for place in own_places(document.parsed):
        target = document.parsed.by_path[place.path]
        yield place.start, place.end, citation.document_id, target.id
