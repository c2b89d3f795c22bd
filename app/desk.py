"""The desk: a question in, an answer out; page, command line and evaluation ask here."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from app.answer.extractive import Composed, compose
from app.answer.generative import GenerativeAnswerer
from app.answer.in_short import in_short
from app.answer.mentioned import mentioned, told_missing
from app.answer.question_back import question_back
from app.answer.refusal import refuse
from app.answer.small_talk import reply, suggest
from app.answer.stream import Answered, AnswerEvent, Searched
from app.answer.table import in_rows, told_rows
from app.answer.whole_documents.from_facts import from_facts
from app.contract import (
    Answer,
    Citation,
    Mentioned,
    Purpose,
    Question,
    RefusalReason,
    Retrieved,
    Row,
    ShortAnswer,
)
from app.library import Library
from app.llm.chat_model import LanguageModel, language_model
from app.proof import CitationChecker
from app.search.intent import IntentReader
from app.search.refusal import RefusalModel
from app.search.retriever import SearchResult
from app.search.searcher import RETRIEVED, Searcher, Trace
from app.wording import Language, uncertain, with_short
from ingest.corpus.glossary import Glossary
from ingest.errors import BadQuestion
from ingest.index.snapshot import SnapshotReader
from ingest.index.units import quoted_span
from ingest.pipeline import clause_model
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.language import language_of
from ingest.text.tokenizer import Tokenizer


class ClauseDesk:
    """Answers questions from the current index; safe in several threads.

    The index is looked at before each question: one that was rebuilt in the
    meantime is used from the next question on.

    ``model``: chooses what answers; None takes the configured one, if there is one.
    """

    def __init__(self, settings: Settings, model: LanguageModel | None = None) -> None:
        self._glossary = Glossary.load(settings.corpus)
        self._tokenizer = Tokenizer(self._glossary.terms)
        self._model = clause_model()
        self._reader = SnapshotReader(settings.index, self._model, self._tokenizer)
        self._refusal = RefusalModel.load()
        self._lock = threading.Lock()
        self._current: _Opened | None = None
        model = model or language_model(settings)
        self._query_help = settings.llm_query_help
        checker = CitationChecker(self._tokenizer, self._glossary)
        self._generative = GenerativeAnswerer(model, checker) if model else None

    @classmethod
    def open(cls, settings: Settings, model: LanguageModel | None = None) -> "ClauseDesk":
        """Raises IndexMissing or IndexUnusable, and ConfigError for a language model that
        can't be had, saying what to do."""
        desk = cls(settings, model)
        desk.searcher()
        return desk

    def searcher(self) -> Searcher:
        """The current snapshot, searched; opened anew when the index has moved on."""
        return self._opened().searcher

    def _opened(self) -> "_Opened":
        with self._lock:
            snapshot = self._reader.current()
            if self._current is None or self._current.searcher.library.snapshot is not snapshot:
                library = Library(snapshot, self._glossary, self._tokenizer)
                self._current = _Opened(Searcher(library, self._model, self._refusal))
            return self._current

    def _opened_for(self, question: Question) -> "_Opened":
        """Raises BadQuestion for a question to documents that are not held."""
        opened = self._opened()
        held = opened.searcher.library.documents
        unknown = [one for one in question.documents if one not in held]
        if unknown:
            raise BadQuestion(
                f"no document {unknown[0]} is held to be asked; those held are {', '.join(held)}"
            )
        return opened

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
        opened = self._opened_for(question)
        found = opened.searcher.find(opened.intents.alone(question), limit)
        return _retrieved(opened.searcher.library, found.all, found.as_of)

    def trace(self, question: Question) -> Trace:
        """All that an answer to a question is made from; raises BadQuestion."""
        opened = self._opened_for(question)
        return opened.searcher.trace(opened.intents.alone(question))

    def suggestions(self, language: Language) -> tuple[str, ...]:
        """Questions that the corpus answers, for whoever does not know what to ask."""
        return self._opened().suggestions(language)

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
        opened = self._opened_for(question)
        told = _told(opened, question, begin)
        if told is not None:
            yield Answered(told)
            return
        searcher = opened.searcher
        trace = searcher.trace(opened.intents.alone(question))
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
        yield from self._generative.point(answer, trace, deadline - time.monotonic())


