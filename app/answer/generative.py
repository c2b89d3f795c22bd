"""The answer in a language model's words, of which only what the clauses prove is shown.

The model is given the clauses of the extractive answer, and the next best ones, by
number. Each statement it writes is checked against the quotes that it cites. What fails
is left out; when too little is left, or the model fails, the extractive answer stands.
"""

import json
import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.answer import model_notes
from app.answer.clause_words import in_clause_words
from app.answer.extractive import Composed, compose
from app.answer.fences import (
    EchoFinder,
    fault_of,
    fault_of_end,
    fault_of_numbering,
    fault_of_repetition,
    fault_of_translation,
    without_verdict,
)
from app.answer.refusal import nearest
from app.answer.stream import Answered, AnswerEvent, StatementChecked, StatementRejected
from app.contract import Answer, CheckOutcome, Citation, RefusalReason, Rejected, Statement
from app.llm.chat_model import LanguageModel
from app.llm.drafts import Draft, DraftReader
from app.llm.failures import ModelFailed
from app.llm.prompts import PromptTask, load_task
from app.proof.citation_check import CheckedStatement, CitationChecker
from app.search.passages import Passage
from app.search.searcher import Searcher, Trace
from app.search.steering import rules_only, visible
from app.wording import Language, not_covered
from ingest.text.language import IDEOGRAPH, is_chinese
from ingest.text.pointing_back import points_back

log = logging.getLogger(__name__)

#: tokens, roughly, of all clauses together that the model is given; a local model reads
#: about 30 a second
PROMPT_TOKENS = 500
#: share of the model's statements that must hold, or the extractive answer stands
LEAST_SHARE = 0.5
#: the model's "not answered" becomes a refusal below this confidence that the corpus covers
#: the question; above it the clauses are shown with the model's doubt as a note
DOUBTS_COUNT_BELOW = 0.6

#: characters of a question that a model has reworded
LONGEST_QUERY = 300

_QUERY = re.compile(r'"query"\s*:\s*"([^"\\]+)')
#: what chat templates read as the beginning of a role: "<|im_start|>", "</s>", "[INST]"
_ROLE = re.compile(r"<(?=[|/!a-z<])|\[(?=/?INST\])", re.IGNORECASE)


class GenerativeAnswerer:
    """Words answers with one model; safe in several threads."""

    def __init__(self, model: LanguageModel, checker: CitationChecker, echo: EchoFinder) -> None:
        self._model = model
        self._checker = checker
        self._echo = echo

    @property
    def timeout(self) -> float:
        """Seconds that the model has for one answer."""
        return self._model.timeout

    def search_again(self, trace: Trace, searcher: Searcher, seconds: float) -> Trace:
        """Also search for a follow-up or a foreign question as the model rewords it.

        What that finds is given to the model as further clauses. Whether the corpus covers
        the question has been decided without it.
        """
        if trace.read.follow_up_to is None and not trace.is_foreign:
            return trace
        query = self._reword(trace, seconds)
        if query is None:
            return trace
        passages = [
            passage
            for passage in searcher.passages_for(query, trace.as_of)
            if passage not in trace.passages
        ]
        rest = [passage for passage in trace.further if passage not in passages]
        return replace(trace, further=(*passages, *rest), queries=(*trace.queries, query))

    def _reword(self, trace: Trace, seconds: float) -> str | None:
        message = {"question": _harmless(trace.read.text)}
        if trace.read.follow_up_to is not None:
            message["before"] = _harmless(trace.read.follow_up_to)
        pieces = self._model.reply(
            load_task("search"), json.dumps(message, ensure_ascii=False), seconds
        )
        try:
            reply = "".join(pieces)
        except ModelFailed as failure:
            # the search as asked is done; the answer will tell if the model fails again
            log.info("the question was not reworded: %s", failure)
            return None
        found = _QUERY.search(reply)
        query = " ".join(visible(found[1]).split())[:LONGEST_QUERY] if found else ""
        return query if any(character.isalnum() for character in query) else None

    def word(self, quoted: Answer, trace: Trace, seconds: float) -> Iterator[AnswerEvent]:
        """The events behind :class:`Searched`; the last one is :class:`Answered`.

        ``quoted``: the answer without the model; ``seconds``: how long the model may take.
        """
        begin = time.perf_counter()
        task = load_task("answer")
        wording = _Wording(quoted, trace, self._model.name, task, self._checker, self._echo)
        reader = DraftReader()
        pieces = self._model.reply(task, wording.message, seconds)
        try:
            for piece in pieces:
                yield from wording.take(reader.feed(piece))
                if reader.is_full:
                    break
            yield from wording.take(reader.finish())
            answer = wording.not_answered() if reader.is_not_answered else wording.answer()
        except ModelFailed as failure:
            note = model_notes.failed(trace.language, failure, self.timeout)
            answer = wording.extractive(note)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        spent = {"model": round(1000 * (time.perf_counter() - begin), 2)}
        total = {"total": round(answer.timings_ms["total"] + spent["model"], 2)}
        yield Answered(
            answer.model_copy(update={"timings_ms": {**answer.timings_ms, **spent, **total}})
        )


