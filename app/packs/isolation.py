"""A stranger's pack is read in a process of its own, which may be killed: ``python -m app.packs.isolation``.

A file may be made so that reading it takes hours. The limits come as the argument, as JSON; the
file comes on stdin; one JSON object goes to stdout: ``{"pack"}``, or ``{"error", "line"}``.
"""

import json
import os
import resource
import subprocess
import sys
import threading

from app.errors import Busy
from app.packs.file import read_pack
from app.packs.pack import EvidencePack, NoPack, TamperedPack, from_json, to_json
from ingest.errors import ClauseDeskError
from ingest.loaders.limits import MEBIBYTE, LoadingLimits
from ingest.settings import PROJECT

#: files that are read at a time
_PLACES = threading.BoundedSemaphore(4)
#: whoever asks meanwhile goes first
_NICENESS = 10


def read_isolated(data: bytes, limits: LoadingLimits) -> EvidencePack:
    """Raises NoPack and TamperedPack as `read_pack` does, NoPack also for a file that takes more
    time or memory than any document may, and Busy where too many are being read."""
    command = [sys.executable, "-P", "-m", "app.packs.isolation", limits.model_dump_json()]
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    if not _PLACES.acquire(blocking=False):
        raise Busy("other evidence packs are being read: try again in a moment")
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=limits.max_seconds,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoPack(f"not read within {limits.max_seconds:g} seconds: it is no pack") from error
    finally:
        _PLACES.release()
    if done.returncode != 0:
        raise NoPack("the program that reads it was ended: the file is damaged, or no pack")
    match json.loads(done.stdout):
        case {"pack": str(text)}:
            return from_json(text)
        case {"error": TamperedPack.__name__, "line": str(line)}:
            raise TamperedPack(line)
        case {"line": line}:
            raise NoPack(str(line))
    raise AssertionError("the child says nothing else")


def main(limits_json: str) -> None:
    os.nice(_NICENESS)
    limits = LoadingLimits.model_validate_json(limits_json)
    memory, seconds = limits.max_memory_mb * MEBIBYTE, int(limits.max_seconds) + 2
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    results, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no result
    try:
        told = {"pack": to_json(read_pack(sys.stdin.buffer.read()))}
    except ClauseDeskError as error:
        told = {"error": type(error).__name__, "line": str(error)}
    except (MemoryError, RecursionError):
        told = {"error": NoPack.__name__, "line": "the file takes too much memory: it is no pack"}
    json.dump(told, results)


if __name__ == "__main__":
    main(sys.argv[1])
