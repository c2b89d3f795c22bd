"""The answer without a model: the clauses themselves, word for word.

A lead line names each clause, its document and its status; below it stands the clause, whole, with
the mark of its citation. The head of a list stands beneath the items that answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.answer.quoted_table import locator_of
from app.contract import CheckOutcome, Citation, ItemsQuoted, Statement
from app.library import Library
from app.search.passages import Passage
from app.wording import Language, citation_name, items_line, lead_line, same_document
from ingest.corpus.documents import CorpusDocument
from ingest.facts.modifications import StatusOnDay


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of an answer that come from quotes."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    leads: tuple[str, ...] = ()  # the lead line of each citation
    blocks: tuple[str, ...] = ()  # each quote below its lead line, with its mark


def compose(
    passages: Sequence[Passage],
    library: Library,
    as_of: date,
    language: Language,
) -> Composed:
    """Quote the passages, numbered from 1 in their order."""
    blocks: list[str] = []
    leads: list[str] = []
    statements: list[Statement] = []
    citations: list[Citation] = []
    for n, passage in enumerate(passages, start=1):
        document = library.documents[passage.clause.document_id]
        status = library.status(passage.clause, as_of)
        citation = cite(n, passage, document, status)
        citations.append(citation)
        quoted = [document.parsed.text[start:end] for start, end in passage.sentences]
        statements += [
            Statement(text=sentence, citations=(n,), check=CheckOutcome.VERIFIED)
            for sentence in quoted
        ]
        name = citation_name(document.entry, language)
        changed = library.versions.changed_on(passage.clause)
        lead = lead_line(citation.locator, name, status, language, changed)
        leads.append(lead)
        *_, above = (None, *citations[:-1])
        if changed is None and above is not None and _goes_on(above, citation):
            lead = same_document(citation.locator, language)
        count = f"\n{items_line(citation.items, language)}" if citation.items else ""
        blocks.append(f"{lead}\n{citation.quote} [{n}]{count}")
    return Composed(
        "\n\n".join(blocks), tuple(statements), tuple(citations), tuple(leads), tuple(blocks)
    )


def _goes_on(above: Citation, citation: Citation) -> bool:
    return (above.document_id, above.status, above.status_proof) == (
        citation.document_id,
        citation.status,
        citation.status_proof,
    )


def cite(n: int, passage: Passage, document: CorpusDocument, status: StatusOnDay) -> Citation:
    return Citation(
        n=n,
        clause_id=passage.clause.id,
        document_id=document.entry.id,
        title=document.entry.title,
        locator=locator_of(passage.clause, document.parsed),
        quote=document.parsed.text[passage.start : passage.end],
        start=passage.start,
        end=passage.end,
        status=status.status,
        status_proof=status.proof,
        folded=passage.folded,
        items=ItemsQuoted(quoted=passage.items[0], of=passage.items[1]) if passage.items else None,
    )
