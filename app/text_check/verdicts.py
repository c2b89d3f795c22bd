"""What the corpus proves of one citation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.contract import CheckOutcome
from app.proof.reading import mostly_chinese
from app.text_check.citations import NamedCitation
from app.text_check.evidence import Evidence, EvidenceFinder, is_within
from app.text_check.judging import OF_OTHER, JudgedSentence
from app.text_check.naming import MAY_BE_NAMED
from app.text_check.quotations import Quotation
from app.text_check.report import CheckedCitation, CitationVerdict
from app.text_check.statements import may_state_a_rule
from app.texts import texts
from app.wording import Language, citation_name, day_words, locator_in, status_line
from ingest.facts.modifications import Modification, Status, StatusOnDay
from ingest.structure import Clause
from ingest.text.language import is_chinese

#: share of the words of a sentence that states no duty, right or figure that a clause has whose rule
#: it may be; in the other language, which has none of them, its characters
LEAST_SHARED = 0.35
SHORTEST_ACROSS = 16
#: by how much more of a sentence's words, or of a quotation, another clause must have than the
#: one that is cited, to be the one that was meant
LEAD = 0.3
#: and by how much more it must read like what the sentence says: of 157 questions on statutes kept apart
#: and 117 in the other language, beside their clause and beside the three nearest others, 0.85 and
#: 0.35 of the wrong places are above it, 0.02 and 0.02 of the right ones
LEAD_IN_READING = 1.5
#: why a document is not sure, where what the sentence says of the place may make it so
_MAY_BE_MEANT = frozenset(
    ("reasons.no_document_before", "reasons.may_be_translated", "reasons.or_not_held", MAY_BE_NAMED)
)
#: sentences that must be of what a document says before its name is sure
_SEVERAL = 2
#: likeness of a quotation to a clause that has nearly its words
NEARLY = 0.85


@dataclass(frozen=True, slots=True)
class _Finding:
    """``right``: the clause that has the words instead; ``standing``: the clause whose status counts."""

    verdict: CitationVerdict
    reason: str
    meant: Clause | None = None
    right: Clause | None = None
    difference: str | None = None


class CitationJudge:
    """Judges citations; safe in several threads."""

    def __init__(self, evidence: EvidenceFinder, language: Language) -> None:
        """``language``: of the reasons."""
        self._evidence, self._language = evidence, language
        self._say = texts(language).text
        self._library = evidence.library

    def settled(
        self,
        citations: Sequence[NamedCitation],
        sentences: Sequence[JudgedSentence | None],
        as_of: date,
    ) -> list[NamedCitation]:
        """The citations, those of a document that may be meant made sure where several sentences,
        and half of those that cite it, surely are of what it says; ``sentences``: each one's own."""
        surely: dict[tuple[str, ...], list[bool]] = {}
        for citation, sentence in zip(citations, sentences, strict=True):
            if citation.unsure in _MAY_BE_MEANT and citation.documents and sentence:
                told = surely.setdefault(citation.documents, [])
                if (best := self._evidence.read_best(sentence.bare, as_of)) is not None:
                    told.append(best.document_id in citation.documents)
        sure = {
            documents
            for documents, told in surely.items()
            if sum(told) >= max(_SEVERAL, len(told) / 2)
        }
        return [
            replace(one, unsure="")
            if one.unsure in _MAY_BE_MEANT and one.documents in sure
            else one
            for one in citations
        ]

    def judge(
        self,
        text: str,
        citation: NamedCitation,
        quotations: Sequence[Quotation],
        sentence: JudgedSentence | None,
        is_only_one: bool,
        as_of: date,
    ) -> CheckedCitation:
        """``quotations``: what is quoted from it, of which the first that is not right decides;
        ``sentence``: how its sentence was judged, None if it states no rule; ``is_only_one``:
        the sentence cites nothing else, and of a place, no other place."""
        unsure, is_guessed = citation.unsure, not citation.documents
        if sentence is not None and is_only_one:
            citation = self._made_sure(citation, sentence.bare, as_of)
        meant = self._evidence.meant_by(citation, as_of) if citation.paths else []
        quotation = next(iter(quotations), None)
        if not citation.documents or (citation.paths and not meant):
            found = self._unheld(citation, quotation, as_of)
        elif quotation is None and citation.is_ended:
            found = self._ended(citation, meant, as_of)
        elif quotation is None:
            found = self._stated(citation, meant, sentence, is_only_one, as_of)
        else:
            for quotation in quotations:
                found = self._quoted(citation, meant, quotation, as_of)
                if found.verdict is not CitationVerdict.RIGHT:
                    break
        # a document that only the sentence itself tells may prove it right, never wrong
        if (
            (citation.unsure or (unsure and is_guessed))
            and found.verdict is not CitationVerdict.RIGHT
        ) or (unsure and found.verdict is CitationVerdict.NOT_CHECKED):
            reason = self._say(unsure)
            found = _Finding(CitationVerdict.NOT_CHECKED, reason, found.meant)
        return self._told(text, citation, quotation, self._in_force(citation, found, as_of), as_of)

    def _made_sure(self, citation: NamedCitation, statement: str, as_of: date) -> NamedCitation:
        """A place of a document that may be meant, or of none that is named, as one of the document
        in which a clause surely speaks of what the sentence says."""
        if not citation.paths or citation.unsure not in _MAY_BE_MEANT:
            return citation
        clause = self._evidence.read_in(statement, as_of, citation.documents)
        if clause is None:
            return citation
        held = self._library.documents
        work = held[clause.document_id].entry.work_key
        texts_of_it = tuple(id_ for id_, one in held.items() if one.entry.work_key == work)
        return replace(citation, documents=citation.documents or texts_of_it, unsure="")

    def _unheld(
        self, citation: NamedCitation, quotation: Quotation | None, as_of: date
    ) -> _Finding:
        right = self._evidence.having(quotation.words, citation.documents) if quotation else None
        stands = [self._say("reasons.quoted_stand", place=self._name(right))] if right else []
        if citation.unsure:
            verdict, told = CitationVerdict.NOT_CHECKED, [self._say(citation.unsure)]
        elif citation.documents:
            entry = self._library.documents[citation.documents[0]].entry
            name = citation_name(entry, self._language)
            verdict, told = CitationVerdict.NO_CLAUSE, [self._say("reasons.no_place", name=name)]
        elif repeal := self._repeal_of(citation, as_of):
            ended = citation.is_ended
            verdict = CitationVerdict.RIGHT if ended else CitationVerdict.NOT_IN_FORCE
            status = StatusOnDay(Status.REPEALED, repeal.effective, repeal.proof)
            place = self._name(self._library.clause(repeal.proof))
            told = [
                status_line(status, self._language),
                self._say("reasons.repealed_in", place=place),
                self._say("reasons.not_held"),
            ]
        else:
            cited = self._library.works.references_to(citation.work) if citation.work else []
            verdict, told = CitationVerdict.NO_DOCUMENT, [self._say("reasons.not_held")]
            told += [
                self._say("reasons.cited_in", place=self._name(self._library.clause(one.clause_id)))
                for one in cited[:1]
            ]
        return _Finding(verdict, self._joined(*told, *stands), right=right)

    def _repeal_of(self, citation: NamedCitation, as_of: date) -> Modification | None:
        """What in the corpus repeals, as a whole, a document that it does not hold."""
        if (work := citation.work) is None:
            return None
        return next(
            (
                act
                for document in self._library.documents.values()
                for act in document.facts.repeals
                if not act.items
                and act.target is not None
                and act.target.matches(work)
                and act.effective is not None
                and (act.effective <= as_of or citation.is_ended)
            ),
            None,
        )

    def _quoted(
        self, citation: NamedCitation, meant: Sequence[Evidence], quotation: Quotation, as_of: date
    ) -> _Finding:
        documents = self._evidence.texts(citation.documents, as_of)
        sources: list[tuple[str, Clause | None]] = [(one.whole, one.clause) for one in meant]
        sources = sources or [(self._library.document_text(id_), None) for id_ in documents]
        for source, clause in sources:
            words = self._evidence.wording(source).find(quotation.words)
            if words and words.limits_left_out:
                reason = self._say("reasons.left_out_limits")
                return _Finding(CitationVerdict.OTHER_WORDS, reason, clause)
            if words and words.limits_beside:
                reason = self._say("reasons.beside_limits")
                return _Finding(CitationVerdict.NOT_CHECKED, reason, clause)
            if words:
                held = clause or self._evidence.having(quotation.words, documents)
                return _Finding(CitationVerdict.RIGHT, self._say("reasons.has_words"), held)
        right = self._evidence.having(quotation.words, documents)
        first = meant[0].clause if meant else None
        if right is not None:
            return _Finding(
                CitationVerdict.NUMBER_WRONG,
                self._say("reasons.words_stand", place=self._name(right)),
                first,
                right,
            )
        if all(is_chinese(quotation.words) != is_chinese(source) for source, _ in sources):
            reason = self._say("reasons.other_language")
            return _Finding(CitationVerdict.NOT_CHECKED, reason, first)
        return self._nearly_quoted(sources, quotation)

    def _nearly_quoted(
        self, sources: Sequence[tuple[str, Clause | None]], quotation: Quotation
    ) -> _Finding:
        (like, difference), clause = max(
            (
                (self._evidence.wording(source).nearest(quotation.words), clause)
                for source, clause in sources
            ),
            key=lambda one: one[0][0],
        )
        others = [
            (*self._evidence.wording(one.text).nearest(quotation.words), one.clause)
            for one in self._evidence.near(quotation.words)
        ]
        other = max(others, key=lambda one: one[0], default=None)
        if other and other[0] >= NEARLY and other[0] >= like + LEAD / 2:
            reason = self._say("reasons.nearly_stand", place=self._name(other[2]))
            return _Finding(CitationVerdict.NUMBER_WRONG, reason, clause, other[2], other[1])
        reason = self._say("reasons.has_not_words")
        return _Finding(CitationVerdict.OTHER_WORDS, reason, clause, None, difference)

    def _stated(
        self,
        citation: NamedCitation,
        meant: Sequence[Evidence],
        sentence: JudgedSentence | None,
        is_only_one: bool,
        as_of: date,
    ) -> _Finding:
        first = meant[0].clause if meant else None
        there = self._say("reasons.clause_there" if meant else "reasons.document_held")
        if sentence is None:
            reason = self._joined(there, self._say("reasons.nothing_said"))
            return _Finding(CitationVerdict.NOT_CHECKED, reason, first)
        by = sentence.by
        if (
            by is not None
            and sentence.check is CheckOutcome.VERIFIED
            and _covers(citation, meant, by)
        ):
            return _Finding(CitationVerdict.RIGHT, self._say("reasons.says_so"), by)
        is_elsewhere = by is not None and is_only_one and not _covers(citation, meant, by)
        if by is not None and is_elsewhere and sentence.check is CheckOutcome.VERIFIED:
            reason = self._say("reasons.rule_stands", place=self._name(by))
            return _Finding(CitationVerdict.NUMBER_WRONG, reason, first, by)
        if by is not None and sentence.is_same and _covers(citation, meant, by):
            return _Finding(CitationVerdict.SAYS_OTHERWISE, self._say("reasons.other_figure"), by)
        better, lead = (
            self._evidence.reading_better(sentence.bare, meant, citation.documents, as_of)
            if is_only_one and citation.documents
            else (None, 0.0)
        )
        if by is not None and is_elsewhere and (better is None or lead > 0):
            reason = self._say("reasons.nearest_stands", place=self._name(by))
            return _Finding(CitationVerdict.NUMBER_WRONG, reason, first, by)
        if (
            better is not None
            and lead >= LEAD_IN_READING
            and self._may_be_of(sentence.bare, better)
        ):
            reason = self._say("reasons.reads_better", place=self._name(better))
            return _Finding(CitationVerdict.NUMBER_WRONG, reason, first, better)
        near = sentence.nearest
        if (
            is_only_one
            and near is not None
            and sentence.share >= OF_OTHER
            and sentence.share >= sentence.cited + LEAD
            and not _covers(citation, meant, near)
        ):
            reason = self._say("reasons.rule_words_stand", place=self._name(near))
            return _Finding(CitationVerdict.NUMBER_WRONG, reason, first, near)
        if (
            by is not None
            and sentence.check is CheckOutcome.FAILED
            and _covers(citation, meant, by)
        ):
            reason = self._joined(there, self._say("reasons.says_otherwise"))
            return _Finding(CitationVerdict.SAYS_OTHERWISE, reason, by)
        reason = self._joined(there, self._say("reasons.nothing_proves"))
        return _Finding(CitationVerdict.NOT_CHECKED, reason, first)

    def _ended(self, citation: NamedCitation, meant: Sequence[Evidence], as_of: date) -> _Finding:
        """Of what a sentence says only that it was repealed, replaced or amended: another document
        says so, and its number is none the worse for it."""
        first = meant[0].clause if meant else None
        status = self._status(citation, first, as_of)
        if status.status is Status.REPEALED or status.replaced_by or status.overtaken:
            return _Finding(CitationVerdict.RIGHT, status_line(status, self._language), first)
        there = self._say("reasons.clause_there" if meant else "reasons.document_held")
        reason = self._joined(there, self._say("reasons.nothing_proves"))
        return _Finding(CitationVerdict.NOT_CHECKED, reason, first)

    def _status(self, citation: NamedCitation, clause: Clause | None, as_of: date) -> StatusOnDay:
        """Of a clause, or of the document as a whole."""
        if clause is not None:
            return self._library.timeline.status(clause.document_id, clause.path, as_of)
        whole = self._evidence.texts(citation.documents, as_of)[0]
        return self._library.timeline.status(whole, "", as_of)

    def _in_force(self, citation: NamedCitation, found: _Finding, as_of: date) -> _Finding:
        """With the law of the day, for what is held and has the place, and is relied on."""
        if (
            not citation.documents
            or citation.is_ended
            or found.verdict in (CitationVerdict.NO_CLAUSE, CitationVerdict.NUMBER_WRONG)
        ):
            return found
        status = self._status(citation, found.meant, as_of)
        words = status_line(status, self._language)
        if status.replaced_by is not None and found.meant is not None:
            now = self._library.versions.in_force(found.meant, as_of)
            reason = self._say("reasons.older_text", status=words)
            return _Finding(CitationVerdict.AMENDED, reason, found.meant, now, found.difference)
        if status.status in (Status.REPEALED, Status.EXPIRED, Status.NOT_YET_IN_FORCE):
            return _Finding(
                CitationVerdict.NOT_IN_FORCE,
                self._joined(words, found.reason),
                found.meant,
                found.right,
                found.difference,
            )
        if status.overtaken is not None and found.verdict is CitationVerdict.RIGHT:
            day = day_words(status.overtaken, self._language)
            reason = self._say("reasons.amended", day=day)
            return _Finding(CitationVerdict.AMENDED, reason, found.meant)
        return found

    def _told(
        self, text: str, citation: NamedCitation, quotation: Quotation | None, found: _Finding, as_of: date
    ) -> CheckedCitation:  # fmt: skip
        clause = found.meant
        document_id = clause.document_id if clause else next(iter(citation.documents), None)
        status: dict[str, Any] = {}
        if document_id is not None:
            on_day = self._library.timeline.status(
                document_id, clause.path if clause else "", as_of
            )
            status = {"status": on_day.status, "status_proof": on_day.proof}
        return CheckedCitation(
            start=citation.start,
            end=citation.end,
            words=text[citation.start : citation.end],
            verdict=found.verdict,
            reason=found.reason,
            document_id=document_id,
            clause_id=clause.id if clause else None,
            quotation=(quotation.start, quotation.end) if quotation else None,
            right_clause_id=found.right.id if found.right else None,
            difference=found.difference or None,
            **status,
        )

    def _may_be_of(self, statement: str, clause: Clause) -> bool:
        """Whether a sentence may state a clause's rule: "please file this under item 9" reads like
        many a clause, and has the words of none."""
        if may_state_a_rule(statement):
            return True
        if mostly_chinese(statement) != mostly_chinese(clause.text):
            return len(statement) >= SHORTEST_ACROSS
        return self._evidence.coverage(statement, self._evidence.of(clause)) >= LEAST_SHARED

    def _name(self, clause: Clause) -> str:
        entry = self._library.documents[clause.document_id].entry
        return self._say(
            "reasons.place",
            locator=locator_in(clause.locator, self._language),
            name=citation_name(entry, self._language),
        )

    def _joined(self, *reasons: str) -> str:
        return self._say("reasons.between").join(reasons)


def _covers(citation: NamedCitation, meant: Sequence[Evidence], clause: Clause) -> bool:
    """Whether a clause is what is cited, or part of it."""
    if not citation.paths:
        return clause.document_id in citation.documents
    return any(is_within(clause, one.clause) for one in meant)
