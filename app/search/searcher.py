"""A question in one snapshot: what it was understood as, what was found, what of it may answer.

question -> retriever -> current_law -> reading -> refusal -> passages
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from app.contract import Question, RefusalReason
from app.library import Library
from app.search.current_law import CurrentLaw, Found
from app.search.document_names import DocumentNames
from app.search.follow_up import FollowUps
from app.search.intent import vocabulary
from app.search.named_documents import MissingTitles, NotHeld, not_held
from app.search.passages import Passage, PassageChooser, is_inside, without_repeats
from app.search.question import ReadQuestion, read_question
from app.search.reading import READ, ReadingModel, between, read_again, read_as, read_best
from app.search.refusal import (
    THRESHOLD,
    AnswerFeatures,
    FeatureReader,
    RefusalModel,
    confidence_of,
    refusal_of,
)
from app.search.retriever import Retriever, SearchResult
from app.search.several import Aspect, Several
from app.wording import THE_WHOLE, Language
from ingest.index.units import quoted_span
from ingest.structure import Clause
from ingest.text.sentences import sentences

#: clauses that an answer lists as found
RETRIEVED = 10
#: clauses that a language model is given beside those that the answer quotes
FURTHER = 2
#: a side of a question that is answered, or a part that leans on it, is answered too from this
#: probability on
SIDE_THRESHOLD = 0.25


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of an answer of several clauses; without passages the corpus does not cover it.

    ``words``: the side or part, as the question names it, "" for one of all clauses wanted;
    ``phrases``: what of the passages is asked for: times, codes; ``is_certain``: the best clause
    is likelier than not the one that answers.
    """

    words: str
    passages: tuple[Passage, ...]
    phrases: tuple[str, ...] = ()
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """All that an answer was made from; it stays in the process, beside the answer.

    ``found``: for the whole question; ``rows``: for each side, part or clause of one that several
    answer; ``features``: of the decision that the corpus answers it;
    ``missing``: documents that the question names and that are not held; ``passages``: those
    that the answer quotes; ``is_certain``: the best clause, or that of each row, is likelier than
    not the one that answers; ``further``: the next best ones; ``queries``: what was searched for.
    """

    library: Library
    read: ReadQuestion
    as_of: date
    language: Language
    found: Found
    rows: tuple[FoundRow, ...]
    features: AnswerFeatures | None  # None when nothing was found: an empty corpus
    confidence: float
    missing: tuple[NotHeld, ...]
    refusal: RefusalReason | None
    passages: tuple[Passage, ...]
    is_certain: bool
    further: tuple[Passage, ...]
    queries: tuple[str, ...]
    seconds: Mapping[str, float]  # by stage

    @property
    def asked(self) -> str:
        """The question as it was searched for, a follow-up with what it leans on."""
        return self.found.answers.query.text

    @property
    def is_foreign(self) -> bool:
        """No document is in the question's language."""
        return self.read.language not in self.library.languages


