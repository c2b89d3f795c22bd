"""When a result hits a gold clause, and at which rank each gold clause is first hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.errors import StaleGold
from eval.run.system import CorpusView
from eval.run.topics import Topic
from ingest.errors import UnknownClause


class LocatedClause(Protocol):
    """What :class:`app.contract.Retrieved` and :class:`app.contract.Citation` have in common."""

    @property
    def clause_id(self) -> str: ...
    @property
    def document_id(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class GoldClause:
    """A gold clause and where its evidence stands (code points of the document)."""

    clause_id: str
    document_id: str
    start: int
    end: int

    def is_covered_by(self, span: LocatedClause) -> bool:
        """Whether the span holds the whole evidence."""
        same_document = span.document_id == self.document_id
        return same_document and span.start <= self.start and self.end <= span.end

    def is_hit_by(self, span: LocatedClause) -> bool:
        """The clause itself, or a range over its evidence (a list quoted from its head)."""
        return span.clause_id == self.clause_id or self.is_covered_by(span)


def locate_gold(topic: Topic, corpus: CorpusView) -> tuple[GoldClause, ...]:
    """Where the topic's evidence stands; raises StaleGold when the corpus lacks any of it, or a
    needed span stands in none of its gold clauses."""
    found: list[GoldClause] = []
    for clause_id, evidence in zip(topic.gold, topic.evidence, strict=True):
        try:
            clause = corpus.clause(clause_id)
        except UnknownClause as error:
            raise StaleGold(f"topic {topic.id}: {error}") from error
        offset = clause.text.find(evidence)
        if offset < 0:
            raise StaleGold(f"topic {topic.id}: the evidence does not stand in {clause_id}")
        start = clause.start + offset
        found.append(GoldClause(clause_id, clause.document_id, start, start + len(evidence)))
    for span in topic.needed:
        if not any(span in corpus.clause(clause_id).text for clause_id in topic.gold):
            raise StaleGold(
                f"topic {topic.id}: a needed span stands in no gold clause: {span[:60]}"
            )
    return tuple(found)


def first_ranks(
    gold: Sequence[GoldClause], results: Sequence[LocatedClause]
) -> tuple[int | None, ...]:
    """For each gold clause the rank (1 is best) of the first result that hits it, or None."""
    return tuple(
        next((rank for rank, span in enumerate(results, start=1) if clause.is_hit_by(span)), None)
        for clause in gold
    )
