"""The one secret that a server keeps of its own: made once, for this account's eyes only."""

import hashlib
import hmac
import os
from pathlib import Path

from ingest.errors import ClauseDeskError

FILE = "server.key"
_BYTES = 32


def derived_secret(var: Path, purpose: str) -> bytes:
    """A secret for one purpose; raises ClauseDeskError when the file cannot be had."""
    return hmac.digest(_secret(var / FILE), purpose.encode(), hashlib.sha256)


def _secret(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # complete under another name first: a process that is killed leaves no half secret,
            # and of two that begin at once the first to link wins
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(os.urandom(_BYTES))
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        found = path.read_bytes()
    except OSError as error:
        raise ClauseDeskError(f"{path} cannot be read or made: {error.strerror}") from error
    if len(found) != _BYTES:
        raise ClauseDeskError(f"{path} is not {_BYTES} bytes long: restore it from a backup")
    return found
