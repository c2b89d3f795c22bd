"""What a check of a text tells: each citation, each sentence that states a rule."""

from collections import Counter
from datetime import date
from enum import StrEnum

from app.contract import CheckOutcome, Frozen
from app.texts import texts
from app.wording import Language
from ingest.facts.modifications import Status


class CitationVerdict(StrEnum):
    RIGHT = "right"  # held; the words in quotation marks, or the rule that is stated, are its own
    SAYS_OTHERWISE = "says_otherwise"  # it has the rule that is stated with another figure
    OTHER_WORDS = "other_words"  # it is held and has other words than the quotation
    NUMBER_WRONG = "number_wrong"  # another clause has these words
    NO_DOCUMENT = "document_not_held"
    NO_CLAUSE = "no_such_clause"  # the document is held and has no such place
    NOT_IN_FORCE = "not_in_force"  # repealed, expired or not yet law on the day
    AMENDED = "amended"  # its words have been changed by the day
    NOT_CHECKED = "not_checked"


#: verdicts that say that something is wrong with a citation, not only with what is said of it
WRONG = frozenset(CitationVerdict) - {
    CitationVerdict.RIGHT,
    CitationVerdict.SAYS_OTHERWISE,
    CitationVerdict.NOT_CHECKED,
}


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
    def name(self) -> str:
        """The verdict as the key of its text."""
        return f"checks.{self.verdict}"

    @property
    def check(self) -> CheckOutcome:
        """What its mark looks like: what the clause contradicts is no less so than what is wrong."""
        if self.verdict in (CitationVerdict.RIGHT, CitationVerdict.NOT_CHECKED):
            is_right = self.verdict is CitationVerdict.RIGHT
            return CheckOutcome.VERIFIED if is_right else CheckOutcome.NOT_CHECKED
        return CheckOutcome.FAILED

    def line(self, language: Language) -> str:
        """Verdict, reason and proving clauses on one line, for people."""
        say = texts(language).text
        told = [say(self.name), self.reason, self.clause_id or ""]
        if self.right_clause_id:
            told.append(say("checks.see", clause=self.right_clause_id))
        if self.status_proof and self.verdict in (
            CitationVerdict.NOT_IN_FORCE,
            CitationVerdict.AMENDED,
        ):
            told.append(say("checks.proved_by", clause=self.status_proof))
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
    def name(self) -> str:
        """The outcome as the key of its text."""
        return f"checks.rule_{self.check}"

    def line(self, language: Language) -> str:
        """Outcome, clause and reason on one line, for people."""
        told = texts(language).text(self.name)
        return " · ".join(filter(None, (told, self.clause_id, self.reason)))


class TextCheck(Frozen):
    """``citations`` and ``sentences`` in the order of the text; ``language``: of the reasons."""

    text: str
    language: Language
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
        say = texts(self.language).text
        told: list[str] = []
        for key, found in (("citations", self.citations), ("rules", self.sentences)):
            counts = Counter(say(one.name) for one in found).most_common()
            named = say("checks.comma").join(
                say("checks.counted", count=count, name=name) for name, count in counts
            )
            told.append(say(f"checks.{key}", count=len(found)) + (f" ({named})" if named else ""))
        return say("reasons.between").join(told)

    @property
    def wrong(self) -> int:
        """How many citations and sentences are wrong."""
        return sum(c.verdict in WRONG for c in self.citations) + sum(
            s.check is CheckOutcome.FAILED for s in self.sentences
        )
