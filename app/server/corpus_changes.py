"""Changes of the corpus on a server: who may make them, and what became of each.

Jobs are kept in a table, so that a client that comes back finds how its job ended, also after
the server was started anew, and whichever process of several it asks. A lock tells which jobs have
a process that does them: of two changes that begin at once, one is told to wait.
"""

import logging
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Row, delete, insert, select, update

from app.contract import Frozen
from app.errors import Busy, NotThere
from app.keeping.jobs import CorpusJobs, Job, State
from app.keeping.worker import CorpusTask, Result
from app.readers import Permission, Principal
from app.server.audit.log import AuditLog
from app.server.tables import jobs
from ingest.errors import ClauseDeskError
from ingest.storage import Database, held, stamp

log = logging.getLogger(__name__)

#: a job that the server's end broke off
_BROKEN_OFF = "broken_off"
#: seconds in which a job that is cancelled puts everything back
_PATIENCE = 30.0
#: seconds between two looks at a job that is under way
_LOOK = 0.5


class JobCard(Frozen):
    """A job as it is told: ``fraction`` of the whole that is done, 0 to 1."""

    id: str
    kind: str
    state: Literal["running", "done", "failed", "cancelled", "broken_off"]
    fraction: float
    began: datetime
    ended: datetime | None
    result: Result | None
    error: str | None


