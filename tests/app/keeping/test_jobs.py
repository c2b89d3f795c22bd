"""Changes of the corpus in a process of their own: what they do, how they end, who must wait."""

import time
from pathlib import Path

import pytest
from small_corpus import NEW_DEPOSITS, OLD_DEPOSITS, corpus_of, with_documents

from app.contract import Question
from app.desk import ClauseDesk
from app.errors import Busy, UploadRefused
from app.keeping.jobs import CorpusJobs, Job, State
from app.keeping.uploads import drop_upload, keep_upload
from app.keeping.worker import CorpusTask, FileOutcome, TaskFile
from ingest.corpus.catalog import CatalogEntry, load_catalog
from ingest.errors import CatalogError
from ingest.keeping.proposal import corrected
from ingest.keeping.status import read_documents
from ingest.pipeline import build
from ingest.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_documents(tmp_path, OLD_DEPOSITS)


def ended(job: Job) -> Job:
    job.wait()
    return job


def read(jobs: CorpusJobs, settings: Settings, *paths: Path) -> tuple[FileOutcome, ...]:
    files = tuple(TaskFile(path=path) for path in paths)
    job = ended(jobs.start(CorpusTask(kind="read", settings=settings, files=files)))
    assert job.state is State.DONE, job.error
    assert job.result is not None
    return job.result.files


def entry_of(outcome: FileOutcome) -> CatalogEntry:
    assert outcome.entry is not None, outcome.reason
    return outcome.entry


def ids(settings: Settings) -> list[str]:
    return [entry.id for entry in load_catalog(settings.corpus).document]


def test_an_upload_is_read_corrected_stored_and_found(settings: Settings) -> None:
    jobs = CorpusJobs()
    upload = keep_upload(settings, "guarantees.txt", NEW_DEPOSITS.encode())
    (outcome,) = read(jobs, settings, upload)
    proposed = entry_of(outcome)
    assert (proposed.id, outcome.clauses) == ("gacc-2022-8", 3)
    assert "in force from 2022-05-01" in outcome.told
    assert ids(settings) == ["hours", "gacc-2019-5"]  # nothing stored yet

    desk = ClauseDesk.open(settings)
    before = desk.fingerprint
    wanted = corrected(proposed, {"id": "guarantees", "title": "On Guarantees", "source": "us"})
    files = (TaskFile(path=upload, entry=wanted),)
    job = ended(jobs.start(CorpusTask(kind="add", settings=settings, files=files)))
    assert job.state is State.DONE and job.fraction == 1.0
    assert job.result is not None and job.result.fingerprint == desk.fingerprint != before
    assert load_catalog(settings.corpus).document[-1] == wanted
    assert (settings.corpus / "documents" / "guarantees.txt").read_text() == NEW_DEPOSITS
    answer = desk.ask(Question(text="Which deposit is paid for each exhibit in the hall?"))
    assert "4,500 yuan" in answer.answer and answer.citations[0].document_id == "guarantees"


def test_what_cannot_be_taken_says_why_and_keeps_no_other_from_being_taken(
    settings: Settings,
) -> None:
    jobs = CorpusJobs()
    held = keep_upload(settings, "again.txt", OLD_DEPOSITS.encode())
    broken = keep_upload(settings, "broken.pdf", b"%PDF-1.7 and no more")
    fine = keep_upload(settings, "fine.txt", NEW_DEPOSITS.encode())
    outcomes = read(jobs, settings, held, broken, fine)
    assert [outcome.reason is None for outcome in outcomes] == [False, False, True]
    assert "holds this text already: gacc-2019-5" in str(outcomes[0].reason)
    entry = entry_of(outcomes[2])
    taken = entry.model_copy(update={"id": "hours"})
    other = entry.model_copy(update={"sha256": "0" * 64})
    for wrong, line in ((taken, "hours is taken"), (other, "has changed since it was read")):
        files = (TaskFile(path=fine, entry=wrong),)
        job = ended(jobs.start(CorpusTask(kind="add", settings=settings, files=files)))
        assert job.result is not None
        assert line in str(job.result.files[0].reason)
        assert job.result.fingerprint is None
    assert ids(settings) == ["hours", "gacc-2019-5"]
    assert sorted(p.name for p in (settings.corpus / "documents").iterdir()) == [
        "gacc-2019-5.txt",
        "hours.txt",
    ]


def test_a_removal_and_what_is_not_there(settings: Settings) -> None:
    jobs = CorpusJobs()
    gone = CorpusTask(kind="remove", settings=settings, document_id="gacc-2019-5")
    assert ended(jobs.start(gone)).state is State.DONE
    assert ids(settings) == list(read_documents(settings)) == ["hours"]
    job = ended(jobs.start(gone))
    assert job.state is State.FAILED and "no document gacc-2019-5" in str(job.error)


def test_a_build_brings_the_index_up_to_date(tmp_path: Path) -> None:
    settings = corpus_of(tmp_path)
    job = ended(CorpusJobs().start(CorpusTask(kind="build", settings=settings)))
    assert job.state is State.DONE, job.error
    assert list(read_documents(settings)) == ["hours"]