class _Wording:
    """One answer in the making."""

    def __init__(
        self,
        quoted: Answer,
        trace: Trace,
        model: str,
        task: PromptTask,
        checker: CitationChecker,
        echo: EchoFinder,
    ) -> None:
        self._quoted = quoted
        self._trace = trace
        self._language = trace.language
        self._model = model
        self._task = task
        self._checker = checker
        self._echo = echo
        self._given = [*trace.passages, *trace.further]
        composed = self._compose(self._given)
        self._citations = composed.citations
        self._leads = composed.leads
        self._shown: list[Passage] = list(trace.passages)
        self._statements: list[Statement] = []
        self._rejected: list[Rejected] = []
        #: what of each quote the model is shown and may prove something with
        self._evidence = [rules_only(c.quote) for c in composed.citations]
        texts = _within_budget(self._evidence)
        self._numbers = range(1, len(texts) + 1)
        self.message = json.dumps(
            {
                "clauses": {
                    str(n): _harmless(f"{lead} {text}")
                    for n, lead, text in zip(self._numbers, self._leads, texts, strict=False)
                },
                "language": {"en": "English", "zh": "Chinese (中文)"}[self._language],
                "question": _harmless(trace.asked),
            },
            ensure_ascii=False,
        )

    def take(self, drafts: Iterable[Draft]) -> Iterator[StatementChecked | StatementRejected]:
        """Check statements and keep each where it belongs; what was shown is not shown twice."""
        for draft in drafts:
            taken = self._take(draft)
            if taken is not None:
                yield taken

    def _take(self, draft: Draft) -> StatementChecked | StatementRejected | None:
        text = " ".join(visible(draft.text).split())
        for lead in self._leads:  # the clause's name; it stands above the quote already
            text = text.removeprefix(lead).lstrip()
        text = without_verdict(text)
        cited = list(
            dict.fromkeys(
                c for n in draft.clauses if n in self._numbers for c in self._with_head(n)
            )
        )
        text, check, reasons = self._check(text, draft, cited)
        if check is CheckOutcome.FAILED:
            rejected = Rejected(
                text=text, citations=tuple(c.n for c in cited), reasons=tuple(reasons)
            )
            self._rejected.append(rejected)
            return StatementRejected(rejected, self._so_far())
        statement = Statement(
            text=text,
            citations=tuple(self._shown_number(citation) for citation in cited),
            check=check,
            translated=check is CheckOutcome.NOT_CHECKED and _is_translation(text, cited),
        )
        if statement in self._statements:
            return None
        self._statements.append(statement)
        return StatementChecked(statement, _line(statement, self._language), self._so_far())

    def answer(self) -> Answer:
        """What stands at the end of the reply."""
        proven = sum(_is_proven(statement) for statement in self._statements)
        if not proven or proven < LEAST_SHARE * (len(self._statements) + len(self._rejected)):
            return self.extractive(model_notes.unproven(self._language))
        note = [model_notes.left_out(self._language)] if self._rejected else []
        return self._worded(note)

    def extractive(self, note: str) -> Answer:
        """The clauses as they stand."""
        return self._quoted.model_copy(update={"notes": (note,), "rejected": tuple(self._rejected)})

    def not_answered(self) -> Answer:
        """The model sees no answer: that can only add to what the coverage model says."""
        quoted, language = self._quoted, self._language
        if quoted.confidence >= DOUBTS_COUNT_BELOW:
            return self.extractive(model_notes.doubts(language))
        return quoted.model_copy(
            update={
                "answered": False,
                "refusal_reason": RefusalReason.NOT_COVERED,
                "answer": not_covered(language, nearest(self._trace)),
                "statements": (),
                "citations": (),
                "mode": "generative",
                "model": self._model,
                "prompt": self._task.version,
                "notes": (model_notes.refused(language),),
            }
        )

    def _compose(self, passages: Sequence[Passage]) -> Composed:
        return compose(passages, self._trace.library, self._trace.as_of, self._language)

    def _so_far(self) -> Answer:
        note = model_notes.stopped(self._language)
        if not any(_is_proven(statement) for statement in self._statements):
            return self.extractive(note)
        return self._worded([note])

    def _worded(self, notes: Sequence[str]) -> Answer:
        composed = self._compose(self._shown)
        lines = [_line(statement, self._language) for statement in self._statements]
        return self._quoted.model_copy(
            update={
                "answer": "\n".join([*lines, "", composed.text]),
                "statements": tuple(self._statements),
                "citations": composed.citations,
                "mode": "generative",
                "model": self._model,
                "prompt": self._task.version,
                "notes": tuple(notes),
                "rejected": tuple(self._rejected),
            }
        )

    def _check(
        self, text: str, draft: Draft, cited: Sequence[Citation]
    ) -> tuple[str, CheckOutcome, Sequence[str]]:
        """The statement, in the clause's words where it copies them, and what it is worth."""
        quotes = [self._evidence[c.n - 1] for c in cited]
        sources = self._sources(cited)
        fault = self._fault(text, draft, cited, quotes)
        if fault is not None:
            return text, CheckOutcome.FAILED, [fault]
        checked = self._checker.check(text, quotes, sources=sources)
        if checked.check is CheckOutcome.FAILED:
            return text, checked.check, checked.reasons
        if not _is_translation(text, cited):
            verbatim = in_clause_words(text, quotes)
            if verbatim != text:
                checked = self._checker.check(verbatim, quotes, sources=sources)
                return verbatim, *_by_itself(verbatim, checked)
        fault = fault_of_end(text, quotes) or fault_of_repetition(text, quotes)
        if fault is not None:
            return text, CheckOutcome.FAILED, [fault]
        echoes = self._echo.echoes(text, self._trace.asked, [*quotes, *sources])
        if checked.check is CheckOutcome.VERIFIED and echoes:
            return text, CheckOutcome.NOT_CHECKED, [f"only the question says: {', '.join(echoes)}"]
        return text, *_by_itself(text, checked)

    def _fault(
        self, text: str, draft: Draft, cited: Sequence[Citation], quotes: Sequence[str]
    ) -> str | None:
        """What rules a statement out before it is held against its quotes."""
        if not cited or any(n not in self._numbers for n in draft.clauses):
            return "it cites no clause that was found"
        if (fault := fault_of(text)) is not None:
            return fault
        if any(lead in text for lead in self._leads):
            return "it copies the name of a clause into a sentence"
        fault = fault_of_numbering(text, quotes)
        if fault is None and _is_translation(text, cited):
            fault = fault_of_translation(text, quotes)
        return fault

    def _sources(self, cited: Sequence[Citation]) -> list[str]:
        """What stands above the quotes: title, place, headings, status."""
        return [
            source
            for c in cited
            for source in (
                c.title,
                c.locator,
                self._leads[c.n - 1],
                *self._given[c.n - 1].clause.headings,
            )
        ]

    def _with_head(self, n: int) -> list[Citation]:
        """The citation, behind the head of the list or table that it belongs to: both are the
        proof, so both are shown."""
        clause = self._given[n - 1].clause
        heads = {clause.lead_in, *(clause.read_under or ())}
        above = [
            c for p, c in zip(self._given, self._citations, strict=True) if p.clause.id in heads
        ]
        return [*above, self._citations[n - 1]]

    def _shown_number(self, citation: Citation) -> int:
        """The number of a citation in the answer; a further clause joins it when it is cited."""
        passage = self._given[citation.n - 1]
        if passage not in self._shown:
            self._shown.append(passage)
        return self._shown.index(passage) + 1


