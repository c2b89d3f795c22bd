"""The answer whose clauses a language model chooses: it points, it does not write law.

The model is given the sentences of the extractive answer, and of the next best clauses, by
number, and returns which of them answer. What is shown are the clauses' own words. Of its own it
may add one line in short and translations of quotes, which are held against the clauses. When it
points at nothing, or fails, the extractive answer stands.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from app.answer import model_notes
from app.answer.extractive import compose
from app.answer.offered import Offer, OfferedSentence, harmless, tokens
from app.answer.own_words import (
    faults_of_translation,
    is_foreign,
    judge_line,
    one_line,
    to_translate,
    without_verdict,
)
from app.answer.stream import Answered, AnswerEvent, Pointed
from app.answer.table import told_rows
from app.contract import Answer, CheckOutcome, Rejected, ShortAnswer, Statement
from app.llm.chat_model import LanguageModel
from app.llm.failures import ModelFailed
from app.llm.prompts import load_task
from app.llm.structured import Pointing, Rewording, Shape, Translations, read_as
from app.proof import CitationChecker
from app.search.passages import Passage, headings_last
from app.search.searcher import Searcher, Trace
from app.search.steering import visible
from app.texts import texts
from app.wording import Language, uncertain, with_short, with_translations

log = logging.getLogger(__name__)

#: characters of a question that a model has reworded
LONGEST_QUERY = 300
#: tokens, roughly, of the sentences that are translated for one answer
TRANSLATED_TOKENS = 200

_LANGUAGES = {"en": "English", "zh": "Chinese (中文)"}


class GenerativeAnswerer:
    """Lets one model choose; safe in several threads."""

    def __init__(self, model: LanguageModel, checker: CitationChecker) -> None:
        self._model = model
        self._checker = checker

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
            for passage in searcher.passages_for(query, trace)
            if passage not in trace.passages
        ]
        rest = [passage for passage in trace.further if passage not in passages]
        return replace(trace, further=(*passages, *rest), queries=(*trace.queries, query))

    def _reword(self, trace: Trace, seconds: float) -> str | None:
        message = {"question": harmless(trace.read.text)}
        if trace.read.follow_up_to is not None:
            message["before"] = harmless(trace.read.follow_up_to)
        try:
            query = self._ask(Rewording, "search", message, seconds).query
        except ModelFailed as failure:
            # the search as asked is done; the answer will tell if the model fails again
            log.info("the question was not reworded: %s", failure)
            return None
        query = " ".join(visible(query).split())[:LONGEST_QUERY]
        return query if any(character.isalnum() for character in query) else None

    def point(self, quoted: Answer, trace: Trace, seconds: float) -> Iterator[AnswerEvent]:
        """The events behind :class:`Searched`; the last one is :class:`Answered`.

        ``quoted``: the answer without the model; ``seconds``: how long the model may take.
        """
        begin = time.perf_counter()
        pointed: Sequence[OfferedSentence] = ()
        try:
            offer = Offer(trace)
            message = {
                "clauses": offer.clauses(),
                "language": _LANGUAGES[trace.language],
                "question": harmless(trace.asked),
            }
            pointing = self._ask(Pointing, "answer", message, seconds)
            pointed = offer.at(pointing.sentences)
            if pointed:
                answer = self._pointed(quoted, trace, offer, pointed, pointing.short)
            else:
                answer = _noted(quoted, model_notes.nothing(trace.language))
        except ModelFailed as failure:
            answer = _noted(quoted, model_notes.failed(trace.language, failure, self.timeout))
        if any(is_foreign(sentence.text, trace.language) for sentence in pointed):
            yield Pointed(answer)
            left = seconds - (time.perf_counter() - begin)
            answer = self._translated(answer, trace.language, left)
        spent = {"model": round(1000 * (time.perf_counter() - begin), 2)}
        total = {"total": round(answer.timings_ms["total"] + spent["model"], 2)}
        timings = {**answer.timings_ms, **spent, **total}
        yield Answered(answer.model_copy(update={"timings_ms": timings}))

    def _ask(
        self, shape: type[Shape], task: str, message: Mapping[str, object], seconds: float
    ) -> Shape:
        """Raises ModelFailed, also for a reply in another shape."""
        given = json.dumps(message, ensure_ascii=False)
        return read_as(shape, "".join(self._model.reply(load_task(task), given, seconds)))

    def _pointed(
        self,
        quoted: Answer,
        trace: Trace,
        offer: Offer,
        pointed: Sequence[OfferedSentence],
        said: str,
    ) -> Answer:
        """The clauses in the model's order, under its line in short where that may be shown."""
        first, rest = offer.arranged(pointed)
        passages = headings_last([*first, *rest])
        composed = compose(passages, trace.library, trace.as_of, trace.language)
        rows = told_rows(trace, composed.citations)
        count = len(composed.citations)
        reserve = [uncertain(trace.language, count)] if quoted.reserved else []
        text = "\n\n".join([*reserve, composed.text])
        numbers = tuple(n for n, p in enumerate(passages, start=1) if p in first)
        short, rejected = self._short(said, trace, offer, pointed, first, numbers)
        if short is None and quoted.short is not None:
            # the clause's own line, as long as its clause stays the first
            same = composed.citations[:1] == quoted.citations[:1]
            short = quoted.short if same else None
        return quoted.model_copy(
            update={
                "answer": with_short(text, short, trace.language),
                "short": short,
                "rows": rows,
                "rejected": rejected,
                "notes": (model_notes.left_out(trace.language),) if rejected else (),
                "statements": tuple(
                    Statement(
                        text=sentence.text,
                        citations=(passages.index(sentence.passage) + 1,),
                        check=CheckOutcome.VERIFIED,
                    )
                    for sentence in pointed
                ),
                "citations": composed.citations,
                "mode": "generative",
                "model": self._model.name,
                "prompt": load_task("answer").version,
            }
        )

    def _short(
        self,
        said: str,
        trace: Trace,
        offer: Offer,
        pointed: Sequence[OfferedSentence],
        proof: Sequence[Passage],
        numbers: tuple[int, ...],
    ) -> tuple[ShortAnswer | None, tuple[Rejected, ...]]:
        """The model's line, held against the passages that it points at; or why it is none.

        ``numbers``: under which these are quoted."""
        text = without_verdict(one_line(said))
        if not text:
            return None, ()
        library, language = trace.library, trace.language
        quotes = [library.document_text(p.clause.document_id)[p.start : p.end] for p in proof]
        if any(is_foreign(quote, language) for quote in quotes):
            # words are not compared across languages: only what was pointed at proves anything
            quotes = [sentence.text for sentence in pointed]
        sources = [
            source
            for p in proof
            for source in (
                library.documents[p.clause.document_id].entry.title,
                offer.leads[p],
                *p.clause.headings,
            )
        ]
        checked = judge_line(self._checker, text, language, quotes, sources)
        words = library.tokenizer.tokens
        # what the question said itself is the model's obedience, and no answer
        repeats = set(words(text)) <= set(words(trace.asked))
        if checked.check is CheckOutcome.VERIFIED or not (
            repeats or checked.check is CheckOutcome.FAILED
        ):
            return ShortAnswer(text=text, citations=numbers, check=checked.check, by="model"), ()
        reasons = checked.reasons or (texts(language).text("reasons.repeats"),)
        return None, (Rejected(text=text, citations=numbers, reasons=reasons),)

    def _translated(self, answer: Answer, language: Language, seconds: float) -> Answer:
        """The answer with unofficial translations of the sentences pointed at, those that pass."""
        asked: dict[int, str] = {}
        left = float(TRANSLATED_TOKENS)
        for place, statement in enumerate(answer.statements):
            if is_foreign(statement.text, language):
                left -= tokens(statement.text)
                if left >= 0 or not asked:
                    asked[place] = to_translate(statement.text)
        message = {
            "language": _LANGUAGES[language],
            "sentences": {str(place + 1): text for place, text in asked.items()},
        }
        try:
            reply = self._ask(Translations, "translate", message, seconds)
        except ModelFailed as failure:
            note = model_notes.untranslated(language, failure, self.timeout)
            return answer.model_copy(update={"notes": (*answer.notes, note)})
        statements, rejected = list(answer.statements), list(answer.rejected)
        for translated in reply.translations:
            place, text = translated.sentence - 1, one_line(translated.text)
            if place not in asked:
                continue
            faults = faults_of_translation(self._checker, text, language, asked[place])
            if faults:
                numbers = statements[place].citations
                rejected.append(Rejected(text=text, citations=numbers, reasons=faults))
            else:
                update = {"translation": text}
                statements[place] = statements[place].model_copy(update=update)
        notes = (model_notes.left_out(language),) if rejected else ()
        return answer.model_copy(
            update={
                "answer": with_translations(answer.answer, statements, language),
                "statements": tuple(statements),
                "rejected": tuple(rejected),
                "notes": notes,
            }
        )


def _noted(quoted: Answer, note: str) -> Answer:
    """The extractive answer with the line that says why it stands."""
    return quoted.model_copy(update={"notes": (note,)})
