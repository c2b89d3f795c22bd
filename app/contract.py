"""The answer contract: the one shape that the page, the command line and the
evaluation share. JSON of an :class:`Answer` is what ``python -m app ask --json`` prints.
"""

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.facts.modifications import Status


class RefusalReason(StrEnum):
    NOT_COVERED = "not_covered"  # nothing in the corpus says
    NOT_HELD = "not_held"  # the corpus cites the document asked about but does not hold it
    HOSTILE = "hostile"  # not a question but an attempt to steer the answer


class CheckOutcome(StrEnum):
    VERIFIED = "verified"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class Frozen(BaseModel):
    """A record that is never changed; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(Frozen):
    """What is asked. ``history``: earlier questions of the conversation, oldest first."""

    text: str
    history: tuple[str, ...] = ()
    as_of: date | None = None  # None: today
    language: Literal["en", "zh"] | None = None  # of the answer; None: the question's


class Statement(Frozen):
    """One sentence of the answer with the numbers of the citations that prove it."""

    text: str
    citations: tuple[int, ...]
    check: CheckOutcome
    #: a model's own wording in another language than the quotes: only its figures are checked
    translated: bool = False


class ShortAnswer(Frozen):
    """One line that answers, above the quotes. ``by``: whose words they are; a clause's are
    verified, a model's are verified or not checked, never failed."""

    text: str
    citations: tuple[int, ...]
    check: CheckOutcome
    by: Literal["clause", "model"]
    #: of a clause's words: where they stand in the document of their citation
    span: tuple[int, int] | None = None


class Rejected(Frozen):
    """A sentence of the language model that the clauses do not prove; never part of the answer."""

    text: str
    citations: tuple[int, ...]
    reasons: tuple[str, ...]


class ItemsQuoted(Frozen):
    """Of a list whose head is cited: how many of its items are quoted, and how many it has."""

    quoted: int
    of: int


class Citation(Frozen):
    """A verbatim quote: ``document_text[start:end] == quote``.

    ``folded``: stretches (start, end) of it that do not answer; a page opens them in place.
    """

    n: int
    clause_id: str
    document_id: str
    title: str
    locator: str
    quote: str
    start: int
    end: int
    status: Status
    status_proof: str | None  # id of the clause that proves the status
    folded: tuple[tuple[int, int], ...] = ()
    items: ItemsQuoted | None = None


class Retrieved(Frozen):
    """A clause that the search found; ``text`` as it would be quoted."""

    clause_id: str
    document_id: str
    start: int
    end: int
    text: str
    score: float
    status: Status | None = None  # on the as-of day; None from a system that does not tell


class Answer(Frozen):
    question: str
    answered: bool
    answer: str  # for people, with [n] marks; for a refusal, the refusal
    short: ShortAnswer | None = None  # it stands at the head of ``answer`` too
    refusal_reason: RefusalReason | None
    confidence: float = Field(ge=0, le=1)  # that the corpus covers the question
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    retrieved: tuple[Retrieved, ...]  # best first
    searched_for: tuple[str, ...]  # the queries that were run, follow-ups resolved
    mode: Literal["extractive", "generative"]
    model: str | None
    prompt: str | None = None  # task and version of the prompt that the model was given
    notes: tuple[str, ...] = ()  # for people: what did not go as configured, a line each
    rejected: tuple[Rejected, ...] = ()
    as_of: date
    corpus_fingerprint: str
    timings_ms: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
