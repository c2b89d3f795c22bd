"""A folder of documents indexed with and without a cluster, and killed on the way.

    python -m eval.speed.killed_ingest FOLDER WORK [--kills 20] [--documents 50]

Three builds of one corpus, each `python -m ingest build` with a var folder of its own: alone; with
`CLAUSEDESK_RAY` (as set, else "auto"); and with it again, killed at random moments and begun again.
Told for each: seconds, peak memory of its largest process, rows a second; the fingerprint and
every vector must be the same in all three.
"""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path

import click

from eval.errors import CannotRun
from eval.speed.scale_corpus import documents_below
from eval.speed.stopwatch import run_python
from ingest.keeping.catalog_writer import as_toml
from ingest.pipeline import CACHE
from ingest.settings import PROJECT

_BUILD = ("-m", "ingest", "build")
#: an index's fingerprint, and a hash of each vector by its text's key
_Outcome = tuple[str, dict[bytes, bytes]]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.argument("work", type=click.Path(path_type=Path))
@click.option("--kills", default=20, show_default=True)
@click.option("--documents", type=int, help="Only the first so many.")
def main(folder: Path, work: Path, kills: int, documents: int | None) -> None:
    """Index FOLDER three times in WORK."""
    if not (work / "corpus").exists():
        _write_corpus(folder, work / "corpus", documents)
    over = os.environ.pop("CLAUSEDESK_RAY", "auto")
    alone = _environment(work, "alone")
    there = _environment(work, "cluster") | {"CLAUSEDESK_RAY": over}
    killed = _environment(work, "killed") | {"CLAUSEDESK_RAY": over}
    _told(alone)
    expected = _outcome(alone)
    _told(there)
    same = _outcome(there) == expected
    same &= _killed(killed, kills, expected)
    click.echo(f"index {expected[0]}: {'the same each time' if same else 'NOT the same each time'}")
    sys.exit(not same)


def _killed(environment: Mapping[str, str], kills: int, expected: _Outcome) -> bool:
    """Kill builds on their way and begin them again, from nothing where one has come to its end;
    whether each end, and the last, is as it should be."""
    chance = random.Random(kills)
    var, killed, same = Path(environment["CLAUSEDESK_VAR"]), 0, True
    while killed < kills:
        # by rows, not by the clock: on a busy machine all moments would lie before the first one
        further = chance.uniform(0, 2 * len(expected[1]) / kills)
        if _is_killed_at(_kept(var) + further, chance.uniform(0, 3), environment):
            killed += 1
            click.echo(f"kill {killed}: {_kept(var)} rows kept")
        else:
            same &= _outcome(environment) == expected
            click.echo("an end, and anew")
            shutil.rmtree(var)
    _told(environment)
    return same and _outcome(environment) == expected


def _write_corpus(folder: Path, corpus: Path, documents: int | None) -> None:
    (corpus / "documents").mkdir(parents=True)
    entries = []
    for entry, data in islice(documents_below(folder), documents):
        (corpus / "documents" / entry.file).write_bytes(data)
        entries.append(as_toml(entry))
    (corpus / "glossary.tsv").write_text("zh\ten\n", encoding="utf-8")
    (corpus / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")


def _environment(work: Path, name: str) -> dict[str, str]:
    return {"CLAUSEDESK_CORPUS": str(work / "corpus"), "CLAUSEDESK_VAR": str(work / name)}


def _told(environment: Mapping[str, str]) -> float:
    ended = run_python(*_BUILD, environment=environment)
    rows = len(_outcome(environment)[1])
    click.echo(
        f"{Path(environment['CLAUSEDESK_VAR']).name}: {rows} rows in {ended.seconds:.0f} s, "
        f"{rows / ended.seconds:.1f} a second, peak {ended.peak_megabytes:.0f} MB"
    )
    return ended.seconds


def _is_killed_at(rows: float, later: float, environment: Mapping[str, str]) -> bool:
    """Whether a build was killed some seconds after so many rows were kept; False where it had
    ended. CannotRun for one that failed."""
    build = subprocess.Popen(
        [sys.executable, *_BUILD],
        env={**os.environ, **environment},
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while build.poll() is None and _kept(Path(environment["CLAUSEDESK_VAR"])) < rows:
        time.sleep(0.2)
    try:
        if build.wait(later):
            raise CannotRun("a build failed: run `python -m ingest build` to see why")
    except subprocess.TimeoutExpired:
        build.kill()
        build.wait()
        time.sleep(2)  # the processes of its own cluster go after it
        return True
    return False


def _kept(var: Path) -> int:
    """Vectors that a killed build has left."""
    if not (var / CACHE).exists():
        return 0
    with closing(sqlite3.connect(var / CACHE)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM vector").fetchone()[0])
        except sqlite3.OperationalError:  # killed before there was a table
            return 0


def _outcome(environment: Mapping[str, str]) -> _Outcome:
    var = Path(environment["CLAUSEDESK_VAR"])
    with closing(sqlite3.connect(var / CACHE)) as connection:
        rows = connection.execute("SELECT key, vector FROM vector")
        vectors = {key: hashlib.sha256(vector).digest() for key, vector in rows}
    return (var / "index" / "CURRENT").read_text(encoding="utf-8").strip(), vectors


if __name__ == "__main__":
    main()
