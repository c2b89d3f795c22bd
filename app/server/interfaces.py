"""All interfaces and the page as one ASGI application.

request -> log, trace -> guard (host, size, reader, origin, rate) -> REST | OpenAI | MCP | sign-on
                                                                   -> the page (Streamlit)
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from app.server import problems
from app.server.access import pages
from app.server.guard import Guard
from app.server.limits import RateLimit, SharedRateLimit
from app.server.mcp_api.tools import McpDesk, reader_of_request
from app.server.openai_api import endpoint
from app.server.problems import described, problem_response
from app.server.rest import (
    administration,
    checking,
    conversations,
    corpus,
    evaluation,
    following,
    holdings,
    lessons,
    packs,
    questions,
    topics,
)
from app.server.rest.asking import REST
from app.server.running import health
from app.server.running.requests_log import RequestsLog
from app.server.running.tracing import tracer_provider
from app.server.secret import derived_secret
from app.server.service import Service
from ingest.errors import ClauseDeskError
from ingest.loaders.limits import MEBIBYTE
from ingest.storage import server_address

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

log = logging.getLogger(__name__)

REST_ROUTERS = (
    questions.router,
    checking.router,
    holdings.router,
    conversations.router,
    packs.router,
    following.router,
    corpus.router,
    lessons.router,
    topics.router,
    evaluation.router,
    administration.router,
)
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
BESIDE_REST = (endpoint.router, pages.router, health.router)
#: seconds between two looks at audit lines that are old enough to be dropped
_RETENTION = 3600.0
#: and at whether what is followed was held against this snapshot and this day
_FOLLOWING = 60.0
#: of the cookie that lasts from the beginning of a sign-on to its end
_SIGN_ON_COOKIE = "clause-desk-sign-on"
_SIGN_ON_SECONDS = 600
#: a whole evidence pack, or a document with what surrounds it
_AROUND_A_FILE = MEBIBYTE
_LARGEST_PACK = 64 * MEBIBYTE

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def interfaces(
    service: Service, page: ASGIApp | None = None, page_lifespan: Lifespan | None = None
) -> ASGIApp:
    """``page``: Streamlit's application; None for the interfaces alone."""
    traces = service.settings.server.traces
    provider = tracer_provider(traces) if traces else None
    mcp = McpDesk(service, reader_of_request)
    application = _application(service, _lifespan(service, mcp, provider, page_lifespan))
    application.router.routes.extend(mcp.http().routes)
    for prefix in ("/api", "/v1", "/auth", "/.well-known"):
        application.add_route(
            f"{prefix}/{{rest:path}}", _nothing_here, methods=_METHODS, include_in_schema=False
        )
    if page is not None:
        application.mount("/", page)
    guard = _guarded(application, service)
    return RequestsLog(guard, provider.get_tracer("clause-desk") if provider else None)


def _lifespan(
    service: Service,
    mcp: McpDesk,
    provider: "TracerProvider | None",
    page_lifespan: Lifespan | None,
) -> Lifespan:
    """What begins with the server, goes on beside the requests and is closed at its end."""

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if page_lifespan is not None:
                await stack.enter_async_context(page_lifespan(application))
            await stack.enter_async_context(mcp.session_manager.run())
            chores = [
                asyncio.create_task(_now_and_then(service.keep_audit_short, _RETENTION)),
                asyncio.create_task(_now_and_then(service.look_for_changes, _FOLLOWING)),
            ]
            yield
            service.is_ending = True
            for chore in chores:
                chore.cancel()
        await asyncio.to_thread(service.close)
        if provider is not None:
            await asyncio.to_thread(provider.shutdown)

    return lifespan


def _application(service: Service, lifespan: Lifespan) -> FastAPI:
    """The interfaces' routes, and what is told where one of them fails."""
    application = FastAPI(
        title="Clause Desk",
        version="1",
        summary="Answers with the clause that says so, word for word",
        openapi_url=f"{REST}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        separate_input_output_schemas=False,
    )
    application.state.service = service
    application.add_exception_handler(ClauseDeskError, _of_user_error)
    application.add_exception_handler(HTTPException, problems.of_http_error)
    application.add_exception_handler(RequestValidationError, _of_bad_request)
    application.add_exception_handler(Exception, _of_bug)
    application.include_router(_rest(), prefix=REST)
    for router in BESIDE_REST:
        application.include_router(router)
    return application


def _guarded(application: ASGIApp, service: Service) -> Guard:
    """Nothing reaches the application but through the guard; inside it a sign-on has its cookie."""
    server = service.settings.server
    inside = SessionMiddleware(
        application,
        secret_key=derived_secret(service.settings.var, "sign-on").hex(),
        session_cookie=_SIGN_ON_COOKIE,
        max_age=_SIGN_ON_SECONDS,
        path="/auth",
        same_site="lax",
        https_only=service.cookie.startswith("__Host-"),
    )
    rate = RateLimit(server.requests_per_minute)
    if server_address() is not None:
        rate = SharedRateLimit(server.requests_per_minute, service.settings.var)
    return Guard(
        inside,
        service.identifier,
        service.sessions,
        rate,
        server.public_url,
        max(service.settings.loading.max_bytes + _AROUND_A_FILE, _LARGEST_PACK),
    )


def _rest() -> APIRouter:
    # for the description alone: the guard has let the reader in already
    bearer = HTTPBearer(auto_error=False, description="A key, or a token of the provider")
    rest = APIRouter(
        responses=described(400, 401, 403, 422, 429, 503), dependencies=[Depends(bearer)]
    )
    for router in REST_ROUTERS:
        rest.include_router(router)
    return rest


async def _now_and_then(chore: Callable[[], None], seconds: float) -> None:
    while True:
        try:
            await asyncio.to_thread(chore)
        except ClauseDeskError as error:
            log.error("%s: %s", chore.__name__, error)
        await asyncio.sleep(seconds)


def _of_user_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ClauseDeskError)
    if request.url.path.startswith("/v1/"):
        return endpoint.of_user_error(request, error)
    return problems.of_user_error(request, error)


def _of_bad_request(request: Request, error: Exception) -> JSONResponse:
    found = problems.of_bad_request(request, error)
    if request.url.path.startswith("/v1/"):
        return endpoint.openai_error(
            found.status_code, "the request is not as described", "invalid"
        )
    return found


def _methods_at(path: str) -> set[str]:
    """What may be done at an address."""
    return {
        method
        for prefix, routers in ((REST, REST_ROUTERS), ("", BESIDE_REST))
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        and path.startswith(prefix)
        and route.path_regex.fullmatch(path.removeprefix(prefix))
        for method in route.methods or ()
    }


def _of_bug(request: Request, error: Exception) -> JSONResponse:
    """What is no user's fault: the log says which, the reader only that it was one."""
    del request
    log.error("a request broke off", exc_info=error)
    return problem_response(500, "a fault in the program; the server's log says which", "fault")


def _nothing_here(request: Request) -> Response:
    """What no route takes; an address that takes other methods tells all of them."""
    methods = _methods_at(request.url.path)
    if methods:
        allowed = {"Allow": ", ".join(sorted(methods))}
        return problem_response(405, "this address is not for that", headers=allowed)
    return problem_response(404, "there is nothing here")
