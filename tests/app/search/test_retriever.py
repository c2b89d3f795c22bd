"""What a search looks up instead of going through the whole corpus: the same as going through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_corpus import CORPUS

from app.search.retriever import best_first
from ingest.corpus.catalog import load_catalog
from ingest.corpus.documents import Works
from ingest.facts.references import WorkKind, WorkNumber
from ingest.pipeline import read_document
from ingest.settings import Settings

DOCUMENTS = {e.id: read_document(e, Settings()) for e in load_catalog(CORPUS).document}


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 4.0]), max_size=40), st.integers(1, 50))
def test_the_best_come_first_and_of_equal_ones_the_first_in_the_corpus(
    scores: list[float], limit: int
) -> None:
    found = best_first(np.array(scores, dtype=np.float32), limit)
    assert found.tolist() == sorted(range(len(scores)), key=lambda n: -scores[n])[:limit]


@pytest.mark.parametrize("limit", [1, 20, 300])
@pytest.mark.parametrize("different", [2, 50, 10**6])
def test_among_many_the_same_ones_are_the_best(limit: int, different: int) -> None:
    scores = np.random.default_rng(different).integers(0, different, 100_003).astype(np.float32)
    expected = np.argsort(-scores, kind="stable")[:limit]
    assert best_first(scores, limit).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("work", "held", "cited_from"),
    [
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2016, "GACC"), ["gacc-2016-68"], set()),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 67), ["gacc-2016-67"], set()),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2015), [], set()),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2016, "AQSIQ"), [], set()),
        (WorkNumber(WorkKind.DECREE, 68), [], set()),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 59, 2015), [], {"gacc-2016-68#2.p2"}),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 20), [], {"gacc-2016-68#10"}),
    ],
    ids=str,
)
def test_a_number_finds_the_documents_held_and_where_it_is_cited(
    work: WorkNumber, held: list[str], cited_from: set[str]
) -> None:
    works = Works(DOCUMENTS)
    assert works.holding(work) == held
    assert {reference.clause_id for reference in works.references_to(work)} == cited_from
