"""What the index holds, and whether it still fits the corpus."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ingest.catalog import load_catalog
from ingest.documents import load_document, timeline_of
from ingest.glossary import Glossary
from ingest.index import Snapshot
from ingest.pipeline import embedding_models
from ingest.settings import Settings
from ingest.words import Tokenizer


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """One document as indexed; ``status`` and its proof are for today."""

    id: str
    title: str
    language: str
    clauses: int
    issued: date | None
    status: str
    since: date | None
    status_proof: str | None


@dataclass(frozen=True, slots=True)
class IndexStatus:
    fingerprint: str
    built_at: str
    documents: tuple[DocumentStatus, ...]
    #: ids whose file, entry or presence in the catalog differs from the index
    stale: tuple[str, ...]

    @property
    def verdict(self) -> str:
        if self.stale:
            return f"out of date for {', '.join(self.stale)}: run `python -m ingest build`"
        return "it fits the corpus"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


def read_status(settings: Settings, today: date) -> IndexStatus:
    """Raises IndexMissing, IndexUnusable or CatalogError, each saying what to do."""
    tokenizer = Tokenizer(Glossary.load(settings.corpus).terms)
    snapshot = Snapshot.open(settings.index, embedding_models(), tokenizer)
    documents = {
        document_id: load_document(snapshot.documents[document_id].payload)
        for document_id in snapshot.documents
    }
    timeline = timeline_of(documents)
    catalog = {entry.id: entry for entry in load_catalog(settings.corpus).document}
    stale = [id_ for id_ in {**catalog, **documents} if id_ not in catalog or id_ not in documents]
    stale += [
        id_
        for id_, document in documents.items()
        if catalog.get(id_, document.entry) != document.entry
    ]
    rows = []
    for document_id, document in documents.items():
        status = timeline.status(document_id, "", today)
        rows.append(
            DocumentStatus(
                id=document_id,
                title=document.entry.title,
                language=document.entry.language,
                clauses=len(document.parsed.clauses),
                issued=document.facts.issued,
                status=status.status,
                since=status.since,
                status_proof=status.proof,
            )
        )
    return IndexStatus(snapshot.fingerprint, snapshot.manifest.built_at, tuple(rows), tuple(stale))
