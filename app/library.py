"""One snapshot of the corpus, opened for reading: documents, their times, and how they are related.

Whatever shows or checks clauses needs no more than this; what searches stands in ``app.search``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ingest.corpus.cross_references import CrossReferences
from ingest.corpus.documents import CorpusDocument, Works, kept_documents, timeline_of
from ingest.corpus.glossary import Glossary
from ingest.corpus.graph import ModificationGraph, build_graph
from ingest.corpus.versions import Versions
from ingest.errors import UnknownClause, some_of
from ingest.facts.modifications import StatusOnDay, Timeline
from ingest.index.snapshot import Snapshot
from ingest.index.units import quoted_text
from ingest.structure import Clause
from ingest.text.tokenizer import Tokenizer


@dataclass(frozen=True)
class Library:
    """Safe in several threads; what is derived from the documents is worked out when first used,
    and a document's text is read when it is asked for."""

    snapshot: Snapshot
    glossary: Glossary
    tokenizer: Tokenizer

    @cached_property
    def documents(self) -> dict[str, CorpusDocument]:
        held = self.snapshot.documents
        return kept_documents(held.heads(), held.payload_of)

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(document.entry.language for document in self.documents.values())

    @cached_property
    def works(self) -> Works:
        return Works(self.documents)

    @cached_property
    def timeline(self) -> Timeline:
        return timeline_of(self.documents)

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.documents, self.timeline)

    @cached_property
    def graph(self) -> ModificationGraph:
        return build_graph(self.documents)

    @cached_property
    def cross_references(self) -> CrossReferences:
        return CrossReferences(self.documents)

    @property
    def fingerprint(self) -> str:
        return self.snapshot.fingerprint

    def clauses(self) -> Iterator[Clause]:
        """All clauses, in reading order, document by document."""
        for document in self.documents.values():
            yield from document.parsed.clauses

    def clause(self, clause_id: str) -> Clause:
        """Raises UnknownClause, with what to do."""
        document = self.documents.get(clause_id.partition("#")[0])
        clause = document.parsed.by_id.get(clause_id) if document else None
        if clause is None:
            raise UnknownClause(
                f"no clause {clause_id} in the corpus; an id looks like gacc-2016-67#4.2, "
                f"the documents are {some_of(self.documents)}"
            )
        return clause

    def document_text(self, document_id: str) -> str:
        return self.documents[document_id].parsed.text

    def quote(self, clause: Clause) -> str:
        """A clause as it is quoted: a list's head with its items."""
        return quoted_text(self.documents[clause.document_id].parsed, clause)

    def status(self, clause: Clause, as_of: date) -> StatusOnDay:
        return self.timeline.status(clause.document_id, clause.path, as_of)