class Searcher:
    """Searches one snapshot; safe in several threads."""

    def __init__(self, library: Library, model: ReadingModel, refusal: RefusalModel) -> None:
        self.library = library
        self.model = model
        documents, snapshot = library.documents, library.snapshot
        self.retriever = Retriever(
            snapshot, documents, library.works, library.glossary, library.tokenizer, model
        )
        names = DocumentNames((d.entry for d in documents.values()), vocabulary().kinds)
        self._several = Several(self.retriever, names, documents)
        self._follow_ups = FollowUps(self.retriever)
        self.current_law = CurrentLaw(snapshot, documents, library.timeline, library.versions)
        self._chooser = PassageChooser(snapshot, documents, model)
        self._features = FeatureReader(documents, snapshot.lexical, library.tokenizer, refusal)
        self._refusal = refusal
        self._missing_titles = MissingTitles(documents)

    def find(self, question: Question, limit: int = RETRIEVED) -> Found:
        """The clauses found for a question, best first; raises BadQuestion."""
        read = read_question(question)
        return self._found(question, read, day_of(question, read), limit)[1]

    def trace(self, question: Question) -> Trace:
        """Search, decide whether the corpus covers the question, and choose what to quote.

        Raises BadQuestion for what is no question.
        """
        seconds: dict[str, float] = {}
        with _timed(seconds, "question"):
            read = read_question(question)
            as_of = day_of(question, read)
        with _timed(seconds, "search"):
            read, found = self._found(question, read, as_of)
            aspects = self._several.aspects(
                read,
                found.answers,
                lambda result, texts: self._read(result, as_of, texts=texts).answers,
            )
        with _timed(seconds, "coverage"):
            features = self._features_of(read, found.answers)
            confidence, covered = self._covered(read, found.answers, features, aspects)
            missing = not_held(read, self.library.works, self._missing_titles)
            refusal = refusal_of(read, missing, found.answers, confidence)
        with _timed(seconds, "passages"):
            rows: tuple[FoundRow, ...] = ()
            passages: Sequence[Passage] = ()
            is_certain = True
            if refusal is None and aspects:
                row = partial(self._row, read)
                rows = _each_once(map(row, aspects, covered))
                if len(read.parts) > 1:
                    rows = self._with_whole(rows, read, found.answers, features)
                passages = without_repeats([p for row in rows for p in row.passages])
                if len(rows) == 1 and not rows[0].words:
                    rows = ()  # of several clauses that are all wanted one was left
            elif refusal is None:
                is_certain = self._chooser.is_told_apart(found.answers, confidence)
                passages = self._chooser.choose(found.answers, is_certain)
            further = self._further(passages, found.answers)
        return Trace(
            library=self.library,
            read=read,
            as_of=as_of,
            language=question.language or read.language,
            found=found,
            rows=rows,
            features=features,
            confidence=confidence,
            missing=missing,
            refusal=refusal,
            passages=tuple(passages),
            is_certain=is_certain and all(row.is_certain for row in rows),
            further=further,
            queries=tuple(
                dict.fromkeys(
                    (found.answers.query.text, *(a.result.query.text for a in aspects if a.own))
                )
            ),
            seconds=seconds,
        )

    def passages_for(self, text: str, trace: Trace) -> tuple[Passage, ...]:
        """The best clauses for another wording of a question, whole."""
        read = read_question(Question(text=text, documents=trace.read.documents))
        return self._further((), self._find(read, trace.as_of).answers)

    def _found(
        self, question: Question, read: ReadQuestion, as_of: date, limit: int = RETRIEVED
    ) -> tuple[ReadQuestion, Found]:
        """What was found, and the question as it was understood after the earlier ones."""
        found = self._find(read, as_of, limit)
        if not question.history:
            return read, found
        understood = self._follow_ups.understand(
            read,
            question.history,
            found.answers,
            lambda result, text: self._read(result, as_of, limit, (text,)).answers,
        )
        if understood.earlier is None:
            return read, found
        found = replace(found, answers=understood.result)
        return read.after(understood.earlier), read_again(
            found, self.model, understood.result.query.text
        )

    def _find(self, read: ReadQuestion, as_of: date, limit: int = RETRIEVED) -> Found:
        # twice as many: of the texts of one Work some stand in another's place
        return self._read(self.retriever.search(read, read.text, 2 * limit), as_of, limit)

    def _read(
        self,
        result: SearchResult,
        as_of: date,
        limit: int = RETRIEVED,
        texts: tuple[str, ...] = (),
    ) -> Found:
        """``texts``: what clauses are read with; (): what was searched for."""
        found = self.current_law.read(result, as_of, max(limit, 2 * READ))
        found = read_best(found, self.model, texts or (result.query.text,))
        answers = found.answers
        return replace(found, answers=replace(answers, candidates=answers.candidates[:limit]))

    def _covered(
        self,
        read: ReadQuestion,
        whole: SearchResult,
        features: AnswerFeatures | None,
        aspects: Sequence[Aspect],
    ) -> tuple[float, list[float]]:
        """Probability that the corpus covers the question or a part of it, and of each aspect that
        it does, 0 for one that is not."""
        confidence = self._confidence(whole, features)
        own = [self._of_aspect(read, whole, a) if a.own else confidence for a in aspects]
        are_parts = len(read.parts) > 1
        # of many parts one reads well by chance: the whole question counts as much as each
        own = [
            between(c, confidence) if are_parts and not a.leans else c
            for a, c in zip(aspects, own, strict=True)
        ]
        # a part that leans on the question says too little for the question to be covered by it
        most = max([confidence, *(c for a, c in zip(aspects, own, strict=True) if not a.leans)])
        least = [
            THRESHOLD if most < THRESHOLD or (are_parts and not a.leans) else SIDE_THRESHOLD
            for a in aspects
        ]
        return most, [c if c >= of_aspect else 0.0 for c, of_aspect in zip(own, least, strict=True)]

    def _of_aspect(self, read: ReadQuestion, whole: SearchResult, aspect: Aspect) -> float:
        """Probability that the corpus covers it; of one that leans, as an answer to the whole."""
        result = aspect.result
        if aspect.leans:
            best = read_as(result.candidates[:2], self.model, whole.query.text)
            result = replace(result, query=whole.query, candidates=(*best, *result.candidates[2:]))
        return self._confidence(result, self._features_of(read, result))

    def _row(self, read: ReadQuestion, aspect: Aspect, confidence: float) -> FoundRow:
        """``confidence``: 0 where the aspect is not covered."""
        result = aspect.result
        if not confidence:
            return FoundRow(aspect.words, (), aspect.phrases)
        is_certain = not aspect.own or self._chooser.is_told_apart(result, confidence)
        near = result.candidates[:1] if is_certain else result.candidates
        if len(read.parts) > 1:
            near = tuple(c for c in near if c.unit.document_id == near[0].unit.document_id)
        passages = self._chooser.choose(replace(result, candidates=near), is_certain)
        return FoundRow(aspect.words, tuple(passages), aspect.phrases, is_certain)

    def _with_whole(
        self,
        rows: tuple[FoundRow, ...],
        read: ReadQuestion,
        whole: SearchResult,
        features: AnswerFeatures | None,
    ) -> tuple[FoundRow, ...]:
        """Rows of parts behind the clause that answers the whole question best, if that is covered
        and none of them has it: what is lost when a question is taken apart."""
        confidence = self._confidence(whole, features)
        if confidence < THRESHOLD:
            return rows
        passages = self._chooser.choose(replace(whole, candidates=whole.candidates[:1]))
        told = [passage for row in rows for passage in row.passages]
        if any(is_inside(p, q) or is_inside(q, p) for p in passages for q in told):
            return rows
        is_certain = self._chooser.is_told_apart(whole, confidence)
        return (FoundRow(THE_WHOLE[read.language], tuple(passages), (), is_certain), *rows)

    def _confidence(self, result: SearchResult, features: AnswerFeatures | None) -> float:
        return confidence_of(result, features, self._refusal) if features else 0.0

    def _features_of(self, read: ReadQuestion, result: SearchResult) -> AnswerFeatures | None:
        return self._features.features(read, result) if result.candidates else None

    def _further(self, passages: Sequence[Passage], result: SearchResult) -> tuple[Passage, ...]:
        """The next best clauses behind those that are quoted; an item with its whole list."""
        quoted = {passage.clause.id for passage in passages}
        further: dict[str, Passage] = {}
        for candidate in result.candidates:
            clause = self.library.clause(candidate.unit.clause_id)
            if clause.lead_in is not None:
                clause = self.library.clause(clause.lead_in)
            if clause.id not in quoted and len(further) < FURTHER:
                further.setdefault(clause.id, self._whole(clause))
        return tuple(further.values())

    def _whole(self, clause: Clause) -> Passage:
        document = self.library.documents[clause.document_id].parsed
        start, end = quoted_span(document, clause)
        spans = ((start + a, start + b) for a, b in sentences(document.text[start:end]))
        return Passage(clause, start, end, tuple(spans))


def _each_once(rows: Iterable[FoundRow]) -> tuple[FoundRow, ...]:
    """Rows without those of clauses that stand in the rows before; a side keeps its row."""
    kept: list[FoundRow] = []
    for row in rows:
        told = [passage for before in kept for passage in before.passages]
        if row.words or not all(any(is_inside(p, q) for q in told) for p in row.passages):
            kept.append(row)
    return tuple(kept)


def day_of(question: Question, read: ReadQuestion) -> date:
    """The day on which the rule must apply."""
    return question.as_of or read.as_of or date.today()


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    begin = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = time.perf_counter() - begin
