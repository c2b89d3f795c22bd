"""What a check of a text tells: each citation, each sentence that states a rule."""

from collections import Counter
from datetime import date
from enum import StrEnum

from app.contract import CheckOutcome, Frozen
from ingest.facts.modifications import Status


class CitationVerdict(StrEnum):
    RIGHT = "right"  # held; the words in quotation marks, or the rule that is stated, are its own
    OTHER_WORDS = "other_words"  # it is held and has other words than the quotation
    NUMBER_WRONG = "number_wrong"  # another clause has these words
    NO_DOCUMENT = "document_not_held"
    NO_CLAUSE = "no_such_clause"  # the document is held and has no such place
    NOT_IN_FORCE = "not_in_force"  # repealed, expired or not yet law on the day
    AMENDED = "amended"  # its words have been changed by the day
    NOT_CHECKED = "not_checked"


#: verdicts that say that something is wrong with a citation
WRONG = frozenset(CitationVerdict) - {CitationVerdict.RIGHT, CitationVerdict.NOT_CHECKED}


class CheckedCitation(Frozen):
    """A citation at ``text[start:end]``; ``quotation``: the span, with its marks, of what is
    quoted from it. ``clause_id``: what it means; ``right_clause_id``: the clause that has the
    words; ``difference``: words of the clause in [-…-], of the text in {+…+}."""

    start: int
    end: int
    words: str
    verdict: CitationVerdict
    reason: str
    document_id: str | None = None
    clause_id: str | None = None
    quotation: tuple[int, int] | None = None
    right_clause_id: str | None = None
    difference: str | None = None
    status: Status | None = None
    status_proof: str | None = None

    @property
    def line(self) -> str:
        """Verdict, reason and proving clauses on one line, for people."""
        told = [self.verdict.value.replace("_", " "), self.reason, self.clause_id or ""]
        if self.right_clause_id:
            told.append(f"see {self.right_clause_id}")
        if self.verdict in (CitationVerdict.NOT_IN_FORCE, CitationVerdict.AMENDED):
            told.append(f"proved by {self.status_proof}" if self.status_proof else "")
        return " · ".join(filter(None, (*told, self.difference)))


class CheckedSentence(Frozen):
    """A sentence at ``text[start:end]`` that states a rule: verified or contradicted (failed) by
    ``clause_id``, or not checked and why."""

    start: int
    end: int
    check: CheckOutcome
    reason: str
    clause_id: str | None = None

    @property
    def line(self) -> str:
        """Outcome, clause and reason on one line, for people."""
        told = {
            CheckOutcome.VERIFIED: "verified",
            CheckOutcome.FAILED: "contradicted",
            CheckOutcome.NOT_CHECKED: "not checked",
        }[self.check]
        return " · ".join(filter(None, (told, self.clause_id, self.reason)))


class TextCheck(Frozen):
    """``citations`` and ``sentences`` in the order of the text."""

    text: str
    as_of: date
    citations: tuple[CheckedCitation, ...]
    sentences: tuple[CheckedSentence, ...]
    corpus_fingerprint: str

    @property
    def marks(self) -> tuple["CheckedCitation | CheckedSentence", ...]:
        """Citations and sentences in the order of the text, a sentence before its citations."""
        return tuple(
            sorted((*self.sentences, *self.citations), key=lambda one: (one.start, -one.end))
        )

    @property
    def summary(self) -> str:
        """How many of each, on one line."""
        verdicts = Counter(c.verdict.value.replace("_", " ") for c in self.citations)
        outcomes = Counter(s.line.partition(" · ")[0] for s in self.sentences)
        told = [
            f"{len(found)} {what} ({', '.join(f'{n} {name}' for name, n in counts.most_common())})"
            if found
            else f"no {what}"
            for what, found, counts in (
                ("citations", self.citations, verdicts),
                ("sentences that state a rule", self.sentences, outcomes),
            )
        ]
        return "; ".join(told)

    @property
    def wrong(self) -> int:
        """How many citations and sentences are wrong."""
        return sum(c.verdict in WRONG for c in self.citations) + sum(
            s.check is CheckOutcome.FAILED for s in self.sentences
        )
