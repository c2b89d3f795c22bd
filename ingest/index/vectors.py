"""Nearest vectors, kept by Chroma: the one module that knows Chroma.

Vectors are always passed in (Chroma's own embedding function would download a
model), and closeness is cosine, set when a collection is made. A unit may have
several rows, one for each part of a long text: "id", "id~2", "id~3"; a search
gives each unit once, with its best row.

A store's folder holds Chroma's own files, or one that names its collection on the
Chroma server that `CLAUSEDESK_CHROMA` sets: who opens a folder need not know which.
"""

import logging
import secrets
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from ingest.errors import IndexUnusable
from ingest.models.clause_model import Vectors
from ingest.settings import load_settings

log = logging.getLogger(__name__)

#: the collection that holds the vectors; on a server the snapshot's name follows
COLLECTION = "clauses"
#: rows a call; Chroma takes at most 5,461
BATCH = 5_000
#: file of a store whose collection is on a server: the collection's name
_ON_SERVER = "collection"

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
    """The one place where a client is made; IndexUnusable where a server is needed and none set."""
    own = Settings(anonymized_telemetry=False)
    if not is_on_server(folder):
        return chromadb.PersistentClient(path=str(folder), settings=own)
    settings = load_settings()
    address = urlsplit(settings.chroma or "")
    if address.scheme not in ("http", "https") or address.hostname is None:
        raise IndexUnusable(
            f"the vectors of {folder.parent} are on a Chroma server: set CLAUSEDESK_CHROMA to its "
            "address, http://host:8000, or run `python -m ingest build`"
        )
    token = settings.chroma_token
    return chromadb.HttpClient(
        host=address.hostname,
        port=address.port or (443 if address.scheme == "https" else 8000),
        ssl=address.scheme == "https",
        headers={"Authorization": f"Bearer {token.get_secret_value()}"} if token else {},
        settings=own,
        tenant=settings.chroma_tenant,
        database=settings.chroma_database,
    )


def is_on_server(folder: Path) -> bool:
    return (folder / _ON_SERVER).is_file()


class VectorStore:
    """The vectors of one folder; searching is safe in several threads.

    :meth:`close` it before its folder is moved, copied or deleted.
    """

    def __init__(self, client: ClientAPI, folder: Path) -> None:
        self._client = client
        self._folder = folder
        # langchain-chroma hides its collection, and its search fetches texts that
        # nobody reads: asking the collection itself halves a search among 10,000 rows
        self._collection = client.get_collection(_collection_of(folder))

    @classmethod
    def create(cls, folder: Path, on_server: str | None = None) -> "VectorStore":
        """A store to write to; its collection is made where it is not there.

        ``on_server``: the snapshot's name, where the collection is made on the Chroma server.
        Raises :class:`IndexUnusable` where the server cannot be reached.
        """
        from langchain_chroma import Chroma  # a quarter of a second, for who builds only

        if on_server is not None:
            folder.mkdir(exist_ok=True)
            # a name of its own: another folder may hold a snapshot of the same documents
            name = f"{COLLECTION}-{on_server}-{secrets.token_hex(4)}"
            (folder / _ON_SERVER).write_text(name, encoding="utf-8")
        try:
            client = _client(folder)
            Chroma(
                collection_name=_collection_of(folder),
                client=client,
                collection_configuration=_CONFIGURATION,  # type: ignore[arg-type]
            )
            return cls(client, folder)
        except (IndexUnusable, OSError):
            raise
        except Exception as error:  # as in open()
            raise _unusable(folder, error) from error

    @classmethod
    def open(cls, folder: Path) -> "VectorStore":
        """The store that :meth:`create` made there.

        Raises :class:`IndexUnusable` when it is missing, damaged, or in a folder that
        may not be written to (Chroma notes each start in its database).
        """
        if not is_on_server(folder) and not (folder / "chroma.sqlite3").is_file():
            raise IndexUnusable(f"no vectors in {folder}: run `python -m ingest build`")
        try:
            return cls(_client(folder), folder)
        except IndexUnusable:
            raise
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

    def take_over(self, other: "VectorStore") -> None:
        """Add all rows of another store, a batch at a time."""
        for start in range(0, other.count(), BATCH):
            rows = other._collection.get(
                limit=BATCH, offset=start, include=["embeddings", "metadatas"]
            )
            self._collection.upsert(
                ids=rows["ids"], embeddings=rows["embeddings"], metadatas=rows["metadatas"]
            )

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
        self._client.close()  # type: ignore[attr-defined]

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


def copy_files(source: Path, target: Path) -> None:
    """Copy the folder of a store that is in files while others may be reading it.

    Readers of Chroma write too (each start is noted in its database), so the
    database is copied by SQLite itself and never seen half-written.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("chroma.sqlite3*"))
    with (
        closing(sqlite3.connect(source / "chroma.sqlite3")) as old,
        closing(sqlite3.connect(target / "chroma.sqlite3")) as new,
    ):
        old.backup(new)


def delete_store(folder: Path) -> None:
    """Delete what a server holds of a store; its folder is the caller's.

    Raises :class:`IndexUnusable` where the server cannot be reached.
    """
    if is_on_server(folder) and load_settings().chroma is None:
        log.warning("%s stays on the Chroma server: none is set", _collection_of(folder))
    elif is_on_server(folder):
        try:
            client = _client(folder)
            with suppress(NotFoundError):
                client.delete_collection(_collection_of(folder))
            client.close()  # type: ignore[attr-defined]
        except IndexUnusable:
            raise
        except Exception as error:  # as in open()
            raise _unusable(folder, error) from error


def _collection_of(folder: Path) -> str:
    if is_on_server(folder):
        return (folder / _ON_SERVER).read_text(encoding="utf-8")
    return COLLECTION


def _unusable(folder: Path, error: Exception) -> IndexUnusable:
    first: BaseException = error  # Chroma's own words hide what became of the connection
    while (cause := first.__cause__ or first.__context__) is not None:
        first = cause
    reason = " ".join(str(first).split())
    if is_on_server(folder):
        return IndexUnusable(
            f"the Chroma server does not answer with {_collection_of(folder)} ({reason}): "
            "see that it runs, or run `python -m ingest build`"
        )
    if "readonly" in reason:
        return IndexUnusable(
            f"the folder {folder} is read-only, and Chroma must write to it even to read: "
            "make it writable or copy the index elsewhere"
        )
    return IndexUnusable(
        f"the vectors in {folder} cannot be read ({reason}): run `python -m ingest build`"
    )
