"""What one browser tab does to the corpus: uploads, the entries proposed for them, a change.

The page draws what stands here; the work itself is done by app.keeping.jobs. How a change
ended is told in every tab: the one that asked for it may have been reloaded meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from app.keeping.jobs import CorpusJobs, Job, State
from app.keeping.uploads import drop_upload, keep_upload
from app.keeping.worker import CorpusTask, FileOutcome, Result, TaskFile
from ingest.corpus.catalog import CatalogEntry
from ingest.errors import ClauseDeskError
from ingest.settings import Settings
from ingest.watching.proposals import FoundDocument, file_of, proposals

#: seconds for which a tab that is opened afterwards still tells how the last change ended
_NEWS = 600.0


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told: something done, or an error's line; ``about`` what it happened to."""

    key: Literal["stored", "refused", "removed", "edited", "built", "cancelled", "failed"]
    about: str = ""
    line: str = ""

    @property
    def is_error(self) -> bool:
        return self.key in ("refused", "failed")


@dataclass(frozen=True, slots=True)
class Proposed:
    """An upload that was read, with the entry that a person may correct."""

    path: Path
    entry: CatalogEntry
    outcome: FileOutcome


@dataclass
class CorpusSession:
    settings: Settings
    jobs: CorpusJobs
    proposed: list[Proposed] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    job: Job | None = None
    #: counts the uploads, so that each finds an empty form
    batch: int = 0
    _told: Job | None = None  # the change whose end this tab has told last

    @property
    def is_working(self) -> bool:
        return self.job is not None and self.job.is_running

    def upload(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Keep files and read them; what is not taken is told."""
        self.notices = []
        kept: list[Path] = []
        for name, data in files:
            try:
                kept.append(keep_upload(self.settings, name, data))
            except ClauseDeskError as error:
                self.notices.append(Notice("failed", line=str(error)))
        self.batch += 1
        task = CorpusTask(
            kind="read",
            settings=self.settings,
            files=tuple(TaskFile(path=path) for path in kept),
        )
        if kept and not self._start(task):
            _drop(kept)

    @property
    def found(self) -> list[FoundDocument]:
        """What the watch found and this tab does not show to be corrected already."""
        shown = {one.entry.sha256 for one in self.proposed}
        return [one for one in proposals(self.settings) if one.entry.sha256 not in shown]

    def look_through(self, found: FoundDocument) -> None:
        """Propose what the watch found as an upload is proposed."""
        self.notices = []
        name = Path(found.file).stem + Path(found.entry.file).suffix
        try:
            path = keep_upload(self.settings, name, file_of(self.settings, found).read_bytes())
        except (ClauseDeskError, OSError) as error:
            self.notices.append(Notice("failed", line=str(error)))
            return
        outcome = FileOutcome(
            file=name,
            entry=found.entry,
            clauses=found.clauses,
            told=found.told,
            untold=found.untold,
        )
        self.proposed.append(Proposed(path, found.entry, outcome))

    def store(self, entries: Sequence[CatalogEntry]) -> None:
        """Take the proposed documents into the corpus, under these entries in their order."""
        files = tuple(
            TaskFile(path=proposed.path, entry=entry)
            for proposed, entry in zip(self.proposed, entries, strict=True)
        )
        self._change(CorpusTask(kind="add", settings=self.settings, files=files))

    def discard(self, at: int) -> None:
        drop_upload(self.proposed.pop(at).path)

    def edit(self, document_id: str, changes: Mapping[str, str | int | date | None]) -> None:
        """Correct the entry of a document; index and catalog follow."""
        task = CorpusTask(
            kind="edit", settings=self.settings, document_id=document_id, changes=dict(changes)
        )
        self._change(task)

    def remove(self, document_id: str) -> None:
        self._change(CorpusTask(kind="remove", settings=self.settings, document_id=document_id))

    def rebuild(self) -> None:
        self._change(CorpusTask(kind="build", settings=self.settings))

    @property
    def has_news(self) -> bool:
        """Whether a job has ended that :meth:`settle` has not taken in."""
        own = self.job is not None and not self.job.is_running
        return own or self._untold_change() is not None

    def settle(self) -> None:
        """Take in what has become of this tab's job and of the corpus's last change."""
        if self.job is not None and not self.job.is_running:
            job, self.job = self.job, None
            self._settle(job)
        if (change := self._untold_change()) is not None:
            self._settle(change)

    def _untold_change(self) -> Job | None:
        change = self.jobs.latest_change
        if change is None or change.is_running or change is self._told:
            return None
        return change if change.seconds_since_end < _NEWS else None

    def _settle(self, job: Job) -> None:
        if job.changes_corpus:
            self._told = job
        if job.state is State.DONE and job.result is not None:
            self._settle_done(job.task, job.result)
        else:
            if job.state is State.CANCELLED:
                self.notices.append(Notice("cancelled"))
            else:
                self.notices.append(Notice("failed", line=job.error or ""))
            if job.task.kind == "read":
                _drop([file.path for file in job.task.files])

    def _settle_done(self, task: CorpusTask, result: Result) -> None:
        match task.kind:
            case "read":
                for file, outcome in zip(task.files, result.files, strict=True):
                    if outcome.entry is None:
                        self._refuse(file.path, outcome)
                    else:
                        self.proposed.append(Proposed(file.path, outcome.entry, outcome))
            case "add":
                by_path = {
                    file.path: outcome
                    for file, outcome in zip(task.files, result.files, strict=True)
                }
                for path, outcome in by_path.items():
                    if outcome.entry is None:
                        # still there to be corrected and stored
                        self.notices.append(Notice("refused", path.name, outcome.reason or ""))
                    else:
                        self.notices.append(Notice("stored", outcome.entry.title))
                        drop_upload(path)
                taken = {path for path, outcome in by_path.items() if outcome.entry is not None}
                self.proposed = [p for p in self.proposed if p.path not in taken]
            case "edit":
                self.notices.append(Notice("edited", task.document_id or ""))
            case "remove":
                self.notices.append(Notice("removed", task.document_id or ""))
            case "build":
                self.notices.append(Notice("built"))

    def _refuse(self, path: Path, outcome: FileOutcome) -> None:
        self.notices.append(Notice("refused", path.name, outcome.reason or ""))
        drop_upload(path)

    def _change(self, task: CorpusTask) -> None:
        self.notices = []
        self._start(task)

    def _start(self, task: CorpusTask) -> bool:
        try:
            self.job = self.jobs.start(task)
        except ClauseDeskError as error:
            self.notices.append(Notice("failed", line=str(error)))
            return False
        return True


def _drop(paths: Sequence[Path]) -> None:
    for path in paths:
        drop_upload(path)
