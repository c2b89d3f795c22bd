"""How long something takes: a call in this process, or Python in a process of its own."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import NamedTuple

from eval.errors import CannotRun
from ingest.settings import PROJECT

#: asks one question that the corpus answers
COLD_ASK = ("-m", "app", "ask", "Which code do finished products leave the control areas under?")

_MEGABYTE = 1024**2
#: bytes in the unit in which the system tells a process's memory
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


def milliseconds(action: Callable[[], object]) -> float:
    """Time of one call."""
    started = perf_counter()
    action()
    return 1000 * (perf_counter() - started)


class Ended(NamedTuple):
    """A process that ended well."""

    output: bytes
    seconds: float
    peak_megabytes: float


class Resident(NamedTuple):
    """Memory of a process in MB: its pages, and the same with each page that several processes
    share divided among them."""

    megabytes: float
    shared_out: float


def resident() -> Resident:
    """Of this process now; where the system does not tell (it is not Linux), its peak for both."""
    try:
        told = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        peak = in_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return Resident(peak, peak)
    kilobytes = {name: int(number) for name, number, _ in map(str.split, told)}
    return Resident(kilobytes["Rss:"] / 1024, kilobytes["Pss:"] / 1024)


def run_python(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Run Python with ``arguments`` to its end, ``environment`` beside this process's own.

    Raises CannotRun, with the last line it printed, for a process that fails.
    """
    with TemporaryFile() as out, TemporaryFile() as err:
        started = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=out,
            stderr=err,
            env={**os.environ, **(environment or {})},
            cwd=PROJECT,
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
        return Ended(out.read(), seconds, in_megabytes(usage.ru_maxrss))


def in_megabytes(peak: int) -> float:
    """A peak of memory as the system tells it (``ru_maxrss``)."""
    return peak * _MEMORY_UNIT / _MEGABYTE
