"""A server for a company as tests meet it: on a port of its own, with a real provider beside it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from oidc_provider_mock import User, run_server_in_thread

from app.desk import ClauseDesk
from app.readers import LOCAL, Permission
from app.server.interfaces import interfaces
from app.server.service import Service
from ingest.settings import PROJECT, ServerSettings, Settings

CLIENT_ID = "desk"
CLIENT_SECRET = "secret-of-the-client"
#: who there is at the provider; "guest" has no role here
PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "rita": {"name": "Rita Reader", "roles": ["reader"]},
    "ravi": {"name": "Ravi Reader", "roles": ["reader"]},
    "edda": {"name": "Edda Editor", "roles": ["editor", "reader"]},
    "anna": {"name": "Anna Admin", "roles": ["admin"]},
    "guest": {"name": "Gus Guest", "roles": ["visitor"]},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def provider(lasting: timedelta = timedelta(hours=1), port: int = 0) -> Iterator[str]:
    """A real OpenID Connect provider; its address is the issuer."""
    users = [User(sub=sub, claims=dict(claims)) for sub, claims in PEOPLE.items()]
    with run_server_in_thread(port, access_token_max_age=lasting, user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def company(
    settings: Settings, folder: Path, port: int, issuer: str | None, **more: Any
) -> Settings:
    """The settings of a server that keeps its state in ``folder``; the index is shared."""
    var = folder / "var"
    var.mkdir(parents=True, exist_ok=True)
    if not (var / "index").exists():
        (var / "index").symlink_to(settings.index)
    sign_on = {"issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    server = ServerSettings.model_validate(
        {"public_url": f"http://127.0.0.1:{port}", **(sign_on if issuer else {}), **more}
    )
    return Settings(corpus=settings.corpus, var=var, server=server)


@dataclass
class Served:
    """A server in this process: its interfaces without the page."""

    url: str
    service: Service

    def key(self, *scopes: Permission) -> str:
        return self.service.keys.make("a machine", scopes or (Permission.ASK,), None, LOCAL)[1]

    def with_key(self, *scopes: Permission) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key(*scopes)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def as_nobody(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def signed_in(self, person: str) -> AbstractContextManager[httpx.Client]:
        return signed_in(self.url, person)


@contextmanager
def served(settings: Settings, desk: ClauseDesk, port: int) -> Iterator[Served]:
    service = Service(settings, desk, f"http://127.0.0.1:{port}")
    config = uvicorn.Config(
        interfaces(service), port=port, log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        yield Served(f"http://127.0.0.1:{port}", service)
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def running(
    settings: Settings, port: int, log: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m app serve` as a process of its own; ended by its own id."""
    environment = os.environ | {
        "CLAUSEDESK_CORPUS": str(settings.corpus),
        "CLAUSEDESK_VAR": str(settings.var),
        "CLAUSEDESK_SERVER": settings.server.model_dump_json(exclude={"client_secret"}),
        "CLAUSEDESK_SERVER__CLIENT_SECRET": CLIENT_SECRET,
    }
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    with (
        (log or Path(os.devnull)).open("wb") as told,
        subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=told, stderr=told) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", server)
            yield server
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait(60)


@contextmanager
def signed_in(url: str, person: str) -> Iterator[httpx.Client]:
    """A browser in which somebody has signed in; it tells its origin as browsers do."""
    with httpx.Client(base_url=url, timeout=60, headers={"Origin": url}) as client:
        response = sign_in(client, person)
        assert response.status_code == 200, response.text
        yield client


def sign_in(client: httpx.Client, person: str, wanted: str = "/api/v1/me") -> httpx.Response:
    """The whole way to the provider and back, as a browser goes it; where it ends."""
    begun = client.get("/auth/login", params={"next": wanted})
    assert begun.status_code == 303 or begun.status_code == 302, begun.text
    form = httpx.post(begun.headers["location"], data={"sub": person})
    assert form.status_code == 302, form.text
    back = client.get(form.headers["location"])
    return client.get(back.headers["location"]) if back.is_redirect else back


def wait_for(address: str, server: "subprocess.Popen[bytes] | None" = None) -> None:
    for _ in range(600):
        assert server is None or server.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


def copied(settings: Settings, folder: Path) -> Settings:
    """Corpus and index, to be changed."""
    shutil.copytree(settings.corpus, folder / "corpus")
    shutil.copytree(settings.index, folder / "var" / "index")
    return Settings(corpus=folder / "corpus", var=folder / "var")


def first_key(text: str) -> str:
    found = re.search(r"cdk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", text)
    assert found is not None, text
    return found.group()
