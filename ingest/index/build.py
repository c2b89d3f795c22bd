"""Building an index: a new snapshot beside the one that serves, then the pointer moves."""

import hashlib
import json
import logging
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from ingest.errors import ClauseDeskError, IndexMissing, IndexUnusable
from ingest.index.cache import EmbedInTurn
from ingest.index.content import IndexContent, IndexedDocument, SearchUnit, Written
from ingest.index.lexical import LexicalBuilder, word_pairs
from ingest.index.pointer import SNAPSHOT_NAME, point_to, pointed_to, pointer_of, sync
from ingest.index.snapshot import (
    CONTENT,
    LEXICAL_FINGERPRINT,
    PAIRS,
    QUESTIONS,
    SCHEMA,
    WORDS,
    Manifest,
    Snapshot,
    check_content,
    check_files,
    is_held,
    read_manifest,
)
from ingest.index.units import parts_of
from ingest.index.vectors import VectorRow, VectorStore, copy_files, delete_store, is_on_server
from ingest.models.clause_model import ClauseEmbedder, ClauseText, Vectors
from ingest.text.tokenizer import Tokenizer

log = logging.getLogger(__name__)

#: called with a stage's name, and how much of how much is done
Progress = Callable[[str, int, int], None]

_LOCK = ".lock"
_UNFINISHED = ".building-"
_DISCARDED = ".removed-"
#: parts of clauses embedded between two reports of progress
_EMBEDDED_AT_ONCE = 64
#: vectors given to the store in one call, each of which costs it a transaction
_STORED_AT_ONCE = 640


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
    documents: Iterable[tuple[IndexedDocument, Sequence[SearchUnit]]],
    model: ClauseEmbedder,
    tokenizer: Tokenizer,
    progress: Progress,
    *,
    embed_in_turn: EmbedInTurn | None = None,
    on_server: bool = False,
    in_database: bool = False,
) -> BuildResult:
    """Make the index folder ``root`` serve exactly these documents, of which one at a time is
    in memory.

    Does nothing when it does already. Documents that the current snapshot holds
    unchanged keep their vectors. Another build of the same folder is waited for,
    with a log line. Clause ids must be unique (ValueError). ``embed_in_turn``: embeds batch after
    batch in place of the model, some ahead perhaps. ``on_server``: vectors go to the set
    Chroma server; ``in_database``: a row of the set database tells which snapshot serves.

    Raises :class:`ClauseDeskError` when the folder cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _only_writer(root), _unfinished(root) as work:
            written = IndexContent.write(work / CONTENT, documents)
            embed = embed_in_turn or partial(map, model.embed_clauses)
            build = _Build(
                root, work, written, model, embed, tokenizer, progress, on_server, in_database
            )
            return build.run()
    except (OSError, sqlite3.OperationalError) as error:
        # NumPy's own error on a full disk has no strerror
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise ClauseDeskError(
            f"cannot write the index in {root} ({reason}): "
            "make the folder writable or free some space"
        ) from error


class _Build:
    """One build of one folder, by the only writer, from the content that is written in ``work``."""

    def __init__(
        self,
        root: Path,
        work: Path,
        written: dict[str, Written],
        model: ClauseEmbedder,
        embed_in_turn: EmbedInTurn,
        tokenizer: Tokenizer,
        progress: Progress,
        on_server: bool,
        in_database: bool,
    ) -> None:
        self._root = root
        self._work = work
        self._written = written
        self._content = IndexContent(work / CONTENT)
        self._unit_count = sum(document.units for document in written.values())
        self._on_server = on_server
        self._in_database = in_database
        self._model = model
        self._embed_in_turn = embed_in_turn
        self._tokenizer = tokenizer
        self._progress = progress
        self._fingerprint = self._make_fingerprint()

    def run(self) -> BuildResult:
        current = self._sound_current()
        if current is not None and self._is_wanted(current):
            point_to(self._root, current, in_database=self._in_database)
            return self._result(built=False, embedded=0)
        name = self._free_name()
        kept, rows = self._write_vectors(self._work / "chroma", current, name)
        self._write_words(self._work)
        self._write_manifest(self._work, rows)
        _sync_tree(self._work)
        self._work.rename(self._root / name)
        previous = pointer_of(self._root)
        point_to(self._root, name, in_database=self._in_database)
        _remove_old(self._root, keep={name, previous})
        return self._result(built=True, embedded=self._unit_count - self._units_in(kept))

    def _units_in(self, documents: Collection[str]) -> int:
        return sum(self._written[document].units for document in documents)

    def _units(self) -> Iterator[SearchUnit]:
        return self._content.units(range(self._unit_count))

    def _is_wanted(self, name: str) -> bool:
        """Whether a sound snapshot holds these documents, to the letter, and its vectors are where
        they should be."""
        folder = self._root / name
        same = name.partition("-")[0] == self._fingerprint
        if not same or is_on_server(folder / "chroma") != self._on_server:
            return False
        try:
            check_content(folder, read_manifest(folder))
        except IndexUnusable as error:
            log.warning("%s (this build makes it anew)", error)
            return False
        return True

    def _make_fingerprint(self) -> str:
        ingredients = {
            "schema": SCHEMA,
            "model": self._model.fingerprint,
            "tokenizer": self._tokenizer.fingerprint,
            "lexical": LEXICAL_FINGERPRINT,
            # the order of the documents changes nothing that is found
            "documents": dict(sorted(self._contents().items())),
        }
        return _sha256(json.dumps(ingredients, sort_keys=True).encode("utf-8"))[:16]

    def _contents(self) -> dict[str, str]:
        return {id_: document.content for id_, document in self._written.items()}

    def _sound_current(self) -> str | None:
        """The current snapshot's name; None when there is none that can be searched."""
        try:
            name = pointed_to(self._root)
            folder = self._root / name
            manifest = read_manifest(folder)
            check_files(folder, manifest)
            snapshot = Snapshot(folder, manifest)
            with closing(snapshot.vectors) as store:
                store.check(manifest.rows)
        except IndexMissing:
            return None
        except IndexUnusable as error:
            log.warning("%s (this build makes it anew)", error)
            return None
        return name

    def _write_vectors(self, folder: Path, current: str | None, name: str) -> tuple[set[str], int]:
        """Make the vector store; gives the documents taken over, and the number of rows."""
        kept, gone = self._unchanged(current)
        old = self._root / current / "chroma" if kept and current else None
        in_files = old is not None and not self._on_server and not is_on_server(old)
        if old is not None and in_files:
            copy_files(old, folder)
        with closing(VectorStore.create(folder, name if self._on_server else None)) as store:
            if old is not None and not in_files:
                with closing(VectorStore.open(old)) as before:
                    store.take_over(before)
            store.delete_documents(gone)
            rows = store.count()
            rows += self._embed(store, kept)
            store.check(rows)
        return kept, rows

    def _unchanged(self, current: str | None) -> tuple[set[str], list[str]]:
        """Documents whose vectors can be taken over, and those that must go from them."""
        if current is None:
            return set(), []
        old = read_manifest(self._root / current)
        if old.model != self._model.fingerprint:
            return set(), []
        kept = {i for i, content in self._contents().items() if old.documents.get(i) == content}
        gone = [i for i in old.documents if i not in kept]
        # deleted rows stay in Chroma's graph as holes: with many of them it is made anew
        return (kept, gone) if len(gone) <= len(kept) else (set(), [])

    def _embed(self, store: VectorStore, kept: set[str]) -> int:
        """Embed the units of the documents that are not kept, all their parts, and store them;
        gives the number of rows."""
        parts = (
            (VectorRow(unit.clause_id, number, unit.document_id), part)
            for unit in self._units()
            if unit.document_id not in kept
            for number, part in enumerate(parts_of(unit, self._model), start=1)
        )
        waiting: deque[list[VectorRow]] = deque()

        def batches() -> Iterator[list[ClauseText]]:
            while batch := list(islice(parts, _EMBEDDED_AT_ONCE)):
                waiting.append([row for row, _ in batch])
                yield [part for _, part in batch]

        def embedded() -> Iterator[tuple[VectorRow, Vectors]]:
            done, units = 0, self._unit_count - self._units_in(kept)
            self._progress("vectors", 0, units)
            for vectors in self._embed_in_turn(batches()):
                rows = waiting.popleft()
                yield from zip(rows, vectors, strict=True)
                done += sum(row.part == 1 for row in rows)
                self._progress("vectors", done, units)

        count, stored = 0, embedded()
        while some := list(islice(stored, _STORED_AT_ONCE)):
            store.upsert([row for row, _ in some], np.stack([vector for _, vector in some]))
            count += len(some)
        return count

    def _write_words(self, folder: Path) -> None:
        """The three indexes of words: of the clauses, of their pairs, of their questions."""
        words = LexicalBuilder(folder / "lexical", WORDS)
        pairs = LexicalBuilder(folder / "pairs", PAIRS)
        questions = LexicalBuilder(folder / "questions", QUESTIONS)
        tokens = self._tokenizer.tokens
        for done, unit in enumerate(self._units()):
            if done % 1_000 == 0:
                self._progress("words", done, self._unit_count)
            title = tokens(unit.title)
            # What the title says, it says of every clause below it alike: a clause
            # that repeats it ("expendable materials ...") is no better an answer.
            known = set(title)
            above = [w for w in tokens(f"{unit.headings}\n{unit.context}") if w not in known]
            body = tokens(unit.searched)
            words.add([title, above, [word for word in body if word not in known]])
            pairs.add([word_pairs(body)])
            questions.add([tokens(unit.questions)])
        for builder in (words, pairs, questions):
            builder.finish()
        self._progress("words", self._unit_count, self._unit_count)

    def _write_manifest(self, folder: Path, rows: int) -> None:
        sources = sorted((id_, document.sha256) for id_, document in self._written.items())
        files = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        manifest = Manifest(
            schema=SCHEMA,
            fingerprint=self._fingerprint,
            corpus_sha256=_sha256(json.dumps(sources).encode("utf-8")),
            model=self._model.fingerprint,
            tokenizer=self._tokenizer.fingerprint,
            lexical=LEXICAL_FINGERPRINT,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            unit_count=self._unit_count,
            rows=rows,
            documents=self._contents(),
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
            documents=len(self._written),
            clauses=self._unit_count,
            embedded=embedded,
        )


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


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sync_tree(folder: Path) -> None:
    """Have everything in a folder on the disk before anything points to it."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)
    sync(folder.parent)


def _sweep(root: Path) -> None:
    """Remove what unfinished builds left behind; only ever by the only writer."""
    for path in root.iterdir():
        if path.name.startswith((_UNFINISHED, _DISCARDED)):
            _remove(path)


@contextmanager
def _unfinished(root: Path) -> Iterator[Path]:
    """A new folder for a snapshot; it goes with its vectors when it was not given a name."""
    _sweep(root)
    work = root / f"{_UNFINISHED}snapshot"
    work.mkdir()
    try:
        yield work
    finally:
        with suppress(ClauseDeskError):  # of a Chroma server that is away: the next build sweeps
            _sweep(root)


def _remove_old(root: Path, keep: set[str | None]) -> None:
    """Remove snapshots but for those in ``keep`` (the previous one may be opened at this very
    moment) and those that a reader holds."""
    for path in list(root.iterdir()):
        if SNAPSHOT_NAME.fullmatch(path.name) and path.name not in keep and not is_held(path):
            # renamed first, so that a snapshot that bears its name is always whole
            _remove(path.rename(root / f"{_DISCARDED}{path.name}"))


def _remove(folder: Path) -> None:
    delete_store(folder / "chroma")
    shutil.rmtree(folder)
