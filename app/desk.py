"""The desk: a question in, an answer out. Page, command line and evaluation use this alone."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.answer.extractive import Composed, compose
from app.answer.fences import EchoFinder
from app.answer.generative import GenerativeAnswerer, Quoted
from app.answer.stream import Answered, AnswerEvent, Searched
from app.contract import Answer, Question, RefusalReason, Retrieved
from app.llm.chat_model import LanguageModel, language_model
from app.proof.citation_check import CitationChecker
from app.search.current_law import CurrentLaw, Found
from app.search.named_documents import MissingTitles, NotHeld, not_held
from app.search.passages import Passage, PassageChooser
from app.search.question import ReadQuestion, read_question
from app.search.refusal import CoverageFeatures, CoverageModel, CoverageReader
from app.search.retriever import Retriever, SearchResult
from app.views.cross_references import CrossReferences
from app.wording import (
    Language,
    citation_name,
    cited_not_held,
    empty_corpus,
    hostile,
    locator_in,
    not_covered,
    unknown_work,
)
from ingest.corpus.documents import (
    CorpusDocument,
    Works,
    load_document,
    timeline_of,
)
from ingest.corpus.glossary import Glossary
from ingest.corpus.graph import ModificationGraph, build_graph
from ingest.corpus.versions import Versions
from ingest.errors import UnknownClause
from ingest.facts.modifications import StatusOnDay, Timeline
from ingest.index.snapshot import Snapshot, SnapshotReader
from ingest.index.units import quoted_span
from ingest.models.embedding import ModelEmbeddings
from ingest.pipeline import embedding_models
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.sentences import sentences
from ingest.text.tokenizer import Tokenizer

#: clauses that an answer lists as found
RETRIEVED = 10
#: clauses that a refusal names as the nearest
NEAREST = 3
#: clauses that a language model is given beside those that the answer quotes
FURTHER = 2


@dataclass(frozen=True)
class Library:
    """One snapshot of the corpus, with everything that reads it."""

    snapshot: Snapshot
    glossary: Glossary
    tokenizer: Tokenizer
    models: Sequence[ModelEmbeddings]

    @cached_property
    def documents(self) -> dict[str, CorpusDocument]:
        return {
            document_id: load_document(document.payload)
            for document_id, document in self.snapshot.documents.items()
        }

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(document.entry.language for document in self.documents.values())

    @cached_property
    def works(self) -> Works:
        return Works(self.documents)

    @cached_property
    def missing_titles(self) -> MissingTitles:
        return MissingTitles(self.documents)

    @cached_property
    def timeline(self) -> Timeline:
        return timeline_of(self.documents)

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.documents, self.timeline)

    @cached_property
    def graph(self) -> ModificationGraph:
        return build_graph(self.documents)

    @cached_property
    def cross_references(self) -> CrossReferences:
        return CrossReferences(self.documents)

    @cached_property
    def current_law(self) -> CurrentLaw:
        return CurrentLaw(self.snapshot, self.documents, self.timeline, self.versions)

    @cached_property
    def retriever(self) -> Retriever:
        return Retriever(
            self.snapshot, self.documents, self.works, self.glossary, self.tokenizer, self.models
        )

    @cached_property
    def chooser(self) -> PassageChooser:
        return PassageChooser(self.documents, self.snapshot.lexical, self.tokenizer)

    @cached_property
    def coverage(self) -> CoverageReader:
        return CoverageReader(self.documents, self.snapshot.lexical, self.tokenizer, self.glossary)

    def clause(self, clause_id: str) -> Clause:
        """Raises UnknownClause, with what to do."""
        document = self.documents.get(clause_id.partition("#")[0])
        clause = document.parsed.by_id.get(clause_id) if document else None
        if clause is None:
            held = ", ".join(self.documents)
            raise UnknownClause(
                f"no clause {clause_id} in the corpus; an id looks like gacc-2016-67#4.2, "
                f"the documents are {held}"
            )
        return clause


class ClauseDesk:
    """Answers questions from the current index; safe in several threads.

    The index is looked at before each question: one that was rebuilt in the
    meantime is used from the next question on.

    ``model``: words the answers; None takes the configured one, if there is one.
    """

    def __init__(self, settings: Settings, model: LanguageModel | None = None) -> None:
        self._glossary = Glossary.load(settings.corpus)
        self._tokenizer = Tokenizer(self._glossary.terms)
        self._models = embedding_models()
        self._reader = SnapshotReader(settings.index, self._models, self._tokenizer)
        self._coverage_model = CoverageModel.load()
        self._lock = threading.Lock()
        self._library: Library | None = None
        checker = CitationChecker(self._tokenizer, self._glossary, self._models)
        model = model or language_model(settings)
        self._query_help = settings.llm_query_help
        echo = EchoFinder(self._tokenizer, self._glossary)
        self._generative = GenerativeAnswerer(model, checker, echo) if model else None

    @classmethod
    def open(cls, settings: Settings, model: LanguageModel | None = None) -> "ClauseDesk":
        """Raises IndexMissing or IndexUnusable, and ConfigError for a language model that
        can't be had, saying what to do."""
        desk = cls(settings, model)
        desk.library()
        return desk

    def library(self) -> Library:
        """The current snapshot, reopened when the index has moved on."""
        with self._lock:
            snapshot = self._reader.current()
            if self._library is None or self._library.snapshot is not snapshot:
                self._library = Library(snapshot, self._glossary, self._tokenizer, self._models)
            return self._library

    @property
    def fingerprint(self) -> str:
        return self.library().snapshot.fingerprint

    def clauses(self) -> Iterator[Clause]:
        """All clauses, in reading order, document by document."""
        for document in self.library().documents.values():
            yield from document.parsed.clauses

    def clause(self, clause_id: str) -> Clause:
        return self.library().clause(clause_id)

    def document_text(self, document_id: str) -> str:
        return self.library().documents[document_id].parsed.text

    def quote(self, clause: Clause) -> str:
        """A clause as it is quoted: a list's head with its items."""
        document = self.library().documents[clause.document_id].parsed
        start, end = quoted_span(document, clause)
        return document.text[start:end]

    def status(self, clause: Clause, as_of: date) -> StatusOnDay:
        return self.library().timeline.status(clause.document_id, clause.path, as_of)

    def search(self, question: Question, limit: int = RETRIEVED) -> tuple[Retrieved, ...]:
        """The clauses found for a question, best first; raises BadQuestion."""
        library = self.library()
        read = read_question(question)
        as_of = _day(question, read)
        return _retrieved(library, _search(library, read, read.text, as_of, limit).all, as_of)

    def find(self, question: Question) -> Found:
        """The candidates with the scores of each channel; raises BadQuestion."""
        read = read_question(question)
        return _search(self.library(), read, read.text, _day(question, read))

    @property
    def coverage_threshold(self) -> float:
        """The confidence from which a question counts as covered."""
        return self._coverage_model.threshold

    def coverage_features(self, question: Question) -> CoverageFeatures:
        """What the coverage decision looks at; the calibration is fitted on it."""
        library = self.library()
        read = read_question(question)
        found = _search(library, read, read.text, _day(question, read))
        return library.coverage.features(read, found.answers)

    def ask(self, question: Question) -> Answer:
        """Answer a question or refuse it; raises BadQuestion for what is no question."""
        *_, last = self.stream(question)
        return last.answer

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """Answer as :meth:`ask` does, telling each step; the last event holds the answer.

        Whether the corpus covers the question is decided before a language model is
        asked. Closing the iterator ends the model's work.
        """
        quoted = self._quote_answer(question)
        yield Searched(quoted.answer)
        if self._generative is None or not quoted.answer.answered:
            yield Answered(quoted.answer)
            return
        deadline = time.monotonic() + self._generative.timeout
        if self._query_help:
            quoted = self._generative.search_again(quoted, self._generative.timeout)
            yield Searched(quoted.answer)
        yield from self._generative.word(quoted, deadline - time.monotonic())

    def _quote_answer(self, question: Question) -> Quoted:
        """The answer without a language model, and what it was made of."""
        clock = _Clock()
        library = self.library()
        with clock.time("question"):
            read = read_question(question)
            as_of = _day(question, read)
        with clock.time("search"):
            found = _search(library, read, read.text, as_of)
            whole = found.answers
            parts = [
                _search(library, read, part, as_of).answers
                for part in (read.parts if len(read.parts) > 1 else ())
            ]
        with clock.time("coverage"):
            confidence, covered = self._coverage(library, read, whole, parts)
        language: Language = question.language or read.language
        passages: Sequence[Passage] = ()
        with clock.time("answer"):
            missing = not_held(read, library.works, library.missing_titles)
            refusal = self._refusal(read, missing, confidence)
            if refusal is None:
                passages = library.chooser.choose(read, covered or [whole])
                composed = _compose(library, passages, as_of, language)
            else:
                composed = _refuse(library, missing, refusal, whole, as_of, language)
        answer = Answer(
            question=question.text,
            answered=refusal is None,
            answer=composed.text,
            refusal_reason=refusal,
            confidence=round(confidence, 4),
            statements=composed.statements,
            citations=composed.citations,
            retrieved=_retrieved(library, found.all, as_of),
            searched_for=tuple(result.query.text for result in [whole, *parts]),
            mode="extractive",
            model=None,
            as_of=as_of,
            corpus_fingerprint=library.snapshot.fingerprint,
            timings_ms=clock.timings_ms(),
        )
        return Quoted(
            answer=answer,
            language=language,
            question=whole.query.text,
            passages=passages,
            further=_further(library, passages, whole) if self._generative else (),
            compose=lambda chosen: _compose(library, chosen, as_of, language),
            nearest=_nearest(library, whole, language),
            search=lambda text: _passages_for(library, text, as_of),
            follows=read.follow_up_to,
            is_foreign=read.language not in library.languages,
        )

    def _coverage(
        self,
        library: Library,
        read: ReadQuestion,
        whole: SearchResult,
        parts: Sequence[SearchResult],
    ) -> tuple[float, list[SearchResult]]:
        """Probability that the corpus covers the question or a part of it, and those parts
        that it does cover."""
        confidence = self._confidence(library, read, whole)
        of_parts = [self._confidence(library, read, part) for part in parts]
        covered = [
            part
            for part, of_part in zip(parts, of_parts, strict=True)
            if max(confidence, of_part) >= self._coverage_model.threshold
        ]
        return max([confidence, *of_parts]), covered

    def _confidence(self, library: Library, read: ReadQuestion, result: SearchResult) -> float:
        """Probability that the corpus covers what was searched for; a clause that the
        question names is there, so that is certain."""
        if not result.candidates:
            return 0.0  # an empty corpus
        if result.candidates[0].named:
            return 1.0
        features = library.coverage.features(read, result)
        return self._coverage_model.probability(read.language, features)

    def _refusal(
        self, read: ReadQuestion, missing: Sequence[NotHeld], confidence: float
    ) -> RefusalReason | None:
        if read.hostile:
            return RefusalReason.HOSTILE
        for document in missing:
            if document.content_asked:
                cited = document.cited_at
                return RefusalReason.NOT_HELD if cited else RefusalReason.NOT_COVERED
        if confidence < self._coverage_model.threshold:
            return RefusalReason.NOT_COVERED
        return None


