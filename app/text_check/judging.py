"""A sentence that states a rule, held against the clauses that it cites and those nearest to it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from app.contract import CheckOutcome
from app.proof import CitationChecker
from app.proof.coverage import without_figures
from app.search.reading import LIKELY
from app.text_check.citations import NamedCitation
from app.text_check.evidence import MAY_SAY, SURELY_READ, Evidence, EvidenceFinder
from app.text_check.statements import may_state_a_rule, tells
from app.texts import texts
from app.wording import Language, status_line
from ingest.structure import Clause

#: share of a sentence's words that a clause must have to contradict it: one that it cites, and
#: any other one (to verify it too); and to make a rule of a sentence that has no word of a rule
OF_CITED, OF_OTHER, OF_A_RULE = 0.5, 0.75, 0.6
#: reasons that are told of a sentence
_REASONS = 3


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """``bare``: its words without citations; ``by``: the clause that verifies or contradicts;
    ``cited``: the best share of the sentence's words that a cited clause has; ``nearest``,
    ``share``: the other clause that has most of them; ``is_same``: what contradicts it has this
    rule with other figures."""

    bare: str
    check: CheckOutcome
    reason: str
    by: Clause | None = None
    cited: float = 0.0
    nearest: Clause | None = None
    share: float = 0.0
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class _Tried:
    """``otherwise``: why it contradicts a sentence that surely is of it, "" if it does not;
    ``has_figures``: nothing objects to the sentence's figures."""

    evidence: Evidence
    check: CheckOutcome
    reason: str
    share: float
    is_cited: bool
    otherwise: str
    has_figures: bool = True


