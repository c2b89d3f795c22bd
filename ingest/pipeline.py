"""From the corpus folder to the index: load, cut into clauses, read the dates, index.

catalog -> loaders -> clauses -> facts -> units -> index

Reading and embedding are tasks that the workers of a cluster can do (ingest.cluster); only this
process writes to the var folder.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple
from functools import cache, partial

from ingest.clauses.parse import parse, unnumbered
from ingest.cluster import TaskMap, tasks_of
from ingest.corpus.catalog import Catalog, CatalogEntry, document_path, load_catalog
from ingest.corpus.documents import CorpusDocument, dump_document, origin_of, recipe
from ingest.corpus.glossary import Glossary
from ingest.errors import IndexUnusable
from ingest.facts.temporal_facts import read_temporal_facts
from ingest.index.build import BuildResult, Progress, build_index
from ingest.index.cache import CachedEmbedder
from ingest.index.content import IndexedDocument, SearchUnit, StoredDocument
from ingest.index.expected_questions import ExpectedQuestions
from ingest.index.kept import KeptByContent
from ingest.index.snapshot import SCHEMA, stored_documents
from ingest.index.units import units_of
from ingest.loaders import LoadingLimits, load, load_bytes, read_file
from ingest.models.clause_model import ClauseEmbedder, ClauseModel, ClauseText, Vectors
from ingest.progress import ProgressBar
from ingest.settings import Settings
from ingest.structure import SourceText
from ingest.text.tokenizer import Tokenizer

#: vectors by content, in the var folder
CACHE = "embeddings.sqlite"
#: documents that a build has read and not yet indexed, in the var folder
_READ = "read.sqlite"

_Indexed = tuple[IndexedDocument, Sequence[SearchUnit]]


@cache
def clause_model() -> ClauseModel:
    """The model that embeds and reads; opened when first used, once a process."""
    return ClauseModel()


def read_document(entry: CatalogEntry, settings: Settings) -> CorpusDocument:
    """Load one document of the corpus and cut it into clauses; raises UnreadableDocument."""
    return document_from(entry, load(document_path(settings.corpus, entry), settings.loading))


def document_from(entry: CatalogEntry, source: SourceText) -> CorpusDocument:
    """A document's text, cut into clauses, with what it says of its own time."""
    parsed = parse(source, entry.id)
    warnings = (*source.warnings, *unnumbered(parsed))
    return CorpusDocument(entry, parsed, read_temporal_facts(parsed), source.boxes, warnings)


def build(
    settings: Settings,
    progress: Progress,
    read: Mapping[str, CorpusDocument] | None = None,
    model: ClauseEmbedder | None = None,
) -> BuildResult:
    """Make the index hold exactly the catalog's documents.

    A document that the current index was made from in the same way is taken over, not
    read again; ``read`` holds those that the caller has read already. Killed and begun again, it
    goes on behind what was read and embedded. ``model``: embeds, here; the shipped one if None.

    Raises ClauseDeskError (CatalogError, UnreadableDocument, ...), with the index
    left as it was.
    """
    catalog = load_catalog(settings.corpus)
    tokenizer = Tokenizer(Glossary.load(settings.corpus).terms)
    questions = ExpectedQuestions.load(settings.corpus)
    given = read or {}
    with (
        closing(KeptByContent(settings.var / _READ, "document", _is_whole)) as keeping,
        tasks_of(settings) as over,
        closing(_embedder(settings, model, over)) as cached,
    ):

        def indexed() -> Iterator[_Indexed]:
            # begun by the only writer: a build that was waited for has made what is stored
            stored = _unchanged(catalog, stored_documents(settings.index))
            unread = [e for e in catalog.document if e.id not in stored and e.id not in given]
            newly_read, done = _read(unread, settings, keeping, over), 0
            for entry in catalog.document:
                if entry.id in stored:
                    one = _taken_over(entry, stored[entry.id], settings)
                elif entry.id in given:
                    one = _indexed(given[entry.id])
                else:
                    one = next(newly_read)
                    done += 1
                    progress("read", done, len(unread))
                yield one[0], questions.attached(one[1])

        built = build_index(
            settings.index,
            indexed(),
            cached,
            tokenizer,
            progress,
            embed_in_turn=cached.embed_in_turn,
            on_server=settings.chroma is not None,
            in_database=settings.database is not None,
        )
        keeping.clear()
    return built


