"""Vectors of the corpus's expected questions, kept beside them: no first build embeds them.

One compressed file of numpy's: ``keys``, uint8 ``(n, 32)``, the hash of model and text, and
``vectors``, int8 ``(n, dimension)``, one byte a number.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ClauseDeskError
from ingest.models.embedding import Vectors

_KEY_BYTES = 32


class QuestionVectors:
    """``rows``: int8, ``(n, dimension)``, in the order of ``keys``."""

    def __init__(self, keys: Iterable[bytes], rows: NDArray[np.int8]) -> None:
        self._row_of = {key: row for row, key in enumerate(keys)}
        self._rows = rows

    @classmethod
    def none(cls) -> "QuestionVectors":
        return cls((), np.empty((0, 0), np.int8))

    @classmethod
    def load(cls, path: Path) -> "QuestionVectors":
        """What :meth:`write` wrote; no file is no vector.

        Raises :class:`ClauseDeskError` for a file that is damaged.
        """
        if not path.exists():
            return cls.none()
        try:
            with np.load(path) as kept:
                return cls((key.tobytes() for key in kept["keys"]), kept["vectors"])
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise ClauseDeskError(
                f"{path} is damaged ({error}): `python -m ingest embed-questions` makes it anew"
            ) from error

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """The vectors that are there, float32 and of length 1."""
        found = [key for key in keys if key in self._row_of]
        if not found:
            return {}
        vectors = self._rows[[self._row_of[key] for key in found]].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return dict(zip(found, vectors, strict=True))

    @staticmethod
    def write(path: Path, vectors: Mapping[bytes, Vectors]) -> None:
        """Write the file anew, in one step that cannot be seen half done."""
        keys = np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, _KEY_BYTES)
        rows = np.stack(list(vectors.values())) if vectors else np.empty((0, 1), np.float32)
        scale = 127 / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
        unfinished = path.with_name(f".{path.name}")
        np.savez_compressed(unfinished, keys=keys, vectors=np.rint(rows * scale).astype(np.int8))
        unfinished.replace(path)
