"""The gate before every interface and the page: nothing behind it is reached without a reader.

It stands outside of FastAPI and Streamlit, so that no route can be forgotten: hosts, sizes, who
somebody is, whether a browser's request comes from our own pages, rates, and the page's open
connections, which end when their session does.
"""

import asyncio
import re
from contextlib import suppress
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.readers import Permission
from app.server.access.identity import Identifier, Identity
from app.server.access.sessions import Sessions
from app.server.headers import DATA_POLICY, PAGE_POLICY, secure
from app.server.limits import RateLimit
from app.server.problems import problem_response, status_of
from app.shared import SESSION_HEADER
from ingest.errors import ClauseDeskError
from ingest.loaders.limits import MEBIBYTE

#: reached without a reader: sign-on itself, and what tells that the server lives
_OPEN = re.compile(r"/auth/.*|/health|/ready|/\.well-known/oauth-protected-resource(/mcp)?")
#: by whatever keeps the server running, under any name
_ASKED_BY_ADDRESS = ("/health", "/ready")
INTERFACES = ("/api/", "/v1/", "/mcp")
#: what of Streamlit's own routes the page needs
_STREAMLIT = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/_stcore/upload_file/")
_STREAMLIT_CLOSED = ("/_stcore/", "/oauth2callback", "/component/")
_UPLOAD = "/_stcore/upload_file/"
_SAFE = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: bytes of a request that brings no file
_LARGEST = MEBIBYTE
#: requests that bring one: uploads, and packs to be verified
_WITH_FILES = ("/api/v1/corpus/files", "/api/v1/packs/verify", _UPLOAD)
#: seconds between two looks at the session of an open page
_LOOK = 5.0
_POLICY_VIOLATION = 1008


