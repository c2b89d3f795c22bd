"""Whose request it is: a session's cookie, a key, a token of the provider, or this machine."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from app.readers import LOCAL, Principal
from app.server.access.keys import KeyRing
from app.server.access.sessions import Sessions, SignedOn
from app.server.access.sign_on import SignOn

_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Identity:
    """``session``: of a browser that signed in; its requests must come from our own pages."""

    reader: Principal
    session: SignedOn | None = None


class Identifier:
    """``sign_on``: None on a machine's loopback address, where everybody is this machine's user."""

    def __init__(self, sessions: Sessions, keys: KeyRing, sign_on: SignOn | None, cookie: str):
        self._sessions = sessions
        self._keys = keys
        self._sign_on = sign_on
        self._cookie = cookie

    async def of(self, headers: Headers) -> Identity | None:
        """None for nobody: no credentials, or none that hold now.

        A credential in the header that does not hold is never made up for by a cookie.
        Raises SignOnFailed and NoRole.
        """
        shown = headers.get("authorization")
        if shown is not None:
            if not shown.lower().startswith(_SCHEME):
                return None
            reader = await self._bearer(shown[len(_SCHEME) :].strip())
            return Identity(reader) if reader is not None else None
        if self._sign_on is None:
            return Identity(LOCAL)
        value = cookie_parser(headers.get("cookie", "")).get(self._cookie)
        session = self._sessions.of_cookie(value) if value else None
        return Identity(session.reader, session) if session is not None else None

    async def _bearer(self, token: str) -> Principal | None:
        reader = self._keys.reader_of(token)
        if reader is None and self._sign_on is not None and token.count(".") == 2:
            reader = await self._sign_on.reader_of_token(token)
        return reader
