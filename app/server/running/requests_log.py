"""Each request in the log and, on request, as a trace: who, which route, how it ended, how long."""

import logging
import re
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.rest.asking import REST

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

log = logging.getLogger("clause_desk.requests")

_ID = "X-Request-ID"
_ID_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestsLog:
    """``tracer``: None where no traces are asked for."""

    def __init__(self, inside: ASGIApp, tracer: "Tracer | None" = None) -> None:
        self._inside = inside
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._inside(scope, receive, send)
            return
        shown = Headers(scope=scope).get(_ID.lower(), "")
        request_id = shown if _ID_FORM.fullmatch(shown) else uuid4().hex
        status = 0
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_ID] = request_id
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and not status:
                status = 403
            await send(message)

        with ExitStack() as stack:
            span = None
            if self._tracer is not None:
                span = stack.enter_context(self._tracer.start_as_current_span("request"))
            try:
                await self._inside(scope, receive, noted)
            except Exception:
                status = status or 500
                raise
            finally:
                facts = _facts(scope, status)
                if span is not None:
                    span.update_name(f"{facts['method']} {facts['route']}")
                    span.set_attributes({**facts, "request.id": request_id})
                ms = round(1000 * (time.perf_counter() - began), 1)
                log.info("request", extra={**facts, "request_id": request_id, "ms": ms})


def _facts(scope: Scope, status: int) -> dict[str, str | int]:
    reader = scope.get("state", {}).get("reader")
    route = getattr(scope.get("route"), "path", None)
    if route is not None and scope["path"].startswith(REST) and not route.startswith("/api"):
        route = f"{REST}{route}"  # a router's route does not know where it stands
    return {
        "method": scope.get("method", "WEBSOCKET"),
        # what no route of ours takes is the page or its files
        "route": route or f"/{scope['path'].split('/')[1]}",
        "status": status,
        "reader": reader.id if reader is not None else "nobody",
    }
