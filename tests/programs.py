"""Files that real programs make: Chromium and LibreOffice."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.settings import PROJECT

CORPUS = PROJECT / "corpus" / "documents"
#: patience with one program
SECONDS = 120


needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="Debian's chromium is not installed"
)


needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="Debian's libreoffice-writer-nogui is not installed"
)


def document_lines(name: str) -> list[str]:
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.split("\n") if line.strip()]


def printed_by_chromium(lines: Sequence[str], style: str, folder: Path) -> Path:
    """A PDF of ``lines`` as paragraphs, with the date, title and address Chromium prints."""
    paragraphs = "".join(f"<p>{line.replace('&', '&amp;')}</p>" for line in lines)
    return page_printed_by_chromium(paragraphs, style, folder)


def page_printed_by_chromium(body: str, style: str, folder: Path) -> Path:
    page = folder / "page.html"
    head = f"<meta charset=utf-8><title>Announcement</title><style>{style}</style>"
    page.write_text(f"<html lang=en><head>{head}</head><body>{body}</body></html>", "utf-8")
    pdf = folder / "page.pdf"
    subprocess.run(
        [
            *("chromium", "--headless", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"),
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *(f"--print-to-pdf={pdf}", page.as_uri()),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return pdf
