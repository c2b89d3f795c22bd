"""The corpus as its page shows it: the documents, the index that serves, what is out of date."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.library import Library
from app.teaching.lessons import Shelf, lessons_about
from app.views.holdings import holding
from app.wording import Language
from ingest.corpus.catalog import CatalogEntry, document_path, read_catalog
from ingest.facts.modifications import Status
from ingest.keeping.status import stale_documents
from ingest.settings import Settings


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """``bytes`` is None for a file that is not there; ``lessons``: titles of those that quote it."""

    entry: CatalogEntry
    status: Status
    status_words: str
    issued: date | None
    in_force_from: date | None
    text_since: date | None  # when this text began to apply, where it is not the first
    clauses: int
    bytes: int | None
    warnings: tuple[str, ...]
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexCard:
    """``model``: fingerprint of the one whose vectors the index holds; ``stale``: documents
    whose file, entry or presence in the catalog differs from the index."""

    fingerprint: str
    built_at: datetime
    documents: int
    clauses: int
    model: str
    stale: tuple[str, ...]


def document_cards(
    library: Library,
    settings: Settings,
    shelf: Shelf,
    as_of: date,
    language: Language,
    words: str = "",
) -> tuple[DocumentCard, ...]:
    """The documents, in the catalog's order; with ``words``, those that have them in their
    title, name, id or issuer."""
    cards = []
    for document_id, document in library.documents.items():
        entry, facts = document.entry, document.facts
        known = f"{entry.id} {entry.title} {entry.citation_name} {entry.issuer}".casefold()
        if not all(word in known for word in words.casefold().split()):
            continue
        whole = holding(library, document_id, as_of, language)
        cards.append(
            DocumentCard(
                entry=entry,
                status=whole.status,
                status_words=whole.status_words,
                issued=facts.issued,
                in_force_from=facts.in_force_from,
                text_since=document.expression.amended,
                clauses=whole.clauses,
                bytes=_size(document_path(settings.corpus, entry)),
                warnings=document.warnings,
                lessons=tuple(
                    lesson.title.in_(language)
                    for lesson in lessons_about(shelf.lessons, document_id)
                ),
            )
        )
    return tuple(cards)


def index_card(library: Library, settings: Settings) -> IndexCard:
    """Raises CatalogError for a catalog that cannot be read."""
    manifest = library.snapshot.manifest
    catalog = read_catalog(settings.corpus)
    return IndexCard(
        fingerprint=library.snapshot.fingerprint,
        built_at=datetime.fromisoformat(manifest.built_at),
        documents=len(library.documents),
        clauses=sum(document.clause_count for document in library.documents.values()),
        model=manifest.model,
        stale=stale_documents(catalog, library.documents),
    )


def size_words(size: int) -> str:
    """
    >>> size_words(812), size_words(4364), size_words(3_250_000)
    ('812 B', '4.3 kB', '3.1 MB')
    """
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.1f} kB"
    return f"{size / 1024 / 1024:.1f} MB"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
