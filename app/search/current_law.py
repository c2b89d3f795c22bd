"""What is found, read on a day: the clause in force goes before what it has replaced.

Two texts of one Work say nearly the same, so a search finds both. The one in force
answers; the other stays among what was found, right behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.search.retriever import Candidate, SearchResult
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.versions import Versions
from ingest.facts.modifications import Status, Timeline
from ingest.index.snapshot import Snapshot

#: what a repealed clause keeps of its score when no clause stands in its place: one in
#: force that answers nearly as well is the better answer
REPEALED_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Found:
    """``answers``: the candidates that may answer, best first; ``replaced``: those that one of
    them stands for, by its clause id; ``as_of``: the day on which they must be law."""

    answers: SearchResult
    replaced: Mapping[str, tuple[Candidate, ...]]
    as_of: date

    @property
    def all(self) -> SearchResult:
        """The answers, each before those that it has replaced."""
        candidates = [
            candidate
            for answer in self.answers.candidates
            for candidate in (answer, *self.replaced.get(answer.unit.clause_id, ()))
        ]
        return replace(self.answers, candidates=tuple(candidates))


class CurrentLaw:
    """Puts the candidates of a search in the order in which they are law on a day."""

    def __init__(
        self,
        snapshot: Snapshot,
        documents: Mapping[str, CorpusDocument],
        timeline: Timeline,
        versions: Versions,
    ) -> None:
        self._snapshot = snapshot
        self._documents = documents
        self._timeline = timeline
        self._versions = versions

    def read(self, result: SearchResult, as_of: date, limit: int) -> Found:
        """``limit``: candidates that may answer; those that they have replaced come on top."""
        among = result.query.documents
        answers: dict[str, Candidate] = {}
        replaced: dict[str, dict[str, Candidate]] = {}
        for candidate in self._by_force(result.candidates, as_of, among):
            if len(answers) >= limit:
                break
            standing = self._standing(candidate, as_of, among)
            clause_id = standing.unit.clause_id
            answers.setdefault(clause_id, standing)
            if standing is not candidate:
                replaced.setdefault(clause_id, {})[candidate.unit.clause_id] = candidate
        return Found(
            replace(result, candidates=tuple(answers.values())),
            {clause_id: tuple(others.values()) for clause_id, others in replaced.items()},
            as_of,
        )

    def _by_force(
        self, candidates: tuple[Candidate, ...], as_of: date, among: tuple[str, ...]
    ) -> list[Candidate]:
        weighed = [
            replace(candidate, score=REPEALED_SHARE * candidate.score)
            if not candidate.named
            and self._is_repealed(candidate, as_of)
            and self._standing(candidate, as_of, among) is candidate
            else candidate
            for candidate in candidates
        ]
        return sorted(weighed, key=lambda candidate: -candidate.score)

    def _is_repealed(self, candidate: Candidate, as_of: date) -> bool:
        document_id, _, path = candidate.unit.clause_id.partition("#")
        return self._timeline.status(document_id, path, as_of).status is Status.REPEALED

    def _standing(self, candidate: Candidate, as_of: date, among: tuple[str, ...]) -> Candidate:
        """The candidate that stands in this one's place; itself if none ``among`` those does.

        A document that the question names is quoted even if another Work has repealed it.
        """
        document_id = candidate.unit.document_id
        clause = self._documents[document_id].parsed.by_id[candidate.unit.clause_id]
        other = self._versions.in_force(clause, as_of)
        if other is None or other.id == clause.id or (among and other.document_id not in among):
            return candidate
        if candidate.named and not self._versions.of_one_work(document_id, other.document_id):
            return candidate
        position = self._snapshot.position.get(other.id)
        if position is None:
            return candidate
        return replace(candidate, unit=self._snapshot.units[position])