class _Opened:
    """A snapshot with what is made for it; safe in several threads."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        documents = searcher.library.documents.values()
        self.intents = IntentReader(document.entry for document in documents)
        self._suggestions: dict[Language, tuple[str, ...]] = {}

    def suggestions(self, language: Language) -> tuple[str, ...]:
        if language not in self._suggestions:
            self._suggestions[language] = suggest(self.searcher, language)
        return self._suggestions[language]


def _told(opened: _Opened, question: Question, begin: float) -> Answer | None:
    """The answer to what is no question about a clause; None for one that is, and where no
    fact answers it: then a clause may."""
    intent = opened.intents.read(question)
    if intent.purpose is Purpose.CLAUSES:
        return None
    read = "en" if intent.purpose is Purpose.FOREIGN else language_of(question.text)
    language = question.language or read
    named = intent.day if intent.purpose is Purpose.IN_FORCE else None
    as_of = question.as_of or named or date.today()
    suggestions: tuple[str, ...] = ()
    reason: RefusalReason | None = None
    composed: Composed | None
    if intent.is_talk:
        suggestions = opened.suggestions(language)
        composed = reply(intent, language, suggestions)
        is_read = intent.purpose is not Purpose.FOREIGN
        reason = RefusalReason.NO_QUESTION if is_read else RefusalReason.OTHER_LANGUAGE
    else:
        composed = from_facts(intent, opened.searcher, question, as_of, language)
        if composed is not None and not composed.citations:
            reason = RefusalReason.NOT_COVERED
    if composed is None:
        return None
    searched = (intent.subject,) if intent.subject else ()
    return Answer(
        question=question.text,
        documents=question.documents,
        answered=reason is None,
        answer=composed.text,
        refusal_reason=reason,
        confidence=float(reason is None),
        statements=composed.statements,
        citations=composed.citations,
        retrieved=tuple(map(_as_retrieved, composed.citations)),
        searched_for=searched,
        purpose=intent.purpose,
        suggestions=suggestions,
        mode="extractive",
        model=None,
        as_of=as_of,
        corpus_fingerprint=opened.searcher.library.fingerprint,
        timings_ms={"total": round(1000 * (time.perf_counter() - begin), 2)},
    )


def _quoted(question: Question, trace: Trace, begin: float) -> Answer:
    """The answer without a language model; ``begin``: when the question came."""
    composing = time.perf_counter()
    short: ShortAnswer | None = None
    rows: tuple[Row, ...] = ()
    found: tuple[Mentioned, ...] = ()
    if trace.refusal is None:
        composed = compose(trace.passages, trace.library, trace.as_of, trace.language)
        rows = told_rows(trace, composed.citations)
        short = in_short(trace) if trace.is_certain and not rows else None
        is_reserved = not (trace.is_certain or rows)
        reserve = [uncertain(trace.language, len(composed.citations))] if is_reserved else []
        found = mentioned(composed.citations, trace.library)
        text = in_rows(composed, rows, trace.language) if rows else composed.text
        missing = told_missing(found, composed.citations, trace.language)
        composed = replace(composed, text="\n\n".join([*reserve, text, *missing]))
    else:
        composed = refuse(trace)
    retrieved = _retrieved(trace.library, trace.found.all, trace.as_of)
    end = time.perf_counter()
    seconds = {**trace.seconds, "answer": end - composing, "total": end - begin}
    return Answer(
        question=question.text,
        documents=question.documents,
        answered=trace.refusal is None,
        answer=with_short(composed.text, short, trace.language),
        short=short,
        refusal_reason=trace.refusal,
        confidence=round(trace.confidence, 4),
        statements=composed.statements,
        citations=composed.citations,
        rows=rows,
        certain=trace.is_certain,
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


def _as_retrieved(citation: Citation) -> Retrieved:
    return Retrieved(
        clause_id=citation.clause_id,
        document_id=citation.document_id,
        start=citation.start,
        end=citation.end,
        text=citation.quote,
        score=1.0,
        status=citation.status,
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
