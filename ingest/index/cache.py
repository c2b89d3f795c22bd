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

import numpy as np

from ingest.errors import ClauseDeskError
from ingest.index.expected_vectors import QuestionVectors
from ingest.models.embedding import ModelEmbeddings, Vectors

log = logging.getLogger(__name__)

#: texts embedded between two commits: what a killed build has to do again
BATCH = 256
#: put before an expected question, whose vector is another than that of the same text
_QUESTION = "question\0"
#: keys a statement; SQLite allows 32,766, and more than this is no faster
_LOOKUP = 1_000


class CachedEmbeddings(ModelEmbeddings):
    """A model whose document vectors are kept in a file; questions go straight to it.

    Several models may share one file. ``shipped``: vectors that are known without it.
    Raises :class:`ClauseDeskError` when the file can be neither read nor made.
    """

    def __init__(
        self, model: ModelEmbeddings, path: Path, shipped: QuestionVectors | None = None
    ) -> None:
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self.question_languages = model.question_languages
        self._model = model
        self._path = path
        self._shipped = shipped or QuestionVectors.none()
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

    def keyed_question_vectors(self, questions: Sequence[str]) -> dict[bytes, Vectors]:
        """The vectors of expected questions by the key under which they are found again."""
        keys = (self._key(f"{_QUESTION}{text}") for text in questions)
        return dict(zip(keys, self.question_vectors(questions), strict=True))

    def _vectors(
        self, texts: Sequence[str], role: str, embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        keys = [self._key(f"{role}{text}") for text in texts]
        with self._lock:
            known = self._shipped.find(dict.fromkeys(keys))
            known |= self._kept([key for key in dict.fromkeys(keys) if key not in known])
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
