"""Which snapshot of an index serves: a pointer file, or a row that several machines see at once.

A folder shared over a network shows a changed file late; where `CLAUSEDESK_DATABASE` is set, the
file says only that a row tells the name.
"""

import os
import re
from pathlib import Path

from ingest.errors import IndexMissing, IndexUnusable
from ingest.settings import load_settings
from ingest.whole_file import replace_file

#: file that names the snapshot which serves
POINTER = "CURRENT"
SNAPSHOT_NAME = re.compile(r"[0-9a-f]{16}(?:-\d+)?")
#: what the file says where a row tells the name
_IN_DATABASE = "database"


def pointer_of(root: Path) -> str | None:
    """What the pointer says; None when there is none. Raises StorageUnavailable too."""
    found = _file_of(root)
    if found != _IN_DATABASE:
        return found
    if load_settings().database is None:
        raise IndexUnusable(
            f"which index of {root} serves is told by a database: set CLAUSEDESK_DATABASE, "
            "or run `python -m ingest build`"
        )
    from ingest.index import current_row  # a desk on files waits for no SQLAlchemy

    return current_row.read(root)


def pointed_to(root: Path) -> str:
    """The name of the current snapshot."""
    name = pointer_of(root)
    if name is None:
        raise IndexMissing(f"no index in {root}: run `python -m ingest build`")
    if not SNAPSHOT_NAME.fullmatch(name):
        raise IndexUnusable(
            f"the pointer {root / POINTER} names no snapshot: run `python -m ingest build`"
        )
    return name


def point_to(root: Path, name: str, *, in_database: bool) -> None:
    """Make a snapshot the current one, in one step that cannot be seen half done."""
    told = name
    if in_database:
        from ingest.index import current_row

        current_row.write(root, name)
        told = _IN_DATABASE
    if _file_of(root) != told:
        replace_file(root / POINTER, f"{told}\n")
        sync(root)


def sync(path: Path) -> None:
    """Have a file or folder on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file_of(root: Path) -> str | None:
    try:
        return (root / POINTER).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexUnusable(
            f"cannot read {root / POINTER} ({error.strerror}): make it readable"
        ) from error
