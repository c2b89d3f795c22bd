"""The index: immutable snapshots of everything a question needs, one of them current.

    var/index/CURRENT                     the snapshot that serves (ingest.index.pointer)
    var/index/<fingerprint>/manifest.json what it was built from and with
                            content.sqlite  documents and units, in reading order
                            lexical/      exact words (ingest.index.lexical)
                            pairs/        neighbouring words
                            questions/    words of the questions expected of each clause
                            chroma/       vectors, or their place (ingest.index.vectors)

A build makes a new folder under another name and moves the pointer at the end, so
a build killed at any moment leaves the current snapshot serving, and readers
never see a half-built one. The fingerprint is a hash of the content, the models
and this program's schema: the same corpus has the same fingerprint everywhere.
"""

import fcntl
import json
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.errors import IndexMissing, IndexUnusable
from ingest.index import lexical
from ingest.index.content import (
    Documents,
    IndexContent,
    SearchUnits,
    StoredDocument,
    UnitPositions,
    damaged,
)
from ingest.index.lexical import Bm25f, Field, LexicalIndex
from ingest.index.pointer import pointed_to
from ingest.index.vectors import VectorStore
from ingest.models.clause_model import ClauseEmbedder
from ingest.text.tokenizer import Tokenizer

#: raised when the layout of a snapshot, or what is embedded of a unit, changes
SCHEMA = 12
#: how words of clauses, pairs of neighbouring words and words of questions are scored
WORDS = Bm25f()
PAIRS = Bm25f(fields=(Field(1.0, 0.6),))
QUESTIONS = Bm25f(fields=(Field(1.0, 0.6),))
CONTENT = "content.sqlite"
LEXICAL_FINGERPRINT = "".join(map(lexical.fingerprint, (WORDS, PAIRS, QUESTIONS)))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot was built from and with."""

    schema: int
    fingerprint: str
    corpus_sha256: str  # of the documents' ids and source hashes
    model: str  # fingerprint of the one that embeds
    tokenizer: str
    lexical: str
    built_at: str  # UTC, ISO 8601
    unit_count: int
    rows: int  # vectors: one a part of a unit
    documents: dict[str, str]  # id -> hash of its source, payload and units
    files: dict[str, int]  # path inside the snapshot -> bytes


class Snapshot:
    """One finished index, open for reading; safe in several threads.

    ``units``, ``lexical``'s scores and ``position`` (clause id -> position) agree:
    position 7 is the same unit in each.
    """

    documents: Documents
    units: SearchUnits
    position: UnitPositions
    lexical: LexicalIndex
    pairs: LexicalIndex  # of neighbouring words
    question_words: LexicalIndex  # of the questions expected of each clause
    vectors: VectorStore

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self.fingerprint = manifest.fingerprint
        self._content = IndexContent(folder / CONTENT)
        self.position = UnitPositions(self._content)
        self.units = SearchUnits(self._content, len(self.position))
        self.documents = Documents(self._content)
        self.lexical = LexicalIndex.open(folder / "lexical")
        self.pairs = LexicalIndex.open(folder / "pairs")
        self.question_words = LexicalIndex.open(folder / "questions")
        self.vectors = VectorStore.open(folder / "chroma")
        self._held = _hold(folder)
        # Chroma keeps a client by path for ever; it goes when the last reader has gone
        weakref.finalize(self, self._let_go, self.vectors, self._held).atexit = False

    @staticmethod
    def _let_go(vectors: VectorStore, held: BinaryIO) -> None:
        vectors.close()
        held.close()

    @classmethod
    def open(cls, root: Path, model: ClauseEmbedder, tokenizer: Tokenizer) -> "Snapshot":
        """The current snapshot of the index folder ``root``.

        Raises :class:`IndexMissing` when nothing was built yet, :class:`IndexUnusable`
        when it is damaged or was built with another model, words or program version.
        """
        return cls._open(root, pointed_to(root), model, tokenizer)

    @classmethod
    def _open(
        cls, root: Path, name: str, model: ClauseEmbedder, tokenizer: Tokenizer
    ) -> "Snapshot":
        folder = root / name
        manifest = read_manifest(folder)
        if manifest.model != model.fingerprint:
            raise IndexUnusable(
                f"the index in {root} was built with another model: run `python -m ingest build`"
            )
        if manifest.tokenizer != tokenizer.fingerprint or manifest.lexical != LEXICAL_FINGERPRINT:
            raise IndexUnusable(
                f"the index in {root} was built with another glossary or program version: "
                "run `python -m ingest build`"
            )
        check_files(folder, manifest)
        snapshot = cls(folder, manifest)
        if len(snapshot.position) != manifest.unit_count or len(snapshot.lexical) != len(
            snapshot.position
        ):
            raise damaged(folder, "its parts do not fit each other")
        return snapshot


def stored_documents(root: Path) -> dict[str, StoredDocument]:
    """The documents of the current snapshot by id, for who keeps most of them; {} when there
    is no snapshot that this program can read."""
    try:
        folder = root / pointed_to(root)
        manifest = read_manifest(folder)
        check_files(folder, manifest)
        return IndexContent(folder / CONTENT).stored(manifest.documents)
    except (IndexMissing, IndexUnusable):
        return {}


def check_content(folder: Path, manifest: Manifest) -> None:
    """Raises :class:`IndexUnusable` when a snapshot's documents are not, to the letter, those
    that it was built from; all of them are read."""
    content = IndexContent(folder / CONTENT)
    content.check()
    for document in content.stored(manifest.documents).values():
        document.read()


class SnapshotReader:
    """The current snapshot, for a program that runs while others build; thread-safe."""

    def __init__(self, root: Path, model: ClauseEmbedder, tokenizer: Tokenizer) -> None:
        self._root = root
        self._model = model
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._open: tuple[str, Snapshot] | None = None

    def current(self) -> Snapshot:
        """The snapshot that the pointer names now; to be asked for before each question.

        Costs reading one small file, or one row; raises what :meth:`Snapshot.open` raises.
        """
        with self._lock:
            while True:
                name = pointed_to(self._root)
                if self._open is not None and self._open[0] == name:
                    return self._open[1]
                try:
                    snapshot = Snapshot._open(self._root, name, self._model, self._tokenizer)
                except IndexUnusable:
                    # two builds may have ended since, and removed what the pointer named
                    if pointed_to(self._root) == name:
                        raise
                else:
                    self._open = (name, snapshot)
                    return snapshot


def read_manifest(folder: Path) -> Manifest:
    try:
        facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if facts["schema"] != SCHEMA:
            raise IndexUnusable(
                f"the index in {folder} was built by another version of this program: "
                "run `python -m ingest build`"
            )
        return Manifest(**facts)
    except OSError as error:
        raise damaged(folder, f"{error.filename}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(folder, "its manifest.json is not one") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    for name, size in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise damaged(folder, f"{name} is missing")
        # Chroma's readers write to their files too
        if not name.startswith("chroma/") and path.stat().st_size != size:
            raise damaged(folder, f"{name} has not the size it was written with")


def _hold(folder: Path) -> BinaryIO:
    """A shared lock on a snapshot's manifest: it goes when the file is closed, or with the
    process, however that ends."""
    try:
        file = (folder / "manifest.json").open("rb")
        fcntl.flock(file, fcntl.LOCK_SH)
    except OSError as error:
        raise damaged(folder, f"it cannot be held: {error.strerror}") from error
    return file


def is_held(folder: Path) -> bool:
    """Whether a reader, in any process, has the snapshot open."""
    try:
        with (folder / "manifest.json").open("rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
