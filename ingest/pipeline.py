"""From the corpus folder to the index: load, cut into clauses, read the dates, index.

catalog -> loaders -> clauses -> facts -> units -> index
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache

from ingest.clauses.parse import parse, unnumbered
from ingest.corpus.catalog import CatalogEntry, document_path, load_catalog
from ingest.corpus.documents import CorpusDocument, dump_document, origin_of, recipe
from ingest.corpus.glossary import Glossary
from ingest.facts.temporal_facts import read_temporal_facts
from ingest.index.build import BuildResult, Progress, build_index
from ingest.index.cache import CachedEmbedder
from ingest.index.content import IndexedDocument, SearchUnit
from ingest.index.expected_questions import ExpectedQuestions
from ingest.index.snapshot import stored_documents
from ingest.index.units import units_of
from ingest.loaders import load
from ingest.models.clause_model import ClauseEmbedder, ClauseModel
from ingest.progress import ProgressBar
from ingest.settings import Settings
from ingest.structure import SourceText
from ingest.text.tokenizer import Tokenizer

#: vectors by content, in the var folder
CACHE = "embeddings.sqlite"


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
    read again; ``read`` holds those that the caller has read already. ``model``: embeds;
    the shipped one if None.

    Raises ClauseDeskError (CatalogError, UnreadableDocument, ...), with the index
    left as it was.
    """
    catalog = load_catalog(settings.corpus)
    tokenizer = Tokenizer(Glossary.load(settings.corpus).terms)
    questions = ExpectedQuestions.load(settings.corpus)
    stored = stored_documents(settings.index)

    def indexed() -> Iterator[tuple[IndexedDocument, Sequence[SearchUnit]]]:
        for done, entry in enumerate(catalog.document):
            kept = _kept(entry, stored)
            if kept is None:
                document = (read or {}).get(entry.id)
                if document is None:
                    progress("read", done, len(catalog.document))
                    document = read_document(entry, settings)
                kept = _indexed(document)
            yield kept[0], questions.attached(kept[1])

    with closing(CachedEmbedder(model or clause_model(), settings.var / CACHE)) as cached:
        return build_index(
            settings.index,
            indexed(),
            cached,
            tokenizer,
            progress,
            on_server=settings.chroma is not None,
            in_database=settings.database is not None,
        )


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


def _kept(
    entry: CatalogEntry, stored: Mapping[str, tuple[IndexedDocument, list[SearchUnit]]]
) -> tuple[IndexedDocument, Sequence[SearchUnit]] | None:
    """What the index holds of a document, if reading it again would give the same."""
    if entry.id not in stored:
        return None
    kept = stored[entry.id]
    origin = origin_of(kept[0].head)
    return kept if origin and origin.recipe == recipe(entry) else None


def _indexed(document: CorpusDocument) -> tuple[IndexedDocument, Sequence[SearchUnit]]:
    entry = document.entry
    return (
        IndexedDocument(entry.id, entry.sha256, *dump_document(document)),
        units_of(entry, document.parsed),
    )
