"""What the evaluation asks of a system and sees of its corpus, and how the real one is opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol, Self

from app.contract import Answer, Question
from app.views.evaluation_report import Mode
from eval.errors import CannotRun
from ingest.errors import UnknownClause
from ingest.structure import Clause

if TYPE_CHECKING:
    from app.desk import ClauseDesk


class Answerer(Protocol):
    """Anything that answers: the system under test, a peer, a mutation of either."""

    def ask(self, question: Question) -> Answer: ...


class System(Answerer, Protocol):
    """An answerer with the corpus it answers from."""

    @property
    def fingerprint(self) -> str: ...

    def document_text(self, document_id: str) -> str: ...

    def clauses(self) -> Iterable[Clause]: ...


@dataclass(frozen=True, slots=True)
class CorpusView:
    """The corpus as the evaluation sees it: read once, so that scoring asks nothing twice.

    Texts by document id and clauses by clause id, both in the corpus's order.
    """

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


def open_clause_desk(mode: Mode = "extractive") -> "ClauseDesk":
    """The real system with the user's settings; for extractive answers without the model.

    Builds the index on a fresh checkout. Raises ClauseDeskError (unusable index,
    wrong setting, no model for generative answers, ...).
    """
    # Slow to import: only when a command needs answers, never for --help.
    from app.desk import ClauseDesk
    from ingest.pipeline import build_if_missing
    from ingest.settings import load_settings

    settings = load_settings()
    if mode == "extractive":
        settings = settings.model_copy(update={"llm": None})
    elif settings.llm is None:
        raise CannotRun("generative answers need a language model: set CLAUSEDESK_LLM")
    build_if_missing(settings)
    return ClauseDesk.open(settings)
