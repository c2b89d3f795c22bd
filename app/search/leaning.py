"""What a piece of a question finds, with all of what it belongs to beside it.

A side of a comparison, a part of a question and a follow-up say little alone: "and for
materials?". Their own words go first; what the whole finds, and the document it speaks of, count
beside them.
"""

from collections.abc import Callable
from dataclasses import replace

from app.search.retriever import Candidate, SearchResult

#: clauses of each search that are looked at
DEPTH = 100


def leaning(
    alone: SearchResult, whole: SearchResult, weight: float, of_document: Callable[[str], float]
) -> SearchResult:
    """``alone`` put in order anew; ``weight``: of the whole's scores; ``of_document``: what a
    document gets, by its id. A clause that the whole does not find counts as its last one."""
    of_whole = {c.unit.clause_id: c.score for c in whole.candidates}
    least = min(of_whole.values(), default=0.0)

    def score(candidate: Candidate) -> float:
        return (
            candidate.score
            + weight * of_whole.get(candidate.unit.clause_id, least)
            + of_document(candidate.unit.document_id)
        )

    weighed = [replace(c, score=score(c)) for c in alone.candidates]
    return replace(alone, candidates=tuple(sorted(weighed, key=lambda c: -c.score)))
