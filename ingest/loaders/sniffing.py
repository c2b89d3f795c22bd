"""What a file is, told from its first bytes and never from its name.

The signatures are those of the formats' own specifications; for HTML the list
of the WHATWG MIME Sniffing Standard, section 7.1.
"""

import re
from enum import StrEnum

from ingest.errors import UnreadableDocument

_HEAD = 1024
#: a BOM, white space, comments and an XML declaration may stand before the first tag
_HTML_START = re.compile(
    # some converters leave a page's <meta> line above their Markdown
    r"(?!\ufeff?\s*(?:<meta[^>]*>\s*)+#{1,6}[^#])"
    r"\ufeff?(?:\s+|<!--.*?-->|<\?xml[^>]*\?>)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|script|style|link|div|table|h[1-6]|p|font)"
    r"(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_HTML_HEAD = 16_384

_SAVE_AS = "save it as PDF or DOCX and add that"
#: (first bytes, what the file is, what to do)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file (.doc, .xls) or an Office file protected by a password",
        "open it and save it as DOCX without a password",
    ),
    (b"{\\rtf", "an RTF file", _SAVE_AS),
    (b"\x89PNG", "a PNG image", "make a PDF of it with a text layer: ocrmypdf"),
    (b"\xff\xd8\xff", "a JPEG image", "make a PDF of it with a text layer: ocrmypdf"),
    (b"GIF8", "a GIF image", "make a PDF of it with a text layer: ocrmypdf"),
    (b"II*\x00", "a TIFF image", "make a PDF of it with a text layer: ocrmypdf"),
    (b"MM\x00*", "a TIFF image", "make a PDF of it with a text layer: ocrmypdf"),
    (b"MZ", "a Windows program", "add the document instead"),
    (b"\x7fELF", "a program", "add the document instead"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it and add the files in it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and add the files in it"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and add the files in it"),
    (b"BZh", "a bzip2 archive", "unpack it and add the files in it"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it and add the files in it"),
    (b"%!PS", "a PostScript file", "make a PDF of it: ps2pdf"),
)
_MHTML = re.compile(
    rb"\s*(?:From|MIME-Version|Subject|Content-Type):.{0,2000}?multipart/related",
    re.IGNORECASE | re.DOTALL,
)


class FileFormat(StrEnum):
    """What a loader exists for; ZIP may yet turn out to be something else than DOCX."""

    PDF = "pdf"
    ZIP = "zip"
    HTML = "html"
    TEXT = "text"


def sniff(data: bytes, name: str) -> FileFormat:
    """The format of ``data``; raises UnreadableDocument for a format there is no loader for."""
    if b"%PDF-" in data[:_HEAD]:
        return FileFormat.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return FileFormat.ZIP
    for signature, what, remedy in _OTHERS:
        if data.startswith(signature) and not _is_ascii_text(signature, data):
            raise UnreadableDocument(f"{name}: is {what}; {remedy}")
    if _MHTML.match(data[:4096]):
        raise UnreadableDocument(
            f"{name}: is a web archive (MHTML); save the page again as 'Webpage, HTML only'"
        )
    return FileFormat.HTML if _HTML_START.match(_head_as_text(data)) else FileFormat.TEXT


def _is_ascii_text(signature: bytes, data: bytes) -> bool:
    """A text may begin with the letters of a signature: "MZ", "BZh", "GIF8"."""
    return signature.isalnum() and data[:_HEAD].isascii() and b"\0" not in data[:_HEAD]


def _head_as_text(data: bytes) -> str:
    """The first characters, for tags alone, which are ASCII in every encoding but UTF-16."""
    head = data[:_HTML_HEAD]
    if head.startswith(b"\xff\xfe"):
        return head.decode("utf-16-le", "replace")
    if head.startswith(b"\xfe\xff"):
        return head.decode("utf-16-be", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
