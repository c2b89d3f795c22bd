"""Our ranking measures against ir_measures (trec_eval), our AUROC against scikit-learn's."""

import random

import ir_measures
import pytest
from ir_measures import AP, RR, R, Success, nDCG
from sklearn.metrics import roc_auc_score

from eval.measures.confidence import auroc
from eval.measures.ranking import (
    average_precision_at_k,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
    success_at_k,
)

TOPICS = 200
RETRIEVED = 15


def make_topic(seed: int) -> tuple[list[str], list[str]]:
    """A ranking of documents and the relevant ones, some of which it may not hold."""
    generator = random.Random(seed)
    documents = [f"d{number}" for number in range(25)]
    generator.shuffle(documents)
    relevant = generator.sample(documents, generator.randint(1, 5))
    return documents[:RETRIEVED], relevant


def test_ranking_measures_agree() -> None:
    ours = {
        R @ 5: lambda ranks: recall_at_k(ranks, 5),
        R @ 10: lambda ranks: recall_at_k(ranks, 10),
        Success @ 1: lambda ranks: success_at_k(ranks, 1),
        Success @ 5: lambda ranks: success_at_k(ranks, 5),
        AP @ 10: lambda ranks: average_precision_at_k(ranks, 10),
        RR @ 10: lambda ranks: reciprocal_rank(ranks, 10),
        nDCG @ 10: lambda ranks: ndcg_at_k(ranks, 10),
    }
    topics = {str(seed): make_topic(seed) for seed in range(TOPICS)}
    qrels = {topic: dict.fromkeys(relevant, 1) for topic, (_, relevant) in topics.items()}
    run = {
        topic: {document: float(RETRIEVED - place) for place, document in enumerate(ranking)}
        for topic, (ranking, _) in topics.items()
    }
    compared = 0
    for metric in ir_measures.iter_calc(list(ours), qrels, run):
        ranking, relevant = topics[metric.query_id]
        ranks = [ranking.index(d) + 1 if d in ranking else None for d in relevant]
        assert ours[metric.measure](ranks) == pytest.approx(metric.value), metric
        compared += 1
    assert compared == TOPICS * len(ours)


@pytest.mark.parametrize("seed", range(20))
def test_auroc_agrees(seed: int) -> None:
    generator = random.Random(seed)
    confidences = [round(generator.random(), 1) for _ in range(40)]  # with ties
    answerable = [True, False, *(generator.random() < 0.6 for _ in range(38))]
    assert auroc(confidences, answerable) == pytest.approx(roc_auc_score(answerable, confidences))
