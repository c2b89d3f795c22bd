"""Vectors of a hundred thousand clauses without the hours that a model would take.

The first texts are embedded for real, and those keep their vectors that were embedded before, for
the user's own index say. Every other text gets the vector of one of them with
noise that its own hash chooses, so that the index has as many different vectors, in clusters
as real ones are, and the same text has always the same. A model's rate is measured apart, on
a sample of all texts that went by.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from heapq import nsmallest
from time import perf_counter

import numpy as np
from langchain_core.embeddings import Embeddings

from eval.peers.minilm import MiniLM
from ingest.index.cache import CachedEmbedder
from ingest.models.clause_model import ClauseModel, ClauseText, Vectors

#: texts embedded for real
REAL = 64
#: texts on which the rate is measured
SAMPLE = 200
#: length of the noise beside the text's vector of length 1: the cosine of a text and the one
#: that it was made from is then 0.8, as of two clauses that say much the same
_NOISE = 0.75


class Sampled:
    """Vectors by ``embed`` for the first ``REAL`` texts, and others like them for the rest, but for
    those that ``known`` gives by their place."""

    def __init__(
        self,
        embed: Callable[[Sequence[ClauseText]], Vectors],
        size: int,
        known: Callable[[Sequence[ClauseText]], Mapping[int, Vectors]] = lambda _: {},
    ) -> None:
        self.inside = 0.0  # seconds spent in here, whatever the vectors were
        self._embed = embed
        self._known = known
        self._size = size
        self._real: Vectors = np.empty((0, size), dtype=np.float32)
        self._sample: list[tuple[int, int, ClauseText]] = []  # by hash, which is a choice by chance
        self._characters = 0

    def vectors(self, texts: Sequence[ClauseText]) -> Vectors:
        """Vectors of texts, float32 ``(len(texts), size)``; see above."""
        started = perf_counter()
        real = texts[: max(0, REAL - len(self._real))]
        vectors = np.empty((len(texts), self._size), dtype=np.float32)
        if real:
            vectors[: len(real)] = self._embed(real)
            self._real = np.concatenate([self._real, vectors[: len(real)]])
        hashed = [(_number(text), at, text) for at, text in enumerate(texts)]
        for place, (number, _, _) in enumerate(hashed[len(real) :], start=len(real)):
            vectors[place] = self._like(number)
        for place, vector in self._known(texts).items():
            vectors[place] = vector
        self._sample = nsmallest(SAMPLE, [*self._sample, *hashed], key=lambda row: row[0])
        self._characters += sum(len(text.body) for text in texts)
        self.inside += perf_counter() - started
        return vectors

    def seconds_for(self, characters: int) -> float:
        """How long the model takes for texts of so many code points, by its rate."""
        return self._rate * characters

    @property
    def seconds(self) -> float:
        """How long the model itself would have taken for all texts so far."""
        return self.seconds_for(self._characters)

    @cached_property
    def _rate(self) -> float:
        """Seconds a code point, measured when first asked for."""
        texts = [text for _, _, text in self._sample]
        started = perf_counter()
        self._embed(texts)
        return (perf_counter() - started) / max(sum(len(text.body) for text in texts), 1)

    def _like(self, number: int) -> Vectors:
        noise = np.random.default_rng(number).standard_normal(self._size, dtype=np.float32)
        noise *= _NOISE / float(np.linalg.norm(noise))
        vector = self._real[number % len(self._real)] + noise
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class SampledClauseModel:
    """Our own model with sampled vectors of clauses, but for those that ``kept`` holds; questions
    go to the model itself."""

    def __init__(self, model: ClauseModel, kept: CachedEmbedder) -> None:
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self.clauses = Sampled(model.embed_clauses, model.dimension, kept.known)
        self._model = model

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        """The model's own parts."""
        return self._model.parts(clause)

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """The model's own vectors of questions."""
        return self._model.embed_questions(questions)

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        """Vectors of clauses, float32 ``(clauses, dimension)``."""
        return self.clauses.vectors(clauses)


class SampledMiniLM(Embeddings):
    """The stock recipe's model with sampled vectors of texts."""

    def __init__(self) -> None:
        self._model = MiniLM()
        self.texts = Sampled(self._embed, len(self._model.embed_query("warm up")))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Sampled vectors of texts."""
        vectors: list[list[float]] = self.texts.vectors(
            [ClauseText((), text) for text in texts]
        ).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The model's own vector of a question."""
        return self._model.embed_query(text)

    def _embed(self, texts: Sequence[ClauseText]) -> Vectors:
        bodies = [text.body for text in texts]
        return np.array(self._model.embed_documents(bodies), dtype=np.float32)


def _number(text: ClauseText) -> int:
    words = "\0".join((*text.context, text.body))
    return int.from_bytes(sha256(words.encode("utf-8", "surrogatepass")).digest()[:8], "big")
