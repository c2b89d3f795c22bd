"""The whole run: corpora, builds, cold asks, warm searches; every figure kept as JSON."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from eval.errors import CannotRun
from eval.speed.python_process import COLD_ASK, run_python
from eval.speed.scale import Built, Cold, Scale, Size, Warm
from eval.speed.scale_corpus import settings_of, write_corpus
from ingest.settings import Settings

_WORKER = "eval.speed.scale_worker"


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
        made = run_python("-m", _WORKER, "build", str(place))
        built.append(TypeAdapter(Built).validate_json(made.output))
        if built[-1].clauses != clauses:
            raise CannotRun(f"{built[-1].clauses} clauses were indexed where {clauses} were meant")
        of_size = settings_of(place)
        environment = {
            "CLAUSEDESK_CORPUS": str(of_size.corpus),
            "CLAUSEDESK_VAR": str(of_size.var),
        }
        asked = run_python(*COLD_ASK, environment=environment)
        cold.append(Cold(asked.seconds, asked.peak_megabytes))
    tell(f"warm searches at {', '.join(f'{clauses:,}' for clauses in sizes)} clauses, in turns")
    searched = run_python("-m", _WORKER, "warm", *map(str, folders))
    warm = TypeAdapter(list[Warm]).validate_json(searched.output)
    scale = Scale(tuple(map(Size, sizes, built, cold, warm)))
    for place in folders:
        shutil.rmtree(place)  # a gigabyte and more
    (folder / "scale.json").write_bytes(TypeAdapter(Scale).dump_json(scale, indent=1))
    return scale
