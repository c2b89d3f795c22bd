"""What reads documents, as one short hash: when it changes, documents are read anew.

Taken from the program's own text, so that nobody has to remember to raise a number:
loaders, parser, what reads sentences, dates and references, what makes units, and the versions of
the packages that open PDF, DOCX and HTML files.
"""

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_FOLDER = Path(__file__).parent
MODULES = (
    "acts.py",
    "catalog.py",
    "clause_parser.py",
    "clause_tree.py",
    "clean_view.py",
    "dates.py",
    "documents.py",
    "language.py",
    "lines.py",
    "locators.py",
    "models.py",
    "modifications.py",
    "numbering.py",
    "outline.py",
    "paragraphs.py",
    "promulgation.py",
    "references.py",
    "sentences.py",
    "units.py",
    "word_splitting.py",
)
_PACKAGES = ("charset-normalizer", "lxml", "pypdf", "python-docx", "trafilatura")


@lru_cache
def parser_version() -> str:
    """The same for the same program and packages, on every machine."""
    digest = hashlib.sha256()
    for path in [*(_FOLDER / name for name in MODULES), *sorted(_FOLDER.glob("loaders/*.py"))]:
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    return digest.hexdigest()[:16]
