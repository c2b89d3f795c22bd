"""Question -> clauses, best first.

Two channels look at every clause: words (BM25 over title, headings and body,
the question widened by the glossary) and meaning (vectors). Their scores are
fused; a clause that the question names ("item 7 of No. 68 of 2016") goes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.glossary import Glossary
from app.question import ReadQuestion
from ingest.documents import CorpusDocument
from ingest.embeddings import ModelEmbeddings
from ingest.index import Snapshot, Unit
from ingest.references import WorkNumber
from ingest.words import Tokenizer

Scores = NDArray[np.float32]

#: share of the vector channel in the fused score, by the question's language;
#: measured on development topics, see docs/retrieval.md
VECTOR_SHARE = {"en": 0.45, "zh": 0.5}
#: what a word from the glossary weighs beside a word of the question
SYNONYM_WEIGHT = 0.5
#: what the words of the earlier question weigh in a follow-up
HISTORY_WEIGHT = 0.5
#: added to the fused score (0 to 1) of a clause, or document, that the question names
NAMED_CLAUSE_BONUS = 2.0
NAMED_DOCUMENT_BONUS = 0.35
NAMED_CODE_BONUS = 0.25
#: vectors asked for; a clause beyond them has no vector score
NEIGHBOURS = 60


@dataclass(frozen=True, slots=True)
class Query:
    """What was searched for: a question's words with their weights, and the text embedded."""

    text: str
    words: Mapping[str, float]
    own_words: frozenset[str]  # without the glossary's


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause with the score of each channel (0 to 1) and what the question names of it."""

    unit: Unit
    score: float
    lexical: float
    cosine: float
    named: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: Query
    candidates: tuple[Candidate, ...]  # best first
    top_lexical: float  # BM25 before it was scaled
    works_held: tuple[str, ...]  # ids of the documents that the question names
    works_missing: tuple[WorkNumber, ...]  # named, and not in the corpus


class Retriever:
    """Searches one snapshot of the index."""

    def __init__(
        self,
        snapshot: Snapshot,
        documents: Mapping[str, CorpusDocument],
        glossary: Glossary,
        tokenizer: Tokenizer,
        embeddings: Mapping[str, ModelEmbeddings],  # by language of the question
    ) -> None:
        self._snapshot = snapshot
        self._documents = documents
        self._glossary = glossary
        self._tokenizer = tokenizer
        self._embeddings = embeddings

    def search(self, question: ReadQuestion, text: str, limit: int) -> SearchResult:
        """The best ``limit`` clauses for ``text``: the whole question or one of its parts."""
        query = self._query(question, text)
        lexical = self._snapshot.lexical.scores(query.words)
        vector = self._vector_scores(question, query)
        held, missing = self._works(question)
        top_lexical = float(lexical.max(initial=0.0))
        scaled = lexical / top_lexical if top_lexical > 0 else lexical
        share = VECTOR_SHARE[question.language]
        fused = (1 - share) * scaled + share * _scale(vector)
        fused = fused + self._bonuses(question, held)
        order = np.argsort(-fused, kind="stable")[:limit]
        candidates = tuple(
            Candidate(
                unit=self._snapshot.units[position],
                score=float(fused[position]),
                lexical=float(scaled[position]),
                cosine=float(vector[position]),
                named=bool(fused[position] >= NAMED_CLAUSE_BONUS),
            )
            for position in order
        )
        return SearchResult(query, candidates, top_lexical, held, missing)

    def _query(self, question: ReadQuestion, text: str) -> Query:
        words: dict[str, float] = {}
        own = self._tokenizer.tokens(text)
        for token in own:
            words[token] = 1.0
        earlier = question.follow_up_to
        if earlier is not None:
            for token in self._tokenizer.tokens(earlier):
                words.setdefault(token, HISTORY_WEIGHT)
        searched = f"{earlier} {text}" if earlier else text
        for name, concept in self._glossary.named_in(searched):
            for other in (*concept.english, *concept.chinese):
                if other.lower() != name:
                    for token in self._tokenizer.tokens(other):
                        words.setdefault(token, SYNONYM_WEIGHT)
        return Query(searched, words, frozenset(own))

    def _vector_scores(self, question: ReadQuestion, query: Query) -> Scores:
        model = self._embeddings[question.language]
        scores = np.full(len(self._snapshot.units), np.nan, dtype=np.float32)
        near = self._snapshot.vectors.search(
            model.name, model.query_vector(query.text), NEIGHBOURS
        )
        for neighbour in near:
            scores[self._snapshot.position[neighbour.unit_id]] = neighbour.similarity
        # a clause beyond the neighbours is at most as near as the last of them
        lowest = min((neighbour.similarity for neighbour in near), default=0.0)
        return np.nan_to_num(scores, nan=lowest)

    def _works(self, question: ReadQuestion) -> tuple[tuple[str, ...], tuple[WorkNumber, ...]]:
        held: list[str] = []
        missing: list[WorkNumber] = []
        for work in question.works:
            matching = [
                document_id
                for document_id, document in self._documents.items()
                if document.entry.work is not None and document.entry.work.matches(work)
            ]
            held += matching
            if not matching:
                missing.append(work)
        return tuple(dict.fromkeys(held)), tuple(missing)

    def _bonuses(self, question: ReadQuestion, held: tuple[str, ...]) -> Scores:
        bonus = np.zeros(len(self._snapshot.units), dtype=np.float32)
        for position, unit in enumerate(self._snapshot.units):
            if unit.document_id in held:
                bonus[position] += NAMED_DOCUMENT_BONUS
                if unit.clause_id.partition("#")[2] in question.places:
                    bonus[position] += NAMED_CLAUSE_BONUS
        return bonus


def _scale(scores: Scores) -> Scores:
    """Scores from 0 (the farthest neighbour) to 1 (the nearest)."""
    low, high = float(scores.min(initial=1.0)), float(scores.max(initial=-1.0))
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
