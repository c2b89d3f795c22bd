"""`python -m app serve`: one process with the page and every interface, for a company."""

import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from app.desk import ClauseDesk
from app.errors import Busy
from app.server.guard import LOOPBACK
from app.server.interfaces import interfaces
from app.server.running.logs import log_as_json
from app.server.serve import ADDRESS, require_free
from app.server.service import Service
from app.server.tables import LOCK
from app.shared import share
from ingest.errors import ConfigError
from ingest.pipeline import build_if_missing
from ingest.settings import PROJECT, ServerSettings, Settings
from ingest.storage import held

_START = Path(__file__).parents[2] / "pages" / "start.py"


#: seconds in which answers under way may end
_GRACE = 30
#: seconds for which a quiet connection stays open: longer than proxies and clients keep theirs,
#: or one of them sends into a connection that is just being closed
_KEEP_ALIVE = 75


def serve_company(settings: Settings, host: str, port: int) -> None:
    """Until the process is told to end; what is under way is finished or put back.

    Raises ConfigError for settings that would let anybody in, PortInUse before anything starts.
    """
    require_safe(settings.server, host)
    require_free(port, host)  # before a build that may take a minute
    build_if_missing(settings)
    settings.var.mkdir(parents=True, exist_ok=True)
    os.chdir(PROJECT)  # .streamlit/config.toml is looked for in the working folder
    with held(settings.var / LOCK, shared=True) as is_ours:
        if not is_ours:
            raise Busy(
                f"another server runs on {settings.var}: one process serves a company, or several "
                "on one Postgres (docs/scale.md)"
            )
        _serve(settings, host, port)


def _serve(settings: Settings, host: str, port: int) -> None:
    import streamlit as st
    import uvicorn
    from streamlit.web import bootstrap

    service = Service(settings, ClauseDesk.open(settings), f"http://{ADDRESS}:{port}")
    service.jobs.take_over()
    share(service)
    bootstrap.load_config_options({"server.headless": True, "server.fileWatcherType": "none"})
    page = st.App(_START)
    application = interfaces(service, page, page.lifespan())
    click.echo(_welcome(settings.server, host, port))
    log_as_json()
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=_KEEP_ALIVE,
        ws_max_size=2 * 2**20,
    )
    # told to end, the server ends in order and says to whoever told it that all went well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.Server(config).run()


def require_safe(server: ServerSettings, host: str) -> None:
    """Raises ConfigError where others than this machine could reach what has no sign-on, or
    where a session could be read on its way."""
    if server.issuer is None:
        if host not in LOOPBACK:
            raise ConfigError(
                f"without sign-on the server listens to this machine only, not on {host}: "
                "set server.issuer (docs/deploy.md), or leave --host out"
            )
        if server.public_url is not None and urlsplit(server.public_url).hostname not in LOOPBACK:
            raise ConfigError("server.public_url without server.issuer: nobody could sign in")
        return
    for name in ("public_url", "issuer"):
        url = urlsplit(getattr(server, name) or "")
        if url.hostname is None or url.scheme not in ("http", "https"):
            raise ConfigError(f"server.{name} must be an address: https://clauses.example.com")
        if url.scheme != "https" and url.hostname not in LOOPBACK:
            raise ConfigError(f"server.{name} must begin with https://: it carries sessions")
    if urlsplit(server.public_url or "").path.strip("/"):
        raise ConfigError("server.public_url must have no path: the desk has a host of its own")


def _welcome(server: ServerSettings, host: str, port: int) -> str:
    if server.issuer is None:
        return (
            f"Clause Desk: http://{ADDRESS}:{port}  without sign-on: this machine only, everybody "
            "on it is an administrator (Ctrl+C ends it)"
        )
    return f"Clause Desk: {server.public_url}, listening on {host}:{port} (Ctrl+C ends it)"
