"""A document as the index keeps it: what it is, its clauses, its dates, its pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from ingest.catalog import CatalogEntry
from ingest.models import Box, ParsedDocument
from ingest.modifications import TemporalFacts, Timeline


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One document, read and cut into clauses; ``boxes`` lead back to a PDF's pages."""

    entry: CatalogEntry
    parsed: ParsedDocument
    facts: TemporalFacts
    boxes: tuple[Box, ...] = ()
    warnings: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(CorpusDocument)


def dump_document(document: CorpusDocument) -> bytes:
    return _ADAPTER.dump_json(document)


def timeline_of(documents: Mapping[str, CorpusDocument]) -> Timeline:
    """The documents of a corpus in time, by id."""
    return Timeline(
        {id_: document.facts for id_, document in documents.items()},
        {id_: document.entry.work for id_, document in documents.items()},
        {id_: document.entry.title for id_, document in documents.items()},
    )


def load_document(payload: bytes) -> CorpusDocument:
    return _ADAPTER.validate_json(payload)
