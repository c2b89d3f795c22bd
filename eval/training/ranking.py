"""How the clauses of many documents are ranked for a question before they are read.

The embedding's nearness and BM25 together, in one pool, as in use: what stands first there
is what the reader chooses between, in measuring and in training.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.training.examples import Passages, TrainingExample
from ingest.text.language import language_of
from ingest.text.tokenizer import Tokenizer

Scores = NDArray[np.float32]

#: share of the embedding in the fusion with BM25
EMBEDDING_SHARE = 0.7
#: share of nearness that stands for BM25 where a clause is in the other language
FOR_WORDS = 0.7


class Ranker:
    """Scores of one pool of clauses for questions.

    ``pool``: positions of passages; ``vectors`` (pool, width): theirs, of length 1.
    """

    def __init__(self, passages: Passages, pool: Sequence[int], vectors: Scores) -> None:
        self._vectors = vectors
        documents = [passages.all[i].document for i in pool]
        #: of each document of the pool
        self.languages = {name: _language(passages, name) for name in set(documents)}
        self._told = np.array([self.languages[name] for name in documents])
        self._words = _WordWeights([_text(passages, i) for i in pool])

    def lexical(self, examples: Sequence[TrainingExample]) -> Scores:
        """BM25 (examples, pool), each question's best clause at 1 (or all at 0)."""
        scores = np.stack([self._words.scores(example.question) for example in examples])
        best = scores.max(axis=1, keepdims=True)
        return np.asarray(scores / np.where(best > 0, best, 1), dtype=np.float32)

    def fused(self, examples: Sequence[TrainingExample], vectors: Scores) -> Scores:
        """Embedding and BM25 together (examples, pool); ``vectors`` (examples, width)."""
        near = _spread(vectors @ self._vectors.T)
        own = self._told == np.array([example.language for example in examples])[:, None]
        # words tell nothing of a clause in the other language: there nearness speaks for them
        words = np.where(own, self.lexical(examples), FOR_WORDS * near)
        return (EMBEDDING_SHARE * near + (1 - EMBEDDING_SHARE) * words).astype(np.float32)


class _WordWeights:
    """Okapi BM25 over the product's words."""

    def __init__(self, clauses: Sequence[str]) -> None:
        self._tokenizer = Tokenizer(())
        words = [self._tokenizer.tokens(text) for text in clauses]
        self._rows: dict[str, int] = {}
        for text in words:
            for word in text:
                self._rows.setdefault(word, len(self._rows))
        counts = np.zeros((len(self._rows), len(clauses)), dtype=np.float32)
        for column, text in enumerate(words):
            for word in text:
                counts[self._rows[word], column] += 1
        lengths = counts.sum(axis=0)
        held = (counts > 0).sum(axis=1, keepdims=True)
        rare = np.log(1 + (len(clauses) - held + 0.5) / (held + 0.5)).astype(np.float32)
        norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
        self._weights = rare * counts * 2.2 / (counts + norm)

    def scores(self, question: str) -> Scores:
        """Of each clause (clauses)."""
        asked = set(self._tokenizer.tokens(question))
        rows = [self._rows[word] for word in asked if word in self._rows]
        found: Scores = self._weights[rows].sum(axis=0)
        return found


def _spread(scores: Scores) -> Scores:
    """Each question's best clause at 1, its mean at 0."""
    mean = scores.mean(axis=1, keepdims=True)
    spread: Scores = (scores - mean) / (scores.max(axis=1, keepdims=True) - mean)
    return spread


def _text(passages: Passages, position: int) -> str:
    text = passages.all[position].text
    return " ".join((*text.context, text.body))


def _language(passages: Passages, document: str) -> str:
    return language_of(" ".join(passages.all[i].text.body for i in passages.of(document)[:50]))
