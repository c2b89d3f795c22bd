"""The parts of a Word or Excel file, taken out and put back."""

import io
import zipfile
from collections.abc import Mapping


def parts_of(package: bytes) -> dict[str, bytes]:
    """The parts by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {item.filename: opened.read(item) for item in opened.infolist()}


def package_of(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return output.getvalue()
