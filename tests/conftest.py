"""What several tests share: the real corpus, parsed; nothing here is a stand-in."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from page_driver import Opener, page_opener

from ingest.catalog import CatalogEntry, document_path, load_catalog
from ingest.clause_parser import parse
from ingest.loaders import load
from ingest.models import ParsedDocument
from ingest.settings import PROJECT, Settings

CORPUS = PROJECT / "corpus"
SAMPLES = PROJECT.parent / "shared" / "samples"


@lru_cache
def parsed(document_id: str) -> ParsedDocument:
    entry = catalog_entry(document_id)
    source = load(document_path(CORPUS, entry), Settings().loading)
    return parse(source, document_id)


@lru_cache
def catalog_entry(document_id: str) -> CatalogEntry:
    return next(entry for entry in load_catalog(CORPUS).document if entry.id == document_id)


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the samples folder is not on this machine")
    return SAMPLES


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens a page of the chat in Streamlit's own test harness."""
    with page_opener(monkeypatch) as opener:
        yield opener
