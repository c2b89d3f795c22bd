"""Whether a sentence says what the quotes that it cites say; no language model is asked.

Each check proves one thing. A sentence is verified when all of them pass, failed when one finds
that the quote says otherwise, and not checked when something in it is neither proved nor
contradicted. What they prove and what they miss is measured: docs/citation-check.md,
``python -m eval checker``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.contract import CheckOutcome
from app.proof.conditions import check_conditions, check_lists
from app.proof.coverage import check_figures, check_one_place, check_support
from app.proof.force import check_bounds, check_force, check_polarity, check_turned_around
from app.proof.parties import check_latin_names, check_names, check_opposites
from app.proof.reading import Objection, Reader, Reading, unsure
from app.search.steering import is_hostile, rules_only
from app.wording import Language
from ingest.corpus.glossary import Glossary
from ingest.text.tokenizer import Tokenizer

#: name -> check; each yields an objection for what it cannot prove
CHECKS: dict[str, Callable[[Reading], Iterator[Objection]]] = {
    "figures": check_figures,
    "names": check_names,
    "force": check_force,
    "polarity": check_polarity,
    "opposites": check_opposites,
    "bounds": check_bounds,
    "conditions": check_conditions,
    "lists": check_lists,
    "coverage": check_support,
    "one place": check_one_place,
}
#: for a sentence in another language than its quotes: nothing else can be held
ACROSS_LANGUAGES: dict[str, Callable[[Reading], Iterator[Objection]]] = {
    "figures": check_figures,
    "names": check_latin_names,
    "force": check_turned_around,
}
#: what objects to a sentence that states no rule, and to one in another language than its quotes
NO_RULE, LANGUAGE = "no rule", "language"
#: a sentence with fewer content words than this only connects
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """``reasons``: one short line each, for a failed or unchecked statement; ``objecting``: the
    checks by name that they come from; ``otherwise``: the reasons for which the quotes say
    otherwise, if they surely are of what the statement is of."""

    check: CheckOutcome
    reasons: tuple[str, ...]
    objecting: frozenset[str] = frozenset()
    otherwise: tuple[str, ...] = ()


class CitationChecker:
    """Checks sentences; safe in several threads."""

    def __init__(self, tokenizer: Tokenizer, glossary: Glossary) -> None:
        self._reader = Reader(tokenizer, glossary)

    def check(
        self,
        statement: str,
        quotes: Sequence[str],
        *,
        sources: Sequence[str] = (),
        language: Language = "en",
    ) -> CheckedStatement:
        """Hold one statement against the verbatim quotes that it cites.

        ``sources``: titles and status lines, which may support figures and names too;
        ``language``: of the reasons.
        """
        found = _turned_once(list(self._objections(statement, quotes, sources)))
        outcome = CheckOutcome.VERIFIED
        if found:
            worst = any(objection.check is CheckOutcome.FAILED for _, objection in found)
            outcome = CheckOutcome.FAILED if worst else CheckOutcome.NOT_CHECKED
        told = _told_once(found)
        reasons = dict.fromkeys(one.reason(language) for one in told)
        against = dict.fromkeys(one.reason(language) for one in told if one.otherwise)
        objecting = frozenset(name for name, _ in found)
        return CheckedStatement(outcome, tuple(reasons), objecting, tuple(against))

    def _objections(
        self, statement: str, quotes: Sequence[str], sources: Sequence[str]
    ) -> Iterator[tuple[str, Objection]]:
        """Each with the name of its check."""
        if not any(quote.strip() for quote in quotes):
            yield NO_RULE, unsure("reasons.no_quote")
            return
        reading = self._reader.read(statement, [rules_only(quote) for quote in quotes], sources)
        if (why := _states_no_rule(statement, reading)) is not None:
            yield NO_RULE, unsure(why)
            return
        across = reading.chinese != reading.chinese_quotes
        for name, check in (ACROSS_LANGUAGES if across else CHECKS).items():
            yield from ((name, objection) for objection in check(reading))
        if across:
            yield LANGUAGE, unsure("reasons.translation")


def _turned_once(found: list[tuple[str, Objection]]) -> list[tuple[str, Objection]]:
    """What is denied of the opposite says the same: "not optional" is "mandatory"."""
    against = {name for name, objection in found if objection.otherwise}
    if "opposites" not in against or not against & {"force", "polarity"}:
        return found
    turns = ("opposites", "force", "polarity")
    return [(name, unsure(one.key, **one.values) if name in turns else one) for name, one in found]


def _told_once(found: Sequence[tuple[str, Objection]]) -> list[Objection]:
    """Without the “not” of a “shall not” that is told already."""
    said = " ".join(one.values.get("said", "") for _, one in found if one.otherwise).split()
    return [o for name, o in found if name != "polarity" or o.values.get("words") not in said]


def _states_no_rule(statement: str, reading: Reading) -> str | None:
    """The reason's key."""
    if len(reading.statement.content) < FEWEST_WORDS or statement.rstrip().endswith((":", "：")):
        return "reasons.connects"
    if reading.is_name_alone:
        return "reasons.name_alone"
    if reading.is_fragment:
        return "reasons.fragment"
    if reading.has_bare_item:
        return "reasons.bare_item"
    if is_hostile(statement):
        return "reasons.addresses"
    return None