def build_if_missing(settings: Settings) -> None:
    """On a fresh checkout, build the index once, with a progress bar on stderr."""
    if has_index(settings):
        return
    print("no index yet: building it once", file=sys.stderr)  # noqa: T201 - a notice, no result
    with ProgressBar() as progress:
        build(settings, progress)


def has_index(settings: Settings) -> bool:
    """Whether an index was ever built here; opening it says whether it can be used."""
    return (settings.index / "CURRENT").is_file()


def _unchanged(catalog: Catalog, stored: Mapping[str, StoredDocument]) -> dict[str, StoredDocument]:
    """What the index holds of the documents that, read again, would give the same."""
    recipes = {id_: origin.recipe for id_, one in stored.items() if (origin := origin_of(one.head))}
    return {e.id: stored[e.id] for e in catalog.document if recipes.get(e.id) == recipe(e)}


def _taken_over(entry: CatalogEntry, stored: StoredDocument, settings: Settings) -> _Indexed:
    """What the index holds of a document, read again where that is damaged."""
    try:
        return stored.read()
    except IndexUnusable:
        return _indexed(read_document(entry, settings))


def _read(
    entries: Sequence[CatalogEntry], settings: Settings, keeping: KeptByContent, over: TaskMap
) -> Iterator[_Indexed]:
    """Documents as the index keeps them, in order; raises UnreadableDocument."""
    keys = {entry.id: _digest(f"{SCHEMA} {recipe(entry)}".encode()) for entry in entries}

    def with_bytes(
        missing: Iterator[list[CatalogEntry]],
    ) -> Iterator[list[tuple[CatalogEntry, bytes]]]:
        for batch in missing:
            yield [
                (entry, read_file(document_path(settings.corpus, entry), settings.loading))
                for entry in batch
            ]

    def made(missing: Iterator[list[CatalogEntry]]) -> Iterator[list[bytes]]:
        return over(partial(_rows_of, limits=settings.loading), with_bytes(missing))

    batches = ({keys[entry.id]: entry} for entry in entries)
    for entry, rows in zip(entries, keeping.through(batches, made), strict=True):
        _, units, payload, head = rows[keys[entry.id]].split(b"\n", 3)
        yield (
            IndexedDocument(entry.id, entry.sha256, payload, head),
            [SearchUnit(*unit) for unit in json.loads(units)],
        )


def _rows_of(files: Sequence[tuple[CatalogEntry, bytes]], limits: LoadingLimits) -> list[bytes]:
    """A task: each document as a hash of what follows, its units on one line, its payload on the
    next, then its head."""
    rows = []
    for entry, data in files:
        document, units = _indexed(document_from(entry, load_bytes(data, entry.file, limits)))
        told = json.dumps([astuple(unit) for unit in units]).encode()
        content = b"\n".join((told, document.payload, document.head))
        rows.append(b"\n".join((_digest(content), content)))
    return rows


def _is_whole(row: bytes) -> bool:
    """Whether a row of :func:`_rows_of` is as it was made."""
    digest, _, content = row.partition(b"\n")
    return digest == _digest(content)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _embedder(settings: Settings, model: ClauseEmbedder | None, over: TaskMap) -> CachedEmbedder:
    """Embeds with a model that is given here, with the shipped one where the tasks are done."""
    path = settings.var / CACHE
    if model is not None or settings.ray is None:
        return CachedEmbedder(model or clause_model(), path)
    return CachedEmbedder(clause_model(), path, partial(over, _embed_on_a_core))


def _embed_on_a_core(clauses: Sequence[ClauseText]) -> Vectors:
    """A task: vectors of clauses; a cluster has a worker for each core."""
    return _model_of_a_core().embed_clauses(clauses)


@cache
def _model_of_a_core() -> ClauseModel:
    return ClauseModel(threads=1)


def _indexed(document: CorpusDocument) -> _Indexed:
    entry = document.entry
    return (
        IndexedDocument(entry.id, entry.sha256, *dump_document(document)),
        units_of(entry, document.parsed),
    )
