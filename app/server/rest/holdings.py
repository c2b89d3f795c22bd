"""What the corpus holds: documents, clauses, their status on a day, differences, the graph."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.contract import Day
from app.server.problems import described
from app.server.rest.asking import Asker, TheService
from app.server.shapes import (
    ChangesAnswer,
    ClauseAnswer,
    DocumentsAnswer,
    DocumentTextAnswer,
    EdgeAnswer,
    GraphAnswer,
    NodeAnswer,
    StatusAnswer,
    changes_answer,
    clause_answer,
    document_answer,
    require_document,
    status_answer,
)
from app.wording import Language

router = APIRouter(tags=["corpus"])

ClauseId = Annotated[
    str,
    Path(description="`gacc-2016-67#4.2`; in an address its `#` is written `%23`", max_length=300),
]
Name = Annotated[str, Path(max_length=300)]


@router.get("/documents")
def documents(
    _: Asker, service: TheService, as_of: Day | None = None, language: Language = "en"
) -> DocumentsAnswer:
    """The documents of the corpus, each with its status on a day."""
    library = service.desk.library()
    day = as_of or date.today()
    return DocumentsAnswer(
        documents=tuple(document_answer(library, id_, day, language) for id_ in library.documents),
        corpus_fingerprint=library.fingerprint,
    )


@router.get("/documents/{document_id}", responses=described(404))
def document(
    document_id: Name,
    _: Asker,
    service: TheService,
    as_of: Day | None = None,
    language: Language = "en",
) -> DocumentTextAnswer:
    """A document with its whole text."""
    library = service.desk.library()
    told = document_answer(library, document_id, as_of or date.today(), language)
    parsed = library.documents[document_id].parsed
    return DocumentTextAnswer(
        **told.model_dump(),
        text=parsed.text,
        clause_ids=tuple(clause.id for clause in parsed.clauses),
    )


@router.get("/clauses/{clause_id}", responses=described(404))
def clause(
    clause_id: ClauseId,
    _: Asker,
    service: TheService,
    as_of: Day | None = None,
    language: Language = "en",
) -> ClauseAnswer:
    """A clause, word for word, with its status on a day."""
    return clause_answer(service.desk.library(), clause_id, as_of or date.today(), language)


@router.get("/clauses/{clause_id}/status", responses=described(404))
def status(
    clause_id: ClauseId, on: Day, _: Asker, service: TheService, language: Language = "en"
) -> StatusAnswer:
    """Whether a clause is in force on a day, and the clause that proves it."""
    library = service.desk.library()
    return status_answer(library, library.clause(clause_id), on, language)


@router.get("/works/{work}/diff", responses=described(404))
def diff(work: Name, _: Asker, service: TheService) -> ChangesAnswer:
    """The texts of one Work, by its id or a document's, compared clause by clause."""
    return changes_answer(service.desk.library(), work)


@router.get("/graph", responses=described(404))
def graph(
    _: Asker, service: TheService, document: Annotated[str | None, Query(max_length=300)] = None
) -> GraphAnswer:
    """Which document repeals, amends, replaces or cites which; all, or those at one document."""
    library = service.desk.library()
    if document is not None:
        require_document(library, document)
    told = library.graph.as_json()
    edges = [e for e in told["edges"] if document in (None, e["source"], e["target"])]
    ends = {end for edge in edges for end in (edge["source"], edge["target"])} | {document}
    nodes = [node for node in told["nodes"] if document is None or node["id"] in ends]
    return GraphAnswer(
        nodes=tuple(NodeAnswer(**node) for node in nodes),
        edges=tuple(EdgeAnswer(**edge) for edge in edges),
        not_held=tuple(node["id"] for node in nodes if not node["held"]),
    )