class SentenceJudge:
    """Judges sentences; safe in several threads."""

    def __init__(self, evidence: EvidenceFinder, language: Language) -> None:
        """``language``: of the reasons."""
        self._evidence, self._language = evidence, language
        self._say = texts(language).text
        library = evidence.library
        self._checker = CitationChecker(library.tokenizer, library.glossary)

    def judge(
        self,
        statement: str,
        bare: str,
        citations: Sequence[NamedCitation],
        before: NamedCitation | None,
        as_of: date,
    ) -> JudgedSentence | None:
        """``bare``: the statement without the citations within it; ``before``: what was cited last before a
        sentence that cites nothing. None for a sentence that states no rule."""
        if not tells(statement):
            return None
        of = [one for one in citations if not one.is_ended] or ([before] if before else [])
        named = {document for citation in of for document in citation.documents}
        tried: list[_Tried] = []
        for is_cited, found in self._found(statement, citations, before, as_of):
            known = {one.evidence.clause.id for one in tried}
            tried += [
                self._of_named(
                    self._tried(statement, bare, evidence, is_cited, as_of), named, bool(citations)
                )
                for evidence in found()
                if evidence.clause.id not in known
            ]
            proofs = [one for one in tried if one.check is CheckOutcome.VERIFIED]
            if proofs:
                return self._judged(bare, proofs[0], tried)
        # what other clauses say contradicts no sentence whose own clause could not be found
        is_found = any(one.is_cited for one in tried) or not any(c.paths for c in citations)
        if is_found and (against := self._against(bare, tried, as_of)) is not None:
            is_same = self._is_same(bare, against, tried, named)
            return replace(self._judged(bare, against, tried), is_same=is_same)
        nearest = max(tried, key=lambda one: (one.is_cited, one.share), default=None)
        if not (may_state_a_rule(statement) or citations or self._is_of_a_rule(bare, tried)):
            return None
        if nearest is None:
            reason = self._say("reasons.nothing_near")
            return JudgedSentence(bare, CheckOutcome.NOT_CHECKED, reason)
        return self._judged(bare, nearest, tried, CheckOutcome.NOT_CHECKED)

    def _is_of_a_rule(self, statement: str, tried: Sequence[_Tried]) -> bool:
        """Whether a clause has most of a sentence's words, or surely speaks of what it says."""
        return any(one.share >= OF_A_RULE for one in tried) or any(
            odd >= SURELY_READ
            for odd in self._evidence.odds(statement, [one.evidence.clause for one in tried])
        )

    def _against(self, statement: str, tried: Sequence[_Tried], as_of: date) -> _Tried | None:
        """The clause that a sentence surely is of, where that one says otherwise. It is one that is
        cited, or the one that reads most like it; it has the sentence's words, or surely speaks
        of what it says, or is cited and no other clause of its document reads more like it."""
        if not any(one.otherwise for one in tried):
            return None
        own = [one.evidence for one in tried if one.is_cited]
        documents = {one.clause.document_id for one in own}
        better, lead = self._evidence.reading_better(statement, own, documents, as_of)
        of_cited = LIKELY if better is not None and lead > 0 else MAY_SAY
        odds = self._evidence.odds(statement, [one.evidence.clause for one in tried])
        sure = [
            (odd, one)
            for odd, one in zip(odds, tried, strict=True)
            if odd >= (of_cited if one.is_cited else SURELY_READ)
            or one.share >= (OF_CITED if one.is_cited else OF_OTHER)
        ]
        _, meant = max(sure, key=lambda one: (one[1].is_cited, one[0]), default=(0.0, None))
        if meant is None or not meant.otherwise:
            return None
        if meant.is_cited and better and better.document_id in documents and lead > 0:
            told = self._checker.check(statement, [self._evidence.of(better).whole])
            if not told.otherwise:
                return None  # the place may be wrong, and the rule right
        cited = [one.evidence.whole for _, one in sure if one.is_cited]
        if len(cited) > 1 and not self._checker.check(statement, cited).otherwise:
            return None  # each says a part of it
        return replace(meant, check=CheckOutcome.FAILED, reason=meant.otherwise)

    def _is_same(
        self, bare: str, against: _Tried, tried: Sequence[_Tried], named: Collection[str]
    ) -> bool:
        """Whether a clause that contradicts a sentence has its words apart from the figures, and no
        other clause of the documents named has the words and the figures."""
        words = without_figures(bare)

        def share(of: _Tried) -> float:
            return self._evidence.coverage(words, of.evidence)

        return (
            not against.has_figures
            and share(against) >= OF_A_RULE
            and not any(
                one.has_figures
                and one.evidence.clause.document_id in named
                and share(one) >= share(against)
                for one in tried
            )
        )

    def _found(
        self,
        statement: str,
        citations: Sequence[NamedCitation],
        before: NamedCitation | None,
        as_of: date,
    ) -> Iterable[tuple[bool, Callable[[], Iterable[Evidence]]]]:
        """Where to look, in this order; each is looked at only if the one before proves nothing."""

        def cited(of: Sequence[NamedCitation]) -> list[Evidence]:
            return [
                evidence
                for citation in of
                for evidence in (
                    self._evidence.meant_by(citation, as_of)
                    if citation.paths
                    else self._evidence.near(statement, citation.documents)
                    if citation.documents
                    else ()
                )
            ]

        yield True, lambda: cited(citations)
        if before is not None and not citations:
            yield False, lambda: cited([before])
        yield False, lambda: self._evidence.near(statement)
        yield False, lambda: self._evidence.searched(statement, as_of)

    def _tried(
        self, statement: str, bare: str, evidence: Evidence, is_cited: bool, as_of: date
    ) -> _Tried:
        if self._evidence.says(statement, evidence):
            reason = self._say("reasons.word_for_word")
            return _Tried(evidence, CheckOutcome.VERIFIED, reason, 1.0, is_cited, "")
        clause = evidence.clause
        entry = self._evidence.library.documents[clause.document_id].entry
        status = status_line(self._evidence.library.status(clause, as_of), "en")
        check = partial(
            self._checker.check,
            quotes=[evidence.whole],
            sources=[entry.citation_name, entry.title, status],
            language=self._language,
        )
        checked = check(statement)
        outcome = checked.check
        if outcome is not CheckOutcome.VERIFIED and bare != statement:
            # the number of a citation contradicts no rule; whether it is right is told of itself
            checked, outcome = check(bare), CheckOutcome.NOT_CHECKED
        share = self._evidence.coverage(statement, evidence)
        told = checked.reasons[:_REASONS]
        if outcome is not CheckOutcome.VERIFIED and not told:
            told = (self._say("reasons.nothing_proves"),)
        reason = self._say("reasons.between").join(told)
        if outcome is CheckOutcome.VERIFIED and not is_cited and share < OF_OTHER:
            outcome, reason = CheckOutcome.NOT_CHECKED, self._say("reasons.worded_as_none")
        if outcome is CheckOutcome.VERIFIED and (
            rest := self._evidence.left_out(statement, evidence)
        ):
            outcome = CheckOutcome.NOT_CHECKED
            reason = self._say("reasons.leaves_out", words=rest)
        otherwise = self._say("reasons.between").join(checked.otherwise[:_REASONS])
        has_figures = "figures" not in checked.objecting
        return _Tried(evidence, outcome, reason, share, is_cited, otherwise, has_figures)

    def _judged(
        self, bare: str, by: _Tried, tried: Sequence[_Tried], check: CheckOutcome | None = None
    ) -> JudgedSentence:
        others = [one for one in tried if not one.is_cited]
        nearest = max(others, key=lambda one: one.share, default=None)
        return JudgedSentence(
            bare,
            check or by.check,
            by.reason,
            None if check else by.evidence.clause,
            max((one.share for one in tried if one.is_cited), default=0.0),
            nearest.evidence.clause if nearest else None,
            nearest.share if nearest else 0.0,
        )

    def _of_named(self, tried: _Tried, named: Collection[str], is_named: bool) -> _Tried:
        """A sentence that names a document is proved and contradicted by that one alone, one that
        names none contradicted by the one named before: what another one says of itself ("enters
        into force on …") says nothing of it."""
        if not named or tried.evidence.clause.document_id in named:
            return tried
        if not is_named:
            return replace(tried, otherwise="")
        reason = self._say("reasons.other_document")
        return replace(tried, check=CheckOutcome.NOT_CHECKED, reason=reason, otherwise="")
