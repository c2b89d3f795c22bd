"""The index: immutable snapshots of everything a question needs, one of them current.

    var/index/CURRENT                     name of the snapshot that serves
    var/index/<fingerprint>/manifest.json what it was built from and with
                            content.sqlite  documents and units, in reading order
                            lexical/      exact words (ingest.lexical)
                            pairs/        neighbouring words
                            questions/    words of the questions expected of each clause
                            leaning.npz   which questions lean out of reach (ingest.leaning)
                            chroma/       vectors (ingest.vectors)

A build makes a new folder under another name and moves the pointer at the end, so
a build killed at any moment leaves the current snapshot serving, and readers
never see a half-built one. The fingerprint is a hash of the content, the models
and this program's schema: the same corpus has the same fingerprint everywhere.
"""

import hashlib
import json
import logging
import os
import re
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, overload
from urllib.parse import quote

import numpy as np
from filelock import FileLock, Timeout

from ingest import lexical
from ingest.embeddings import ModelEmbeddings, Vectors
from ingest.errors import ClauseDeskError, IndexMissing, IndexUnusable
from ingest.leaning import Leaning, load_leanings, save_leanings
from ingest.lexical import Bm25f, Field, LexicalBuilder, LexicalIndex, word_pairs
from ingest.vectors import PART_MARK, Row, VectorStore, copy_store
from ingest.words import Tokenizer, clean_view, in_languages

log = logging.getLogger(__name__)

#: raised when the layout of a snapshot, or what is embedded of a unit, changes
SCHEMA = 7

#: called with a stage's name, and how much of how much is done
Progress = Callable[[str, int, int], None]

#: what a clause's context (title, headings, lead-in) weighs in its vector beside its
#: own words; measured on development topics, see docs/retrieval.md
CONTEXT_WEIGHT = 0.35

_POINTER = "CURRENT"
_LOCK = ".lock"
_UNFINISHED = ".building-"
_DISCARDED = ".removed-"
_SNAPSHOT_NAME = re.compile(r"[0-9a-f]{16}(?:-\d+)?")
#: texts between two reports of progress
_EMBEDDED_AT_ONCE = 64
#: rows kept in memory until they are written
_WRITTEN_AT_ONCE = 2_000


def questions_of(model: str) -> str:
    """The collection of a model's vectors of the questions expected of each clause."""
    return f"{model}-questions"


def uncovered_of(model: str) -> str:
    """The collection of a model's vectors of questions that no clause answers; the id of a
    row is the question."""
    return f"{model}-uncovered"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is found as one: a clause, or a list's lead-in with its items."""

    clause_id: str
    document_id: str
    title: str
    headings: str
    body: str  # the clause as it would be quoted
    context: str  # words of the lead-in that an item needs to be understood
    head: str = ""  # a list's lead-in without its items; empty for any other clause
    questions: str = ""  # that people are expected to ask of it, one a line

    @property
    def embedded_context(self) -> tuple[str, ...]:
        """Title, headings and context, cleaned; those that are there."""
        texts = (clean_view(text) for text in (self.title, self.headings, self.context))
        return tuple(text for text in texts if text)

    @property
    def embedded_body(self) -> str:
        """The body, cleaned."""
        return clean_view(self.body)


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document; ``payload`` is the caller's own and comes back byte for byte."""

    id: str
    sha256: str  # of the source file
    payload: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot was built from and with."""

    schema: int
    fingerprint: str
    corpus_sha256: str  # of the documents' ids and source hashes
    models: dict[str, str]  # name -> fingerprint
    tokenizer: str
    lexical: str
    built_at: str  # UTC, ISO 8601
    unit_count: int
    rows: dict[str, int]  # vectors by collection
    documents: dict[str, str]  # id -> hash of its source, payload and units
    files: dict[str, int]  # path inside the snapshot -> bytes


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``built`` is False when the corpus was indexed already."""

    fingerprint: str
    built: bool
    documents: int
    clauses: int
    embedded: int  # clauses whose vectors were not taken over from the previous snapshot