def _day(question: Question, read: ReadQuestion) -> date:
    """The day on which the rule must apply."""
    return question.as_of or read.as_of or date.today()


def _search(
    library: Library, read: ReadQuestion, text: str, as_of: date, limit: int = RETRIEVED
) -> Found:
    # twice as many: of the texts of one Work some stand in another's place
    result = library.retriever.search(read, text, 2 * limit)
    return library.current_law.read(result, as_of, limit)


def _compose(
    library: Library, passages: Sequence[Passage], as_of: date, language: Language
) -> Composed:
    return compose(passages, library.documents, library.timeline, library.versions, as_of, language)


def _refuse(
    library: Library,
    missing: Sequence[NotHeld],
    reason: RefusalReason,
    result: SearchResult,
    as_of: date,
    language: Language,
) -> Composed:
    nearest = _nearest(library, result, language)
    if reason is RefusalReason.HOSTILE:
        return Composed(hostile(language), (), ())
    if not library.documents:
        return Composed(empty_corpus(language), (), ())
    # one whose content is asked for, else one of which nothing is known
    telling = [document for document in missing if document.content_asked or not document.cited_at]
    if not telling:
        return Composed(not_covered(language, nearest), (), ())
    document = max(telling, key=lambda document: document.content_asked)
    if not document.cited_at:
        return Composed(unknown_work(language, nearest), (), ())
    # the clause that cites the missing document is the proof that it exists
    citing = library.clause(document.cited_at[0])
    passage = Passage(citing, citing.start, citing.end, ((citing.start, citing.end),))
    quoted = _compose(library, [passage], as_of, language)
    words = cited_not_held(language, document.name(language))
    return Composed(f"{words}\n\n{quoted.text}", (), quoted.citations)


