"""One file in, its text out: ``load(path, limits)``, or ``load_bytes`` where others have read it.

Text, Markdown and CSV are decoded here; PDF, DOCX, XLSX and HTML are read in a process of
their own (``isolation``), within limits on size, pages, time and memory.
"""

from pathlib import Path

from ingest.errors import UnreadableDocument
from ingest.loaders.isolation import extract_isolated
from ingest.loaders.limits import LoadingLimits
from ingest.loaders.markdown import load_markdown, looks_like_markdown
from ingest.loaders.sheets.separated_values import load_separated_values
from ingest.loaders.sniffing import FileFormat, sniff
from ingest.loaders.text import load_text
from ingest.loaders.text_tables import with_text_tables
from ingest.structure import SourceText

__all__ = ["LoadingLimits", "load", "load_bytes", "read_file", "with_marks_read"]


def load(path: Path, limits: LoadingLimits) -> SourceText:
    """The text of one file, with the way back to its pages for a PDF.

    The format is told from the content. Raises UnreadableDocument, one line that
    says what is wrong and what to do, for every file that gives no text.
    """
    return load_bytes(read_file(path, limits), path.name, limits)


def load_bytes(data: bytes, name: str, limits: LoadingLimits) -> SourceText:
    """The text of what :func:`read_file` gave, on any machine; ``name`` is told in errors.

    Raises UnreadableDocument like :func:`load`.
    """
    form = sniff(data, name)
    if form is not FileFormat.TEXT:
        return _not_blank(extract_isolated(form, data, name, limits), name)
    source = load_text(data, name)
    if (table := load_separated_values(source, name)) is not None:
        return _not_blank(table, name)
    return _not_blank(with_marks_read(source), name)


def with_marks_read(source: SourceText) -> SourceText:
    """A decoded text whose headings (Markdown) and tables are told from its words."""
    if looks_like_markdown(source.text):
        source = load_markdown(source)
    return with_text_tables(source)


def read_file(path: Path, limits: LoadingLimits) -> bytes:
    """A file's bytes; raises UnreadableDocument for one that is missing, too large or empty."""
    if not path.exists():
        raise UnreadableDocument(f"{path.name}: there is no such file; check the path")
    if not path.is_file():
        raise UnreadableDocument(f"{path.name}: is not a file; name a file")
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise UnreadableDocument(
            f"{path.name}: cannot be opened ({error.strerror}); check its permissions"
        ) from error
    if len(data) > limits.max_bytes:
        raise UnreadableDocument(
            f"{path.name}: larger than the limit of {limits.max_bytes} bytes; "
            "split the file, or raise max_bytes"
        )
    if not data.strip(b" \t\r\n\f\v\0"):
        raise UnreadableDocument(_empty(path.name))
    return data


def _not_blank(source: SourceText, name: str) -> SourceText:
    if not source.text.strip():
        raise UnreadableDocument(_empty(name))
    return source


def _empty(name: str) -> str:
    return f"{name}: the file is empty; add a file with text in it"
