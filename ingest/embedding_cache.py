"""Vectors of texts already embedded, kept by content: no text is embedded twice.

A disposable SQLite file. Rows are written batch by batch, so a build that is
killed goes on where it was; a damaged file is thrown away and filled anew.
"""

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ingest.embeddings import ModelEmbeddings, Vectors
from ingest.errors import ClauseDeskError

log = logging.getLogger(__name__)

#: texts embedded between two commits: what a killed build has to do again
BATCH = 256
#: put before an expected question, whose vector is another than that of the same text
_QUESTION = "question\0"
#: keys a statement; SQLite allows 32,766, and more than this is no faster
_LOOKUP = 1_000


class CachedEmbeddings(ModelEmbeddings):
    """A model whose document vectors are kept in a file; questions go straight to it.

    Several models may share one file. Raises :class:`ClauseDeskError` when the
    file can be neither read nor made.
    """

    def __init__(self, model: ModelEmbeddings, path: Path) -> None:
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self.question_languages = model.question_languages
        self._model = model
        self._path = path
        self._lock = threading.Lock()
        self._connection = self._open()

    def parts(self, text: str) -> list[str]:
        """The model's own parts."""
        return self._model.parts(text)

    def query_vector(self, text: str) -> Vectors:
        """The model's own vector of a question."""
        return self._model.query_vector(text)

    def document_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, float32 ``(len(texts), dimension)``; only new texts are embedded."""
        return self._vectors(texts, "", self._model.document_vectors)

    def question_vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of expected questions, kept apart from those of texts; shape as above."""
        return self._vectors(texts, _QUESTION, self._model.question_vectors)

    def seed(self, path: Path) -> None:
        """Take over the vectors of a file that :meth:`export` wrote; no file is no vector.

        Raises :class:`ClauseDeskError` for a file that is damaged.
        """
        if not path.exists():
            return
        try:
            with np.load(path) as kept:
                keys, rows = kept["keys"], kept["vectors"].astype(np.float32)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise ClauseDeskError(
                f"{path} is damaged ({error}): `python -m ingest embed-questions` makes it anew"
            ) from error
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        with self._lock:
            self._keep({key.tobytes(): row for key, row in zip(keys, rows, strict=True)})

    def export(self, questions: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
        """Keys, uint8 ``(len(questions), 32)``, and vectors in one byte a number, int8
        ``(len(questions), dimension)``, of expected questions."""
        vectors = self.question_vectors(questions)
        keys = [np.frombuffer(self._key(f"{_QUESTION}{text}"), np.uint8) for text in questions]
        scale = 127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
        empty = np.empty((0, 32), np.uint8)
        return np.stack(keys) if keys else empty, np.rint(vectors * scale).astype(np.int8)

    def _vectors(
        self, texts: Sequence[str], role: str, embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        keys = [self._key(f"{role}{text}") for text in texts]
        with self._lock:
            known = self._kept(list(dict.fromkeys(keys)))
            missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
            new = list(missing.items())
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                vectors = embed([text for _, text in batch])
                rows = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
                self._keep(rows)
                known |= rows
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _key(self, text: str) -> bytes:
        content = f"{self.fingerprint}\0{text}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(content).digest()

    def _kept(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        try:
            for start in range(0, len(keys), _LOOKUP):
                batch = keys[start : start + _LOOKUP]
                marks = ",".join("?" * len(batch))
                query = f"SELECT key, vector FROM vector WHERE key IN ({marks})"
                for key, blob in self._connection.execute(query, batch):
                    vector = np.frombuffer(blob, dtype="<f4").astype(np.float32)
                    # a flipped bit does not always show as a damaged file
                    if vector.shape == (self.dimension,) and abs(vector @ vector - 1) < 1e-3:
                        found[key] = vector
        except sqlite3.OperationalError as error:
            raise self._out_of_reach(error) from error
        except sqlite3.DatabaseError as error:
            self._start_anew(error)
        return found

    def _keep(self, rows: dict[bytes, Vectors]) -> None:
        blobs = [(key, vector.astype("<f4").tobytes()) for key, vector in rows.items()]
        try:
            self._insert(blobs)
        except sqlite3.OperationalError as error:
            raise self._out_of_reach(error) from error
        except sqlite3.DatabaseError as error:
            self._start_anew(error)
            self._insert(blobs)

    def _insert(self, blobs: list[tuple[bytes, bytes]]) -> None:
        with self._connection:  # one transaction
            self._connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", blobs)

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._connect()
        except (OSError, sqlite3.OperationalError) as error:
            raise self._out_of_reach(error) from error
        except sqlite3.DatabaseError as error:
            self._remove(error)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=60, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB) "
                "WITHOUT ROWID"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _start_anew(self, error: sqlite3.DatabaseError) -> None:
        self._connection.close()
        self._remove(error)
        self._connection = self._connect()

    def _remove(self, error: sqlite3.DatabaseError) -> None:
        log.warning("%s is damaged (%s): it is thrown away and filled anew", self._path, error)
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _out_of_reach(self, error: Exception) -> ClauseDeskError:
        return ClauseDeskError(
            f"cannot use {self._path} ({error}): make its folder writable, or delete the file"
        )
