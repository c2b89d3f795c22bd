"""Score one answer against its topic: every measure that has a value per topic."""

from collections.abc import Iterable, Sequence

from app.contract import Answer, Citation, RefusalReason
from app.teaching.topics import Topic
from app.views.evaluation_report import TopicKind, TopicOutcome
from eval.measures import citations, ranking
from eval.measures.answer_words import answer_length, token_f1
from eval.measures.figures import Sources, figure_coverage, figure_invention
from eval.measures.refusal import (
    Decision,
    refusal_accuracy,
    refusal_precision,
    refusal_recall,
)
from eval.run.hits import GoldClause, LocatedClause, first_ranks
from eval.run.system import CorpusView

#: how many results a report keeps per topic
FOUND = 10

#: values are rounded once, here, so that a stored value equals a fresh one exactly
DIGITS = 6

#: the kinds whose refusal has one right reason; a near miss may be either
_REASONS = {
    TopicKind.NOT_COVERED: RefusalReason.NOT_COVERED,
    TopicKind.NOT_HELD: RefusalReason.NOT_HELD,
    TopicKind.HOSTILE: RefusalReason.HOSTILE,
}


def score(
    topic: Topic, gold: Sequence[GoldClause], answer: Answer, corpus: CorpusView
) -> TopicOutcome:
    """The outcome of ``answer``; ``gold`` as :func:`eval.run.hits.locate_gold` found it."""
    exact = [_is_exact(citation, corpus) for citation in answer.citations]
    invented = figure_invention(_parts(topic, answer, corpus))
    shown = _statuses(answer, gold)
    decision = Decision(topic.answerable, answer.answered)
    values: dict[str, float | None] = {
        "quote_exactness": citations.quote_exactness(exact),
        "figure_invention": float(bool(invented)),
        # Of one topic each is 1, 0 or None; their means over topics are the measures.
        "refusal_accuracy": refusal_accuracy([decision]),
        "refusal_precision": refusal_precision([decision]),
        "refusal_recall": refusal_recall([decision]),
        "refusal_reason": _reason(topic, answer),
        **(_answer_values(topic, gold, answer, shown) if topic.answerable else {}),
    }
    why_wrong = (
        *_wrong_decision(topic, answer),
        *_not_cited(gold, answer),
        *_inexact(answer, exact),
        *_missing_figures(topic, answer),
        *([f"in no cited quote: {', '.join(invented)}"] if invented else []),
        *_wrong_status(topic, answer, shown),
        *_unknown_proofs(answer, corpus),
    )
    values["right"] = float(not why_wrong)
    return TopicOutcome(
        topic=topic.id,
        digest=topic.digest(),
        kind=topic.kind,
        language=topic.language,
        split=topic.split,
        must=topic.must,
        answerable=topic.answerable,
        answered=answer.answered,
        refusal_reason=answer.refusal_reason,
        confidence=answer.confidence,
        right=not why_wrong,
        why_wrong=why_wrong,
        values={
            name: None if value is None else round(value, DIGITS) for name, value in values.items()
        },
        found=tuple(result.clause_id for result in answer.retrieved[:FOUND]),
        cited=tuple(citation.clause_id for citation in answer.citations),
    )


def _answer_values(
    topic: Topic, gold: Sequence[GoldClause], answer: Answer, shown: Sequence[str]
) -> dict[str, float | None]:
    """The measures that only a topic with gold clauses has."""
    ranks = first_ranks(gold, answer.retrieved)
    quotes = answer.citations
    supports = {c.n: any(clause.is_hit_by(c) for clause in gold) for c in quotes}
    cited = [any(clause.is_hit_by(c) for c in quotes) for clause in gold]
    covered = [any(clause.is_covered_by(c) for c in quotes) for clause in gold]
    texts = _shown_texts(answer)
    return {
        "Success@1": ranking.success_at_k(ranks, 1),
        "Success@5": ranking.success_at_k(ranks, 5),
        "R@5": ranking.recall_at_k(ranks, 5),
        "R@10": ranking.recall_at_k(ranks, 10),
        "AP@10": ranking.average_precision_at_k(ranks, 10),
        "RR@10": ranking.reciprocal_rank(ranks, 10),
        "nDCG@10": ranking.ndcg_at_k(ranks, 10),
        "citation_precision": citations.citation_precision([supports[c.n] for c in quotes]),
        "citation_recall": citations.citation_recall(
            [s.citations for s in answer.statements], supports
        ),
        "gold_cited": citations.gold_cited(cited),
        "evidence_quoted": citations.evidence_quoted(covered),
        "needed_quoted": citations.needed_quoted(
            topic.needed or topic.evidence, [c.quote for c in quotes]
        ),
        "figure_coverage": figure_coverage(topic.figures, texts),
        "status_accuracy": None
        if topic.status is None
        else citations.status_accuracy(topic.status, shown),
        "token_F1": None
        if topic.reference is None
        else token_f1(answer.answer if answer.answered else "", topic.reference),
        "answer_length": float(_shown_length(answer)) if answer.answered else None,
    }


