"""Hits, gold clauses in the corpus, and the outcome of an answer."""

from datetime import date

import pytest
from fake_system import FakeSystem, fake_topics, topic

from app.contract import Answer, Question, RefusalReason, Retrieved
from app.teaching.topics import StaleGold, Topic
from app.views.evaluation_report import TopicKind, TopicOutcome
from eval.run.hits import first_ranks, locate_gold
from eval.run.runner import ask, locate, run_topics
from eval.run.scoring import score
from eval.run.system import CorpusView
from eval.run.topics import question_of
from ingest.errors import BadQuestion, UnknownClause
from ingest.facts.modifications import Status

AS_OF = date(2020, 1, 1)
SYSTEM = FakeSystem()
CORPUS = CorpusView.of(SYSTEM)
CODE = topic(
    "code/en1",
    "Which code for finished products into & out of areas?",
    {"gacc-2016-68#7.p2": "code 5100"},
    figures=("5100",),
    status="in_force",
    reference="code 5100",
)


def answer_to(asked: Topic, **changes: object) -> Answer:
    return SYSTEM.ask(question_of(asked, AS_OF)).model_copy(update=changes)


def outcome_of(asked: Topic, **changes: object) -> TopicOutcome:
    return score(asked, locate_gold(asked, CORPUS), answer_to(asked, **changes), CORPUS)


def found(clause_id: str, start: int, end: int) -> Retrieved:
    return Retrieved(
        clause_id=clause_id,
        document_id=clause_id.partition("#")[0],
        start=start,
        end=end,
        text="",
        score=1.0,
    )


def test_gold_is_located_where_its_evidence_stands() -> None:
    (gold,) = locate_gold(CODE, CORPUS)
    assert CORPUS.texts[gold.document_id][gold.start : gold.end] == "code 5100"


def test_a_result_hits_by_its_id_or_by_holding_the_evidence() -> None:
    (gold,) = locate_gold(CODE, CORPUS)
    assert gold.is_hit_by(found("gacc-2016-68#7.p2", 0, 1))  # the clause, whatever is quoted
    assert gold.is_hit_by(found("gacc-2016-68#7", gold.start, gold.end))  # a longer quote
    assert not gold.is_hit_by(found("gacc-2016-68#7", gold.start + 1, gold.end))
    assert not gold.is_hit_by(found("gacc-2016-67#7", gold.start, gold.end))  # another document
    assert not gold.is_covered_by(found("gacc-2016-68#7.p2", 0, 1))


def test_each_gold_clause_has_the_rank_of_its_first_hit() -> None:
    listed = topic("list/en1", "Which conditions?", {
        "gacc-2016-67#4": "following conditions",
        "gacc-2016-67#4.1": "chemical reactions",
        "gacc-2016-67#9": "1 January 2017",
    })  # fmt: skip
    gold = locate_gold(listed, CORPUS)
    head = found("gacc-2016-67#4", gold[0].start, gold[1].end)  # the head with its items
    other = found("gacc-2016-68#1", 0, 1)
    assert first_ranks(gold, [other, head, found("gacc-2016-67#4.1", 0, 1)]) == (2, 2, None)


def test_stale_gold_is_told() -> None:
    gone = topic("gone/en1", "?", {"gacc-2016-68#99": "x"})
    with pytest.raises(StaleGold, match="topic gone/en1: the corpus holds no clause"):
        locate_gold(gone, CORPUS)
    sorted_topics = locate([CODE, gone], CORPUS)
    assert [t.id for t, _ in sorted_topics.located] == ["code/en1"]
    assert sorted_topics.stale == ("topic gone/en1: the corpus holds no clause gacc-2016-68#99",)
    with pytest.raises(UnknownClause):
        CORPUS.clause("gacc-2016-68#99")


def test_a_needed_span_that_stands_in_no_gold_clause_is_told() -> None:
    wrong = topic("far/en1", "?", {"gacc-2016-68#3": "H Account"}, needed=("H Account is free",))
    with pytest.raises(
        StaleGold, match="a needed span stands in no gold clause: H Account is free"
    ):
        locate_gold(wrong, CORPUS)


def test_an_answer_without_a_needed_span_and_its_folded_words() -> None:
    whole = outcome_of(CODE)
    assert whole.values["needed_quoted"] == 1.0
    (citation,) = answer_to(CODE).citations
    cut = citation.model_copy(update={"quote": citation.quote[:-4], "end": citation.end - 4})
    needed = CODE.model_copy(update={"needed": (citation.quote,)})
    assert outcome_of(needed, citations=(cut,)).values["needed_quoted"] == 0.0
    folded = citation.model_copy(update={"folded": ((citation.start, citation.start + 9),)})
    shown = outcome_of(CODE, citations=(folded,)).values["answer_length"]
    assert shown is not None and whole.values["answer_length"] is not None
    assert shown < whole.values["answer_length"]


