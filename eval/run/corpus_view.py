"""The corpus as the evaluation sees it: read once, so that scoring asks nothing twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from eval.run.system import System
from ingest.errors import UnknownClause
from ingest.structure import Clause


@dataclass(frozen=True, slots=True)
class CorpusView:
    """Texts by document id and clauses by clause id, both in the corpus's order."""

    fingerprint: str
    texts: Mapping[str, str]
    clauses: Mapping[str, Clause]

    @classmethod
    def of(cls, system: System) -> Self:
        clauses = {clause.id: clause for clause in system.clauses()}
        documents = dict.fromkeys(clause.document_id for clause in clauses.values())
        texts = {document: system.document_text(document) for document in documents}
        return cls(system.fingerprint, texts, clauses)

    def clause(self, clause_id: str) -> Clause:
        """Raises UnknownClause."""
        try:
            return self.clauses[clause_id]
        except KeyError:
            raise UnknownClause(f"the corpus holds no clause {clause_id}") from None

    def document_hashes(self) -> dict[str, str]:
        """sha256 of each document's text: tells which documents a change touched.

        The index's fingerprint also moves with the program and the model, so it can't.
        """
        return {id_: sha256(text.encode()).hexdigest() for id_, text in self.texts.items()}
