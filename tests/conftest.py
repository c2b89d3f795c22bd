"""What several tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from page_driver import Opener, page_opener

from ingest.settings import PROJECT

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
