"""The ZIP file around a DOCX: what it is, and whether it may be unpacked."""

import io
import zipfile
import zlib

from ingest.errors import UnreadableDocument
from ingest.loaders.limits import MEBIBYTE, LoadingLimits

_MOST_PARTS = 10_000
_STEP = 1 * MEBIBYTE
#: a part that only this kind of file has, what the file is, what to do
_OTHERS = (
    ("xl/workbook.xml", "an Excel workbook", "save its text as PDF or DOCX and add that"),
    ("ppt/presentation.xml", "a PowerPoint file", "save it as PDF and add that"),
    ("content.xml", "an OpenDocument file", "save it as DOCX and add that"),
    ("OFD.xml", "an OFD file", "open it in an OFD reader, save it as PDF and add that"),
    ("META-INF/container.xml", "an EPUB book", "save it as PDF and add that"),
)


def check_package(data: bytes, name: str, limits: LoadingLimits) -> None:
    """Raises UnreadableDocument unless ``data`` is a whole DOCX of bearable size.

    The declared sizes are checked first, then each part is unpacked in steps and
    counted, since a declaration may lie; its checksum is compared on the way.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_kind(package, name)
            _check_sizes(package, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableDocument(
            f"{name}: the file is damaged or cut off; get it again from its source"
        ) from error
    except RuntimeError as error:  # zipfile's word for a part that needs a password
        raise UnreadableDocument(
            f"{name}: protected by a password; save it without one and add it again"
        ) from error


def _check_kind(package: zipfile.ZipFile, name: str) -> None:
    parts = set(package.namelist())
    if "word/document.xml" in parts or (
        "[Content_Types].xml" in parts and any(part.startswith("word/") for part in parts)
    ):
        return
    for part, what, remedy in _OTHERS:
        if part in parts:
            raise UnreadableDocument(f"{name}: is {what}; {remedy}")
    raise UnreadableDocument(f"{name}: is a ZIP archive; unpack it and add the files in it")


def _check_sizes(package: zipfile.ZipFile, name: str, limits: LoadingLimits) -> None:
    parts = package.infolist()
    too_large = UnreadableDocument(
        f"{name}: unpacks to more than the limit of {limits.max_unpacked_bytes} bytes or "
        f"{_MOST_PARTS} parts; save it again in Word, without large pictures"
    )
    if len(parts) > _MOST_PARTS:
        raise too_large
    if sum(part.file_size for part in parts) > limits.max_unpacked_bytes:
        raise too_large
    unpacked = 0
    for part in parts:
        with package.open(part) as stream:
            while step := stream.read(_STEP):
                unpacked += len(step)
                if unpacked > limits.max_unpacked_bytes:
                    raise too_large