class Guard:
    """``public_url``: None where only this machine can reach the server."""

    def __init__(
        self,
        inside: ASGIApp,
        identifier: Identifier,
        sessions: Sessions,
        rate: RateLimit,
        public_url: str | None,
        largest_file: int,
    ) -> None:
        self._inside = inside
        self._identifier = identifier
        self._sessions = sessions
        self._rate = rate
        self._public = urlsplit(public_url) if public_url else None
        self._largest_file = largest_file
        self._is_https = bool(self._public and self._public.scheme == "https")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._inside(scope, receive, send)
            return
        path = scope["path"]
        headers = Headers(scope=scope)
        policy = DATA_POLICY if path.startswith(INTERFACES) else PAGE_POLICY

        async def secured(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                secure(MutableHeaders(scope=message), policy, self._is_https)
            await send(message)

        refusal = self._refused(scope, path, headers)
        identity: Identity | None = None
        if refusal is None and not _OPEN.fullmatch(path):
            try:
                identity = await self._identifier.of(headers)
                refusal = self._refused_reader(scope, path, headers, identity)
            except ClauseDeskError as error:
                refusal = problem_response(status_of(error), str(error))
        if refusal is not None:
            await self._refuse(refusal, scope, receive, secured)
            return
        _hand_over(scope, identity)
        if scope["type"] == "websocket":
            await self._watched(identity, scope, receive, secured)
        else:
            limit = self._largest_file if path.startswith(_WITH_FILES) else _LARGEST
            await self._limited(limit, scope, receive, secured)

    def _refused(self, scope: Scope, path: str, headers: Headers) -> Response | None:
        if path not in _ASKED_BY_ADDRESS and not self._is_our_host(headers.get("host", "")):
            return problem_response(421, "this server does not answer under that host name")
        if path.startswith(_STREAMLIT_CLOSED) and not path.startswith(_STREAMLIT):
            return problem_response(404, "there is nothing here")
        length = headers.get("content-length", "0")
        limit = self._largest_file if path.startswith(_WITH_FILES) else _LARGEST
        if not length.isdecimal() or int(length) > limit:
            return problem_response(413, f"the request has more than {limit} bytes")
        if scope["type"] == "http" and scope["method"] not in _SAFE and path.startswith("/auth/"):
            return self._foreign(headers, must_tell=True)
        return None

    def _refused_reader(
        self, scope: Scope, path: str, headers: Headers, identity: Identity | None
    ) -> Response | None:
        if identity is None:
            return self._nobody(scope, path, headers)
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if changes and "authorization" not in headers:
            foreign = self._foreign(headers, must_tell=identity.session is not None)
            if foreign is not None:
                return foreign
        needed = Permission.CORPUS if path.startswith(_UPLOAD) else Permission.ASK
        if not path.startswith(INTERFACES) and not identity.reader.may(needed):
            return problem_response(403, f"this needs the permission “{needed}”")
        if path.startswith(INTERFACES) and (wait := self._rate.wait(identity.reader.id)):
            seconds = str(int(wait) + 1)
            return problem_response(
                429,
                f"too many requests: try again in {seconds} s",
                headers={"Retry-After": seconds},
            )
        return None

    def _is_our_host(self, host: str) -> bool:
        """Another site's name that was made to point here must find nothing (DNS rebinding)."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname, parts.port
        except ValueError:
            return False
        if self._public is None:
            return name in LOOPBACK
        return name == self._public.hostname and port in (self._public.port, None)

    def _foreign(self, headers: Headers, *, must_tell: bool) -> Response | None:
        """A browser that another site's page sends here shows that site as its origin."""
        origin = headers.get("origin")
        told = headers.get("sec-fetch-site")
        if origin is not None:
            found = urlsplit(origin)
            if self._public is not None:
                ours = (found.scheme, found.netloc) == (self._public.scheme, self._public.netloc)
            else:
                ours = found.netloc == headers.get("host", "") and found.hostname in LOOPBACK
        else:
            ours = told == "same-origin" if told is not None else not must_tell
        if ours:
            return None
        return problem_response(403, "a request with a session must come from our own pages")

    def _nobody(self, scope: Scope, path: str, headers: Headers) -> Response:
        if path.startswith(INTERFACES) or scope["type"] == "websocket":
            challenge = 'Bearer realm="Clause Desk"'
            if path.startswith("/mcp") and self._public is not None:
                where = f"{self._public.geturl().rstrip('/')}/.well-known/oauth-protected-resource"
                challenge += f', resource_metadata="{where}"'
            return problem_response(
                401,
                "sign in, or show a key: Authorization: Bearer …",
                headers={"WWW-Authenticate": challenge},
            )
        if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            wanted = path
            if scope["query_string"]:
                wanted += f"?{scope['query_string'].decode('latin-1')}"
            return RedirectResponse(f"/auth/login?next={quote(wanted, safe='')}", 303)
        return problem_response(401, "sign in first")

    async def _refuse(self, refusal: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()  # the connection is asked for before it can be refused
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await refusal(scope, receive, send)

    async def _limited(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        """A request that does not tell its length is cut off where it becomes too long."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    raise _TooLong
            return message

        async def noted(message: Message) -> None:
            # whatever reads the request may tell of its end in words of its own
            if taken <= limit:
                await send(message)

        with suppress(_TooLong):
            await self._inside(scope, counted, noted)
        if taken > limit:
            too_long = problem_response(413, f"the request has more than {limit} bytes")
            await too_long(scope, receive, send)

    async def _watched(
        self, identity: Identity | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """An open page ends with its session, at the latest when it says anything."""
        session = identity.session if identity is not None else None
        if session is None:
            await self._inside(scope, receive, send)
            return

        async def while_signed_on() -> Message:
            waiting = asyncio.ensure_future(receive())
            try:
                while True:
                    done, _ = await asyncio.wait({waiting}, timeout=_LOOK)
                    if self._sessions.of_id(session.id) is None:
                        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}
                    if done:
                        return waiting.result()
            finally:
                if not waiting.done():
                    waiting.cancel()

        await self._inside(scope, while_signed_on, send)


class _TooLong(Exception):
    """A request went on beyond the limit."""


def _hand_over(scope: Scope, identity: Identity | None) -> None:
    """Tell what stands inside who reads; a browser cannot tell it itself."""
    name = SESSION_HEADER.encode()
    scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != name]
    if identity is not None:
        scope.setdefault("state", {})["reader"] = identity.reader
        if identity.session is not None:
            scope["state"]["session"] = identity.session
            scope["headers"].append((name, identity.session.id.encode()))
