"""The three formats of an export: which writer, which reader, which ending."""

from enum import StrEnum
from pathlib import Path

from app.packs.export.model import Export, ReadBack
from ingest.errors import ClauseDeskError


class Format(StrEnum):
    """A format by the ending of its files."""

    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"

    @property
    def media_type(self) -> str:
        return {
            Format.PDF: "application/pdf",
            Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format.MARKDOWN: "text/markdown",
        }[self]


def format_of(path: Path) -> Format:
    """By a file's ending; raises ClauseDeskError for another one."""
    try:
        return Format(path.suffix.removeprefix(".").lower())
    except ValueError:
        raise ClauseDeskError(
            f"{path.name or path}: exports are written as .pdf, .docx or .md"
        ) from None


def write(export: Export, to: Format) -> bytes:
    """The bytes of a file; the same export gives a file that says the same."""
    # a format's library is loaded only where one of its files is made
    match to:
        case Format.PDF:
            from app.packs.export import pdf

            return pdf.write(export)
        case Format.DOCX:
            from app.packs.export import word

            return word.write(export)
        case Format.MARKDOWN:
            from app.packs.export import markdown

            return markdown.write(export)


def detect(data: bytes) -> Format:
    """The format by what a file holds, whatever its name."""
    if data.startswith(b"%PDF-"):
        return Format.PDF
    return Format.DOCX if data.startswith(b"PK\x03\x04") else Format.MARKDOWN


def read(data: bytes, written_as: Format) -> ReadBack:
    """What a file says; raises ClauseDeskError for one that cannot be read."""
    match written_as:
        case Format.PDF:
            from app.packs.export import pdf

            return pdf.read(data)
        case Format.DOCX:
            from app.packs.export import word

            return word.read(data)
        case Format.MARKDOWN:
            from app.packs.export import markdown

            return markdown.read(data)
