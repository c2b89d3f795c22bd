"""Vectors of clauses already embedded, kept by content: none is embedded twice."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ingest.index.kept import KeptByContent
from ingest.models.clause_model import ClauseEmbedder, ClauseText, Vectors

#: clauses embedded between two commits: what a killed build has to do again
BATCH = 256

#: vectors of each of several lists of clauses, in their order
EmbedInTurn = Callable[[Iterable[Sequence[ClauseText]]], Iterable[Vectors]]


class CachedEmbedder:
    """A model whose vectors of clauses are kept in a file; questions go straight to it.

    ``embed``: embeds clauses in place of the model, on other machines say. Raises
    :class:`ClauseDeskError` when the file can be neither read nor made.
    """

    def __init__(self, model: ClauseEmbedder, path: Path, embed: EmbedInTurn | None = None) -> None:
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self._model = model
        self._embed: EmbedInTurn = embed or partial(map, model.embed_clauses)
        self._kept = KeptByContent(path, "vector", self._is_sound)

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        """The model's own parts."""
        return self._model.parts(clause)

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """The model's own vectors of questions."""
        return self._model.embed_questions(questions)

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        """Vectors of clauses, float32 ``(clauses, dimension)``; only new ones are embedded."""
        batches = [clauses[start : start + BATCH] for start in range(0, len(clauses), BATCH)]
        none = np.empty((0, self.dimension), dtype=np.float32)
        return np.concatenate([none, *self.embed_in_turn(batches)])

    def embed_in_turn(self, batches: Iterable[Sequence[ClauseText]]) -> Iterator[Vectors]:
        """Vectors of each batch, float32 ``(clauses, dimension)``; each batch is kept before it
        is given, and the next ones may be embedded meanwhile."""
        asked: deque[list[bytes]] = deque()

        def keyed() -> Iterator[dict[bytes, ClauseText]]:
            for batch in batches:
                asked.append([self._key(clause) for clause in batch])
                yield dict(zip(asked[-1], batch, strict=True))

        for rows in self._kept.through(keyed(), self._made):
            yield np.stack([_vector(rows[key]) for key in asked.popleft()])

    def known(self, clauses: Sequence[ClauseText]) -> dict[int, Vectors]:
        """Vectors ``(dimension,)`` of those that are kept, by their place among ``clauses``."""
        keys = [self._key(clause) for clause in clauses]
        rows = self._kept.get(list(set(keys)))
        return {place: _vector(rows[key]) for place, key in enumerate(keys) if key in rows}

    def close(self) -> None:
        """Let go of the file."""
        self._kept.close()

    def _made(self, missing: Iterable[Sequence[ClauseText]]) -> Iterator[list[bytes]]:
        for vectors in self._embed(missing):
            yield [vector.astype("<f4").tobytes() for vector in vectors]

    def _key(self, clause: ClauseText) -> bytes:
        content = "\0".join((self.fingerprint, *clause.context, clause.body))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()

    def _is_sound(self, row: bytes) -> bool:
        vector = _vector(row)
        return vector.shape == (self.dimension,) and bool(abs(vector @ vector - 1) < 1e-3)


def _vector(row: bytes) -> Vectors:
    return np.frombuffer(row, dtype="<f4").astype(np.float32)