class Units(Sequence[Unit]):
    """The units of a snapshot by position, read from its file when first asked for."""

    def __init__(self, content: "_Content", count: int) -> None:
        self._content = content
        self._known: list[Unit | None] = [None] * count
        self._complete = False

    def __len__(self) -> int:
        return len(self._known)

    @overload
    def __getitem__(self, position: int) -> Unit: ...
    @overload
    def __getitem__(self, position: slice) -> list[Unit]: ...
    def __getitem__(self, position: int | slice) -> Unit | list[Unit]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        unit = self._known[position]
        if unit is None:
            unit = self._content.unit(range(len(self))[position])
            self._known[position] = unit
        return unit

    def __iter__(self) -> Iterator[Unit]:
        if not self._complete:
            self._known = list(self._content.all_units())
            self._complete = True
        return (unit for unit in self._known if unit is not None)


class Documents(Mapping[str, IndexedDocument]):
    """The documents of a snapshot by id, in the order they were given; read when asked for."""

    def __init__(self, content: "_Content") -> None:
        self._content = content
        self._positions = content.document_positions()

    def __getitem__(self, document_id: str) -> IndexedDocument:
        return self._content.document(self._positions[document_id])

    def units_of(self, document_id: str) -> range:
        """Positions of a document's units, which stand side by side."""
        return self._content.unit_range(self._positions[document_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)


class Snapshot:
    """One finished index, open for reading; safe in several threads.

    ``units``, ``lexical``'s scores and ``position`` (clause id -> position) agree:
    position 7 is the same unit in each.
    """

    documents: Documents
    units: Units
    position: Mapping[str, int]
    lexical: LexicalIndex
    pairs: LexicalIndex  # of neighbouring words
    question_words: LexicalIndex  # of the questions expected of each clause
    leanings: Mapping[str, Leaning]  # by the model that reads the question
    vectors: VectorStore

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self.fingerprint = manifest.fingerprint
        self._content = _Content(folder / "content.sqlite")
        self.position = self._content.unit_positions()
        self.units = Units(self._content, len(self.position))
        self.documents = Documents(self._content)
        self.lexical = LexicalIndex.open(folder / "lexical")
        self.pairs = LexicalIndex.open(folder / "pairs")
        self.question_words = LexicalIndex.open(folder / "questions")
        try:
            self.leanings = load_leanings(folder / "leaning.npz")
        except (OSError, ValueError) as error:
            raise _damaged(folder, f"leaning.npz: {error}") from error
        self.vectors = VectorStore.open(folder / "chroma", list(manifest.rows))
        # Chroma keeps a client by path for ever; it goes when the last reader has gone
        weakref.finalize(self, self.vectors.close).atexit = False

    @classmethod
    def open(
        cls, root: Path, embedders: Sequence[ModelEmbeddings], tokenizer: Tokenizer
    ) -> "Snapshot":
        """The current snapshot of the index folder ``root``.

        Raises :class:`IndexMissing` when nothing was built yet, :class:`IndexUnusable`
        when it is damaged or was built with other models, words or program version.
        """
        return cls._open(root, _pointed_to(root), embedders, tokenizer)

    @classmethod
    def _open(
        cls, root: Path, name: str, embedders: Sequence[ModelEmbeddings], tokenizer: Tokenizer
    ) -> "Snapshot":
        folder = root / name
        manifest = _read_manifest(folder)
        for model in embedders:
            if manifest.models.get(model.name) != model.fingerprint:
                raise IndexUnusable(
                    f"the index in {root} was built by another {model.name} model: "
                    "run `python -m ingest build`"
                )
        if manifest.tokenizer != tokenizer.fingerprint or manifest.lexical != _LEXICAL:
            raise IndexUnusable(
                f"the index in {root} was built with another glossary or program version: "
                "run `python -m ingest build`"
            )
        _check_files(folder, manifest)
        snapshot = cls(folder, manifest)
        if len(snapshot.position) != manifest.unit_count or len(snapshot.lexical) != len(
            snapshot.position
        ):
            raise _damaged(folder, "its parts do not fit each other")
        return snapshot


def stored_documents(root: Path) -> dict[str, tuple[IndexedDocument, list[Unit]]]:
    """The documents of the current snapshot with their units, for a build that keeps most
    of them; {} when there is no snapshot that this program can read."""
    try:
        folder = root / _pointed_to(root)
        _check_files(folder, _read_manifest(folder))
        content = _Content(folder / "content.sqlite")
        units = content.all_units()
        return {
            document_id: (
                content.document(position),
                units[content.unit_range(position).start : content.unit_range(position).stop],
            )
            for document_id, position in content.document_positions().items()
        }
    except (IndexMissing, IndexUnusable):
        return {}


class SnapshotReader:
    """The current snapshot, for a program that runs while others build; thread-safe."""

    def __init__(
        self, root: Path, embedders: Sequence[ModelEmbeddings], tokenizer: Tokenizer
    ) -> None:
        self._root = root
        self._embedders = embedders
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._open: tuple[str, Snapshot] | None = None

    def current(self) -> Snapshot:
        """The snapshot that the pointer names now; to be asked for before each question.

        Costs reading one small file; raises what :meth:`Snapshot.open` raises.
        """
        with self._lock:
            while True:
                name = _pointed_to(self._root)
                if self._open is not None and self._open[0] == name:
                    return self._open[1]
                try:
                    snapshot = Snapshot._open(self._root, name, self._embedders, self._tokenizer)
                except IndexUnusable:
                    # two builds may have ended since, and removed what the pointer named
                    if _pointed_to(self._root) == name:
                        raise
                else:
                    self._open = (name, snapshot)
                    return snapshot


def build_index(
    root: Path,
    documents: Sequence[tuple[IndexedDocument, Sequence[Unit]]],
    embedders: Sequence[ModelEmbeddings],
    tokenizer: Tokenizer,
    progress: Progress,
    uncovered: Sequence[str] = (),
) -> BuildResult:
    """Make the index folder ``root`` serve exactly these documents, and know the questions
    ``uncovered`` as such that none of them answers.

    Does nothing when it does already. Documents that the current snapshot holds
    unchanged keep their vectors. Another build of the same folder is waited for,
    with a log line. Clause ids must be unique (ValueError).

    Raises :class:`ClauseDeskError` when the folder cannot be written.
    """
    build = _Build(root, documents, embedders, tokenizer, progress, uncovered)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _only_writer(root):
            return build.run()
    except (OSError, sqlite3.OperationalError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ClauseDeskError(
            f"cannot write the index in {root} ({reason}): "
            "make the folder writable or free some space"
        ) from error


class _Build:
    """One build of one folder, by the only writer."""

    def __init__(
        self,
        root: Path,
        documents: Sequence[tuple[IndexedDocument, Sequence[Unit]]],
        embedders: Sequence[ModelEmbeddings],
        tokenizer: Tokenizer,
        progress: Progress,
        uncovered: Sequence[str],
    ) -> None:
        self._root = root
        self._documents = documents
        self._uncovered = uncovered
        self._units = [unit for _, units in documents for unit in units]
        if len({unit.clause_id for unit in self._units}) != len(self._units):
            raise ValueError("two units have the same clause id")
        self._embedders = embedders
        self._tokenizer = tokenizer
        self._progress = progress
        self._contents = {
            document.id: _content_hash(document, units) for document, units in documents
        }
        self._fingerprint = self._make_fingerprint()

    def run(self) -> BuildResult:
        _sweep(self._root)
        current = self._sound_current()
        if current == self._fingerprint or (current or "").startswith(f"{self._fingerprint}-"):
            return self._result(built=False, embedded=0)
        work = self._root / f"{_UNFINISHED}{self._fingerprint}"
        work.mkdir()
        asked = {model.name: self._question_vectors(model) for model in self._embedders}
        save_leanings(self._leanings(asked), work / "leaning.npz")
        kept, rows = self._write_vectors(work / "chroma", current, asked)
        self._write_words(work)
        _Content.write(work / "content.sqlite", self._documents)
        self._write_manifest(work, rows)
        _sync_tree(work)
        name = self._free_name()
        work.rename(self._root / name)
        previous = _pointer(self._root)
        _point_to(self._root, name)
        _remove_old(self._root, keep={name, previous})
        embedded = sum(unit.document_id not in kept for unit in self._units)
        return self._result(built=True, embedded=embedded)

    def _make_fingerprint(self) -> str:
        ingredients = {
            "schema": SCHEMA,
            "models": {model.name: model.fingerprint for model in self._embedders},
            "tokenizer": self._tokenizer.fingerprint,
            "lexical": _LEXICAL,
            # the order of the documents changes nothing that is found
            "documents": dict(sorted(self._contents.items())),
            "uncovered": sorted(self._uncovered),
        }
        return _sha256(json.dumps(ingredients, sort_keys=True).encode("utf-8"))[:16]

    def _sound_current(self) -> str | None:
        """The current snapshot's name; None when there is none that can be searched."""
        try:
            name = _pointed_to(self._root)
            folder = self._root / name
            manifest = _read_manifest(folder)
            _check_files(folder, manifest)
            snapshot = Snapshot(folder, manifest)
            with closing(snapshot.vectors) as store:
                for collection, rows in manifest.rows.items():
                    store.check(collection, rows)
        except IndexMissing:
            return None
        except IndexUnusable as error:
            log.warning("%s (this build makes it anew)", error)
            return None
        return name

    def _write_vectors(
        self, folder: Path, current: str | None, asked: Mapping[str, Mapping[str, Vectors]]
    ) -> tuple[set[str], dict[str, int]]:
        """Make the vector store; gives the documents taken over, and rows by collection.

        ``asked``: by model, the vector of each question in its language.
        """
        names = [
            name for model in self._embedders for name in (model.name, questions_of(model.name))
        ]
        kept, gone = self._unchanged(current)
        if kept and current:
            copy_store(self._root / current / "chroma", folder)
        new = [unit for unit in self._units if unit.document_id not in kept]
        rows: dict[str, int] = {}
        with closing(VectorStore.create(folder, names)) as store:
            for name in names:
                store.delete_documents(name, gone)
                rows[name] = store.count(name)
            for model in self._embedders:
                rows[model.name] += self._embed(store, model, new)
                vectors = asked[model.name]
                rows[questions_of(model.name)] += self._store_expected(store, model, new, vectors)
                rows[uncovered_of(model.name)] = self._store_uncovered(store, model, vectors)
            for name, count in rows.items():
                store.check(name, count)
        return kept, rows

    def _unchanged(self, current: str | None) -> tuple[set[str], list[str]]:
        """Documents whose vectors can be taken over, and those that must go from them."""
        if current is None:
            return set(), []
        old = _read_manifest(self._root / current)
        models = {model.name: model.fingerprint for model in self._embedders}
        if old.models != models or old.tokenizer != self._tokenizer.fingerprint:
            return set(), []
        kept = {i for i, content in self._contents.items() if old.documents.get(i) == content}
        gone = [i for i in old.documents if i not in kept]
        # deleted rows stay in Chroma's graph as holes: with many of them it is made anew
        return (kept, gone) if len(gone) <= len(kept) else (set(), [])

    def _embed(self, store: VectorStore, model: ModelEmbeddings, units: Sequence[Unit]) -> int:
        """Embed units, all their parts, into a model's collection; gives the number of rows."""
        self._progress(model.name, 0, len(units))
        rows: list[Row] = []
        texts: list[str] = []
        contexts: list[tuple[str, ...]] = []
        for unit in units:
            parts = model.parts(unit.embedded_body)
            if unit.head:
                # a list's lead-in is also found by its own words, whatever its items say
                parts.insert(0, model.parts(clean_view(unit.head))[0])
            rows += (Row(unit.clause_id, n, unit.document_id) for n in range(1, len(parts) + 1))
            texts += parts
            contexts += [unit.embedded_context] * len(parts)
        context_vectors = self._context_vectors(model, contexts)
        for start in range(0, len(texts), _WRITTEN_AT_ONCE):
            end = min(start + _WRITTEN_AT_ONCE, len(texts))
            vectors = np.empty((end - start, model.dimension), dtype=np.float32)
            for done in range(start, end, _EMBEDDED_AT_ONCE):
                self._progress(model.name, done, len(texts))
                batch = texts[done : min(done + _EMBEDDED_AT_ONCE, end)]
                vectors[done - start : done - start + len(batch)] = model.document_vectors(batch)
            for row, context in enumerate(contexts[start:end]):
                vectors[row] += CONTEXT_WEIGHT * context_vectors[context]
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            store.upsert(model.name, rows[start:end], vectors)
        self._progress(model.name, len(texts), len(texts))
        return len(texts)

    def _question_vectors(self, model: ModelEmbeddings) -> dict[str, Vectors]:
        """The vector of each question in the model's languages, of documents taken over too."""
        expected = [q for unit in self._units for q in unit.questions.split("\n") if q]
        texts = in_languages([*expected, *self._uncovered], model.question_languages)
        name = questions_of(model.name)
        vectors: dict[str, Vectors] = {}
        for start in range(0, len(texts), _WRITTEN_AT_ONCE):
            self._progress(name, start, len(texts))
            batch = texts[start : start + _WRITTEN_AT_ONCE]
            vectors.update(zip(batch, model.question_vectors(batch), strict=True))
        self._progress(name, len(texts), len(texts))
        return vectors

    def _leanings(self, asked: Mapping[str, Mapping[str, Vectors]]) -> dict[str, Leaning]:
        uncovered = set(self._uncovered)
        return {
            model.name: Leaning.between(
                _stacked(model, (v for q, v in asked[model.name].items() if q not in uncovered)),
                _stacked(model, (v for q, v in asked[model.name].items() if q in uncovered)),
            )
            for model in self._embedders
        }

    def _store_expected(
        self,
        store: VectorStore,
        model: ModelEmbeddings,
        units: Sequence[Unit],
        vectors: Mapping[str, Vectors],
    ) -> int:
        """Store the questions expected of units; gives the number of rows."""
        rows: list[Row] = []
        texts: list[str] = []
        for unit in units:
            asked = [q for q in unit.questions.split("\n") if q in vectors]
            texts += asked
            rows += (Row(unit.clause_id, n, unit.document_id) for n in range(1, len(asked) + 1))
        return _store(store, questions_of(model.name), rows, [vectors[text] for text in texts])

    def _store_uncovered(
        self, store: VectorStore, model: ModelEmbeddings, vectors: Mapping[str, Vectors]
    ) -> int:
        """The questions that no clause answers; all of them anew, they are few."""
        name = uncovered_of(model.name)
        store.remake(name)
        texts = [text for text in self._uncovered if text in vectors]
        rows = [Row(text.replace(PART_MARK, "-"), 1, "") for text in texts]
        return _store(store, name, rows, [vectors[text] for text in texts])

    def _context_vectors(
        self, model: ModelEmbeddings, contexts: Sequence[tuple[str, ...]]
    ) -> dict[tuple[str, ...], Vectors | float]:
        """One vector a context, the mean of those of its texts: a title is embedded once,
        however many clauses stand under it, and a lead-in is one of the clauses."""
        texts = list(dict.fromkeys(text for context in contexts for text in context))
        embedded = model.document_vectors([model.parts(text)[0] for text in texts])
        vector_of = dict(zip(texts, embedded, strict=True))
        vectors: dict[tuple[str, ...], Vectors | float] = {(): 0.0}
        for context in dict.fromkeys(contexts):
            if context:
                mean = np.mean([vector_of[text] for text in context], axis=0)
                vectors[context] = mean / np.linalg.norm(mean)
        return vectors

    def _write_words(self, folder: Path) -> None:
        """The three indexes of words: of the clauses, of their pairs, of their questions."""
        words, pairs, questions = (LexicalBuilder(p) for p in (_BM25F, _PAIRS, _QUESTIONS))
        tokens = self._tokenizer.tokens
        for done, unit in enumerate(self._units):
            if done % 1_000 == 0:
                self._progress("words", done, len(self._units))
            title = tokens(unit.title)
            # What the title says, it says of every clause below it alike: a clause
            # that repeats it ("expendable materials ...") is no better an answer.
            known = set(title)
            above = [w for w in tokens(f"{unit.headings}\n{unit.context}") if w not in known]
            body = tokens(unit.body)
            words.add([title, above, [word for word in body if word not in known]])
            pairs.add([word_pairs(body)])
            questions.add([tokens(unit.questions)])
        for name, builder in (("lexical", words), ("pairs", pairs), ("questions", questions)):
            builder.index().save(folder / name)
        self._progress("words", len(self._units), len(self._units))

    def _write_manifest(self, folder: Path, rows: dict[str, int]) -> None:
        sources = sorted((document.id, document.sha256) for document, _ in self._documents)
        files = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        manifest = Manifest(
            schema=SCHEMA,
            fingerprint=self._fingerprint,
            corpus_sha256=_sha256(json.dumps(sources).encode("utf-8")),
            models={model.name: model.fingerprint for model in self._embedders},
            tokenizer=self._tokenizer.fingerprint,
            lexical=_LEXICAL,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            unit_count=len(self._units),
            rows=rows,
            documents=self._contents,
            files=files,
        )
        text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8")

    def _free_name(self) -> str:
        """The fingerprint; with a number when a damaged snapshot holds that name.

        A reader may still have that one open, and must see the pointer change.
        """
        name, number = self._fingerprint, 1
        while (self._root / name).exists():
            number += 1
            name = f"{self._fingerprint}-{number}"
        return name

    def _result(self, *, built: bool, embedded: int) -> BuildResult:
        return BuildResult(
            fingerprint=self._fingerprint,
            built=built,
            documents=len(self._documents),
            clauses=len(self._units),
            embedded=embedded,
        )


def _stacked(model: ModelEmbeddings, vectors: Iterable[Vectors]) -> Vectors:
    return np.array(list(vectors), dtype=np.float32).reshape(-1, model.dimension)


def _store(
    store: VectorStore, collection: str, rows: Sequence[Row], vectors: Sequence[Vectors]
) -> int:
    for start in range(0, len(rows), _WRITTEN_AT_ONCE):
        end = start + _WRITTEN_AT_ONCE
        store.upsert(collection, rows[start:end], np.stack(vectors[start:end]))
    return len(rows)


class _Content:
    """Documents and units in one SQLite file, read by several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        # immutable: nobody writes to a snapshot, so SQLite needs no locks and no journal
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise _damaged(path, str(error)) from error
        weakref.finalize(self, self._connection.close)

    @staticmethod
    def write(path: Path, documents: Sequence[tuple[IndexedDocument, Sequence[Unit]]]) -> None:
        """Write a new file; positions follow the order given."""
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "CREATE TABLE document (position INTEGER PRIMARY KEY, id TEXT, sha256 TEXT, "
                "payload BLOB, first_unit INTEGER, end_unit INTEGER)"
            )
            connection.execute(
                "CREATE TABLE unit (position INTEGER PRIMARY KEY, clause_id TEXT, "
                "document_id TEXT, title TEXT, headings TEXT, body TEXT, context TEXT, head TEXT, "
                "questions TEXT)"
            )
            first = 0
            for number, (document, units) in enumerate(documents):
                connection.executemany(
                    "INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    ((position, *astuple(unit)) for position, unit in enumerate(units, first)),
                )
                end = first + len(units)
                connection.execute(
                    "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)",
                    (number, document.id, document.sha256, document.payload, first, end),
                )
                first = end

    def unit_positions(self) -> dict[str, int]:
        # alone in its index, the column could be read without the texts; 100,000 take 0.1 s so
        return dict(self._all("SELECT clause_id, position FROM unit ORDER BY position"))

    def document_positions(self) -> dict[str, int]:
        return dict(self._all("SELECT id, position FROM document ORDER BY position"))

    def all_units(self) -> list[Unit]:
        return [Unit(*row) for row in self._all(f"{_SELECT_UNIT} ORDER BY position")]

    def unit(self, position: int) -> Unit:
        return Unit(*self._all(f"{_SELECT_UNIT} WHERE position = ?", position)[0])

    def document(self, position: int) -> IndexedDocument:
        query = "SELECT id, sha256, payload FROM document WHERE position = ?"
        return IndexedDocument(*self._all(query, position)[0])

    def unit_range(self, position: int) -> range:
        query = "SELECT first_unit, end_unit FROM document WHERE position = ?"
        return range(*self._all(query, position)[0])

    def _all(self, query: str, *values: int) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _damaged(self._path, str(error)) from error


_SELECT_UNIT = (
    "SELECT clause_id, document_id, title, headings, body, context, head, questions FROM unit"
)

_BM25F = Bm25f()
_PAIRS = Bm25f(fields=(Field(1.0, 0.6),))
_QUESTIONS = Bm25f(fields=(Field(1.0, 0.6),))
_LEXICAL = "".join(lexical.fingerprint(parameters) for parameters in (_BM25F, _PAIRS, _QUESTIONS))


@contextmanager
def _only_writer(root: Path) -> Iterator[None]:
    """Hold the folder's lock; it is freed by the system when a process is killed."""
    lock = FileLock(root / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.warning("another build of %s is running: waiting for it", root)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _pointer(root: Path) -> str | None:
    """What the pointer file says; None when there is none."""
    try:
        return (root / _POINTER).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexUnusable(
            f"cannot read {root / _POINTER} ({error.strerror}): make it readable"
        ) from error


def _pointed_to(root: Path) -> str:
    """The name of the current snapshot."""
    name = _pointer(root)
    if name is None:
        raise IndexMissing(f"no index in {root}: run `python -m ingest build`")
    if not _SNAPSHOT_NAME.fullmatch(name):
        raise IndexUnusable(
            f"the pointer {root / _POINTER} names no snapshot: run `python -m ingest build`"
        )
    return name


def _point_to(root: Path, name: str) -> None:
    """Make a snapshot the current one, in one step that cannot be seen half done."""
    new = root / f"{_POINTER}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(root / _POINTER)
    _sync(root)


def _read_manifest(folder: Path) -> Manifest:
    try:
        facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if facts["schema"] != SCHEMA:
            raise IndexUnusable(
                f"the index in {folder} was built by another version of this program: "
                "run `python -m ingest build`"
            )
        return Manifest(**facts)
    except OSError as error:
        raise _damaged(folder, f"{error.filename}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, "its manifest.json is not one") from error


def _check_files(folder: Path, manifest: Manifest) -> None:
    for name, size in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise _damaged(folder, f"{name} is missing")
        # Chroma's readers write to their files too
        if not name.startswith("chroma/") and path.stat().st_size != size:
            raise _damaged(folder, f"{name} has not the size it was written with")


def _damaged(path: Path, reason: str) -> IndexUnusable:
    return IndexUnusable(f"the index in {path} is damaged ({reason}): run `python -m ingest build`")


def _content_hash(document: IndexedDocument, units: Sequence[Unit]) -> str:
    """Hash of all that the index keeps of a document."""
    content = hashlib.sha256(f"{document.id}\n{document.sha256}\n".encode())
    content.update(hashlib.sha256(document.payload).digest())
    for unit in units:
        content.update(json.dumps(astuple(unit)).encode("utf-8"))
    return content.hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sync_tree(folder: Path) -> None:
    """Have everything in a folder on the disk before anything points to it."""
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(root: Path) -> None:
    """Remove what killed builds left behind; only ever by the only writer."""
    for path in root.iterdir():
        if path.name.startswith((_UNFINISHED, _DISCARDED)):
            shutil.rmtree(path)


def _remove_old(root: Path, keep: set[str | None]) -> None:
    """Remove snapshots but for those in ``keep``: the previous one may still be read from."""
    for path in list(root.iterdir()):
        if _SNAPSHOT_NAME.fullmatch(path.name) and path.name not in keep:
            # renamed first, so that a snapshot that bears its name is always whole
            shutil.rmtree(path.rename(root / f"{_DISCARDED}{path.name}"))
