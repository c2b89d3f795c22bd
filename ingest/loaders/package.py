"""The ZIP file around a DOCX or XLSX: what it is, and whether it may be unpacked."""

import io
import zipfile
import zlib
from enum import StrEnum

from ingest.errors import UnreadableDocument
from ingest.loaders.limits import MEBIBYTE, LoadingLimits

_MOST_PARTS = 10_000
_STEP = 1 * MEBIBYTE
#: a part that only this kind of file has, what the file is, what to do
_OTHERS = (
    ("xl/workbook.bin", "a binary Excel workbook (XLSB)", "save it as XLSX and add that"),
    ("ppt/presentation.xml", "a PowerPoint file", "save it as PDF and add that"),
    ("content.xml", "an OpenDocument file", "save it as DOCX and add that"),
    ("OFD.xml", "an OFD file", "open it in an OFD reader, save it as PDF and add that"),
    ("META-INF/container.xml", "an EPUB book", "save it as PDF and add that"),
)


class PackageKind(StrEnum):
    DOCX = "word"
    XLSX = "xl"


def package_kind(data: bytes) -> PackageKind:
    """Which of the two ``data`` may be; ``check_package`` says whether it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            is_workbook = "xl/workbook.xml" in package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        is_workbook = False
    return PackageKind.XLSX if is_workbook else PackageKind.DOCX


def check_package(data: bytes, name: str, limits: LoadingLimits, kind: PackageKind) -> None:
    """Raises UnreadableDocument unless ``data`` is a whole package of its kind and bearable size.

    The declared sizes are checked first, then each part is unpacked in steps and
    counted, since a declaration may lie; its checksum is compared on the way.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_kind(package, name, kind)
            _check_sizes(package, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableDocument(
            f"{name}: the file is damaged or cut off; get it again from its source"
        ) from error
    except RuntimeError as error:  # zipfile's word for a part that needs a password
        raise UnreadableDocument(
            f"{name}: protected by a password; save it without one and add it again"
        ) from error


def _check_kind(package: zipfile.ZipFile, name: str, kind: PackageKind) -> None:
    parts = set(package.namelist())
    main = "xl/workbook.xml" if kind is PackageKind.XLSX else "word/document.xml"
    if main in parts or (
        "[Content_Types].xml" in parts and any(part.startswith(f"{kind}/") for part in parts)
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
        f"{_MOST_PARTS} parts; save it again without large pictures"
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
