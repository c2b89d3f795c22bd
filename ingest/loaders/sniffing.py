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
        "an old Office file (.doc, .xls), an Outlook message (.msg) or an Office file protected by "
        "a password",
        "open it and save it as DOCX or XLSX without a password",
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
#: a header field (RFC 5322, 2.2) and what may stand before a mail's first: mbox's "From " line
_HEADER_FIELD = re.compile(
    rb"([!-9;-~]{2,60}):(?:[ \t]|\r?\n[ \t])[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*"
)
_BEFORE_MAIL = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:From [^\r\n]*\r?\n)?")
#: fields that a mail or web archive has and the head of a notice ("To:", "Subject:") has not
_OF_MAIL = frozenset((
    b"mime-version", b"content-type", b"content-transfer-encoding", b"message-id", b"received",
    b"return-path", b"delivered-to", b"dkim-signature", b"x-mailer", b"snapshot-content-location",
))  # fmt: skip
_MAIL_HEAD = 65_536


class FileFormat(StrEnum):
    """What a loader exists for; ZIP may yet turn out to be something else than DOCX or XLSX."""

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
    fields = _header_fields(data)
    is_addressed = b"@" in fields.get(b"from", b"") and fields.keys() & {b"to", b"date"}
    if len(fields) > 1 and (is_addressed or fields.keys() & _OF_MAIL):
        if b"multipart/related" in fields.get(b"content-type", b"").lower():
            raise UnreadableDocument(
                f"{name}: is a web archive (MHTML); save the page again as 'Webpage, HTML only'"
            )
        raise UnreadableDocument(
            f"{name}: is an e-mail message; save what it brings (its attachment, or its text as "
            "PDF) and add that"
        )
    return FileFormat.HTML if _HTML_START.match(_head_as_text(data)) else FileFormat.TEXT


def _header_fields(data: bytes) -> dict[bytes, bytes]:
    """The header fields that a file begins with, up to a blank line; none if there is another
    line among them."""
    head = data[:_MAIL_HEAD]
    start = _BEFORE_MAIL.match(head)
    position = start.end() if start else 0
    fields: dict[bytes, bytes] = {}
    while field := _HEADER_FIELD.match(head, position):
        fields.setdefault(field[1].lower(), field.group())
        position = field.end()
    is_whole = position >= len(head) or head[position : position + 1] in (b"\r", b"\n")
    return fields if is_whole else {}


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
