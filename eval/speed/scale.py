"""How time and memory grow with the corpus, beside the stock recipe in the same run.

generated corpus (scale_corpus) -> builds, cold asks and the memory of one that asked all questions,
each in a process of its own (scale_worker) -> warm searches of all sizes in turns -> growth, bars, plot
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from statistics import median

import numpy as np
from pydantic import TypeAdapter

from eval.errors import CannotRun
from eval.speed.scale_corpus import settings_of, write_corpus
from eval.speed.stopwatch import COLD_ASK, Resident, run_python
from ingest.index.vectors import delete_store
from ingest.settings import Settings

_WORKER = "eval.speed.scale_worker"
#: the sizes that the bars speak of
_LARGE, _HUGE, _MILLION = 10_000, 100_000, 1_000_000
#: the stock recipe, all in memory, is measured up to this size
STOCK_UP_TO = _HUGE


@dataclass(frozen=True, slots=True)
class Built:
    """One build. ``stages``: seconds; of them ``embed`` is what the model would take for all
    that was embedded, by its rate on a sample. ``alone``: by the same rate, seconds for
    the clauses' own texts and nothing else."""

    clauses: int
    stages: dict[str, float]
    alone: float
    peak_megabytes: float

    @property
    def seconds(self) -> float:
        return sum(self.stages.values())


@dataclass(frozen=True, slots=True)
class Cold:
    """One question asked by a process of its own."""

    seconds: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class StockBuilt:
    """The stock recipe's build in seconds: what is not embedding, and embedding by rate."""

    beside: float
    embed: float

    @property
    def seconds(self) -> float:
        return self.beside + self.embed