def _is_proven(statement: Statement) -> bool:
    return statement.check is CheckOutcome.VERIFIED or statement.translated


def _by_itself(text: str, checked: CheckedStatement) -> tuple[CheckOutcome, Sequence[str]]:
    """A proven statement is read alone, so what it speaks of must stand in it."""
    if checked.check is CheckOutcome.VERIFIED and points_back(text):
        return CheckOutcome.NOT_CHECKED, ["it points back to what it does not say"]
    return checked.check, checked.reasons


def _is_translation(text: str, cited: Sequence[Citation]) -> bool:
    return all(is_chinese(text) != is_chinese(citation.quote) for citation in cited)


def _line(statement: Statement, language: Language) -> str:
    name = "translated" if statement.translated else statement.check.value
    marks = ", ".join(map(str, statement.citations))
    return f"{statement.text} [{marks}] {model_notes.sign(language, name)}"


def _harmless(text: str) -> str:
    """Without invisible characters, and without what a chat template takes for a role."""
    return _ROLE.sub("‹", " ".join(visible(text).split()))


def _within_budget(quotes: Sequence[str]) -> list[str]:
    """The first quotes, the last of them cut, that a prompt has room for."""
    kept: list[str] = []
    left = float(PROMPT_TOKENS)
    for quote in quotes:
        tokens = _tokens(quote)
        if tokens > left:
            # a clause that is cut to a few words proves nothing
            if not kept or left > PROMPT_TOKENS / 4:
                kept.append(quote[: int(len(quote) * left / tokens)] + " …")
            break
        kept.append(quote)
        left -= tokens
    return kept


def _tokens(text: str) -> float:
    """Roughly: a token is four letters, or one ideograph."""
    ideographs = len(IDEOGRAPH.findall(text))
    return ideographs + (len(text) - ideographs) / 4
