"""What the index holds, and whether it still fits the corpus."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ingest.corpus.catalog import Catalog, load_catalog
from ingest.corpus.documents import CorpusDocument, kept_documents, timeline_of
from ingest.corpus.glossary import Glossary
from ingest.index.snapshot import Snapshot
from ingest.pipeline import clause_model
from ingest.settings import Settings
from ingest.text.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """One document as indexed; ``status`` and its proof are for today.

    ``text_since``: when this text of its Work began to apply, where it is not the first.
    """

    id: str
    title: str
    language: str
    clauses: int
    work: str
    issued: date | None
    in_force_from: date | None
    text_since: date | None
    status: str
    since: date | None
    status_proof: str | None
    warnings: tuple[str, ...]

    @property
    def dates(self) -> str:
        """What the document tells of its dates, on one line; "" if it tells of none."""
        told = (
            ("issued", self.issued),
            ("in force from", self.in_force_from),
            ("this text from", self.text_since),
        )
        return ", ".join(f"{what} {day}" for what, day in told if day)


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
    snapshot = _open(settings)
    documents = _documents(snapshot)
    timeline = timeline_of(documents)
    stale = stale_documents(load_catalog(settings.corpus), documents)
    rows = []
    for document_id, document in documents.items():
        status = timeline.status(document_id, "", today)
        rows.append(
            DocumentStatus(
                id=document_id,
                title=document.entry.title,
                language=document.entry.language,
                clauses=document.clause_count,
                work=document.entry.work_key,
                issued=document.facts.issued,
                in_force_from=document.facts.in_force_from,
                text_since=document.expression.amended,
                status=status.status,
                since=status.since,
                status_proof=status.proof,
                warnings=document.warnings,
            )
        )
    return IndexStatus(snapshot.fingerprint, snapshot.manifest.built_at, tuple(rows), stale)


def stale_documents(catalog: Catalog, documents: Mapping[str, CorpusDocument]) -> tuple[str, ...]:
    """Ids whose entry, or presence, differs between the catalog and what is indexed."""
    entries = {entry.id: entry for entry in catalog.document}
    stale = [id_ for id_ in {**entries, **documents} if id_ not in entries or id_ not in documents]
    stale += [
        id_
        for id_, document in documents.items()
        if entries.get(id_, document.entry) != document.entry
    ]
    return tuple(stale)


def read_documents(settings: Settings) -> dict[str, CorpusDocument]:
    """The documents of the index by id; raises IndexMissing or IndexUnusable."""
    return _documents(_open(settings))


def _open(settings: Settings) -> Snapshot:
    tokenizer = Tokenizer(Glossary.load(settings.corpus).terms)
    return Snapshot.open(settings.index, clause_model(), tokenizer)


def _documents(snapshot: Snapshot) -> dict[str, CorpusDocument]:
    return kept_documents(snapshot.documents.heads(), snapshot.documents.payload_of)
