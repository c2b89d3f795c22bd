import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest
from page_index import real_index

from app.errors import PortInUse
from app.server.serve import ADDRESS, require_free, streamlit_command
from ingest.settings import PROJECT


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((ADDRESS, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_what_to_do(taken_port: int) -> None:
    line = rf"port {taken_port} is in use; .* --port {taken_port + 1}$"
    with pytest.raises(PortInUse, match=line):
        require_free(taken_port)


def test_a_free_port_is_fine() -> None:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port = probe.getsockname()[1]
    require_free(port)
    with socket.socket() as after:  # and is left free
        after.bind((ADDRESS, port))


def test_the_command_line_says_it_in_one_line(taken_port: int) -> None:
    real_index()
    done = subprocess.run(
        [sys.executable, "-m", "app", "chat", "--port", str(taken_port)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip().splitlines()[-1].startswith(f"error: port {taken_port} is in use")
    assert "Traceback" not in done.stderr


def test_the_page_is_served_to_this_machine_only_and_reports_nothing() -> None:
    assert f"--server.address={ADDRESS}" in streamlit_command(8501)
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["fileWatcherType"] == "none"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