def long_task(settings: Settings) -> CorpusTask:
    """A document that takes many seconds to embed."""
    items = "\n\n".join(
        f"{n}. Exhibit {n} of kind {n * 7} shall be registered with office {n} within {n} days "
        f"of its arrival, together with list {n + 1} and form {n + 2}, before it is unpacked."
        for n in range(1, 3001)
    )
    upload = keep_upload(settings, "long.txt", f"Notice on Many Things\n\n{items}\n".encode())
    (outcome,) = read(CorpusJobs(), settings, upload)
    return CorpusTask(
        kind="add",
        settings=settings,
        files=(TaskFile(path=upload, entry=entry_of(outcome)),),
    )


def test_a_running_change_keeps_no_question_waiting_and_can_be_cancelled(
    settings: Settings,
) -> None:
    desk = ClauseDesk.open(settings)
    before = desk.fingerprint
    jobs = CorpusJobs()
    job = jobs.start(long_task(settings))
    while job.fraction <= 0.1:  # it embeds now
        assert job.is_running, job.error
        time.sleep(0.05)
    assert jobs.changing is job
    with pytest.raises(Busy, match="another change"):
        jobs.start(CorpusTask(kind="build", settings=settings))
    answer = desk.ask(Question(text="Which deposit is paid for each exhibit in the hall?"))
    assert "3,000 yuan" in answer.answer and job.is_running
    assert answer.corpus_fingerprint == before
    job.cancel()
    job.cancel()  # an impatient second click
    assert ended(job).state is State.CANCELLED
    assert jobs.changing is None
    assert ids(settings) == list(read_documents(settings)) == ["hours", "gacc-2019-5"]
    assert not (settings.corpus / "documents" / "notice-on-many-things.txt").exists()
    assert desk.fingerprint == before
    build(settings, lambda *_: None)  # and nothing is locked or half-written
    assert desk.fingerprint == before


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.4])
def test_a_change_cancelled_as_soon_as_it_began_ends_without_a_traceback(
    settings: Settings, seconds: float, capfd: pytest.CaptureFixture[str]
) -> None:
    job = CorpusJobs().start(CorpusTask(kind="build", settings=settings))
    time.sleep(seconds)
    job.cancel()
    assert ended(job).state is State.CANCELLED
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_is_killed_is_told_and_can_be_done_over(settings: Settings) -> None:
    jobs = CorpusJobs()
    job = jobs.start(long_task(settings))
    while job.fraction <= 0.1:
        time.sleep(0.05)
    job._process.kill()
    assert ended(job).state is State.FAILED
    assert "fault in the program" in str(job.error)
    assert list(read_documents(settings)) == ["hours", "gacc-2019-5"]  # the old index serves on
    remove = CorpusTask(kind="remove", settings=settings, document_id="notice-on-many-things")
    assert ended(jobs.start(remove)).state is State.DONE
    assert ids(settings) == list(read_documents(settings)) == ["hours", "gacc-2019-5"]


def test_only_so_many_files_are_read_at_once(settings: Settings) -> None:
    jobs = CorpusJobs()
    upload = keep_upload(settings, "a.txt", NEW_DEPOSITS.encode())
    task = CorpusTask(kind="read", settings=settings, files=(TaskFile(path=upload),))
    started = [jobs.start(task), jobs.start(task)]
    with pytest.raises(Busy, match="read just now"):
        jobs.start(task)
    for job in started:
        job.wait()
    assert ended(jobs.start(task)).state is State.DONE


@pytest.mark.parametrize(
    ("name", "size", "line"),
    [
        ("virus.exe", 10, "virus.exe: not taken; upload one of txt, md, pdf"),
        ("no-ending", 10, "no-ending: not taken"),
        ("big.txt", 101, "big.txt: larger than the limit of 100 bytes"),
    ],
)
def test_uploads_are_limited_by_type_and_size(
    settings: Settings, name: str, size: int, line: str
) -> None:
    small = settings.model_copy(
        update={"loading": settings.loading.model_copy(update={"max_bytes": 100})}
    )
    with pytest.raises(UploadRefused, match=line):
        keep_upload(small, name, b"x" * size)
    assert not (settings.var / "uploads").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/rules.txt", "rules.txt"),
        ("C:\\papers\\rules.TXT", "rules.TXT"),
        ("a\nb\x00.txt", "ab.txt"),
        (".txt", "document.txt"),
        ("公告2016年第67号.pdf", "公告2016年第67号.pdf"),
        ("x" * 300 + ".md", "x" * 120 + ".md"),
    ],
)
def test_an_upload_keeps_its_own_name_and_no_path(settings: Settings, name: str, kept: str) -> None:
    path = keep_upload(settings, name, b"1. A rule.")
    assert path.name == kept
    assert path.parent.parent == settings.var / "uploads"
    drop_upload(path)
    assert list((settings.var / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"id": "Not An Id"}, "Not An Id is no id"),
        ({"title": ""}, "title: "),
        ({"kind": "poem"}, "kind: "),
        ({"year": "soon"}, "year: "),
    ],
)
def test_a_correction_that_no_entry_can_have_is_told(changes: dict[str, object], line: str) -> None:
    entry = CatalogEntry(
        id="a", kind="law", issuer="us", title="t", language="en", source="s", file="a.md",
        sha256="0" * 64,
    )  # fmt: skip
    assert corrected(entry, {"id": "b"}).file == "b.md"
    with pytest.raises(CatalogError, match=line):
        corrected(entry, changes)
