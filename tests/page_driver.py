"""What the tests of all pages do with Streamlit's own test harness."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ingest.settings import PROJECT, Settings

# each page opened looks through every installed package for components; they do not change here
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

START = PROJECT / "app" / "pages" / "start.py"

#: opens a page on an index, the Ask page if none is named, with values in its address
Opener = Callable[..., AppTest]


@contextmanager
def page_opener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    def opener(settings: Settings, page: str | None = None, **address: str) -> AppTest:
        monkeypatch.setenv("CLAUSEDESK_CORPUS", str(settings.corpus))
        monkeypatch.setenv("CLAUSEDESK_VAR", str(settings.var))
        # the index may be the checkout's own; what tests ask is not kept beside it
        monkeypatch.setattr("app.conversations.store.FILE", str(Path(folder) / "kept.sqlite"))
        monkeypatch.setattr("app.following.store.FILE", str(Path(folder) / "followed.sqlite"))
        st.cache_resource.clear()
        st.cache_data.clear()
        tab = AppTest.from_file(START, default_timeout=60)
        for key, value in address.items():
            tab.query_params[key] = value
        return tab.run() if page is None else go_to(tab, page)

    with TemporaryDirectory(prefix="clause-desk-kept-") as folder:
        yield opener
    st.cache_resource.clear()


def go_to(tab: AppTest, page: str) -> AppTest:
    """Another page of the same tab, by its name in the address; "" is the Ask page."""
    # switch_page() knows pages that are files only; these are functions
    tab._page_hash = calc_hash(page)
    return tab.run()


def ask(tab: AppTest, question: str) -> AppTest:
    return tab.chat_input[0].set_value(question).run()


def keys(tab: AppTest, beginning: str) -> list[str]:
    return [button.key for button in tab.button if button.key and button.key.startswith(beginning)]


def markup(tab: AppTest) -> str:
    return "\n".join(piece.value for piece in tab.html if not piece.value.startswith("<style"))


def words(tab: AppTest) -> str:
    """What a reader sees of our own HTML."""
    return html.unescape(re.sub(r"<script>.*?</script>|<[^>]+>", "", markup(tab), flags=re.DOTALL))


def source(tab: AppTest) -> str:
    return next(piece.value for piece in tab.html if 'id="source-text"' in piece.value)


def marked(tab: AppTest) -> str:
    return html.unescape("".join(re.findall(r"<mark>(.*?)</mark>", source(tab), re.DOTALL)))