@dataclass(slots=True)
class Warm:
    """Milliseconds, one number a question: embedded, searched without reading, answered, and
    searched by the stock recipe (none above ``STOCK_UP_TO``); ``stages``: of an answer, medians."""

    embed: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    ask: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    stock_build: StockBuilt | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """Everything measured at one number of clauses."""

    clauses: int
    build: Built
    cold: Cold
    warm: Warm
    resident: Resident

    @property
    def question_seconds(self) -> float:
        """One question embedded, the median."""
        return median(self.warm.embed) / 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` may be at most ``limit``."""

    what: str
    value: float
    limit: float
    unit: str = "×"

    @property
    def holds(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Scale:
    """One run, smallest size first."""

    sizes: tuple[Size, ...]

    def stages(self) -> dict[str, list[float]]:
        """Every stage's time at each size, in seconds; nan where it was not measured."""
        shown: dict[str, Callable[[Size], float]] = {
            **{
                f"build: {name}": _stage_of_build(name)
                for name in ("parse", "embed", "vectors", "words", "write")
            },
            "build: beside embed": lambda size: size.build.seconds - size.build.stages["embed"],
            "build: whole": lambda size: size.build.seconds,
            "stock build: beside embed": lambda size: _stock_of(size).beside,
            "stock build: whole": lambda size: _stock_of(size).seconds,
            "cold ask: whole": lambda size: size.cold.seconds,
            **{f"warm ask: {name}": _stage_of_ask(name) for name in self.sizes[0].warm.stages},
            "warm search: whole": lambda size: median(size.warm.search) / 1000,
            "stock search: whole": lambda size: median(size.warm.stock or [nan]) / 1000,
            "warm ask: whole": lambda size: median(size.warm.ask) / 1000,
        }
        return {name: [read(size) for size in self.sizes] for name, read in shown.items()}

    def bars(self) -> Iterator[Bar]:
        """Those that the measured sizes allow to be judged."""
        by_size = {size.clauses: size for size in self.sizes}
        large, huge, million = map(by_size.get, (_LARGE, _HUGE, _MILLION))
        if large:
            answers = percentile(large.warm.ask, 95) / 1000
            yield Bar(f"warm ask at {_LARGE:,}, p95", answers, 0.5, "s")
        for larger, times in ((huge, 2), (million, 3)):
            if large and larger:
                grown = median(larger.warm.search) / median(large.warm.search)
                what = f"warm search at {larger.clauses:,} / at {_LARGE:,}, medians"
                yield Bar(what, grown, times)
        for size in self.sizes:
            if size.clauses >= _LARGE:
                ratio = size.build.seconds / size.build.alone
                yield Bar(f"build {size.clauses:,} clauses / embed them", ratio, 1.3)
        if huge:
            peak = max(huge.build.peak_megabytes, huge.cold.peak_megabytes) / 1024
            yield Bar(f"peak memory at {_HUGE:,} clauses", peak, 2, "GB")
        if million:
            held = million.resident.megabytes / 1024
            yield Bar(f"memory of a process at {_MILLION:,} clauses", held, 3, "GB")
        beside_stock = [size for size in self.sizes if size.clauses <= STOCK_UP_TO]
        for size in beside_stock:
            slower = median(size.warm.search) / median(size.warm.stock)
            yield Bar(f"warm search at {size.clauses:,} / stock recipe's, medians", slower, 1)
        for size in beside_stock:
            slower = size.build.seconds / _stock_of(size).seconds
            yield Bar(f"build {size.clauses:,} clauses / stock recipe's build", slower, 2)


def run_scale(
    sizes: Sequence[int],
    folder: Path,
    settings: Settings,
    tell: Callable[[str], None],
    more: Path | None = None,
) -> Scale:
    """Measure at each number of clauses; of what is made in ``folder``, ``scale.json`` stays.

    ``more``: a folder of documents that come before the generated ones. Raises CannotRun when one of the processes fails, saying why.
    """
    sizes = sorted(set(sizes))
    folders = [folder / str(clauses) for clauses in sizes]
    built: list[Built] = []
    cold: list[Cold] = []
    held: list[Resident] = []
    for clauses, place in zip(sizes, folders, strict=True):
        tell(f"{clauses:,} clauses: build and cold ask")
        _remove(place)
        write_corpus(place / "corpus", settings, clauses, more)
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
        told = run_python("-m", _WORKER, "memory", str(place))
        held.append(TypeAdapter(Resident).validate_json(told.output))
    tell(f"warm searches at {', '.join(f'{clauses:,}' for clauses in sizes)} clauses, in turns")
    searched = run_python("-m", _WORKER, "warm", *map(str, folders))
    warm = TypeAdapter(list[Warm]).validate_json(searched.output)
    scale = Scale(tuple(map(Size, sizes, built, cold, warm, held)))
    for place in folders:
        _remove(place)  # a gigabyte and more
    (folder / "scale.json").write_bytes(TypeAdapter(Scale).dump_json(scale, indent=1))
    return scale


def _remove(place: Path) -> None:
    """Remove what was made for a size, its vectors on a server too."""
    for store in place.glob("var/index/*/chroma"):
        delete_store(store)
    shutil.rmtree(place, ignore_errors=True)


def growth(clauses: Sequence[int], seconds: Sequence[float]) -> float | None:
    """The exponent b of time = a * clauses^b: the least-squares slope of the logarithms.

    1 is a time that grows with the corpus, 0 one that does not. None for fewer than two sizes.
    """
    measured = [(n, t) for n, t in zip(clauses, seconds, strict=True) if t > 0]
    if len(measured) < 2:
        return None
    x, y = np.log(np.asarray(measured, dtype=np.float64)).T
    x = x - x.mean()
    return float((x * y).sum() / (x * x).sum())


def percentile(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share))


def _stock_of(size: Size) -> StockBuilt:
    return size.warm.stock_build or StockBuilt(nan, nan)


def _stage_of_build(name: str) -> Callable[[Size], float]:
    return lambda size: size.build.stages[name]


def _stage_of_ask(name: str) -> Callable[[Size], float]:
    return lambda size: size.warm.stages[name] / 1000
