"""What reads documents, as one short hash: when it changes, documents are read anew.

Taken from the program's own text, so that nobody has to remember to raise a number:
loaders, parser, what reads sentences, dates and references, what makes units, and the versions of
the packages that open PDF, DOCX, XLSX and HTML files.
"""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
#: whatever stands here may change what a document is read as
_READING = ("text", "loaders", "clauses", "facts", "corpus", "structure.py", "index/units.py")
_PACKAGES = ("charset-normalizer", "lxml", "openpyxl", "pypdf", "python-docx", "trafilatura")


@lru_cache
def parser_version() -> str:
    """The same for the same program and packages, on every machine."""
    digest = hashlib.sha256()
    for path in sorted(reading_modules()):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    return digest.hexdigest()[:16]


def reading_modules() -> Iterator[Path]:
    """The program's own modules that read documents."""
    for name in _READING:
        path = _PACKAGE / name
        yield from path.rglob("*.py") if path.is_dir() else [path]