def _shown_length(answer: Answer) -> int:
    """Words that stand open: an answer without what is folded in its quotes."""
    folded = (c.quote[a - c.start : b - c.start] for c in answer.citations for a, b in c.folded)
    return answer_length(answer.answer) - sum(map(answer_length, folded))


def _shown_texts(answer: Answer) -> list[str]:
    """What of the answer may show a required figure; a refusal shows none."""
    if not answer.answered:
        return []
    return [answer.answer, *(citation.quote for citation in answer.citations)]


def _is_exact(citation: Citation, corpus: CorpusView) -> bool:
    text = corpus.texts.get(citation.document_id)  # a document that isn't there proves nothing
    return text is not None and citations.is_exact(
        text, citation.start, citation.end, citation.quote
    )


def _reason(topic: Topic, answer: Answer) -> float | None:
    expected = _REASONS.get(topic.kind)
    if topic.answerable or answer.answered or expected is None:
        return None
    return float(answer.refusal_reason == expected)


def _statuses(answer: Answer, gold: Sequence[GoldClause]) -> tuple[str, ...]:
    documents = {clause.document_id for clause in gold}
    return tuple(c.status for c in answer.citations if c.document_id in documents)


def _parts(topic: Topic, answer: Answer, corpus: CorpusView) -> Iterable[tuple[str, Sources]]:
    """The answer's statements and whole text, each with what it may take figures from."""
    if not answer.answered:
        # A refusal names what was asked and the nearest clauses; it asserts no rule.
        shown: tuple[LocatedClause, ...] = (*answer.retrieved[:FOUND], *answer.citations)
        documents = {span.document_id for span in shown}
        yield (
            answer.answer,
            Sources(
                texts=(
                    topic.question,
                    *topic.history,
                    answer.as_of.isoformat(),
                    *(span.clause_id for span in shown),
                    *(corpus.texts.get(document, "") for document in sorted(documents)),
                )
            ),
        )
        return
    by_number = {citation.n: citation for citation in answer.citations}
    for statement in answer.statements:
        cited = [by_number[n] for n in statement.citations if n in by_number]
        yield statement.text, _sources(cited, answer, corpus)
    yield answer.answer, _sources(answer.citations, answer, corpus)


def _sources(citations: Iterable[Citation], answer: Answer, corpus: CorpusView) -> Sources:
    texts: list[str] = []
    dated: list[str] = [answer.as_of.isoformat()]
    for citation in citations:
        texts += [citation.quote, citation.title, citation.locator, citation.clause_id]
        # "in force since 25 November 2016": the day stands in the document's date lines,
        # which are no clause.
        dated.append(corpus.texts.get(citation.document_id, ""))
        proof = corpus.clauses.get(citation.status_proof or "")
        if proof is not None:
            texts += [proof.text, proof.id, proof.locator]
            dated.append(corpus.texts[proof.document_id])
    return Sources(tuple(texts), tuple(dated))


def _wrong_decision(topic: Topic, answer: Answer) -> Iterable[str]:
    if topic.answerable and not answer.answered:
        reason = _in_words(answer.refusal_reason or "no reason given")
        yield f"refused ({reason}) what the corpus answers"
    if answer.answered and not topic.answerable:
        yield "answered what the corpus does not cover"


def _not_cited(gold: Sequence[GoldClause], answer: Answer) -> Iterable[str]:
    if not answer.answered:
        return
    for clause in gold:
        if not any(clause.is_hit_by(citation) for citation in answer.citations):
            yield f"does not cite {clause.clause_id}"


def _inexact(answer: Answer, exact: Sequence[bool]) -> Iterable[str]:
    for citation, is_verbatim in zip(answer.citations, exact, strict=True):
        if not is_verbatim:
            place = f"{citation.document_id} {citation.start}-{citation.end}"
            yield f"quote [{citation.n}] is not what stands at {place}"


def _missing_figures(topic: Topic, answer: Answer) -> Iterable[str]:
    if not answer.answered:
        return
    texts = _shown_texts(answer)
    for figure in topic.figures:
        if figure_coverage([figure], texts) == 0:
            yield f"figure missing: {figure}"


def _wrong_status(topic: Topic, answer: Answer, shown: Sequence[str]) -> Iterable[str]:
    if topic.status is None or not answer.answered:
        return
    if citations.status_accuracy(topic.status, shown) == 0:
        seen = ", ".join(map(_in_words, dict.fromkeys(shown))) or "nothing of the gold documents"
        yield f"status shown: {seen}; expected: {_in_words(topic.status)}"


def _in_words(key: str) -> str:
    """A key of the contract as people read it: "not_covered" is "not covered"."""
    return key.replace("_", " ")


def _unknown_proofs(answer: Answer, corpus: CorpusView) -> Iterable[str]:
    for citation in answer.citations:
        if citation.status_proof is not None and citation.status_proof not in corpus.clauses:
            yield f"status proof of [{citation.n}] is no clause: {citation.status_proof}"
