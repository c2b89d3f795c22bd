"""The answer contract: the one shape that the page, the command line and the
evaluation share. JSON of an :class:`Answer` is what ``python -m app ask --json`` prints.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ingest.facts.modifications import Status
from ingest.records import Frozen as Frozen  # what stands above imports it from here


class RefusalReason(StrEnum):
    NOT_COVERED = "not_covered"  # nothing in the corpus says
    NOT_HELD = "not_held"  # the corpus cites the document asked about but does not hold it
    HOSTILE = "hostile"  # not a question but an attempt to steer the answer
    NO_QUESTION = "no_question"  # a greeting, thanks, a question about the desk itself
    OTHER_LANGUAGE = "other_language"  # neither English nor Chinese


class Purpose(StrEnum):
    """What a question wants: a clause, a fact of whole documents, or nothing of a rule."""

    CLAUSES = "clauses"
    OUTLINE = "outline"  # what a document is about
    REPEALS = "repeals"  # what it repeals and amends
    CITES = "cites"
    CHANGES = "changes"  # between the texts of a Work, or made by other documents
    IN_FORCE = "in_force"  # what is in force on a day, or whether a document is
    HOLDINGS = "holdings"  # which documents the corpus holds, on a subject
    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    IDENTITY = "identity"  # "who are you?"
    HELP = "help"  # "what can I ask?"
    FOREIGN = "foreign"  # in a language that is not read


class CheckOutcome(StrEnum):
    VERIFIED = "verified"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_day(value: object) -> object:
    """Numbers are no days, whatever they might be counted from."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("write a day as 2018-03-05")
    if isinstance(value, int | float):
        raise ValueError("write a day as 2018-03-05")
    return value


#: as a request or a file writes it
Day = Annotated[date, BeforeValidator(_written_day)]


class Question(Frozen):
    """What is asked. ``history``: earlier questions of the conversation, oldest first;
    ``documents``: ids of those that may answer, all of them where none is given."""

    text: str
    history: tuple[str, ...] = ()
    as_of: date | None = None  # None: today
    language: Literal["en", "zh"] | None = None  # of the answer; None: the question's
    documents: tuple[str, ...] = ()

    def asks(self, document_id: str) -> bool:
        """Whether a document is one of those that may answer."""
        return not self.documents or document_id in self.documents


class Statement(Frozen):
    """One sentence of the answer with the numbers of the citations that prove it.

    In a "generative" answer these are the clauses' own sentences that the model points at, in
    its order. ``translation``: unofficial, by the model; its figures, dates, names and denials
    are those of the sentence.
    """

    text: str
    citations: tuple[int, ...]
    check: CheckOutcome
    translation: str | None = None


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
    """Words of the language model that the clauses do not bear out; never part of the answer."""

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


class Row(Frozen):
    """A row of an answer of several clauses; one without citations is not covered.

    ``words``: the side or part, as the question names it, "" for one of all clauses wanted;
    ``phrases``: what of the quotes is asked for (times, codes), as it stands there; ``certain``:
    the best clause is likelier than not the one that answers.
    """

    words: str
    citations: tuple[int, ...]
    phrases: tuple[str, ...] = ()
    certain: bool = True


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
    documents: tuple[str, ...] = ()  # ids of those that were asked; (): all of them
    answered: bool
    answer: str  # for people, with [n] marks; for a refusal, the refusal
    short: ShortAnswer | None = None  # it stands at the head of ``answer`` too
    refusal_reason: RefusalReason | None
    confidence: float = Field(ge=0, le=1)  # that the corpus covers the question
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    rows: tuple[Row, ...] = ()  # of a question that several clauses answer
    certain: bool = True  # the best clause, or that of each row, is likelier than not the one
    mentioned: tuple[Mentioned, ...] = ()
    question_back: QuestionBack | None = None
    understood: str | None = None  # a follow-up with what it leans on; None: taken as it stands
    retrieved: tuple[Retrieved, ...]  # best first
    searched_for: tuple[str, ...]  # the queries that were run, follow-ups resolved
    #: what was told from the question's words before anything was searched
    purpose: Purpose = Purpose.CLAUSES
    suggestions: tuple[str, ...] = ()  # questions that the corpus answers, for who asked none
    mode: Literal["extractive", "generative"]  # generative: a model chose among the clauses
    model: str | None
    prompt: str | None = None  # task and version of the prompt that the model was given
    notes: tuple[str, ...] = ()  # for people: what did not go as configured, a line each
    rejected: tuple[Rejected, ...] = ()
    as_of: date
    corpus_fingerprint: str
    timings_ms: dict[str, float]

    @property
    def reserved(self) -> bool:
        """Nothing is certain to answer; of rows, each tells its own."""
        return not (self.certain or self.rows)

    @property
    def lead(self) -> str:
        """The words above the lines of an answer on whole documents, or above suggestions."""
        return self.answer.partition("\n\n")[0]

    @property
    def lines(self) -> tuple[Statement, ...]:
        """The lines of an answer on whole documents."""
        return () if self.purpose is Purpose.CLAUSES else self.statements

    @property
    def groups(self) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
        """The lines under their headings in the answer's words; "" where there is none."""
        found: list[tuple[str, tuple[Statement, ...]]] = []
        at = len(self.lead)
        for line in self.lines:
            place = max(self.answer.find(line.text, at), at)
            _, blank, heading = self.answer[at:place].rpartition("\n\n")
            if blank or not found:
                found.append((heading.strip(), ()))
            found[-1] = (found[-1][0], (*found[-1][1], line))
            at = place + len(line.text)
        return tuple(found)

    def translations_of(self, n: int) -> tuple[str, ...]:
        """Of the sentences that citation ``n`` quotes."""
        return tuple(
            s.translation for s in self.statements if n in s.citations and s.translation is not None
        )

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
