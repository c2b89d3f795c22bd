"""Nearest vectors, kept by Chroma: the one module that knows Chroma.

Vectors are always passed in (Chroma's own embedding function would download a
model), and closeness is cosine, set when a collection is made. A unit may have
several rows, one for each part of a long text: "id", "id~2", "id~3"; a search
gives each unit once, with its best row.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from langchain_chroma import Chroma

from ingest.errors import IndexUnusable
from ingest.models.clause_model import Vectors

#: the collection that holds the vectors
COLLECTION = "clauses"
#: rows a call; Chroma takes at most 5,461
BATCH = 5_000

#: stands between a unit's id and the number of its part, and in no unit's id
PART_MARK = "~"
_DOCUMENT = "document_id"
#: rows of one unit that are likely to be met on the way to the next
_ROWS_EACH = 1.25
# Wider than Chroma's defaults (100, 100): the 50 nearest among 10,000 clustered rows
# are then found at a recall of 0.999 instead of 0.95, for about 0.3 ms more a search.
_CONFIGURATION = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 200}}


@dataclass(frozen=True, slots=True)
class VectorRow:
    """Whose vector it is: the part of a unit (counted from 1) and the unit's document."""

    unit_id: str
    part: int
    document_id: str

    @property
    def id(self) -> str:
        """The row's id in Chroma: "gacc-2016-67#4.2", "gacc-2016-67#4.2~2"."""
        return self.unit_id if self.part == 1 else f"{self.unit_id}{PART_MARK}{self.part}"


@dataclass(frozen=True, slots=True)
class Near:
    """A unit near a question: its nearest part, and that one's cosine, -1 to 1."""

    unit_id: str
    part: int
    similarity: float


def _client(folder: Path) -> ClientAPI:
    """The one place where a client is made; a server's is ``chromadb.HttpClient``."""
    return chromadb.PersistentClient(
        path=str(folder), settings=Settings(anonymized_telemetry=False)
    )


class VectorStore:
    """The vectors of one folder; searching is safe in several threads.

    :meth:`close` it before its folder is moved, copied or deleted.
    """

    def __init__(self, client: ClientAPI, folder: Path) -> None:
        self._client = client
        self._folder = folder
        # langchain-chroma hides its collection, and its search fetches texts that
        # nobody reads: asking the collection itself halves a search among 10,000 rows
        self._collection = client.get_collection(COLLECTION)

    @classmethod
    def create(cls, folder: Path) -> "VectorStore":
        """A store to write to; its collection is made where it is not there."""
        client = _client(folder)
        _make_collection(client)
        return cls(client, folder)

    @classmethod
    def open(cls, folder: Path) -> "VectorStore":
        """The store that :meth:`create` made there.

        Raises :class:`IndexUnusable` when it is missing, damaged, or in a folder that
        may not be written to (Chroma notes each start in its database).
        """
        if not (folder / "chroma.sqlite3").is_file():
            raise IndexUnusable(f"no vectors in {folder}: run `python -m ingest build`")
        try:
            return cls(_client(folder), folder)
        except Exception as error:  # Chroma's, SQLite's or Rust's: no common class
            raise _unusable(folder, error) from error

    def count(self) -> int:
        """Rows that are held."""
        return int(self._collection.count())

    def upsert(self, rows: Sequence[VectorRow], vectors: Vectors) -> None:
        """Add rows, or replace those with the same id; ``vectors`` is float32 ``(rows, d)``."""
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            self._collection.upsert(
                ids=[row.id for row in batch],
                embeddings=np.asarray(vectors[start : start + BATCH], dtype=np.float32),
                metadatas=[{_DOCUMENT: row.document_id} for row in batch],
            )

    def delete_documents(self, document_ids: Sequence[str]) -> None:
        """Take out all rows of these documents."""
        # tens of thousands of values in one $in fail
        for start in range(0, len(document_ids), 500):
            where: Any = {_DOCUMENT: {"$in": list(document_ids[start : start + 500])}}
            self._collection.delete(where=where)

    def search(self, vector: Vectors, k: int, document_ids: Sequence[str] = ()) -> list[Near]:
        """The ``k`` units nearest to ``vector`` (float32, ``(dimension,)``), nearest first.

        ``document_ids``: of the documents in which to search, all where none is given. Fewer
        units where there are fewer. Raises :class:`IndexUnusable` when Chroma cannot answer.
        """
        wanted = int(k * _ROWS_EACH)
        while True:
            near = self._rows(vector, wanted, document_ids)
            best: dict[str, Near] = {}
            for row_id, similarity in near:
                unit_id, _, part = row_id.partition(PART_MARK)
                best.setdefault(unit_id, Near(unit_id, int(part or 1), similarity))
            if len(best) >= k or len(near) < wanted:
                return list(best.values())[:k]
            wanted *= 2

    def check(self, rows: int) -> None:
        """Raise :class:`IndexUnusable` unless there are ``rows`` rows that can be searched."""
        try:
            count = self.count()
            sample = self._collection.get(limit=1, include=["embeddings"])
        except Exception as error:  # as in open()
            raise _unusable(self._folder, error) from error
        if count != rows:
            raise _unusable(self._folder, ValueError(f"{count} vectors, not {rows}"))
        if rows and sample["embeddings"] is not None:
            self._rows(np.asarray(sample["embeddings"][0], dtype=np.float32), 1)

    def close(self) -> None:
        """Let go of the files; a second call does nothing."""
        close = getattr(self._client, "close", None)  # a server's client has none
        if close is not None:
            close()

    def _rows(
        self, vector: Vectors, k: int, document_ids: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        where: Any = {_DOCUMENT: {"$in": list(document_ids)}} if document_ids else None
        try:
            answer = self._collection.query(
                query_embeddings=vector[np.newaxis, :],
                n_results=k,
                where=where,
                include=["distances"],
            )
        except Exception as error:  # as in open()
            raise _unusable(self._folder, error) from error
        distances = answer["distances"]
        if distances is None:
            return []
        # Chroma's cosine distance is 1 - cosine
        return [(i, 1.0 - d) for i, d in zip(answer["ids"][0], distances[0], strict=True)]


def _make_collection(client: ClientAPI) -> None:
    Chroma(
        collection_name=COLLECTION,
        client=client,
        collection_configuration=_CONFIGURATION,  # type: ignore[arg-type]
    )


def copy_store(source: Path, target: Path) -> None:
    """Copy a store's folder while others may be reading it.

    Readers of Chroma write too (each start is noted in its database), so the
    database is copied by SQLite itself and never seen half-written.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("chroma.sqlite3*"))
    with (
        closing(sqlite3.connect(source / "chroma.sqlite3")) as old,
        closing(sqlite3.connect(target / "chroma.sqlite3")) as new,
    ):
        old.backup(new)


def _unusable(folder: Path, error: Exception) -> IndexUnusable:
    reason = " ".join(str(error).split())
    if "readonly" in reason:
        return IndexUnusable(
            f"the folder {folder} is read-only, and Chroma must write to it even to read: "
            "make it writable or copy the index elsewhere"
        )
    return IndexUnusable(
        f"the vectors in {folder} cannot be read ({reason}): run `python -m ingest build`"
    )
