"""Whether the server lives, and whether it can serve: for whatever keeps it running."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.server.problems import problem_response
from app.server.service import Service
from ingest.errors import ClauseDeskError

router = APIRouter(include_in_schema=False)


@router.get("/health")
def health() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "alive"})


@router.get("/ready")
def ready(request: Request) -> Response:
    """The index can be asked and the audit log written; not while the server ends."""
    service: Service = request.app.state.service
    if service.is_ending:
        return problem_response(503, "the server is about to end")
    try:
        fingerprint = service.desk.fingerprint
        with service.database.change():
            pass
    except ClauseDeskError as error:
        return problem_response(503, str(error))
    return JSONResponse({"status": "ready", "corpus_fingerprint": fingerprint})