def _nearest(library: Library, result: SearchResult, language: Language) -> list[str]:
    """Where the nearest clauses stand, in words."""
    return [
        _place(library, candidate.unit.clause_id, language)
        for candidate in result.candidates[:NEAREST]
    ]


def _further(
    library: Library, passages: Sequence[Passage], result: SearchResult
) -> tuple[Passage, ...]:
    """The next best clauses behind those that are quoted; an item with its whole list."""
    quoted = {passage.clause.id for passage in passages}
    further: dict[str, Passage] = {}
    for candidate in result.candidates:
        clause = library.clause(candidate.unit.clause_id)
        if clause.lead_in is not None:
            clause = library.clause(clause.lead_in)
        if clause.id not in quoted and len(further) < FURTHER:
            further.setdefault(clause.id, _whole(library, clause))
    return tuple(further.values())


def _passages_for(library: Library, text: str, as_of: date) -> tuple[Passage, ...]:
    """The best clauses for another wording of a question."""
    read = read_question(Question(text=text))
    return _further(library, (), _search(library, read, read.text, as_of).answers)


def _whole(library: Library, clause: Clause) -> Passage:
    document = library.documents[clause.document_id].parsed
    start, end = quoted_span(document, clause)
    spans = ((start + a, start + b) for a, b in sentences(document.text[start:end]))
    return Passage(clause, start, end, tuple(spans))


