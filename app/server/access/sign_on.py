"""Sign-on by OpenID Connect: the provider says who somebody is, a claim says what they may do.

Authlib speaks the protocol (authorization code with PKCE, state and nonce). What the provider
says is checked each time: issuer, audience, signature, and when it ends.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.readers import Principal, Role
from app.server.limits import RateLimit
from ingest.errors import ClauseDeskError, ConfigError
from ingest.settings import ServerSettings

#: where the provider sends a browser back to
CALLBACK = "/auth/callback"
SIGNED_OUT = "/auth/signed-out"
#: signatures with a key of the provider's own; never "none", never a shared secret
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]  # fmt: skip
_NEXT = "next"
_NEW_KEYS = "new keys"
#: looks at the provider's keys because a token is signed with none that is known
_LOOKS_PER_MINUTE = 4


class SignOnFailed(ClauseDeskError):
    """Somebody could not be signed in; the line says why."""


class NoRole(ClauseDeskError):
    """Somebody is who they say, but may not use the desk."""


class Welcome(NamedTuple):
    """Somebody who signed in, until when, and the page that they wanted."""

    reader: Principal
    ends: datetime
    wanted: str


class SignOn:
    """Raises ConfigError for settings that cannot work."""

    def __init__(self, settings: ServerSettings) -> None:
        if not (settings.issuer and settings.client_id and settings.public_url):
            raise ConfigError(
                "sign-on needs the settings server.issuer, server.client_id and "
                "server.public_url: docs/deploy.md tells how"
            )
        self._settings = settings
        self._issuer = settings.issuer.rstrip("/")
        self._public_url = settings.public_url.rstrip("/")
        self._looks_for_keys = RateLimit(_LOOKS_PER_MINUTE)
        secret = settings.client_secret
        self._client = OAuth().register(
            "provider",
            client_id=settings.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.scopes, "code_challenge_method": "S256"},
        )

    async def begin(self, request: Request, wanted: str) -> RedirectResponse:
        """Send a browser to the provider; raises SignOnFailed where that cannot be reached."""
        request.session[_NEXT] = local_path(wanted)
        try:
            found: RedirectResponse = await self._client.authorize_redirect(
                request, f"{self._public_url}{CALLBACK}"
            )
        except (httpx2.HTTPError, KeyError, ValueError, RuntimeError) as error:
            raise self._unreachable(error) from error
        return found

    async def finish(self, request: Request) -> Welcome:
        """Take in what the provider says; raises SignOnFailed and NoRole."""
        wanted = local_path(str(request.session.get(_NEXT, "/")))
        try:
            token = await self._client.authorize_access_token(request, leeway=0)
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            why = getattr(error, "error", None) or type(error).__name__
            raise SignOnFailed(
                f"the sign-on was not completed ({why}): begin again at {self._public_url}"
            ) from error
        finally:
            request.session.clear()
        claims = token.get("userinfo")
        if not claims or str(claims.get("iss", "")).rstrip("/") != self._issuer:
            raise SignOnFailed("the provider did not say who signed in: ask an administrator")
        longest = datetime.now(UTC) + timedelta(hours=self._settings.session_hours)
        ends = min(longest, datetime.fromtimestamp(float(claims["exp"]), UTC))
        return Welcome(self._reader(claims), ends, wanted)

    async def reader_of_token(self, token: str) -> Principal | None:
        """Who shows a token of the provider; None for one that is not valid now.

        Raises SignOnFailed where the provider's keys cannot be had, and NoRole.
        """
        audience = self._settings.audience or self._settings.client_id or ""
        try:
            claims = await self._signed_claims(token)
            jwt.JWTClaimsRegistry(
                leeway=0,
                iss={"essential": True},
                aud={"essential": True, "value": audience},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError):
            return None
        if str(claims["iss"]).rstrip("/") != self._issuer:
            return None
        return self._reader(claims)

    async def _signed_claims(self, token: str) -> dict[str, Any]:
        """Raises JoseError or ValueError for a token that the provider did not sign."""
        try:
            return jwt.decode(token, await self._keys(), algorithms=_ALGORITHMS).claims
        except (InvalidKeyIdError, BadSignatureError):
            # with a key that the provider may have made since; strangers come too, so not each time
            if self._looks_for_keys.wait(_NEW_KEYS):
                raise
            keys = await self._keys(afresh=True)
            return jwt.decode(token, keys, algorithms=_ALGORITHMS).claims

    async def _keys(self, *, afresh: bool = False) -> KeySet:
        try:
            return KeySet.import_key_set(await self._client.fetch_jwk_set(force=afresh))
        except (httpx2.HTTPError, KeyError, ValueError, RuntimeError) as error:
            raise self._unreachable(error) from error

    async def goodbye(self) -> str:
        """Where to send a browser that signed out: to the provider, if that has a place for it."""
        signed_out = f"{self._public_url}{SIGNED_OUT}"
        try:
            metadata = await self._client.load_server_metadata()
            if not metadata.get("end_session_endpoint"):
                return signed_out
            made = await self._client.create_logout_url(
                post_logout_redirect_uri=signed_out, client_id=self._settings.client_id
            )
        except (httpx2.HTTPError, KeyError, ValueError, RuntimeError):
            return signed_out  # the session here has ended all the same
        return str(made["url"])

    def _reader(self, claims: Mapping[str, Any]) -> Principal:
        role = role_of(claims, self._settings)
        name = str(claims.get("name") or claims.get("email") or claims["sub"])
        if role is None:
            raise NoRole(
                f"{name} is signed in but has no role here: ask an administrator for one "
                f"(claim {self._settings.role_claim})"
            )
        return Principal(reader_id(str(claims["iss"]), str(claims["sub"])), name, role.permissions)

    def _unreachable(self, error: Exception) -> SignOnFailed:
        return SignOnFailed(
            f"the sign-on provider {self._issuer} cannot be reached ({type(error).__name__}): "
            "try again in a moment"
        )


def reader_id(issuer: str, subject: str) -> str:
    """What stays the same of a person whatever their name becomes."""
    told = f"{issuer.rstrip('/')}\n{subject}"
    return f"user:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def role_of(claims: Mapping[str, Any], settings: ServerSettings) -> Role | None:
    """The highest role that the claim gives; None for somebody without one."""
    found: Any = claims
    for part in settings.role_claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    values = {found} if isinstance(found, str) else set(found or ())
    for role, names in (
        (Role.ADMIN, settings.admins),
        (Role.EDITOR, settings.editors),
        (Role.READER, settings.readers),
    ):
        if values & set(names) or "*" in names:
            return role
    return None


def local_path(wanted: str) -> str:
    """A path of this server; "/" for anything that would lead elsewhere.

    >>> local_path("/?answer=1"), local_path("//evil.example"), local_path("https://evil.example")
    ('/?answer=1', '/', '/')
    """
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_local and wanted.isprintable() and "\\" not in wanted else "/"