class KeptJobs(CorpusJobs):
    """All jobs of a desk, each written down when it begins and when it ends.

    ``var``: where the locks of jobs are, where they are files.
    """

    def __init__(self, database: Database, audit: AuditLog, var: Path) -> None:
        super().__init__()
        self._database = database
        self._audit = audit
        self._var = var
        self._ids: dict[str, Job] = {}
        self._followers: dict[str, threading.Thread] = {}
        self._is_ending = False

    def take_over(self) -> None:
        """What a server before this one began and did not end has been broken off."""
        with self._database.change() as session:
            for row in session.execute(select(jobs).where(jobs.c.state == State.RUNNING)).all():
                if not self._is_done_by_somebody(row.id):
                    ended = {
                        "state": _BROKEN_OFF,
                        "ended": stamp(datetime.now(UTC)),
                        "error": "the server ended while this was under way: nothing was changed",
                    }
                    session.execute(update(jobs).where(jobs.c.id == row.id).values(ended))

    def begin(self, task: CorpusTask, reader: Principal, front: str) -> tuple[str, Job]:
        """Start a task for a reader; its id. Raises NotAllowed and Busy."""
        reader.require(Permission.CORPUS)
        if self._is_ending:
            raise Busy("the server is about to end: try again in a moment")
        id_ = uuid4().hex
        with ExitStack() as stack:
            stack.enter_context(held(self._lock_of(id_)))
            self._write_down(id_, task, reader)
            try:
                job = self.start(task)
            except ClauseDeskError:
                with self._database.change() as session:
                    session.execute(delete(jobs).where(jobs.c.id == id_))
                raise
            lock = stack.pop_all()
        self._ids[id_] = job
        follower = threading.Thread(
            target=self._follow,
            args=(id_, job, reader, front, lock),
            daemon=True,
            name="job-follower",
        )
        alive = {key: one for key, one in self._followers.items() if one.is_alive()}
        self._followers = alive | {id_: follower}
        follower.start()
        return id_, job

    def card(self, id_: str) -> JobCard:
        """Raises NotThere."""
        row = self._row(id_)
        if row.state == State.RUNNING and not self._is_done_by_somebody(id_):
            self.take_over()  # its process was killed
            row = self._row(id_)
        done = 1.0 if row.state == State.DONE else 0.0
        return JobCard(
            id=row.id,
            kind=row.kind,
            state=row.state,
            fraction=row.fraction if row.state == State.RUNNING else done,
            began=row.began,
            ended=row.ended,
            result=Result.model_validate_json(row.result) if row.result else None,
            error=row.error,
        )

    def cancel(self, id_: str) -> JobCard:
        """Stop a job, if it is under way still, whoever does it; raises NotThere."""
        with self._database.change() as session:
            running = (jobs.c.id == id_) & (jobs.c.state == State.RUNNING)
            session.execute(update(jobs).where(running).values(is_cancelled=True))
        until = time.monotonic() + _PATIENCE
        self.card(id_)  # that of a killed process has ended
        while self._row(id_).state == State.RUNNING and time.monotonic() < until:
            time.sleep(_LOOK / 5)  # until its end is written down
        return self.card(id_)

    def end(self) -> None:
        """Cancel what is under way and wait until it has put everything back."""
        self._is_ending = True
        for job in self._ids.values():
            job.cancel()
        for follower in self._followers.values():
            follower.join(_PATIENCE)

    def _row(self, id_: str) -> Row[Any]:
        with self._database.read() as session:
            row = session.execute(select(jobs).where(jobs.c.id == id_)).one_or_none()
        if row is None:
            raise NotThere(f"there is no job {id_}")
        return row

    def _write_down(self, id_: str, task: CorpusTask, reader: Principal) -> None:
        """Raises Busy where a process makes a change already."""
        with self._database.change() as session:
            others = select(jobs.c.id).where(jobs.c.state == State.RUNNING, jobs.c.kind != "read")
            if task.kind != "read" and any(map(self._is_done_by_somebody, session.scalars(others))):
                raise Busy("another change of the corpus is under way: wait until it has ended")
            session.execute(
                insert(jobs).values(
                    id=id_,
                    reader=reader.id,
                    kind=task.kind,
                    began=stamp(datetime.now(UTC)),
                    state=State.RUNNING,
                )
            )

    def _is_done_by_somebody(self, id_: str) -> bool:
        with held(self._lock_of(id_)) as free:
            return not free

    def _lock_of(self, id_: str) -> Path:
        return self._var / "jobs" / f"{id_}.lock"

    def _follow(self, id_: str, job: Job, reader: Principal, front: str, lock: ExitStack) -> None:
        with lock:
            try:
                while job.is_running:
                    job.wait(_LOOK)
                    self._tell_how_far(id_, job)
                with self._database.change() as session:
                    session.execute(
                        update(jobs)
                        .where(jobs.c.id == id_)
                        .values(
                            state=job.state,
                            ended=stamp(datetime.now(UTC)),
                            result=job.result.model_dump_json() if job.result else None,
                            error=job.error,
                        )
                    )
                if job.changes_corpus:
                    self._audit.write(f"corpus.{job.task.kind}", reader, front, _told_by(job))
            except ClauseDeskError:
                log.exception("the end of a job could not be written down")
            finally:
                self._lock_of(id_).unlink(missing_ok=True)

    def _tell_how_far(self, id_: str, job: Job) -> None:
        """And stop it, where any process was told to."""
        try:
            with self._database.change() as session:
                session.execute(update(jobs).where(jobs.c.id == id_).values(fraction=job.fraction))
                is_cancelled = session.scalar(select(jobs.c.is_cancelled).where(jobs.c.id == id_))
        except ClauseDeskError as error:  # the job goes on; how it ends is told then
            log.warning("how far a job is could not be told: %s", error)
            return
        if is_cancelled:
            job.cancel()


class ReadersJobs(CorpusJobs):
    """The jobs of a server as one reader's page may see and start them."""

    def __init__(self, kept: KeptJobs, reader: Principal) -> None:
        super().__init__()
        self._kept = kept
        self._reader = reader

    def start(self, task: CorpusTask) -> Job:
        """Raises NotAllowed and Busy."""
        return self._kept.begin(task, self._reader, "page")[1]

    @property
    def latest_change(self) -> Job | None:
        return self._kept.latest_change


def _told_by(job: Job) -> dict[str, object]:
    taken = [file.entry.id for file in job.result.files if file.entry] if job.result else []
    return {
        "state": job.state,
        "documents": taken or ([job.task.document_id] if job.task.document_id else []),
        "changes": sorted(job.task.changes),
        "snapshot": job.result.fingerprint if job.result else None,
    }
