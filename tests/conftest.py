"""What several tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chroma_server import ChromaServer, chroma_server
from commands import Invoke, runner
from hypothesis import settings
from page_driver import Opener, page_opener
from postgres import Postgres, postgres, why_not

from app import cli as app_cli
from ingest import cli as ingest_cli
from ingest.settings import PROJECT

# The same examples on every run, so that a change is judged by what it changed; who looks for new
# ones asks for `--hypothesis-profile search`.
settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile("same")

SAMPLES = PROJECT.parent / "shared" / "samples"


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the samples folder is not on this machine")
    return SAMPLES


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens a page of the chat in Streamlit's own test harness."""
    with page_opener(monkeypatch) as opener:
        yield opener


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Invoke:
    return runner(app_cli.commands, "python -m app", monkeypatch, capsys)


@pytest.fixture
def ingest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Invoke:
    return runner(ingest_cli.commands, "python -m ingest", monkeypatch, capsys)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    if reason := why_not():
        pytest.skip(reason)
    with postgres() as server:
        yield server


@pytest.fixture
def database(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database of Postgres, which is set for this test."""
    address = postgres_server.new_database()
    monkeypatch.setenv("CLAUSEDESK_DATABASE", address)
    return address


@pytest.fixture(params=["files", "postgres"])
def kept_in(request: pytest.FixtureRequest) -> str:
    """The same test with SQLite's files and with Postgres."""
    if request.param == "postgres":
        request.getfixturevalue("database")
    return str(request.param)


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as server:
        yield server
