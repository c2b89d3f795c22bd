"""Vectors of a hundred thousand clauses without the hours that the models would take.

The first texts are embedded for real, and timed: that is a model's rate. Every later text
gets the vector of one of them with noise that its own hash chooses, so that the index has as
many different vectors, in clusters as real ones are, and the same text has always the same.
"""

from collections.abc import Sequence
from hashlib import sha256
from time import perf_counter

import numpy as np

from ingest.embeddings import ModelEmbeddings, Vectors

#: texts embedded for real
SAMPLE = 200
#: length of the noise beside the text's vector of length 1: the cosine of a text and the one
#: that it was made from is then 0.8, as of two clauses that say much the same
_NOISE = 0.75


class SampledEmbeddings(ModelEmbeddings):
    """A model whose document vectors are real for the first ``SAMPLE`` texts only.

    Questions go to the model itself.
    """

    def __init__(self, model: ModelEmbeddings) -> None:
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self.question_language = model.question_language
        self.inside = 0.0  # seconds spent in here, whatever the vectors were
        self._model = model
        self._sample: Vectors = np.empty((0, model.dimension), dtype=np.float32)
        self._sampled_characters = 0
        self._sampled_seconds = 0.0
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
        real = texts[: max(0, SAMPLE - len(self._sample))]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if real:
            vectors[: len(real)] = self._model.document_vectors(real)
            self._sampled_seconds += perf_counter() - started
            self._sampled_characters += sum(map(len, real))
            self._sample = np.concatenate([self._sample, vectors[: len(real)]])
        for place, text in enumerate(texts[len(real) :], start=len(real)):
            vectors[place] = self._like(text)
        self._characters += sum(map(len, texts))
        self.inside += perf_counter() - started
        return vectors

    def seconds_for(self, characters: int) -> float:
        """How long the model takes for texts of so many code points, by its sample's rate."""
        return self._sampled_seconds * characters / max(self._sampled_characters, 1)

    @property
    def seconds(self) -> float:
        """How long the model itself would have taken for all texts so far."""
        return self.seconds_for(self._characters)

    def _like(self, text: str) -> Vectors:
        digest = int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        noise = np.random.default_rng(digest).standard_normal(self.dimension, dtype=np.float32)
        vector = self._sample[digest % len(self._sample)] + noise * (
            _NOISE / float(np.linalg.norm(noise))
        )
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
