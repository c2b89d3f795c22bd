"""Serves the chat page: checks the port, builds the index if there is none, becomes Streamlit."""

import errno
import os
import socket
import sys
from pathlib import Path

import click

from app.errors import PortInUse
from ingest.settings import PROJECT, load_settings

#: other machines reach the page through a proxy, never directly
ADDRESS = "127.0.0.1"

_START = Path(__file__).parents[1] / "pages" / "start.py"


def serve(port: int) -> None:
    """Serve the page until the process is ended; does not return.

    Raises PortInUse before anything is started.
    """
    from ingest.pipeline import build_if_missing

    require_free(port)  # before a build that may take a minute
    build_if_missing(load_settings())
    click.echo(f"Clause Desk: http://{ADDRESS}:{port}  (Ctrl+C ends it)")
    sys.stdout.flush()
    # .streamlit/config.toml is looked for in the working folder
    os.chdir(PROJECT)
    # this process becomes the server, so a signal needs nobody to pass it on
    os.execv(sys.executable, streamlit_command(port))


def streamlit_command(port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "app.pages.serve_pages",
        "run",
        str(_START),
        f"--server.port={port}",
        f"--server.address={ADDRESS}",
    ]


def require_free(port: int, host: str = ADDRESS) -> None:
    """Raises PortInUse, with what to do, when nothing can listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as the server itself does: a connection that has just ended blocks nothing
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise PortInUse(
                f"port {port} needs rights that this user lacks; choose a higher one: --port 8501"
            ) from error
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, None):
                raise PortInUse(f"{host} cannot be listened on: {error.strerror}") from error
            raise PortInUse(
                f"port {port} is in use; end the other program or choose another port: "
                f"--port {port + 1 if port < 65535 else 8501}"
            ) from error
