"""The words of an upload in the page's own language: Streamlit writes on its uploader in English
only."""

from collections.abc import Sequence

import streamlit as st

from app.pages.frame.page_language import say
from ingest.loaders.limits import MEBIBYTE
from ingest.settings import Settings

_WORDS = """<style>
[data-testid="stFileUploaderDropzone"] button p, [data-testid="stFileUploaderDropzoneInstructions"] span {{
  font-size: 0;
}}
[data-testid="stFileUploaderDropzoneInstructions"] span {{ white-space: normal; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{button}"; font-size: 1rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{
  content: "{limits}"; font-size: 0.875rem; line-height: 1.5;
}}
</style>"""


def draw_uploader_words(suffixes: Sequence[str], settings: Settings) -> int:
    """For the uploaders of a page; gives the largest file that is taken, in MiB."""
    limit = settings.loading.max_bytes // MEBIBYTE
    types = ", ".join(suffixes).upper()
    limits = say("corpus.upload_limits", types=types, limit=limit)
    st.html(_WORDS.format(button=say("corpus.upload_button"), limits=limits))
    return limit
