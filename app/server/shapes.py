"""Documents, clauses, status and differences as every interface hands them out."""

from datetime import date
from typing import Literal

from app.contract import Frozen
from app.library import Library
from app.views.holdings import holding
from app.wording import Language, status_line
from ingest.corpus.graph import Relation
from ingest.corpus.versions import Change, UnknownWork
from ingest.errors import some_of
from ingest.facts.modifications import Status
from ingest.structure import Clause


class StatusAnswer(Frozen):
    """The status of a clause on a day; ``proof``: the id of the clause that says so."""

    clause_id: str
    as_of: date
    status: Status
    since: date | None
    proof: str | None
    words: str


class ClauseAnswer(Frozen):
    """A clause word for word: ``document_text[start:end] == text``; ``quote``: as it is quoted,
    a list's head with its items."""

    clause_id: str
    document_id: str
    title: str
    num: str | None
    locator: str
    heading: str | None
    start: int
    end: int
    text: str
    quote: str
    parent: str | None
    children: tuple[str, ...]
    status: StatusAnswer


class DocumentAnswer(Frozen):
    """A document as a whole; ``clauses``: how many it has."""

    document_id: str
    title: str
    name: str
    kind: str
    issuer: str
    language: Literal["en", "zh"]
    source: str
    sha256: str
    status: Status
    status_words: str
    status_proof: str | None
    issued: date | None
    in_force_from: date | None
    clauses: int


class DocumentTextAnswer(DocumentAnswer):
    """``text``: as decoded from the file; offsets of clauses count its code points."""

    text: str
    clause_ids: tuple[str, ...]


class DocumentsAnswer(Frozen):
    documents: tuple[DocumentAnswer, ...]
    corpus_fingerprint: str


class ChangeAnswer(Frozen):
    """A clause that is not the same in two texts; in ``words`` what was removed stands in
    [-…-], what was added in {+…+}."""

    work: str
    path: str
    locator: str
    change: Change
    since: date | None
    old_clause_id: str | None
    new_clause_id: str | None
    old: str | None
    new: str | None
    words: str


class ChangesAnswer(Frozen):
    texts: tuple[str, ...]
    changes: tuple[ChangeAnswer, ...]


class NodeAnswer(Frozen):
    id: str
    title: str
    held: bool


class EdgeAnswer(Frozen):
    """What one document does to another; ``items``: the paths that a partial repeal or amendment touches;
    ``proof``: the id of the clause that says so."""

    source: str
    relation: Relation
    target: str
    items: tuple[str, ...]
    since: date | None
    proof: str | None


class GraphAnswer(Frozen):
    nodes: tuple[NodeAnswer, ...]
    edges: tuple[EdgeAnswer, ...]
    not_held: tuple[str, ...]


def document_answer(
    library: Library, document_id: str, as_of: date, language: Language
) -> DocumentAnswer:
    """Raises UnknownWork for a document that is not there."""
    require_document(library, document_id)
    entry = library.documents[document_id].entry
    facts = library.documents[document_id].facts
    whole = holding(library, document_id, as_of, language)
    return DocumentAnswer(
        document_id=document_id,
        title=entry.title,
        name=whole.name,
        kind=entry.kind,
        issuer=entry.issuer,
        language=entry.language,
        source=entry.source,
        sha256=entry.sha256,
        status=whole.status,
        status_words=whole.status_words,
        status_proof=whole.proof,
        issued=facts.issued,
        in_force_from=facts.in_force_from,
        clauses=whole.clauses,
    )


def require_document(library: Library, document_id: str) -> None:
    if document_id not in library.documents:
        held = some_of(library.documents)
        raise UnknownWork(f"no document {document_id} in the corpus; there are {held}")


def clause_answer(
    library: Library, clause_id: str, as_of: date, language: Language
) -> ClauseAnswer:
    """Raises UnknownClause."""
    found = library.clause(clause_id)
    return ClauseAnswer(
        clause_id=found.id,
        document_id=found.document_id,
        title=library.documents[found.document_id].entry.title,
        num=found.num,
        locator=found.locator,
        heading=found.heading,
        start=found.start,
        end=found.end,
        text=found.text,
        quote=library.quote(found),
        parent=found.parent,
        children=tuple(found.children),
        status=status_answer(library, found, as_of, language),
    )


def status_answer(
    library: Library, clause: Clause, as_of: date, language: Language
) -> StatusAnswer:
    found = library.status(clause, as_of)
    return StatusAnswer(
        clause_id=clause.id,
        as_of=as_of,
        status=found.status,
        since=found.since,
        proof=found.proof,
        words=status_line(found, language),
    )


def changes_answer(library: Library, work: str) -> ChangesAnswer:
    """Raises UnknownWork."""
    changes = library.versions.changes(work)
    return ChangesAnswer(
        texts=tuple(text.entry.id for text in library.versions.texts(work)),
        changes=tuple(ChangeAnswer(**change.as_json()) for change in changes),
    )
