"""A file that is written whole or not at all."""

import os
from pathlib import Path


def replace_file(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, in one step that cannot be seen half done; raises OSError."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
