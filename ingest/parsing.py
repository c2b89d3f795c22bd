"""Files -> their clauses, without storing anything: what `python -m ingest parse` prints."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.clauses.parse import parse, unnumbered
from ingest.errors import ClauseDeskError
from ingest.loaders import load
from ingest.loaders.limits import LoadingLimits
from ingest.structure import Clause

#: fewer files are read before a second process has begun
_FEWEST_FOR_PROCESSES = 40
_FILES_AT_A_TIME = 8


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The clauses of one file in reading order; ``error`` says why there are none."""

    file: str  # as given; below a folder, the path within it
    clauses: tuple[Clause, ...] = ()
    warnings: tuple[str, ...] = ()
    error: ClauseDeskError | None = None


def parse_files(paths: Sequence[Path], limits: LoadingLimits) -> Iterator[ParsedFile]:
    """The files, and the files of folders, in the order of their names, each cut into clauses.

    A file that cannot be read does not stop the others.
    """
    files = [
        (name if path.is_dir() else str(path), file)
        for path in paths
        for name, file in files_below(path)
    ]
    read = partial(_parse_file, limits=limits)
    if len(files) < _FEWEST_FOR_PROCESSES:
        yield from map(read, files)
        return
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        yield from pool.map(read, files, chunksize=_FILES_AT_A_TIME)


def files_below(path: Path) -> Iterator[tuple[str, Path]]:
    """A file, or the files of a folder, with the names by which to tell of them; hidden ones in
    a folder are left out."""
    if not path.is_dir():
        yield path.name, path
        return
    for inner in sorted(path.rglob("*")):
        relative = inner.relative_to(path)
        if inner.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield str(relative), inner


def _parse_file(named: tuple[str, Path], limits: LoadingLimits) -> ParsedFile:
    name, path = named
    try:
        source = load(path, limits)
    except ClauseDeskError as error:
        return ParsedFile(name, error=error)
    parsed = parse(source, path.stem)
    return ParsedFile(name, parsed.clauses, (*source.warnings, *unnumbered(parsed)))
