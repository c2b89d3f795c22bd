"""Files on their way into the corpus: what may be uploaded, and where it waits.

An upload waits in a folder of its own under its own name until it is stored or given up.
"""

import re
import shutil
import time
import unicodedata
from pathlib import Path
from uuid import uuid4

from app.errors import NotThere, UploadRefused
from ingest.errors import ClauseDeskError
from ingest.settings import Settings

#: endings of the files that are taken; what a file is, its content tells when it is read
SUFFIXES = ("txt", "md", "pdf", "docx", "html", "htm", "xlsx", "csv", "tsv")
#: seconds after which an upload that nobody stored is deleted
_FORGOTTEN = 24 * 60 * 60
_LONGEST_NAME = 120
_FOLDER_NAME = re.compile("[0-9a-f]{32}")


def keep_upload(settings: Settings, name: str, data: bytes) -> Path:
    """Put a file where a worker can read it.

    Raises UploadRefused for a type or size that is not taken, ClauseDeskError when
    there is no room.
    """
    shown = _safe_name(name)
    if Path(shown).suffix.lower().lstrip(".") not in SUFFIXES:
        raise UploadRefused(f"{shown}: not taken; upload one of {', '.join(SUFFIXES)}")
    if len(data) > settings.loading.max_bytes:
        raise UploadRefused(
            f"{shown}: larger than the limit of {settings.loading.max_bytes} bytes; split the file"
        )
    _forget_old(settings)
    folder = _folder(settings) / uuid4().hex
    try:
        folder.mkdir(parents=True)
        (folder / shown).write_bytes(data)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ClauseDeskError(
            f"cannot keep {shown} in {folder} ({error.strerror}): free some space"
        ) from error
    return folder / shown


def kept_upload(settings: Settings, name: str) -> Path:
    """The file that waits in an upload's folder; raises NotThere when it has gone."""
    folder = _folder(settings) / name
    waiting = list(folder.iterdir()) if _FOLDER_NAME.fullmatch(name) and folder.is_dir() else []
    if len(waiting) != 1:
        raise NotThere(f"there is no upload {name}: upload the file again")
    return waiting[0]


def drop_upload(path: Path) -> None:
    """Delete an upload that was stored or given up."""
    shutil.rmtree(path.parent, ignore_errors=True)


def _forget_old(settings: Settings) -> None:
    if not _folder(settings).is_dir():
        return
    for folder in _folder(settings).iterdir():
        if time.time() - folder.stat().st_mtime > _FORGOTTEN:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(settings: Settings) -> Path:
    return settings.var / "uploads"


def _safe_name(name: str) -> str:
    """The file's own name without folders and without what no file should be called."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in last if unicodedata.category(c)[0] != "C").rstrip(". ").lstrip()
    stem, dot, suffix = printable.rpartition(".")
    return f"{stem[:_LONGEST_NAME] or 'document'}{dot}{suffix}"
