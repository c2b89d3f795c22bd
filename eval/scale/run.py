"""The whole run: corpora, builds, cold asks, warm searches; every figure kept as JSON."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import NamedTuple

from pydantic import TypeAdapter

from eval.errors import CannotRun
from eval.scale.corpus import settings_of, write_corpus
from eval.scale.results import Built, Cold, Scale, Size, Warm
from ingest.settings import PROJECT, Settings

_WORKER = "eval.scale.worker"
_QUESTION = "Which code do finished products leave the control areas under?"
_MEGABYTE = 1024**2


def run_scale(
    sizes: Sequence[int], folder: Path, settings: Settings, tell: Callable[[str], None]
) -> Scale:
    """Measure at each number of clauses; of what is made in ``folder``, ``scale.json`` stays.

    Raises CannotRun when one of the processes fails, saying why.
    """
    sizes = sorted(set(sizes))
    folders = [folder / str(clauses) for clauses in sizes]
    built: list[Built] = []
    cold: list[Cold] = []
    for clauses, place in zip(sizes, folders, strict=True):
        tell(f"{clauses:,} clauses: build and cold ask")
        shutil.rmtree(place, ignore_errors=True)
        write_corpus(place / "corpus", settings, clauses)
        made = _run(["-m", _WORKER, "build", str(place)])
        built.append(TypeAdapter(Built).validate_json(made.output))
        if built[-1].clauses != clauses:
            raise CannotRun(f"{built[-1].clauses} clauses were indexed where {clauses} were meant")
        asked = _run(["-m", "app", "ask", _QUESTION], settings_of(place))
        cold.append(Cold(asked.seconds, asked.peak_megabytes))
    tell(f"warm searches at {', '.join(f'{clauses:,}' for clauses in sizes)} clauses, in turns")
    searched = _run(["-m", _WORKER, "warm", *map(str, folders)])
    warm = TypeAdapter(list[Warm]).validate_json(searched.output)
    scale = Scale(tuple(map(Size, sizes, built, cold, warm)))
    for place in folders:
        shutil.rmtree(place)  # a gigabyte and more
    (folder / "scale.json").write_bytes(TypeAdapter(Scale).dump_json(scale, indent=1))
    return scale


class _Done(NamedTuple):
    output: bytes
    seconds: float
    peak_megabytes: float


def _run(arguments: list[str], settings: Settings | None = None) -> _Done:
    """Run Python with ``arguments`` to its end."""
    environment = dict(os.environ)
    if settings is not None:
        environment |= {
            "CLAUSEDESK_CORPUS": str(settings.corpus),
            "CLAUSEDESK_VAR": str(settings.var),
        }
    with TemporaryFile() as out, TemporaryFile() as err:
        started = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=out, stderr=err, env=environment, cwd=PROJECT
        )
        # unlike Popen.wait, this tells the memory of this one child
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            lines = err.read().decode(errors="replace").strip().splitlines()
            raise CannotRun(f"python {' '.join(arguments)} failed: {(lines or ['no message'])[-1]}")
        unit = 1 if sys.platform == "darwin" else 1024
        return _Done(out.read(), seconds, usage.ru_maxrss * unit / _MEGABYTE)
