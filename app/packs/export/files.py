"""The three formats of an export: which writer, which reader, which ending."""

from enum import StrEnum
from pathlib import Path

from app.packs.export.model import Export, ReadBack
from ingest.errors import ClauseDeskError


class ExportFormat(StrEnum):
    """A format by the ending of its files."""

    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"

    @property
    def media_type(self) -> str:
        return {
            ExportFormat.PDF: "application/pdf",
            ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ExportFormat.MARKDOWN: "text/markdown",
        }[self]


def format_of(path: Path) -> ExportFormat:
    """By a file's ending; raises ClauseDeskError for another one."""
    try:
        return ExportFormat(path.suffix.removeprefix(".").lower())
    except ValueError:
        raise ClauseDeskError(
            f"{path.name or path}: exports are written as .pdf, .docx or .md"
        ) from None


def write(export: Export, to: ExportFormat) -> bytes:
    """The bytes of a file; the same export gives a file that says the same."""
    # a format's library is loaded only where one of its files is made
    match to:
        case ExportFormat.PDF:
            from app.packs.export import pdf

            return pdf.write(export)
        case ExportFormat.DOCX:
            from app.packs.export import word

            return word.write(export)
        case ExportFormat.MARKDOWN:
            from app.packs.export import markdown

            return markdown.write(export)


def detect(data: bytes) -> ExportFormat:
    """The format by what a file holds, whatever its name."""
    if data.startswith(b"%PDF-"):
        return ExportFormat.PDF
    return ExportFormat.DOCX if data.startswith(b"PK\x03\x04") else ExportFormat.MARKDOWN


def read(data: bytes, written_as: ExportFormat) -> ReadBack:
    """What a file says; raises ClauseDeskError for one that cannot be read."""
    match written_as:
        case ExportFormat.PDF:
            from app.packs.export import pdf

            return pdf.read(data)
        case ExportFormat.DOCX:
            from app.packs.export import word

            return word.read(data)
        case ExportFormat.MARKDOWN:
            from app.packs.export import markdown

            return markdown.read(data)
