"""Whether a sentence says what the quotes that it cites say; no language model is asked.

Each check of :data:`app.proof.CHECKS` proves one thing. A sentence is verified when all of them
pass, failed when one finds that the quote says otherwise, and not checked when something in it is
neither proved nor contradicted. What they prove and what they miss is measured:
docs/citation-check.md, ``python -m eval checker``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.contract import CheckOutcome
from app.proof import ACROSS_LANGUAGES, CHECKS
from app.proof.objection import Objection, unsure
from app.proof.reading import Reader
from app.search.steering import is_hostile, rules_only
from ingest.corpus.glossary import Glossary
from ingest.text.tokenizer import Tokenizer

#: a sentence with fewer content words than this only connects
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """``reasons``: one short line each, for a failed or unchecked statement."""

    check: CheckOutcome
    reasons: tuple[str, ...]


class CitationChecker:
    """Checks sentences; safe in several threads."""

    def __init__(self, tokenizer: Tokenizer, glossary: Glossary) -> None:
        self._reader = Reader(tokenizer, glossary)

    def check(
        self, statement: str, quotes: Sequence[str], *, sources: Sequence[str] = ()
    ) -> CheckedStatement:
        """Hold one statement against the verbatim quotes that it cites.

        ``sources``: titles and status lines, which may support figures and names too.
        """
        findings = list(self._findings(statement, quotes, sources))
        reasons = tuple(dict.fromkeys(finding.reason for finding in findings))
        outcome = CheckOutcome.VERIFIED
        if findings:
            worst = any(finding.check is CheckOutcome.FAILED for finding in findings)
            outcome = CheckOutcome.FAILED if worst else CheckOutcome.NOT_CHECKED
        return CheckedStatement(outcome, reasons)

    def _findings(
        self, statement: str, quotes: Sequence[str], sources: Sequence[str]
    ) -> list[Objection]:
        if not any(quote.strip() for quote in quotes):
            return [unsure("no quote is cited")]
        reading = self._reader.read(statement, [rules_only(quote) for quote in quotes], sources)
        if len(reading.statement.content) < FEWEST_WORDS or statement.rstrip().endswith(
            (":", "：")
        ):
            return [unsure("a connecting phrase: it states no rule")]
        if reading.is_name_alone:
            return [unsure("a name alone: it states no rule")]
        if reading.is_fragment:
            return [unsure("a piece of a sentence, without a verb: it states no rule")]
        if reading.has_bare_item:
            return [unsure("an item of a list without what the list is of: it states no rule")]
        if is_hostile(statement):
            return [unsure("it addresses who answers: it states no rule")]
        if reading.chinese != reading.chinese_quotes:
            found = [finding for check in ACROSS_LANGUAGES for finding in check(reading)]
            return [*found, unsure("an unofficial translation: only figures and codes are checked")]
        return [finding for check in CHECKS.values() for finding in check(reading)]
