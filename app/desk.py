"""The desk: a question in, an answer out; page, command line and evaluation ask here."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from app.answer.extractive import compose
from app.answer.fences import EchoFinder
from app.answer.generative import GenerativeAnswerer
from app.answer.mentioned import mentioned, told_missing
from app.answer.question_back import question_back
from app.answer.refusal import refuse
from app.answer.stream import Answered, AnswerEvent, Searched
from app.answer.table import in_rows, told_rows
from app.contract import Answer, Mentioned, Question, Retrieved, Row
from app.library import Library
from app.llm.chat_model import LanguageModel, language_model
from app.proof.citation_check import CitationChecker
from app.search.refusal import RefusalModel
from app.search.retriever import SearchResult
from app.search.searcher import RETRIEVED, Searcher, Trace
from ingest.corpus.glossary import Glossary
from ingest.index.snapshot import SnapshotReader
from ingest.index.units import quoted_span
from ingest.pipeline import clause_model
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.tokenizer import Tokenizer


class ClauseDesk:
    """Answers questions from the current index; safe in several threads.

    The index is looked at before each question: one that was rebuilt in the
    meantime is used from the next question on.

    ``model``: words the answers; None takes the configured one, if there is one.
    """

    def __init__(self, settings: Settings, model: LanguageModel | None = None) -> None:
        self._glossary = Glossary.load(settings.corpus)
        self._tokenizer = Tokenizer(self._glossary.terms)
        self._model = clause_model()
        self._reader = SnapshotReader(settings.index, self._model, self._tokenizer)
        self._refusal = RefusalModel.load()
        self._lock = threading.Lock()
        self._current: Searcher | None = None
        checker = CitationChecker(self._tokenizer, self._glossary)
        model = model or language_model(settings)
        self._query_help = settings.llm_query_help
        echo = EchoFinder(self._tokenizer, self._glossary)
        self._generative = GenerativeAnswerer(model, checker, echo) if model else None

    @classmethod
    def open(cls, settings: Settings, model: LanguageModel | None = None) -> "ClauseDesk":
        """Raises IndexMissing or IndexUnusable, and ConfigError for a language model that
        can't be had, saying what to do."""
        desk = cls(settings, model)
        desk.searcher()
        return desk

    def searcher(self) -> Searcher:
        """The current snapshot, searched; opened anew when the index has moved on."""
        with self._lock:
            snapshot = self._reader.current()
            if self._current is None or self._current.library.snapshot is not snapshot:
                library = Library(snapshot, self._glossary, self._tokenizer)
                self._current = Searcher(library, self._model, self._refusal)
            return self._current

    def library(self) -> Library:
        """The current snapshot, opened for reading."""
        return self.searcher().library

    @property
    def fingerprint(self) -> str:
        return self.library().fingerprint

    def clauses(self) -> Iterable[Clause]:
        return self.library().clauses()

    def clause(self, clause_id: str) -> Clause:
        return self.library().clause(clause_id)

    def document_text(self, document_id: str) -> str:
        return self.library().document_text(document_id)

    def search(self, question: Question, limit: int = RETRIEVED) -> tuple[Retrieved, ...]:
        """The clauses found for a question, best first; raises BadQuestion."""
        searcher = self.searcher()
        found = searcher.find(question, limit)
        return _retrieved(searcher.library, found.all, found.as_of)

    def trace(self, question: Question) -> Trace:
        """All that an answer to a question is made from; raises BadQuestion."""
        return self.searcher().trace(question)

    def ask(self, question: Question) -> Answer:
        """Answer a question or refuse it; raises BadQuestion for what is no question."""
        *_, last = self.stream(question)
        return last.answer

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """Answer as :meth:`ask` does, telling each step; the last event holds the answer.

        Whether the corpus covers the question is decided before a language model is
        asked. Closing the iterator ends the model's work.
        """
        begin = time.perf_counter()
        searcher = self.searcher()
        trace = searcher.trace(question)
        answer = _quoted(question, trace, begin)
        yield Searched(answer, trace)
        if self._generative is None or not answer.answered:
            yield Answered(answer)
            return
        deadline = time.monotonic() + self._generative.timeout
        if self._query_help:
            trace = self._generative.search_again(trace, searcher, self._generative.timeout)
            answer = answer.model_copy(update={"searched_for": trace.queries})
            yield Searched(answer, trace)
        yield from self._generative.word(answer, trace, deadline - time.monotonic())


def _quoted(question: Question, trace: Trace, begin: float) -> Answer:
    """The answer without a language model; ``begin``: when the question came."""
    composing = time.perf_counter()
    rows: tuple[Row, ...] = ()
    found: tuple[Mentioned, ...] = ()
    if trace.refusal is None:
        composed = compose(trace.passages, trace.library, trace.as_of, trace.language)
        rows = told_rows(trace.rows, composed.citations)
        found = mentioned(composed.citations, trace.library)
        text = in_rows(composed, rows, trace.language) if rows else composed.text
        missing = told_missing(found, composed.citations, trace.language)
        composed = replace(composed, text="\n\n".join([text, *missing]))
    else:
        composed = refuse(trace)
    retrieved = _retrieved(trace.library, trace.found.all, trace.as_of)
    end = time.perf_counter()
    seconds = {**trace.seconds, "answer": end - composing, "total": end - begin}
    return Answer(
        question=question.text,
        answered=trace.refusal is None,
        answer=composed.text,
        refusal_reason=trace.refusal,
        confidence=round(trace.confidence, 4),
        statements=composed.statements,
        citations=composed.citations,
        rows=rows,
        mentioned=found,
        question_back=question_back(trace),
        understood=None if trace.read.follow_up_to is None else trace.asked,
        retrieved=retrieved,
        searched_for=trace.queries,
        mode="extractive",
        model=None,
        as_of=trace.as_of,
        corpus_fingerprint=trace.library.fingerprint,
        timings_ms={stage: round(1000 * spent, 2) for stage, spent in seconds.items()},
    )


def _retrieved(library: Library, result: SearchResult, as_of: date) -> tuple[Retrieved, ...]:
    found: list[Retrieved] = []
    for candidate in result.candidates:
        document = library.documents[candidate.unit.document_id].parsed
        clause = document.by_id[candidate.unit.clause_id]
        start, end = quoted_span(document, clause)
        found.append(
            Retrieved(
                clause_id=clause.id,
                document_id=clause.document_id,
                start=start,
                end=end,
                text=document.text[start:end],
                score=round(candidate.score, 4),
                status=library.status(clause, as_of).status,
            )
        )
    return tuple(found)
