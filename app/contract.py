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


class Rejected(Frozen):
    """A sentence of the language model that the clauses do not prove; never part of the answer."""

    text: str
    citations: tuple[int, ...]
    reasons: tuple[str, ...]


class Citation(Frozen):
    """A verbatim quote: ``document_text[start:end] == quote``."""

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


class Retrieved(Frozen):
    """A clause that the search found; ``text`` as it would be quoted."""

    clause_id: str
    document_id: str
    start: int
    end: int
    text: str
    score: float
    status: Status | None = None  # on the as-of day; None from a system that does not tell


class Row(Frozen):
    """A row of an answer of several clauses; one without citations is not covered.

    ``words``: the side or part, as the question names it, "" for one of all clauses wanted;
    ``phrases``: what of the quotes is asked for (times, codes), as it stands there.
    """

    words: str
    citations: tuple[int, ...]
    phrases: tuple[str, ...] = ()


class Mentioned(Frozen):
    """What the quotes ``citations`` point to, outside themselves, as ``words`` of theirs do.

    ``document_id`` and ``clause_id`` open it; without them the corpus does not hold it.
    """

    words: str
    citations: tuple[int, ...]
    document_id: str | None
    clause_id: str | None


class QuestionBack(Frozen):
    """What the question leaves open and the best clauses differ in; one word for each clause,
    the first for the clause that is answered with, and the question that asks with it."""

    words: tuple[str, ...]
    questions: tuple[str, ...]


class Answer(Frozen):
    question: str
    answered: bool
    answer: str  # for people, with [n] marks; for a refusal, the refusal
    refusal_reason: RefusalReason | None
    confidence: float = Field(ge=0, le=1)  # that the corpus covers the question
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    rows: tuple[Row, ...] = ()  # of a question that several clauses answer
    mentioned: tuple[Mentioned, ...] = ()
    question_back: QuestionBack | None = None
    understood: str | None = None  # a follow-up with what it leans on; None: taken as it stands
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
