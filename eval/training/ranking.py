"""How the clauses of many documents are ranked for a question before they are read.

The embedding's nearness and BM25 together, in one pool, as in use: what stands first there
is what the reader chooses between, in measuring and in training.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.training.examples import Passages, TrainingExample
from ingest.index.lexical import Bm25f, Field, LexicalIndex
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
        self._tokenizer = Tokenizer(())
        words = (self._tokenizer.tokens(_text(passages, i)) for i in pool)
        one_field = Bm25f(fields=(Field(weight=1.0, length_norm=0.75),))
        self._words = LexicalIndex.build(([clause] for clause in words), one_field)

    def lexical(self, examples: Sequence[TrainingExample]) -> Scores:
        """BM25 (examples, pool), each question's best clause at 1 (or all at 0)."""
        questions = [set(self._tokenizer.tokens(example.question)) for example in examples]
        scores = np.stack([self._words.scores(words) for words in questions])
        best = scores.max(axis=1, keepdims=True)
        return np.asarray(scores / np.where(best > 0, best, 1), dtype=np.float32)

    def fused(self, examples: Sequence[TrainingExample], vectors: Scores) -> Scores:
        """Embedding and BM25 together (examples, pool); ``vectors`` (examples, width)."""
        near = _spread(vectors @ self._vectors.T)
        own = self._told == np.array([example.language for example in examples])[:, None]
        # words tell nothing of a clause in the other language: there nearness speaks for them
        words = np.where(own, self.lexical(examples), FOR_WORDS * near)
        return (EMBEDDING_SHARE * near + (1 - EMBEDDING_SHARE) * words).astype(np.float32)


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