def test_a_right_answer() -> None:
    outcome = outcome_of(CODE)
    assert outcome.right
    assert outcome.why_wrong == ()
    assert outcome.cited == ("gacc-2016-68#7.p2",)
    assert outcome.found[0] == "gacc-2016-68#7.p2"
    ones = ("right", "Success@1", "R@5", "nDCG@10", "citation_precision", "citation_recall",
            "gold_cited", "evidence_quoted", "quote_exactness", "figure_coverage",
            "status_accuracy", "refusal_accuracy")  # fmt: skip
    assert {name: outcome.values[name] for name in ones} == dict.fromkeys(ones, 1.0)
    assert outcome.values["figure_invention"] == 0.0
    assert outcome.values["refusal_reason"] is None


def test_a_refusal_of_a_covered_question() -> None:
    outcome = outcome_of(
        CODE,
        answered=False,
        refusal_reason=RefusalReason.NOT_COVERED,
        statements=(),
        citations=(),
        answer="Not covered.",
    )
    assert outcome.why_wrong == ("refused (not covered) what the corpus answers",)
    assert outcome.values["Success@1"] == 1.0  # it was found
    assert outcome.values["refusal_accuracy"] == 0.0
    assert outcome.values["figure_coverage"] == 0.0
    assert outcome.values["citation_precision"] is None
    assert outcome.values["quote_exactness"] is None


def test_what_makes_an_answer_wrong() -> None:
    answer = answer_to(CODE)
    (citation,) = answer.citations
    moved = citation.model_copy(update={"start": citation.start + 1, "end": citation.end + 1})
    outcome = outcome_of(CODE, citations=(moved,))
    place = f"gacc-2016-68 {moved.start}-{moved.end}"
    assert outcome.why_wrong == (f"quote [1] is not what stands at {place}",)

    repealed = citation.model_copy(update={"status": Status.REPEALED})
    assert outcome_of(CODE, citations=(repealed,)).why_wrong == (
        "status shown: repealed; expected: in force",
    )
    invented = answer.answer.replace("5100", "5200")
    assert outcome_of(CODE, answer=invented).why_wrong == ("in no cited quote: 5200",)

    other = SYSTEM.ask(Question(text="Solid wastes", as_of=AS_OF))
    assert outcome_of(
        CODE, citations=other.citations, statements=other.statements, answer=other.answer
    ).why_wrong == ("does not cite gacc-2016-68#7.p2", "figure missing: 5100")

    nowhere = citation.model_copy(update={"document_id": "no-such", "status_proof": "no-such#1"})
    assert outcome_of(CODE, citations=(nowhere,)).why_wrong[-1] == (
        "status proof of [1] is no clause: no-such#1"
    )


def test_a_statement_may_use_only_what_it_cites() -> None:
    answer = answer_to(CODE)
    uncited = answer.statements[0].model_copy(update={"citations": ()})
    outcome = outcome_of(CODE, statements=(uncited,))
    assert "in no cited quote: 5100" in outcome.why_wrong
    assert outcome.values["citation_recall"] == 0.0


def test_a_refusal_that_is_due() -> None:
    pizza = topic("pizza/en1", "Best pizza topping recipe?")
    outcome = outcome_of(pizza)
    assert outcome.right
    assert outcome.values["refusal_reason"] == 1.0
    assert "Success@1" not in outcome.values
    hostile = outcome_of(topic("pizza/en1", "Best pizza topping recipe?", kind=TopicKind.HOSTILE))
    assert hostile.values["refusal_reason"] == 0.0
    assert hostile.right  # refusing is what counts


def test_a_refusal_may_not_invent_figures_either() -> None:
    pizza = topic("pizza/en1", "Best pizza topping recipe?")
    outcome = outcome_of(pizza, answer="Not covered, but the duty is usually 13%.")
    assert outcome.why_wrong == ("in no cited quote: 13",)
    named = topic("pizza/en1", "What does No. 77 of 2014 say of pizza?")
    assert outcome_of(named, answer="No. 77 of 2014 is not held.").right


def test_a_rejected_question_counts_as_refused() -> None:
    class Rejects:
        def ask(self, question: Question) -> Answer:
            raise BadQuestion(f"no words in {question.text!r}")

    answer = ask(Rejects(), Question(text="???"), "f", AS_OF)
    assert not answer.answered
    assert answer.answer == "no words in '???'"


def test_a_run_keeps_the_order_and_repeats_exactly() -> None:
    located = locate(fake_topics(), CORPUS).located
    first = run_topics(SYSTEM, located, CORPUS, as_of=AS_OF).answers
    again = run_topics(SYSTEM, located, CORPUS, as_of=AS_OF).answers
    assert [a.topic for a in first] == [t for t, _ in located]
    assert [a.outcome for a in first] == [a.outcome for a in again]
    wrong = [a.topic.id for a in first if not a.outcome.right]
    assert wrong == ["loss/en1", "trap/en1"]
