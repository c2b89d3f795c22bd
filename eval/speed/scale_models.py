"""Vectors of a hundred thousand clauses without the hours that the models would take.

The first texts are embedded for real. Every later text gets the vector of one of them with
noise that its own hash chooses, so that the index has as many different vectors, in clusters
as real ones are, and the same text has always the same. A model's rate is measured apart, on
a sample of all texts that went by.
"""

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from heapq import nsmallest
from time import perf_counter

import numpy as np

from ingest.models.embedding import ModelEmbeddings, Vectors

#: texts embedded for real
REAL = 64
#: texts on which the rate is measured
SAMPLE = 200
#: length of the noise beside the text's vector of length 1: the cosine of a text and the one
#: that it was made from is then 0.8, as of two clauses that say much the same
_NOISE = 0.75


class SampledEmbeddings(ModelEmbeddings):
    """A model whose document vectors are real for the first ``REAL`` texts only.

    Questions go to the model itself.
    """

    def __init__(self, model: ModelEmbeddings) -> None:
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self.question_languages = model.question_languages
        self.inside = 0.0  # seconds spent in here, whatever the vectors were
        self._model = model
        self._real: Vectors = np.empty((0, model.dimension), dtype=np.float32)
        self._sample: list[tuple[int, str]] = []  # by hash, which is a choice by chance
        self._characters = 0

    def parts(self, text: str) -> list[str]:
        """The model's own parts."""
        return self._model.parts(text)

    def query_vector(self, text: str) -> Vectors:
        """The model's own vector of a question."""
        return self._model.query_vector(text)

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """The model's own vectors of questions."""
        return self._model.question_vectors(texts)

    def document_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, float32 ``(len(texts), dimension)``; see above."""
        started = perf_counter()
        real = texts[: max(0, REAL - len(self._real))]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if real:
            vectors[: len(real)] = self._model.document_vectors(real)
            self._real = np.concatenate([self._real, vectors[: len(real)]])
        hashed = [(_number(text), text) for text in texts]
        for place, (number, _) in enumerate(hashed[len(real) :], start=len(real)):
            vectors[place] = self._like(number)
        self._sample = nsmallest(SAMPLE, [*self._sample, *hashed])
        self._characters += sum(map(len, texts))
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
        texts = [text for _, text in self._sample]
        started = perf_counter()
        self._model.document_vectors(texts)
        return (perf_counter() - started) / max(sum(map(len, texts)), 1)

    def _like(self, number: int) -> Vectors:
        noise = np.random.default_rng(number).standard_normal(self.dimension, dtype=np.float32)
        noise *= _NOISE / float(np.linalg.norm(noise))
        vector = self._real[number % len(self._real)] + noise
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
