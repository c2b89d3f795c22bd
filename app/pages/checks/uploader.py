"""An upload in the page's own language: Streamlit writes on its uploader in English only."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.pages.frame.page_language import say
from ingest.loaders.limits import MEBIBYTE
from ingest.settings import load_settings

_WORDS = """<style>
[data-testid="stFileUploaderDropzone"] button p, [data-testid="stFileUploaderDropzoneInstructions"] span {{
  font-size: 0;
}}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{button}"; font-size: 1rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{
  content: "{limits}"; font-size: 0.875rem;
}}
</style>"""


def draw_uploader(label: str, suffixes: Sequence[str], key: str) -> UploadedFile | None:
    limit = load_settings().loading.max_bytes // MEBIBYTE
    types = ", ".join(suffixes).upper()
    st.html(
        _WORDS.format(
            button=say("corpus.upload_button"),
            limits=say("corpus.upload_limits", types=types, limit=limit),
        )
    )
    return st.file_uploader(label, type=list(suffixes), key=key, max_upload_size=limit)
