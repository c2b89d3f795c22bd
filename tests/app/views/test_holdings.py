"""The shelf of documents, which the page draws again and again."""

from datetime import date
from types import SimpleNamespace
from typing import cast

from real_corpus import CORPUS

from app.library import Library
from app.views.holdings import held_words, holdings
from ingest.corpus.catalog import load_catalog
from ingest.corpus.documents import dump_document
from ingest.corpus.glossary import Glossary
from ingest.index.snapshot import Snapshot
from ingest.pipeline import read_document
from ingest.settings import Settings
from ingest.text.tokenizer import Tokenizer


def test_to_tell_what_is_held_no_text_is_read() -> None:
    whole = {entry.id: read_document(entry, Settings()) for entry in load_catalog(CORPUS).document}

    def payload_of(document_id: str) -> bytes:
        raise AssertionError(f"the text of {document_id} was read")

    heads = {id_: dump_document(document)[1] for id_, document in whole.items()}
    snapshot = SimpleNamespace(
        documents=SimpleNamespace(heads=heads.items, payload_of=payload_of),
        manifest=SimpleNamespace(built_at="2026-01-01T00:00:00+00:00"),
    )
    library = Library(cast("Snapshot", snapshot), Glossary.load(CORPUS), Tokenizer([]))
    told = holdings(library, date(2026, 1, 1), "en")
    counts = {id_: len(document.parsed.clauses) for id_, document in whole.items()}
    assert {one.document_id: one.clauses for one in told} == counts
    assert f"{sum(counts.values()):,} clauses" in held_words(library, "en")
