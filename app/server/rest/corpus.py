"""Change the corpus: files are read first, then taken under an entry that a person may correct.

Every change is a job: it is asked for, looked after, and may be cancelled.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi import Path as InAddress
from pydantic import Field

from app.contract import Day, Frozen
from app.keeping.uploads import drop_upload, keep_upload, kept_upload
from app.keeping.worker import CorpusTask, Kind, TaskFile
from app.readers import Principal
from app.server.corpus_changes import JobCard
from app.server.problems import described
from app.server.rest.asking import FRONT, Editor, TheService
from app.server.service import Service
from app.server.shapes import require_document
from ingest.corpus.catalog import CatalogEntry, DocumentKind
from ingest.keeping.proposal import corrected
from ingest.watching.proposals import FoundDocument, dismiss, file_of, proposal, proposals

router = APIRouter(prefix="/corpus", tags=["corpus changes"])

JobId = Annotated[str, InAddress(pattern=r"^[0-9a-f]{32}$")]
DocumentId = Annotated[str, InAddress(max_length=300)]
ProposalId = Annotated[str, InAddress(pattern=r"^[0-9a-f]{1,64}$")]


class JobBegun(Frozen):
    """``upload``: by which a file that is being read is taken into the corpus afterwards."""

    job: str
    upload: str | None = None


class NewDocument(Frozen):
    """``upload``: of a file that was read; ``entry``: as proposed by that job, or corrected."""

    upload: str = Field(pattern=r"^[0-9a-f]{32}$")
    entry: CatalogEntry


class NewDocuments(Frozen):
    documents: tuple[NewDocument, ...] = Field(min_length=1, max_length=100)


class EntryChanges(Frozen):
    """The fields to change; one that is left out stays."""

    kind: DocumentKind | None = None
    issuer: str | None = Field(default=None, max_length=300)
    number: int | None = Field(default=None, ge=1, le=9999)
    year: int | None = Field(default=None, ge=1, le=9999)
    title: str | None = Field(default=None, min_length=1, max_length=300)
    source: str | None = Field(default=None, max_length=300)
    expression_date: Day | None = None


@router.post("/files", status_code=202, responses=described(409, 413, 422))
def read_file(
    data: Annotated[bytes, Body(media_type="application/octet-stream")],
    name: Annotated[str, Query(min_length=1, max_length=300)],
    reader: Editor,
    service: TheService,
) -> JobBegun:
    """Read a file; the job proposes an entry for it."""
    path = keep_upload(service.settings, name, data)
    begun = _begin_with(service, reader, "read", TaskFile(path=path))
    return begun.model_copy(update={"upload": path.parent.name})


@router.post("/documents", status_code=202, responses=described(404, 409, 422))
def add(body: NewDocuments, reader: Editor, service: TheService) -> JobBegun:
    """Take files that were read into the corpus, all or none."""
    files = tuple(
        TaskFile(path=kept_upload(service.settings, one.upload), entry=one.entry)
        for one in body.documents
    )
    return _begin(service, reader, CorpusTask(kind="add", settings=service.settings, files=files))


@router.patch("/documents/{document_id}", status_code=202, responses=described(404, 409, 422))
def edit(
    document_id: DocumentId, body: EntryChanges, reader: Editor, service: TheService
) -> JobBegun:
    """Correct the entry of a document."""
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    return _change(service, reader, "edit", document_id, changes)


@router.delete("/documents/{document_id}", status_code=202, responses=described(404, 409))
def remove(document_id: DocumentId, reader: Editor, service: TheService) -> JobBegun:
    """Take a document out of the corpus."""
    return _change(service, reader, "remove", document_id, {})


@router.get("/proposals")
def found(_: Editor, service: TheService) -> tuple[FoundDocument, ...]:
    """What the watch found and nobody has accepted or dismissed yet, oldest first."""
    return proposals(service.settings)


@router.post("/proposals/{proposal_id}", status_code=202, responses=described(404, 409, 422))
def accept(
    proposal_id: ProposalId, body: EntryChanges, reader: Editor, service: TheService
) -> JobBegun:
    """Take what the watch found into the corpus, its entry corrected by what is given."""
    one = proposal(service.settings, proposal_id)
    entry = corrected(one.entry, body.model_dump(exclude_unset=True))
    path = keep_upload(service.settings, entry.file, file_of(service.settings, one).read_bytes())
    return _begin_with(service, reader, "add", TaskFile(path=path, entry=entry))


@router.delete("/proposals/{proposal_id}", status_code=204, responses=described(404))
def drop(proposal_id: ProposalId, reader: Editor, service: TheService) -> None:
    """Dismiss what the watch found; the same words are not proposed again."""
    one = dismiss(service.settings, proposal_id)
    service.noted(reader, FRONT, "proposal.dismiss", one.address)


@router.post("/build", status_code=202, responses=described(409))
def build(reader: Editor, service: TheService) -> JobBegun:
    """Bring the index up to date with the corpus's folder."""
    return _begin(service, reader, CorpusTask(kind="build", settings=service.settings))


@router.get("/jobs/{job_id}", responses=described(404))
def job(job_id: JobId, _: Editor, service: TheService) -> JobCard:
    return service.jobs.card(job_id)


@router.delete("/jobs/{job_id}", responses=described(404))
def cancel(job_id: JobId, reader: Editor, service: TheService) -> JobCard:
    """Stop a job; the corpus stays as it was. One that has ended stays as it is."""
    if service.jobs.card(job_id).state == "running":
        # whoever began it is told of at its end
        service.audit.write("job.cancel", reader, FRONT, {"job": job_id})
    return service.jobs.cancel(job_id)


def _change(
    service: Service,
    reader: Principal,
    kind: Kind,
    document_id: str,
    changes: dict[str, Any],
) -> JobBegun:
    require_document(service.desk.library(), document_id)
    task = CorpusTask(
        kind=kind, settings=service.settings, document_id=document_id, changes=changes
    )
    return _begin(service, reader, task)


def _begin_with(service: Service, reader: Principal, kind: Kind, file: TaskFile) -> JobBegun:
    """Of a file that was kept for this job: one that does not begin leaves nothing behind."""
    try:
        return _begin(
            service, reader, CorpusTask(kind=kind, settings=service.settings, files=(file,))
        )
    except Exception:
        drop_upload(file.path)
        raise


def _begin(service: Service, reader: Principal, task: CorpusTask) -> JobBegun:
    return JobBegun(job=service.jobs.begin(task, reader, FRONT)[0])
