"""Vectors of clauses already embedded, kept by content: none is embedded twice.

A disposable SQLite file. Rows are written batch by batch, so a build that is
killed goes on where it was; a damaged file is thrown away and filled anew.
"""

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.errors import ClauseDeskError
from ingest.models.clause_model import ClauseEmbedder, ClauseText, Vectors

log = logging.getLogger(__name__)

#: clauses embedded between two commits: what a killed build has to do again
BATCH = 256
#: keys a statement; SQLite allows 32,766, and more than this is no faster
_LOOKUP = 1_000


class CachedEmbedder:
    """A model whose vectors of clauses are kept in a file; questions go straight to it.

    Raises :class:`ClauseDeskError` when the file can be neither read nor made.
    """

    def __init__(self, model: ClauseEmbedder, path: Path) -> None:
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self._model = model
        self._path = path
        self._lock = threading.Lock()
        self._connection = self._open()

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        """The model's own parts."""
        return self._model.parts(clause)

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        """The model's own vectors of questions."""
        return self._model.embed_questions(questions)

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        """Vectors of clauses, float32 ``(clauses, dimension)``; only new ones are embedded."""
        if not clauses:
            return np.empty((0, self.dimension), dtype=np.float32)
        keys = [self._key(clause) for clause in clauses]
        with self._lock:
            known = self._kept(list(dict.fromkeys(keys)))
            missing = {k: c for k, c in zip(keys, clauses, strict=True) if k not in known}
            new = list(missing.items())
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                vectors = self._model.embed_clauses([clause for _, clause in batch])
                rows = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
                self._keep(rows)
                known |= rows
        return np.stack([known[key] for key in keys])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _key(self, clause: ClauseText) -> bytes:
        content = "\0".join((self.fingerprint, *clause.context, clause.body))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()

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