def _place(library: Library, clause_id: str, language: Language) -> str:
    clause = library.clause(clause_id)
    entry = library.documents[clause.document_id].entry
    locator, name = locator_in(clause.locator, language), citation_name(entry, language)
    return f"{name}，{locator}" if language == "zh" else f"{locator}, {name}"


def _retrieved(library: Library, result: SearchResult, as_of: date) -> tuple[Retrieved, ...]:
    found: list[Retrieved] = []
    for candidate in result.candidates:
        document = library.documents[candidate.unit.document_id]
        clause = document.parsed.by_id[candidate.unit.clause_id]
        start, end = quoted_span(document.parsed, clause)
        found.append(
            Retrieved(
                clause_id=candidate.unit.clause_id,
                document_id=candidate.unit.document_id,
                start=start,
                end=end,
                text=document.parsed.text[start:end],
                score=round(candidate.score, 4),
                status=library.timeline.status(document.entry.id, clause.path, as_of).status,
            )
        )
    return tuple(found)


class _Clock:
    """Milliseconds a stage, and of the whole."""

    def __init__(self) -> None:
        self._begin = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self._stages[stage] = time.perf_counter() - begin

    def timings_ms(self) -> dict[str, float]:
        whole = {"total": time.perf_counter() - self._begin}
        return {name: round(1000 * seconds, 2) for name, seconds in (self._stages | whole).items()}
