"""PDFs written byte by byte, and the text of a PDF without its furniture."""

import io
from collections.abc import Sequence

import pypdf
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
)

from ingest.structure import SourceText

#: a line as wide as the page
LONG = "The enterprises inside the control areas shall upon declaration regularly undertake the"


def body(source: SourceText) -> str:
    """The text without its page furniture."""
    text = source.text
    for start, end in reversed(source.page_furniture):
        text = text[:start] + text[end:]
    return text


def pdf_of(*pages: str, passwords: tuple[str, str] | None = None) -> bytes:
    """A PDF with one content stream a page; font /F1 is Helvetica; (user, owner) passwords."""
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    reference = writer._add_object(font)
    for content in pages:
        page = writer.add_blank_page(width=600, height=800)
        stream = DecodedStreamObject()
        stream.set_data(content.encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): reference})}
        )
    if passwords:
        writer.encrypt(*passwords, algorithm="AES-256")
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def shown(lines: Sequence[tuple[float, float, str]], size: float = 10) -> str:
    """A content stream that shows (x, y, text) in 10-point Helvetica."""
    return "\n".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, text in lines)
