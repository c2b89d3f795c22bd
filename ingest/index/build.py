"""Building an index: a new snapshot beside the one that serves, then the pointer moves."""

import hashlib
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from ingest.errors import ClauseDeskError, IndexMissing, IndexUnusable
from ingest.index.content import IndexContent, IndexedDocument, SearchUnit, content_hash
from ingest.index.leaning import Leaning, save_leanings
from ingest.index.lexical import LexicalBuilder, word_pairs
from ingest.index.snapshot import (
    LEXICAL_FINGERPRINT,
    PAIRS,
    POINTER,
    QUESTIONS,
    SCHEMA,
    SNAPSHOT_NAME,
    WORDS,
    Manifest,
    Snapshot,
    check_files,
    pointed_to,
    pointer_of,
    questions_of,
    read_manifest,
    uncovered_of,
)
from ingest.index.vectors import PART_MARK, VectorRow, VectorStore, copy_store
from ingest.models.embedding import ModelEmbeddings, Vectors
from ingest.text.clean_view import clean_view
from ingest.text.language import in_languages
from ingest.text.tokenizer import Tokenizer

log = logging.getLogger(__name__)

#: called with a stage's name, and how much of how much is done
Progress = Callable[[str, int, int], None]

#: what a clause's context (title, headings, lead-in) weighs in its vector beside its
#: own words; measured on development topics, see docs/retrieval.md
CONTEXT_WEIGHT = 0.35

_LOCK = ".lock"
_UNFINISHED = ".building-"
_DISCARDED = ".removed-"
#: texts between two reports of progress
_EMBEDDED_AT_ONCE = 64
#: rows kept in memory until they are written
_WRITTEN_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``built`` is False when the corpus was indexed already."""

    fingerprint: str
    built: bool
    documents: int
    clauses: int
    embedded: int  # clauses whose vectors were not taken over from the previous snapshot


def build_index(
    root: Path,
    documents: Sequence[tuple[IndexedDocument, Sequence[SearchUnit]]],
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
        documents: Sequence[tuple[IndexedDocument, Sequence[SearchUnit]]],
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
            document.id: content_hash(document, units) for document, units in documents
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
        IndexContent.write(work / "content.sqlite", self._documents)
        self._write_manifest(work, rows)
        _sync_tree(work)
        name = self._free_name()
        work.rename(self._root / name)
        previous = pointer_of(self._root)
        _point_to(self._root, name)
        _remove_old(self._root, keep={name, previous})
        embedded = sum(unit.document_id not in kept for unit in self._units)
        return self._result(built=True, embedded=embedded)

    def _make_fingerprint(self) -> str:
        ingredients = {
            "schema": SCHEMA,
            "models": {model.name: model.fingerprint for model in self._embedders},
            "tokenizer": self._tokenizer.fingerprint,
            "lexical": LEXICAL_FINGERPRINT,
            # the order of the documents changes nothing that is found
            "documents": dict(sorted(self._contents.items())),
            "uncovered": sorted(self._uncovered),
        }
        return _sha256(json.dumps(ingredients, sort_keys=True).encode("utf-8"))[:16]

    def _sound_current(self) -> str | None:
        """The current snapshot's name; None when there is none that can be searched."""
        try:
            name = pointed_to(self._root)
            folder = self._root / name
            manifest = read_manifest(folder)
            check_files(folder, manifest)
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
        old = read_manifest(self._root / current)
        models = {model.name: model.fingerprint for model in self._embedders}
        if old.models != models or old.tokenizer != self._tokenizer.fingerprint:
            return set(), []
        kept = {i for i, content in self._contents.items() if old.documents.get(i) == content}
        gone = [i for i in old.documents if i not in kept]
        # deleted rows stay in Chroma's graph as holes: with many of them it is made anew
        return (kept, gone) if len(gone) <= len(kept) else (set(), [])

    def _embed(
        self, store: VectorStore, model: ModelEmbeddings, units: Sequence[SearchUnit]
    ) -> int:
        """Embed units, all their parts, into a model's collection; gives the number of rows."""
        self._progress(model.name, 0, len(units))
        rows: list[VectorRow] = []
        texts: list[str] = []
        contexts: list[tuple[str, ...]] = []
        for unit in units:
            parts = model.parts(unit.embedded_body)
            if unit.head:
                # a list's lead-in is also found by its own words, whatever its items say
                parts.insert(0, model.parts(clean_view(unit.head))[0])
            rows += (
                VectorRow(unit.clause_id, n, unit.document_id) for n in range(1, len(parts) + 1)
            )
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
        units: Sequence[SearchUnit],
        vectors: Mapping[str, Vectors],
    ) -> int:
        """Store the questions expected of units; gives the number of rows."""
        rows: list[VectorRow] = []
        texts: list[str] = []
        for unit in units:
            asked = [q for q in unit.questions.split("\n") if q in vectors]
            texts += asked
            rows += (
                VectorRow(unit.clause_id, n, unit.document_id) for n in range(1, len(asked) + 1)
            )
        return _store(store, questions_of(model.name), rows, [vectors[text] for text in texts])

    def _store_uncovered(
        self, store: VectorStore, model: ModelEmbeddings, vectors: Mapping[str, Vectors]
    ) -> int:
        """The questions that no clause answers; all of them anew, they are few."""
        name = uncovered_of(model.name)
        store.remake(name)
        texts = [text for text in self._uncovered if text in vectors]
        rows = [VectorRow(text.replace(PART_MARK, "-"), 1, "") for text in texts]
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
        words, pairs, questions = (LexicalBuilder(p) for p in (WORDS, PAIRS, QUESTIONS))
        tokens = self._tokenizer.tokens
        for done, unit in enumerate(self._units):
            if done % 1_000 == 0:
                self._progress("words", done, len(self._units))
            title = tokens(unit.title)
            # What the title says, it says of every clause below it alike: a clause
            # that repeats it ("expendable materials ...") is no better an answer.
            known = set(title)
            above = [w for w in tokens(f"{unit.headings}\n{unit.context}") if w not in known]
            body = tokens(unit.searched)
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
            lexical=LEXICAL_FINGERPRINT,
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
    store: VectorStore, collection: str, rows: Sequence[VectorRow], vectors: Sequence[Vectors]
) -> int:
    for start in range(0, len(rows), _WRITTEN_AT_ONCE):
        end = start + _WRITTEN_AT_ONCE
        store.upsert(collection, rows[start:end], np.stack(vectors[start:end]))
    return len(rows)


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


def _point_to(root: Path, name: str) -> None:
    """Make a snapshot the current one, in one step that cannot be seen half done."""
    new = root / f"{POINTER}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(root / POINTER)
    _sync(root)


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
        if SNAPSHOT_NAME.fullmatch(path.name) and path.name not in keep:
            # renamed first, so that a snapshot that bears its name is always whole
            shutil.rmtree(path.rename(root / f"{_DISCARDED}{path.name}"))
