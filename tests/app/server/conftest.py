"""One small corpus, one provider and one server for a module's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from company import Served, company, free_port, provider, served
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, with_documents

from app.desk import ClauseDesk
from ingest.settings import Settings


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two announcements of which one repeals the other, two texts of one law, opening hours."""
    folder = tmp_path_factory.mktemp("small")
    return with_documents(folder, OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)


@pytest.fixture(scope="session")
def small_desk(small: Settings) -> ClauseDesk:
    return ClauseDesk.open(small)


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture(scope="module")
def server(
    small: Settings, small_desk: ClauseDesk, issuer: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """With sign-on; a module's own keys, sessions, conversations and audit log."""
    port = free_port()
    settings = company(
        small, Path(tmp_path_factory.mktemp("company")), port, issuer, requests_per_minute=100_000
    )
    with served(settings, small_desk, port) as found:
        yield found
