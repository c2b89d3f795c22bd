"""The changes of the corpus that this server has under way, each in a process of its own.

One change at a time; files can be read meanwhile. Every page sees the same jobs.
"""

import logging
import signal
import subprocess
import sys
import threading
import time
from enum import StrEnum

from app.errors import Busy
from app.keeping.worker import CorpusTask, Result, TaskStep, WorkerMessage
from ingest.settings import PROJECT

log = logging.getLogger(__name__)

#: seconds that a cancelled worker has to put everything back before it is killed
_GRACE = 20.0
#: files may be read by so many pages at once
_READERS = 2
#: the share of the whole that is done when a stage begins, in their order
_STAGES = (("read", 0.0), ("vectors", 0.1), ("words", 0.95), ("", 1.0))


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One change; what it says may be read in any thread."""

    def __init__(self, task: CorpusTask) -> None:
        self.task = task
        self.state = State.RUNNING
        self.step: TaskStep | None = None
        self.result: Result | None = None
        self.error: str | None = None
        self._began = time.monotonic()
        self._ended: float | None = None
        self.is_cancelled = False
        # the worker inherits the mask and lifts it when it is ready to be cancelled: a SIGINT
        # before that would end Python in the middle of its imports, with a traceback
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.keeping.worker"],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self._thread = threading.Thread(target=self._follow, daemon=True, name="corpus-job")
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self.state is State.RUNNING

    @property
    def changes_corpus(self) -> bool:
        return self.task.kind != "read"

    @property
    def seconds(self) -> float:
        """Since the job began."""
        return time.monotonic() - self._began

    @property
    def seconds_since_end(self) -> float:
        """0 while the job runs."""
        return 0.0 if self._ended is None else time.monotonic() - self._ended

    @property
    def fraction(self) -> float:
        """How much of the whole is done, roughly, 0 to 1; it never goes back."""
        if self.step is None:
            return 0.0
        names = [name for name, _ in _STAGES]
        place = names.index(self.step.stage) if self.step.stage in names else 0
        start, end = _STAGES[place][1], _STAGES[place + 1][1]
        share = self.step.done / self.step.total if self.step.total else 1.0
        return start + (end - start) * min(share, 1.0)

    def cancel(self) -> None:
        """Stop the work; corpus and index are put back as they were. Returns at once."""
        if self.is_running and not self.is_cancelled:
            self.is_cancelled = True
            self._process.send_signal(signal.SIGINT)
            timer = threading.Timer(_GRACE, self._process.kill)
            timer.daemon = True
            timer.start()

    def wait(self, seconds: float | None = None) -> None:
        """Until the job has ended, one way or another, or so many seconds."""
        self._thread.join(seconds)

    def _follow(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._process:
            try:
                self._process.stdin.write(self.task.model_dump_json(by_alias=True).encode())
                self._process.stdin.close()
                for line in self._process.stdout:
                    self._hear(WorkerMessage.model_validate_json(line))
            except (OSError, ValueError):  # it ended before it listened, or in the middle of a line
                if not self.is_cancelled:
                    log.exception("a corpus worker broke off")
        self._end(self._process.returncode)

    def _hear(self, report: WorkerMessage) -> None:
        self.step = report.step or self.step
        self.result = report.result or self.result
        self.error = report.error or self.error

    def _end(self, exit_code: int) -> None:
        self._ended = time.monotonic()
        if self.result is not None:
            self.state = State.DONE
        elif self.is_cancelled:
            self.state = State.CANCELLED
        else:
            if self.error is None:
                log.error("a corpus worker ended with exit code %s and no result", exit_code)
                self.error = (
                    "the change broke off because of a fault in the program; the log says which. "
                    "Try again"
                )
            self.state = State.FAILED


class CorpusJobs:
    """The jobs of one server; safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: list[Job] = []
        self._latest_change: Job | None = None

    def start(self, task: CorpusTask) -> Job:
        """Raises Busy when another change is under way, or too many files are being read."""
        with self._lock:
            self._jobs = [job for job in self._jobs if job.is_running]
            reading = task.kind == "read"
            rivals = sum(job.changes_corpus != reading for job in self._jobs)
            if reading and rivals >= _READERS:
                raise Busy("other files are being read just now: try again in a moment")
            if not reading and rivals:
                raise Busy("another change of the corpus is under way: wait until it has ended")
            job = Job(task)
            self._jobs.append(job)
            if job.changes_corpus:
                self._latest_change = job
            return job

    @property
    def latest_change(self) -> Job | None:
        """The change under way or the last one that ended, for every page to tell."""
        with self._lock:
            return self._latest_change

    @property
    def changing(self) -> Job | None:
        """The change under way, for every page to show."""
        change = self.latest_change
        return change if change is not None and change.is_running else None
