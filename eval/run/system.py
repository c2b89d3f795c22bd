"""What the evaluation asks of a system, and how the real one is opened."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, Protocol

from app.contract import Answer, Question
from ingest.structure import Clause

if TYPE_CHECKING:
    from app.desk import ClauseDesk

Mode = Literal["extractive", "generative"]


class Answerer(Protocol):
    """Anything that answers: the system under test, a peer, a mutation of either."""

    def ask(self, question: Question) -> Answer: ...


class System(Answerer, Protocol):
    """An answerer with the corpus it answers from."""

    @property
    def fingerprint(self) -> str: ...

    def document_text(self, document_id: str) -> str: ...

    def clause(self, clause_id: str) -> Clause: ...

    def clauses(self) -> Iterable[Clause]: ...


def open_clause_desk(mode: Mode = "extractive") -> "ClauseDesk":
    """The real system with the user's settings; for extractive answers without the model.

    Builds the index on a fresh checkout. Raises ClauseDeskError (unusable index,
    wrong setting, no model for generative answers, ...).
    """
    # Slow to import: only when a command needs answers, never for --help.
    from app.desk import ClauseDesk
    from eval.errors import CannotRun
    from ingest.pipeline import build_if_missing
    from ingest.settings import load_settings

    settings = load_settings()
    if mode == "extractive":
        settings = settings.model_copy(update={"llm": None})
    elif settings.llm is None:
        raise CannotRun("generative answers need a language model: set CLAUSEDESK_LLM")
    build_if_missing(settings)
    return ClauseDesk.open(settings)
