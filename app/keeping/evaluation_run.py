"""The evaluation that a server has under way: `python -m eval run`, in a process of its own.

It leaves its reports in the folder of the server's own settings, where the page reads them; a
run that is cancelled leaves those of the run before.
"""

import logging
import os
import re
import subprocess
import sys
import threading
import time
from typing import TextIO

from app.errors import Busy
from app.teaching.topics import FILE
from ingest.settings import PROJECT, Settings

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "eval", "run")
#: the line with which a run ends that was measured, whatever came of it
_MEASURED = "reports: "
#: asking goes first where the processors are busy
_NICENESS = 10
_PROGRESS = re.compile(r"topics: (\d+) of (\d+)")


class EvaluationRun:
    """One run; what it says may be read in any thread.

    ``own``: of the company's own topics; ``error``: the line with which a run ended that measured
    nothing, "" for one that went well.
    """

    def __init__(self, settings: Settings, own: bool) -> None:
        self.done = self.total = 0
        self.own = own
        self.error = ""
        self.is_cancelled = False
        self._began = time.monotonic()
        places = {"CLAUSEDESK_CORPUS": str(settings.corpus), "CLAUSEDESK_VAR": str(settings.var)}
        self._process = subprocess.Popen(
            (*COMMAND, *(("--topics", str(settings.corpus / FILE)) if own else ())),
            cwd=PROJECT,
            env=os.environ | places,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)
        assert self._process.stderr is not None
        self._thread = threading.Thread(
            target=self._follow, args=(self._process.stderr,), daemon=True, name="evaluation-run"
        )
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._began

    def cancel(self) -> None:
        """End the run; returns at once."""
        self.is_cancelled = True
        self._process.terminate()

    def wait(self, seconds: float | None = None) -> None:
        """Until the run has ended, or so long."""
        self._thread.join(seconds)

    def _follow(self, told: TextIO) -> None:
        last = ""
        for line in told:
            found = _PROGRESS.match(line)
            if found:
                self.done, self.total = int(found[1]), int(found[2])
            elif line.strip():
                last = line.strip()
        self._process.wait()
        if not last.startswith(_MEASURED) and not self.is_cancelled:
            log.error("an evaluation ended with exit code %s: %s", self._process.returncode, last)
            self.error = last


class EvaluationRuns:
    """The run of one server; safe in several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self.latest: EvaluationRun | None = None

    def start(self, *, own: bool) -> EvaluationRun:
        """A run of the company's ``own`` topics or of the project's. Raises Busy when one is
        under way."""
        with self._lock:
            if self.latest is not None and self.latest.is_running:
                raise Busy("an evaluation is under way: wait for it or cancel it")
            self.latest = EvaluationRun(self._settings, own)
            return self.latest
