"""Sign-on and sign-off in a browser."""

import html
import logging
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from app.readers import NOBODY
from app.server.access.sign_on import CALLBACK, SIGNED_OUT, NoRole, SignOn, SignOnFailed
from app.server.headers import PLAIN_POLICY
from app.server.problems import problem_response, status_of
from app.server.rest.asking import service_of
from app.server.service import Service
from ingest.errors import ClauseDeskError

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Clause Desk</title>
<style>body {{ font: 1rem/1.5 sans-serif; margin: 20vh auto; max-width: 32rem; padding: 0 1rem; }}
button, a {{ font: inherit; }}</style><main><h1>Clause Desk</h1><p>{line}</p>{more}</main></html>"""
_AGAIN = '<p><a href="/auth/login">Sign in</a></p>'
_SIGN_OUT = '<form method="post" action="/auth/logout"><button>Sign out</button></form>'


@router.get("/auth/login")
async def login(request: Request, next: str = "/") -> Response:  # noqa: A002 - its name in the address
    """To the provider, and back to the page that was wanted."""
    sign_on = service_of(request).sign_on
    if sign_on is None:
        return RedirectResponse("/", 303)
    try:
        return await sign_on.begin(request, next)
    except SignOnFailed as error:
        return _page(str(error), _AGAIN, int(status_of(error)))


@router.get(CALLBACK)
async def callback(request: Request) -> Response:
    """What the provider says of who signed in."""
    service = service_of(request)
    sign_on = _required(service)
    try:
        welcome = await sign_on.finish(request)
    except NoRole as error:
        service.audit.write("sign-on.refused", NOBODY, "page", {"why": "NoRole"})
        return _page(str(error), _AGAIN, 403)
    except SignOnFailed as error:
        # anybody can come here by hand: strangers must not fill the audit log
        log.warning("a sign-on was not completed: %s", error)
        return _page(str(error), _AGAIN, 400)
    value = service.sessions.begin(welcome.reader, welcome.ends)
    service.audit.write(
        "sign-on", welcome.reader, "page", {"permissions": sorted(welcome.reader.permissions)}
    )
    response = RedirectResponse(welcome.wanted, 303)
    seconds = int((welcome.ends - datetime.now(UTC)).total_seconds())
    response.set_cookie(
        service.cookie,
        value,
        max_age=max(seconds, 0),
        path="/",
        secure=service.cookie.startswith("__Host-"),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/auth/logout")
def ask_to_sign_out() -> HTMLResponse:
    """A link alone signs nobody out: another site could hold it."""
    return _page("Do you want to sign out?", _SIGN_OUT)


@router.post("/auth/logout")
async def logout(request: Request) -> Response:
    """End the session here and at the provider."""
    service = service_of(request)
    sign_on = _required(service)
    value = request.cookies.get(service.cookie)
    session = service.sessions.of_cookie(value) if value else None
    if session is not None:
        service.sessions.end(session.id)
        service.audit.write("sign-off", session.reader, "page", {})
    response = RedirectResponse(await sign_on.goodbye(), 303)
    secure = service.cookie.startswith("__Host-")
    response.delete_cookie(service.cookie, path="/", secure=secure, httponly=True, samesite="lax")
    return response


@router.get(SIGNED_OUT)
def signed_out() -> HTMLResponse:
    return _page("You are signed out.", _AGAIN)


@router.get("/.well-known/oauth-protected-resource")
@router.get("/.well-known/oauth-protected-resource/mcp")
def protected_resource(request: Request) -> Response:
    """Where an assistant's client gets a token for /mcp (RFC 9728)."""
    settings = service_of(request).settings.server
    if settings.issuer is None or settings.public_url is None:
        return problem_response(404, "nobody signs in here")
    return JSONResponse(
        {
            "resource": f"{settings.public_url.rstrip('/')}/mcp",
            "authorization_servers": [settings.issuer],
            "bearer_methods_supported": ["header"],
            "scopes_supported": settings.scopes.split(),
        }
    )


def _required(service: Service) -> SignOn:
    if service.sign_on is None:
        raise ClauseDeskError("nobody signs in here: this server listens to this machine only")
    return service.sign_on


def _page(line: str, more: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        _PAGE.format(line=html.escape(line), more=more),
        status,
        headers={"Content-Security-Policy": PLAIN_POLICY, "Cache-Control": "no-store"},
    )
