"""Backup and restore of all that cannot be rebuilt: corpus, conversations, classes, keys,
audit log.

The index and the vectors are made again from the corpus. Tables are copied as they stand at one
moment, so a server may go on meanwhile; in a backup they are files of SQLite wherever they were
kept, so that one made with files is restored into Postgres and the other way round.
"""

import hashlib
import io
import json
import tarfile
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from app.conversations import store
from app.conversations.feedback import FILE as FEEDBACK
from app.conversations.feedback import feedback_lines
from app.following import rows as following
from app.server import tables as server
from app.server.secret import FILE as SECRET
from app.teaching import classes
from ingest.errors import ClauseDeskError
from ingest.keeping.catalog_writer import changing
from ingest.settings import Settings
from ingest.storage import Database, held, server_address

_LIST = "backup.json"
_VERSION = 1
_TABLES = {
    store.FILE: store.TABLES,
    following.FILE: following.TABLES,
    classes.FILE: classes.TABLES,
    server.FILE: server.TABLES,
}
#: of `var`: what readers said, and the seal's secret, without which no audit log can be proven
_FILES = (FEEDBACK, SECRET)


class BadBackup(ClauseDeskError):
    """A file that is no whole backup, or a place that is not free for one."""


def write_backup(settings: Settings, file: Path) -> int:
    """How many files it holds; raises ClauseDeskError when it cannot be written."""
    listed: dict[str, str] = {}
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)  # it holds the seal's secret
        with (
            changing(settings.corpus, settings.var),  # no change of the corpus is half in it
            tempfile.TemporaryDirectory(prefix="clause-desk-backup-") as folder,
            tarfile.open(part, "w:gz") as archive,
        ):
            for name, path in _to_keep(settings, Path(folder)):
                archive.add(path, name)
                listed[name] = _sha256(path)
            told = {"version": _VERSION, "made": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
            data = json.dumps({**told, "files": listed}, indent=1).encode()
            entry = tarfile.TarInfo(_LIST)
            entry.size, entry.mtime = len(data), int(time.time())
            archive.addfile(entry, io.BytesIO(data))
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ClauseDeskError(f"{file} cannot be written: {error.strerror}") from error
    return len(listed)


def restore_backup(settings: Settings, file: Path, replace: bool) -> int:
    """Bring everything back, or nothing; how many files it was.

    ``replace``: what is there now is put aside first, under the same name with the day and time.
    Raises BadBackup for a file that is damaged or none, or where something is there already.
    """
    settings.var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clause-desk-restore-", dir=settings.var) as temporary:
        folder = Path(temporary)
        listed = _unpacked(file, folder)
        aside = f"before-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        # from the backup -> where it goes
        tables = [name for name in _TABLES if (folder / "var" / name).exists()]
        served = tables if server_address() is not None else []
        files = [name for name in (*tables, *_FILES) if name not in served]
        places = {
            folder / "corpus": settings.corpus,
            **{folder / "var" / name: settings.var / name for name in files},
        }
        brought = {source: place for source, place in places.items() if source.exists()}
        taken = [str(place) for place in brought.values() if _is_there(place)]
        taken += [
            f"the database's {name}"
            for name in served
            if not _database(settings.var, name).is_empty()
        ]
        if taken and not replace:
            raise BadBackup(
                f"{taken[0]} is there already: --replace puts it aside and restores the backup"
            )
        try:
            with held(settings.var / server.LOCK) as is_ours:
                if not is_ours:
                    raise BadBackup("a server is running on these files: end it first")
                for name in served:
                    _bring(folder / "var", settings.var, name, aside)
                for source, place in brought.items():
                    _put_aside(place, aside)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    source.rename(place)
        except OSError as error:
            raise BadBackup(f"{error.filename} cannot be restored: {error.strerror}") from error
    return len(listed)


def _to_keep(settings: Settings, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(settings.corpus.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"corpus/{path.relative_to(settings.corpus).as_posix()}", path
    for name in _TABLES:
        if server_address() is not None or (settings.var / name).exists():
            kept, copy = _database(settings.var, name), _database(folder, name, as_file=True)
            kept.copy_to(copy)
            copy.settle()
            copy.close()
            kept.close()
            yield f"var/{name}", folder / name
    if lines := feedback_lines(settings.var):
        (folder / FEEDBACK).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        yield f"var/{FEEDBACK}", folder / FEEDBACK
    if (settings.var / SECRET).exists():
        yield f"var/{SECRET}", settings.var / SECRET


def _database(var: Path, name: str, *, as_file: bool = False) -> Database:
    return Database(var / name, _TABLES[name], as_file=as_file)


def _bring(folder: Path, var: Path, name: str, aside: str) -> None:
    """Tables of a backup into Postgres; what is there is kept as another schema."""
    there, here = _database(var, name), _database(folder, name, as_file=True)
    if not there.is_empty():
        there.put_aside(f"{there.path.stem}_{aside}")
    here.copy_to(there)
    here.close()
    there.close()


def _unpacked(file: Path, folder: Path) -> dict[str, str]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            # "data": no link, no device, nothing outside of the folder
            archive.extractall(folder, filter="data")
        told = json.loads((folder / _LIST).read_bytes())
        listed: dict[str, str] = dict(told["files"])
        if told["version"] != _VERSION:
            raise BadBackup(f"{file} was made by another version of this program")
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BadBackup(f"{file} is no whole backup ({type(error).__name__})") from error
    for name, digest in listed.items():
        if ".." in PurePosixPath(name).parts or _sha256(folder / name) != digest:
            raise BadBackup(f"{file} is damaged: {name} is not as it was written")
    return listed


def _is_there(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.exists()


def _put_aside(place: Path, name: str) -> None:
    for ending in ("", "-wal", "-shm"):
        found = place.with_name(f"{place.name}{ending}")
        if found.exists():
            found.rename(found.with_name(f"{found.name}.{name}"))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError as error:
        raise BadBackup(f"{path.name} is missing or cannot be read") from error
