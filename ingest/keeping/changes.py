"""Documents into the corpus and out of it: file, catalog entry and index go together.

What fails leaves nothing behind: the catalog gets its old text back, and a file
that was copied is removed again.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.corpus.catalog import CatalogEntry, document_path, load_catalog
from ingest.corpus.documents import CorpusDocument, origin_of, recipe, words_hash
from ingest.errors import CatalogError, ClauseDeskError, UnreadableDocument, some_of
from ingest.index.build import BuildResult, Progress
from ingest.index.expected_questions import ExpectedQuestion, questions_file, read_lines
from ingest.index.snapshot import stored_documents
from ingest.keeping.catalog_writer import append_entries, changing, remove_entry, replace_entry
from ingest.keeping.proposal import Corrections, Proposal, corrected, propose
from ingest.loaders import load
from ingest.parsing import files_below
from ingest.pipeline import build, document_from, read_document
from ingest.settings import Settings
from ingest.structure import ParsedDocument, SourceText


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of one file: ``proposal`` and ``document`` if it was taken, ``reason`` if not."""

    file: str
    proposal: Proposal | None = None
    document: ParsedDocument | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def clauses(self) -> int:
        return len(self.document.clauses) if self.document is not None else 0


@dataclass(frozen=True, slots=True)
class Added:
    """``built`` is None when no file was taken and the index was up to date."""

    outcomes: tuple[Admission, ...]
    built: BuildResult | None

    @property
    def failed(self) -> int:
        return sum(outcome.reason is not None for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Edited:
    entry: CatalogEntry
    built: BuildResult


@dataclass(frozen=True, slots=True)
class Removed:
    file: str
    built: BuildResult


@dataclass(slots=True)
class _Held:
    """The documents of the corpus, and what tells that a file is one of them."""

    entries: dict[str, CatalogEntry] = field(default_factory=dict)
    by_words: dict[str, str] = field(default_factory=dict)
    unindexed: bool = False  # an add that was killed has left a document without its index

    def add(self, entry: CatalogEntry, words: str) -> None:
        self.entries[entry.id] = entry
        self.by_words.setdefault(words, entry.id)


_FILE_NAME = re.compile(r"[a-z0-9-]{1,120}\.[a-z0-9]{1,8}")
#: files that are taken together; an index is written anew for each batch
_BATCH = 100

#: gives the entry of a file from its text, its bytes and what is held; raises CatalogError
_Entering = Callable[[SourceText, bytes, "_Held"], Proposal]


def add_documents(
    settings: Settings, paths: Sequence[Path], corrections: Corrections, progress: Progress
) -> Added:
    """Take files, and the files of folders, into the corpus, and index them.

    A file that cannot be taken does not stop the others: its outcome says why.
    Raises ClauseDeskError when catalog or index cannot be written; the corpus is then
    as it was.
    """
    batches = list(add_in_batches(settings, paths, corrections, progress))
    outcomes = tuple(outcome for batch in batches for outcome in batch.outcomes)
    return Added(outcomes, next((b.built for b in reversed(batches) if b.built), None))


def add_in_batches(
    settings: Settings, paths: Sequence[Path], corrections: Corrections, progress: Progress
) -> Iterator[Added]:
    """:func:`add_documents`, some files at a time: each batch is in corpus and index when it
    is given, and stays there whatever becomes of the next. Begun again, it goes on behind
    what the corpus holds already."""
    files = [
        (name, file, _proposing(file.name, corrections))
        for path in paths
        for name, file in files_below(path)
    ]
    for begin in range(0, max(len(files), 1), _BATCH):

        def of_all(stage: str, done: int, total: int, begin: int = begin) -> None:
            if stage == "read":
                done, total = begin + done, len(files)
            progress(stage, done, total)

        yield _add(settings, files[begin : begin + _BATCH], of_all)


def propose_documents(
    settings: Settings, paths: Sequence[Path], progress: Progress
) -> tuple[Admission, ...]:
    """What :func:`add_documents` would make of files, with nothing stored.

    ``progress`` counts files, with "read" as the stage.
    """
    held = _held(settings)
    outcomes = []
    for done, path in enumerate(paths):
        progress("read", done, len(paths))
        try:
            outcome, _, _ = _read(
                path.name,
                path,
                held,
                _proposing(path.name, Corrections(), corrected_later=True),
                settings,
            )
        except (UnreadableDocument, CatalogError) as error:
            outcome = Admission(path.name, reason=_without_name(str(error), path))
        outcomes.append(outcome)
    progress("read", len(paths), len(paths))
    return tuple(outcomes)


def add_confirmed(
    settings: Settings, confirmed: Sequence[tuple[Path, CatalogEntry]], progress: Progress
) -> Added:
    """Take files into the corpus under the entries that a person has confirmed.

    Outcomes and errors as for :func:`add_documents`.
    """
    return _add(
        settings,
        [(path.name, path, _confirmed(entry)) for path, entry in confirmed],
        progress,
    )


def _proposing(name: str, corrections: Corrections, *, corrected_later: bool = False) -> _Entering:
    def enter(source: SourceText, data: bytes, held: _Held) -> Proposal:
        return propose(
            source, data, name, held.entries, corrections, corrected_later=corrected_later
        )

    return enter


def _confirmed(entry: CatalogEntry) -> _Entering:
    def enter(source: SourceText, data: bytes, held: _Held) -> Proposal:  # noqa: ARG001
        if not _FILE_NAME.fullmatch(entry.file):  # it might say "../../elsewhere"
            raise CatalogError(
                f"{entry.file!r} is no name for a file of the corpus: leave it as it was proposed"
            )
        if entry.id in held.entries:
            raise CatalogError(f"the id {entry.id} is taken; give the document another")
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise CatalogError("the file has changed since it was read; upload it again")
        return Proposal(entry, (), ())

    return enter


def _add(
    settings: Settings, files: Sequence[tuple[str, Path, _Entering]], progress: Progress
) -> Added:
    written: list[Path] = []
    read: dict[str, CorpusDocument] = {}
    outcomes: list[Admission] = []
    with changing(settings.corpus, settings.var):
        held = _held(settings)
        try:
            for done, (name, path, entering) in enumerate(files):
                progress("read", done, len(files))
                try:
                    outcome, document = _take(name, path, held, entering, settings, written)
                except (UnreadableDocument, CatalogError) as error:
                    outcomes.append(Admission(name, reason=_without_name(str(error), path)))
                else:
                    outcomes.append(outcome)
                    read[document.entry.id] = document
            progress("read", len(files), len(files))
            if not read and not held.unindexed:
                return Added(tuple(outcomes), None)
            append_entries(settings.corpus, [document.entry for document in read.values()])
            return Added(tuple(outcomes), build(settings, progress, read))
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise


def edit_document(
    settings: Settings, document_id: str, changes: Mapping[str, object], progress: Progress
) -> Edited:
    """Correct a document's entry: the fields of it that ``changes`` names, and the index.

    Raises ClauseDeskError for an id that is not there, for a value that no entry can have,
    and when catalog or index cannot be written; the corpus is then as it was.
    """
    with changing(settings.corpus, settings.var):
        entries = {entry.id: entry for entry in load_catalog(settings.corpus).document}
        if document_id not in entries:
            held = some_of(entries)
            raise CatalogError(f"the catalog has no document {document_id}; it has {held}")
        entry = corrected(entries[document_id], changes)
        replace_entry(settings.corpus, entry)
        return Edited(entry, build(settings, progress))


def remove_document(settings: Settings, document_id: str, progress: Progress) -> Removed:
    """Take a document out of the catalog and the index, then delete its file and the questions
    that were made for it.

    Raises ClauseDeskError for an id that is not there, and when catalog or index cannot be
    written; the corpus is then as it was.
    """
    with changing(settings.corpus, settings.var):
        entries = {entry.id: entry for entry in load_catalog(settings.corpus).document}
        remove_entry(settings.corpus, document_id)
        built = build(settings, progress)
    entry = entries.pop(document_id)
    shared = any(other.file == entry.file for other in entries.values())
    files = [] if shared else [document_path(settings.corpus, entry)]
    questions = questions_file(settings.corpus, document_id)
    # a file of that name that a person wrote may ask of other documents too
    if questions.exists() and all(
        row.clause_id.startswith(f"{document_id}#")
        for row in read_lines(questions, ExpectedQuestion)
    ):
        files.append(questions)
    for path in files:
        try:
            path.unlink()
        except OSError as error:
            raise ClauseDeskError(
                f"{document_id} is out of catalog and index, but {path} cannot be deleted "
                f"({error.strerror}): delete it by hand"
            ) from error
    return Removed(entry.file, built)


def _held(settings: Settings) -> _Held:
    """What the corpus holds; a document is read only if the index does not know it as it is."""
    stored = stored_documents(settings.index)
    held = _Held()
    for entry in load_catalog(settings.corpus).document:
        origin = origin_of(stored[entry.id].head) if entry.id in stored else None
        if origin is not None and origin.recipe == recipe(entry):
            held.add(entry, origin.words)
        else:
            held.add(entry, words_hash(read_document(entry, settings).parsed.text))
            held.unindexed = True
    return held


def _take(
    name: str,
    path: Path,
    held: _Held,
    entering: _Entering,
    settings: Settings,
    written: list[Path],
) -> tuple[Admission, CorpusDocument]:
    """Read one file, enter it and copy it to the corpus.

    Raises UnreadableDocument, or CatalogError for a duplicate or an id that is taken.
    """
    outcome, document, data = _read(name, path, held, entering, settings)
    entry = document.entry
    target = document_path(settings.corpus, entry)
    try:
        # the same bytes are what an add that was killed has left behind
        if target.exists() and target.read_bytes() != data:
            raise CatalogError(
                f"{target} is there already, and no catalog entry names it: move it away"
            )
        written.append(target)
        target.write_bytes(data)
    except OSError as error:
        raise ClauseDeskError(
            f"cannot write {target} ({error.strerror}): make the folder writable or free some space"
        ) from error
    held.add(entry, words_hash(document.parsed.text))
    return outcome, document


def _read(
    name: str, path: Path, held: _Held, entering: _Entering, settings: Settings
) -> tuple[Admission, CorpusDocument, bytes]:
    """A file as the corpus would hold it, and its bytes; raises like :func:`_take`."""
    source = load(path, settings.loading)
    data = path.read_bytes()
    if same := held.by_words.get(words_hash(source.text)):
        raise CatalogError(f"the corpus holds this text already: {same}; nothing to add")
    proposal = entering(source, data, held)
    document = document_from(proposal.entry, source)
    outcome = Admission(name, proposal, document.parsed, document.warnings)
    return outcome, document, data


def _without_name(message: str, path: Path) -> str:
    """An error's line without the file's name in front: the table names it already."""
    return message.removeprefix(f"{path.name}: ")
