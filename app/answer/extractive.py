"""The answer without a model: the clauses themselves, word for word.

A lead line names each clause, its document and its status; below it stand the
quoted sentences, each with the mark of its citation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.contract import CheckOutcome, Citation, Statement
from app.library import Library
from app.search.passages import Passage
from app.wording import Language, citation_name, lead_line
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
        citations.append(cite(n, passage, document, status))
        quoted = [document.parsed.text[start:end] for start, end in passage.sentences]
        statements += [
            Statement(text=sentence, citations=(n,), check=CheckOutcome.VERIFIED)
            for sentence in quoted
        ]
        name = citation_name(document.entry, language)
        changed = library.versions.changed_on(passage.clause)
        lead = lead_line(passage.clause.locator, name, status, language, changed)
        leads.append(lead)
        blocks.append(f"{lead}\n{document.parsed.text[passage.start : passage.end]} [{n}]")
    return Composed(
        "\n\n".join(blocks), tuple(statements), tuple(citations), tuple(leads), tuple(blocks)
    )


def cite(n: int, passage: Passage, document: CorpusDocument, status: StatusOnDay) -> Citation:
    return Citation(
        n=n,
        clause_id=passage.clause.id,
        document_id=document.entry.id,
        title=document.entry.title,
        locator=passage.clause.locator,
        quote=document.parsed.text[passage.start : passage.end],
        start=passage.start,
        end=passage.end,
        status=status.status,
        status_proof=status.proof,
    )
