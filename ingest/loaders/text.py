"""Plain text: the decoded file, character for character.

The encoding is told from the bytes: a byte order mark, then strict UTF-8, then
UTF-16 without a mark, then GB18030 (which holds GBK and GB2312), and only then
the guess of charset-normalizer, which is said in a warning.
"""

import codecs
import unicodedata
from dataclasses import dataclass

from ingest.errors import UnreadableDocument
from ingest.structure import SourceText

#: longest marks first: UTF-32-LE begins with the bytes of UTF-16-LE
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_CONTROLS = frozenset("\t\n\v\f\r\x1a\x85")
#: bytes looked at for a guess: enough for the share of common characters to settle
_GUESS_BYTES = 200_000
#: share of everyday characters (punctuation and the 3,755 most used Hanzi) in Chinese text
_FAMILIAR_SHARE = 0.7
_TOO_MANY_CONTROLS = 0.01


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text`` without its byte order mark; ``warning`` where the encoding was guessed."""

    text: str
    encoding: str
    warning: str | None = None


def load_text(data: bytes, name: str) -> SourceText:
    """The decoded file, verbatim, line ends kept; raises UnreadableDocument."""
    decoded = decode(data, name)
    return SourceText(
        text=decoded.text,
        media_type="text/plain",
        warnings=(decoded.warning,) if decoded.warning else (),
    )


def decode(data: bytes, name: str) -> Decoded:
    """Decode ``data``; every byte but a byte order mark comes back as text.

    Raises UnreadableDocument where the bytes are no text, or broken text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_decode_marked(data[len(mark) :], encoding, name), encoding)
    for encoding in ("utf-8", *_utf16_candidates(data), "gb18030"):
        text = _decode_or_none(data, encoding)
        if text is None or _looks_binary(text):
            continue
        if encoding != "utf-8" and not _looks_chinese(text):
            continue
        return Decoded(text, encoding)
    return _decode_by_guess(data, name)


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{name}: begins with a {encoding.upper()} mark but byte {error.start} is not "
            f"{encoding.upper()}; save the file again as UTF-8 text"
        ) from error
    if _looks_binary(text):
        raise UnreadableDocument(not_text(name))
    return text


def _decode_or_none(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf16_candidates(data: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark has zero bytes (spaces, line ends, 一); other text has none."""
    if len(data) % 2 or b"\0" not in data[:_GUESS_BYTES]:
        return ()
    return ("utf-16-le", "utf-16-be")


def _looks_binary(text: str) -> bool:
    """Control characters or unassigned code points beyond a stray one or two."""
    head = text[:_GUESS_BYTES]
    if "\0" in head:
        return True
    odd = sum(
        1
        for character in head
        if character not in _LINE_CONTROLS and unicodedata.category(character) in ("Cc", "Cn")
    )
    return odd > max(2, len(head) * _TOO_MANY_CONTROLS)


def _looks_chinese(text: str) -> bool:
    """Whether a text is ASCII and Chinese, and not other bytes that happen to decode.

    GB2312 orders its characters by use: rows A1-A9 hold punctuation, rows B0-D7
    (level 1) nearly all Hanzi of a real text, while foreign bytes decode to rare ones.
    """
    foreign = [character for character in text[:_GUESS_BYTES] if character > "\x7f"]
    familiar = sum(
        1
        for character in foreign
        if len(code := character.encode("gb18030", "surrogatepass")) == 2
        and (0xA1 <= code[0] <= 0xA9 or 0xB0 <= code[0] <= 0xD7)
        and code[1] >= 0xA1
    )
    return familiar >= len(foreign) * _FAMILIAR_SHARE


def _decode_by_guess(data: bytes, name: str) -> Decoded:
    if b"\0" in data:
        raise UnreadableDocument(not_text(name))
    from charset_normalizer import from_bytes  # slow to import, seldom needed

    best = from_bytes(data[:_GUESS_BYTES], cp_isolation=["big5", "cp1252"]).best()
    text = _decode_or_none(data, best.encoding) if best else None
    if best is None or text is None or _looks_binary(text):
        raise UnreadableDocument(not_text(name))
    return Decoded(
        text,
        best.encoding,
        f"the encoding was guessed as {best.encoding}; if characters look wrong, "
        "save the file as UTF-8 and add it again",
    )


def not_text(name: str) -> str:
    return (
        f"{name}: not a text, Markdown, CSV, PDF, DOCX, XLSX or HTML file (or text in an encoding other "
        "than UTF-8, UTF-16 or GB18030); save it as one of these and add it again"
    )
