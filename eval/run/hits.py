"""When a result hits a gold clause, and at which rank each gold clause is first hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.teaching.topics import Topic, require_gold
from eval.run.system import CorpusView


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
    require_gold(topic, corpus.clause)
    found: list[GoldClause] = []
    for clause_id, evidence in zip(topic.gold, topic.evidence, strict=True):
        clause = corpus.clause(clause_id)
        start = clause.start + clause.text.index(evidence)
        found.append(GoldClause(clause_id, clause.document_id, start, start + len(evidence)))
    return tuple(found)


def first_ranks(
    gold: Sequence[GoldClause], results: Sequence[LocatedClause]
) -> tuple[int | None, ...]:
    """For each gold clause the rank (1 is best) of the first result that hits it, or None."""
    return tuple(
        next((rank for rank, span in enumerate(results, start=1) if clause.is_hit_by(span)), None)
        for clause in gold
    )
