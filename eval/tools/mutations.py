"""Ways to break a system on purpose, each wrapped round it; see eval.tools.selftest."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.contract import (
    Answer,
    CheckOutcome,
    Citation,
    Question,
    RefusalReason,
    Retrieved,
    Statement,
)
from eval.run.system import Answerer, CorpusView
from ingest.facts.modifications import Status

_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
#: a digit that is not part of a citation mark
_DIGIT = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]|\d")


@dataclass(frozen=True, slots=True)
class Mutation:
    """``measure``: the one that has to fall; ``wrap`` breaks an answerer."""

    name: str
    measure: str
    wrap: Callable[[Answerer, CorpusView], Answerer]


class _Mutant:
    """An answerer with every answer passed through ``change``."""

    def __init__(self, answerer: Answerer, change: Callable[[Question, Answer], Answer]) -> None:
        self._answerer = answerer
        self._change = change

    def ask(self, question: Question) -> Answer:
        return self._change(question, self._answerer.ask(question))


def shuffled_citations(answerer: Answerer, _corpus: CorpusView) -> Answerer:
    """Each answer shows the citations of the answer before it."""
    before: list[Citation] = []

    def change(_question: Question, answer: Answer) -> Answer:
        own = answer.citations
        if not own:
            return answer
        others = list(before) or list(own)
        before[:] = own
        wrong = tuple(
            others[place % len(others)].model_copy(update={"n": citation.n})
            for place, citation in enumerate(own)
        )
        return answer.model_copy(update={"citations": wrong})

    return _Mutant(answerer, change)


def off_by_one(answerer: Answerer, _corpus: CorpusView) -> Answerer:
    """Each quote claims to stand one character further on."""

    def change(_question: Question, answer: Answer) -> Answer:
        moved = tuple(
            c.model_copy(update={"start": c.start + 1, "end": c.end + 1}) for c in answer.citations
        )
        return answer.model_copy(update={"citations": moved})

    return _Mutant(answerer, change)


def always_current(answerer: Answerer, _corpus: CorpusView) -> Answerer:
    """A repealed, or not yet valid, clause is served as in force."""

    def change(_question: Question, answer: Answer) -> Answer:
        current = tuple(
            c.model_copy(update={"status": Status.IN_FORCE, "status_proof": None})
            for c in answer.citations
        )
        return answer.model_copy(update={"citations": current})

    return _Mutant(answerer, change)


def never_refuses(answerer: Answerer, corpus: CorpusView) -> Answerer:
    """What should be refused is answered with the nearest clause, in full confidence."""

    def change(_question: Question, answer: Answer) -> Answer:
        if answer.answered or not answer.retrieved:
            return answer
        nearest = answer.retrieved[0]
        return answer.model_copy(
            update={
                "answered": True,
                "refusal_reason": None,
                "confidence": 1.0,
                "answer": f"{nearest.text} [1]",
                "statements": (
                    Statement(text=nearest.text, citations=(1,), check=CheckOutcome.NOT_CHECKED),
                ),
                "citations": (_citation(nearest, corpus),),
            }
        )

    return _Mutant(answerer, change)


def changed_number(answerer: Answerer, _corpus: CorpusView) -> Answerer:
    """Every digit of an answer's words is one higher; the quotes stay."""

    def change(_question: Question, answer: Answer) -> Answer:
        if not answer.answered:
            return answer
        statements = tuple(
            s.model_copy(update={"text": _next_digits(s.text)}) for s in answer.statements
        )
        words = _next_digits(answer.answer)
        return answer.model_copy(update={"answer": words, "statements": statements})

    return _Mutant(answerer, change)


class ChineseOff:
    """Chinese is not read: only what a question has in other letters is asked."""

    def __init__(self, answerer: Answerer, _corpus: CorpusView) -> None:
        self._answerer = answerer

    def ask(self, question: Question) -> Answer:
        if not _CHINESE.search(question.text):
            return self._answerer.ask(question)
        rest = _CHINESE.sub(" ", question.text).strip()
        if re.search(r"\w", rest):
            bare = question.model_copy(update={"text": rest, "history": ()})
            return self._answerer.ask(bare).model_copy(update={"question": question.text})
        return self._answerer.ask(question).model_copy(
            update={
                "answered": False,
                "answer": "",
                "refusal_reason": RefusalReason.NOT_COVERED,
                "confidence": 0.0,
                "statements": (),
                "citations": (),
                "retrieved": (),
            }
        )


MUTATIONS = (
    Mutation("shuffled citations", "citation_precision", shuffled_citations),
    Mutation("offsets off by one", "quote_exactness", off_by_one),
    Mutation("repealed served as current", "status_accuracy", always_current),
    Mutation("refusal switched off", "refusal_recall", never_refuses),
    Mutation("number changed", "figure_invention", changed_number),
    Mutation("Chinese channel off", "Success@5", ChineseOff),
)


def _citation(result: Retrieved, corpus: CorpusView) -> Citation:
    clause = corpus.clauses.get(result.clause_id)
    return Citation(
        n=1,
        clause_id=result.clause_id,
        document_id=result.document_id,
        title=result.document_id,
        locator=clause.locator if clause else "",
        quote=corpus.texts[result.document_id][result.start : result.end],
        start=result.start,
        end=result.end,
        status=Status.UNKNOWN,
        status_proof=None,
    )


def _next_digits(text: str) -> str:
    """ "code 5100 [1]" -> "code 6211 [1]"."""
    return _DIGIT.sub(
        lambda m: m.group() if len(m.group()) > 1 else str((int(m.group()) + 1) % 10), text
    )
