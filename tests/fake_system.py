"""A tiny system over two real texts: it ranks by shared words. For tests of eval alone."""

from collections.abc import Iterator
from datetime import date
from math import log

from real_corpus import parsed

from app.contract import (
    Answer,
    CheckOutcome,
    Citation,
    Question,
    RefusalReason,
    Retrieved,
    Statement,
)
from app.teaching.topics import Topic, split_of
from app.views.evaluation_report import TopicKind
from eval.measures.answer_words import words
from ingest.facts.modifications import Status
from ingest.structure import Clause

DOCUMENTS = ("gacc-2016-67", "gacc-2016-68")
TITLES = {
    "gacc-2016-67": "GACC Announcement No. 67 of 2016",
    "gacc-2016-68": "GACC Announcement No. 68 of 2016",
}
IN_FORCE = {"gacc-2016-67": date(2017, 1, 1), "gacc-2016-68": date(2016, 11, 25)}
PROOF = {"gacc-2016-67": "gacc-2016-67#9", "gacc-2016-68": "gacc-2016-68#p2"}
GLOSSARY = {
    "电子账册": "electronic account set up",
    "耗材": "expendable materials",
    "内销": "domestic sale customs duties",
    "半角": "marked half width",
    "固体废物": "solid wastes",
}
STOP = frozenset(
    {"what", "which", "is", "are", "do", "does", "of", "in", "to", "for", "on", "be", "shall"}
    | {"it", "and", "how", "who", "under", "as", "by", "or", "from"}
)
THRESHOLD = 0.6


class FakeSystem:
    """``fingerprint`` may be set, to play another index."""

    def __init__(self) -> None:
        self.fingerprint = "f" * 64
        self._texts = {id_: parsed(id_).text for id_ in DOCUMENTS}
        self._clauses = {c.id: c for id_ in DOCUMENTS for c in parsed(id_).clauses}
        self._words = {id_: set(words(c.text)) for id_, c in self._clauses.items()}

    def document_text(self, document_id: str) -> str:
        return self._texts[document_id]

    def clause(self, clause_id: str) -> Clause:
        return self._clauses[clause_id]

    def clauses(self) -> Iterator[Clause]:
        yield from self._clauses.values()

    def ask(self, question: Question) -> Answer:
        asked = self._query(question)
        ranked = sorted(self._clauses, key=lambda id_: -self._score(id_, asked))[:10]
        best = self._clauses[ranked[0]]
        confidence = len(asked & self._words[best.id]) / max(len(asked), 1)
        answered = confidence >= THRESHOLD
        as_of = question.as_of or date(2020, 1, 1)
        citation = _citation(best, as_of)
        return Answer(
            question=question.text,
            answered=answered,
            answer=f"{_lead(citation)} {best.text} [1]" if answered else "Not covered.",
            refusal_reason=None if answered else RefusalReason.NOT_COVERED,
            confidence=confidence,
            statements=(Statement(text=best.text, citations=(1,), check=CheckOutcome.VERIFIED),)
            if answered
            else (),
            citations=(citation,) if answered else (),
            retrieved=tuple(self._retrieved(id_, asked) for id_ in ranked),
            searched_for=(question.text,),
            mode="extractive",
            model=None,
            as_of=as_of,
            corpus_fingerprint=self.fingerprint,
            timings_ms={},
        )

    def _query(self, question: Question) -> set[str]:
        text = " ".join((*question.history, question.text))
        text += "".join(f" {english}" for term, english in GLOSSARY.items() if term in text)
        return {word for word in words(text) if word.isascii() and word not in STOP}

    def _score(self, clause_id: str, asked: set[str]) -> float:
        shared = asked & self._words[clause_id]
        rarity = {word: sum(word in other for other in self._words.values()) for word in shared}
        score = sum(log(1 + len(self._words) / n) for n in rarity.values())
        return float(score / (5 + len(self._words[clause_id])) ** 0.3)

    def _retrieved(self, clause_id: str, asked: set[str]) -> Retrieved:
        clause = self._clauses[clause_id]
        return Retrieved(
            clause_id=clause_id,
            document_id=clause.document_id,
            start=clause.start,
            end=clause.end,
            text=clause.text,
            score=self._score(clause_id, asked),
        )


def topic(id_: str, question: str, gold: dict[str, str] | None = None, **changes: object) -> Topic:
    """A topic with what follows from the rest filled in; ``gold``: clause id to evidence."""
    gold = gold or {}
    fields: dict[str, object] = {
        "id": id_,
        "kind": TopicKind.SINGLE if gold else TopicKind.NOT_COVERED,
        "language": "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in question) else "en",
        "split": split_of(id_),
        "question": question,
        "answerable": bool(gold),
        "gold": tuple(gold),
        "evidence": tuple(gold.values()),
        "must": True,
    }
    return Topic.model_validate(fields | changes)


def fake_topics() -> tuple[Topic, ...]:
    """Topics that the fake system gets right, but for the last two."""
    h_account = "set up relevant electronic account (i.e. H Account)"
    mark = "marked by “[消]” (in half width)"
    duties = "subjected to customs duties and relevant interests"
    wastes = "Solid wastes resulting from bonded materials"
    return (
        topic("account/en1", "Set up which electronic account?", {"gacc-2016-68#3": h_account}),
        topic("account/zh1", "需要设立电子账册吗?", {"gacc-2016-68#3": h_account}),
        topic("mark/en1", "Marked in half width", {"gacc-2016-67#6": mark}, figures=("[消]",)),
        topic("mark/zh1", "半角标记?", {"gacc-2016-67#6": mark}),
        topic("wastes/en1", "Solid wastes", {"gacc-2016-68#11": wastes}, status="in_force"),
        topic("wastes/zh1", "固体废物", {"gacc-2016-68#11": wastes}, status="in_force"),
        topic(
            "code/en1",
            "Which code for finished products into & out of areas?",
            {"gacc-2016-68#7.p2": "code 5100"},
            kind="code",
            figures=("5100",),
        ),
        topic(
            "early/en1",
            "Expendable materials turned to domestic sale, customs duties?",
            {"gacc-2016-67#2.p3": duties},
            kind="as_of",
            as_of="2016-12-01",
            status="not_yet_in_force",
        ),
        topic("pizza/en1", "Best pizza topping recipe?"),
        topic("fees/en1", "What fee does a visa cost?", kind="near_miss"),
        topic("weather/zh1", "明天天气怎么样?"),
        topic(
            "loss/en1",
            "Consumption quantity declared when?",
            {"gacc-2016-67#9": "1 January 2017"},
            must=False,
        ),
        topic("trap/en1", "Solid wastes recycling", must=False),
    )


def _citation(clause: Clause, as_of: date) -> Citation:
    in_force = as_of >= IN_FORCE[clause.document_id]
    return Citation(
        n=1,
        clause_id=clause.id,
        document_id=clause.document_id,
        title=TITLES[clause.document_id],
        locator=clause.locator,
        quote=clause.text,
        start=clause.start,
        end=clause.end,
        status=Status.IN_FORCE if in_force else Status.NOT_YET_IN_FORCE,
        status_proof=PROOF[clause.document_id],
    )


def _lead(citation: Citation) -> str:
    day = IN_FORCE[citation.document_id]
    return f"{citation.locator}, {citation.title}, in force since {day.day} {day:%B} {day.year}:"
