"""The headers of every response, as strict as the page bears.

Streamlit puts styles and the page's few scripts into its elements and draws diagrams with
WebAssembly, so these may stand inline and that may be compiled; no text is ever evaluated as a
script, and nothing is fetched from or sent to another host.
"""

from starlette.datastructures import MutableHeaders

_DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-src": "'self' blob:",
    "frame-ancestors": "'none'",
}
PAGE_POLICY = "; ".join(f"{name} {sources}" for name, sources in _DIRECTIVES.items())
#: of everything that is no page: nothing in it is to be run or drawn
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
#: of the few pages without Streamlit
PLAIN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def secure(headers: MutableHeaders, policy: str, is_https: bool) -> None:
    """Set what a response lacks."""
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
