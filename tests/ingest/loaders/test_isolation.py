"""The child process: limits on time and memory, crashes, cheap imports."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from pdf_files import pdf_of, shown

from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits, load
from ingest.loaders.isolation import LoaderCrashError
from ingest.settings import PROJECT

PDF = pdf_of(shown([(50, 700, "Some text.")]))


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "notice.pdf"
    path.write_bytes(PDF)
    return path


def test_a_name_with_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "--公告 'x' \udcff.pdf"
    path.write_bytes(PDF)
    assert load(path, LoadingLimits()).text == "Some text.\n"


def test_a_file_that_takes_too_long(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf_of("BT /F1 1 Tf " + "(x) Tj 1 0 Td " * 400_000 + "ET"))
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument) as caught:
        load(path, LoadingLimits(max_seconds=1))
    assert time.monotonic() - begun < 5
    assert str(caught.value) == (
        "slow.pdf: not read within 1 seconds; split the file, or raise max_seconds"
    )


def test_a_file_that_takes_too_much_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    path.write_bytes(b"<html><body>" + b"<p>a b c</p>" * 1_500_000)
    with pytest.raises(UnreadableDocument, match=r"^large.html: ") as caught:
        load(path, LoadingLimits(max_memory_mb=400))
    assert "needs more than 400 MB of memory" in str(caught.value)


def test_the_smallest_memory_limit_suffices_for_a_small_file(pdf: Path) -> None:
    assert load(pdf, LoadingLimits(max_memory_mb=256)).text == "Some text.\n"


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("kill -SEGV $$", "was ended by SIGSEGV; the file is damaged or too large"),
        ("kill -KILL $$", "was ended by SIGKILL"),
        ("kill -XCPU $$", "not read within"),
        (
            "echo 'Traceback ...' >&2; echo 'ValueError: odd' >&2; exit 1",
            r"failed \(ValueError: odd",
        ),
        ("echo MemoryError >&2; exit 1", "needs more than 1024 MB of memory"),
    ],
)
def test_a_crash_is_one_line(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, line: str
) -> None:
    interpreter = tmp_path / "python"
    interpreter.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n", encoding="utf-8")
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(UnreadableDocument, match=line) as caught:
        load(pdf, LoadingLimits())
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value.__cause__, LoaderCrashError)


def test_the_traceback_of_a_damaged_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pdf"
    path.write_bytes(PDF.replace(b"/Pages", b"/Pagos"))
    with pytest.raises(UnreadableDocument, match="damaged or cut off") as caught:
        load(path, LoadingLimits())
    assert "Traceback" in str(caught.value.__cause__)


def test_importing_the_package_is_cheap() -> None:
    """No loader's library is imported before a file needs it."""
    heavy = "pypdf docx lxml trafilatura charset_normalizer"
    code = f"import sys, ingest.loaders; print([m for m in '{heavy}'.split() if m in sys.modules])"
    root = PROJECT
    output = subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True)
    assert output == "[]\n"
