"""The real corpus, parsed; nothing here is a stand-in."""

from functools import lru_cache

from ingest.clauses.parse import parse
from ingest.corpus.catalog import CatalogEntry, document_path, load_catalog
from ingest.loaders import load
from ingest.settings import PROJECT, Settings
from ingest.structure import ParsedDocument

CORPUS = PROJECT / "corpus"


@lru_cache
def parsed(document_id: str) -> ParsedDocument:
    entry = catalog_entry(document_id)
    source = load(document_path(CORPUS, entry), Settings().loading)
    return parse(source, document_id)


@lru_cache
def catalog_entry(document_id: str) -> CatalogEntry:
    return next(entry for entry in load_catalog(CORPUS).document if entry.id == document_id)
