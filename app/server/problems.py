"""Errors as RFC 9457 problem details: what is wrong and what to do, for a program and a person."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.errors import Busy, NotAllowed, NotThere, UploadRefused
from app.packs.pack import NoPack, TamperedPack
from app.server.access.sign_on import NoRole, SignOnFailed
from ingest.corpus.versions import UnknownWork
from ingest.errors import (
    BadQuestion,
    ClauseDeskError,
    IndexMissing,
    IndexUnusable,
    UnknownClause,
)
from ingest.storage import StorageUnavailable
from ingest.watching.proposals import UnknownProposal

MEDIA_TYPE = "application/problem+json"


#: by the kind of error, the first that fits; any other that a user can cause is a bad request
_STATUS: tuple[tuple[tuple[type[ClauseDeskError], ...], HTTPStatus], ...] = (
    ((UnknownClause, UnknownWork, UnknownProposal, NotThere), HTTPStatus.NOT_FOUND),
    ((NotAllowed, NoRole), HTTPStatus.FORBIDDEN),
    ((Busy,), HTTPStatus.CONFLICT),
    ((UploadRefused, NoPack, TamperedPack, BadQuestion), HTTPStatus.UNPROCESSABLE_ENTITY),
    (
        (IndexMissing, IndexUnusable, StorageUnavailable, SignOnFailed),
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)


class Problem(BaseModel):
    """``type``: a name for the kind of error; ``detail``: one line for people; ``errors``: where
    a request is not as described, each place with what is wrong there."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def problem_response(
    status: int,
    detail: str,
    kind: str | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    title = HTTPStatus(status).phrase
    name = kind or re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
    problem = Problem(
        type=f"urn:clause-desk:problem:{name}",
        title=title,
        status=status,
        detail=detail,
        errors=errors,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def status_of(error: ClauseDeskError) -> HTTPStatus:
    for kinds, status in _STATUS:
        if isinstance(error, kinds):
            return status
    return HTTPStatus.UNPROCESSABLE_ENTITY


def of_user_error(_: Request, error: Exception) -> JSONResponse:
    """Handler for ClauseDeskError."""
    assert isinstance(error, ClauseDeskError)
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
    return problem_response(status_of(error), str(error), kind)


def of_http_error(_: Request, error: Exception) -> JSONResponse:
    """Handler for what the framework itself refuses."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    return problem_response(error.status_code, str(error.detail), headers=headers)


def of_bad_request(_: Request, error: Exception) -> JSONResponse:
    """Handler for a request that is not as the description says."""
    assert isinstance(error, RequestValidationError)
    errors = [
        {"at": ".".join(str(part) for part in one["loc"]), "problem": str(one["msg"])}
        for one in error.errors()
    ]
    first = errors[0]
    detail = f"the request is not as described: {first['at']}: {first['problem']}"
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "bad-request", errors)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for its description."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }
