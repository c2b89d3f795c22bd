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
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from eval.errors import CannotRun
from eval.speed.scale_corpus import as_toml
from eval.speed.stopwatch import run_python
from ingest.corpus.catalog import CatalogEntry
from ingest.errors import ClauseDeskError
from ingest.keeping.proposal import Corrections, propose
from ingest.loaders import LoadingLimits, load
from ingest.parsing import files_below
from ingest.pipeline import CACHE
from ingest.settings import PROJECT

_BUILD = ("-m", "ingest", "build")


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
    seconds = [_told(alone), _told(there)]
    chance = random.Random(len(seconds))
    for number in range(1, kills + 1):
        patience = chance.uniform(2, max(seconds[1], 10))
        click.echo(f"kill {number}: after {patience:.0f} s{_kill_after(patience, killed)}")
    _told(killed)
    found = [_outcome(environment) for environment in (alone, there, killed)]
    same = all(one == found[0] for one in found)
    click.echo(f"index {found[0][0]}; all three {'the same' if same else 'DIFFERENT'}")
    sys.exit(not same)


def _write_corpus(folder: Path, corpus: Path, documents: int | None) -> None:
    (corpus / "documents").mkdir(parents=True)
    held: dict[str, CatalogEntry] = {}
    for _, path in list(files_below(folder))[:documents]:
        try:
            source, data = load(path, LoadingLimits()), path.read_bytes()
            proposed = propose(source, data, path.name, held, Corrections(), corrected_later=True)
        except (OSError, ClauseDeskError) as error:
            raise CannotRun(f"{path} cannot be read: {error}") from error
        held[proposed.entry.id] = proposed.entry
        (corpus / "documents" / proposed.entry.file).write_bytes(data)
    (corpus / "glossary.tsv").write_text("zh\ten\n", encoding="utf-8")
    (corpus / "catalog.toml").write_text("\n".join(map(as_toml, held.values())), encoding="utf-8")


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


def _kill_after(seconds: float, environment: Mapping[str, str]) -> str:
    build = subprocess.Popen(
        [sys.executable, *_BUILD],
        env={**os.environ, **environment},
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        build.wait(seconds)
    except subprocess.TimeoutExpired:
        build.kill()
        build.wait()
        time.sleep(2)  # the processes of its own cluster go after it
        return ""
    return ", it had ended"


def _outcome(environment: Mapping[str, str]) -> tuple[str, dict[bytes, bytes]]:
    """The index's fingerprint, and a hash of each vector by its text's key."""
    var = Path(environment["CLAUSEDESK_VAR"])
    connection = sqlite3.connect(var / CACHE)
    try:
        rows = connection.execute("SELECT key, vector FROM vector")
        vectors = {key: hashlib.sha256(vector).digest() for key, vector in rows}
    finally:
        connection.close()
    return (var / "index" / "CURRENT").read_text(encoding="utf-8").strip(), vectors


if __name__ == "__main__":
    main()
