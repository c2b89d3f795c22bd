"""What the watch found, waiting in var/watched/proposals until a person accepts or dismisses it.

A proposal is two files: the document as it came, and what would be entered of it.
"""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from ingest.corpus.catalog import CatalogEntry, read_catalog
from ingest.errors import CatalogError, ClauseDeskError
from ingest.index.build import Progress
from ingest.keeping.changes import Added, add_confirmed
from ingest.keeping.proposal import corrected
from ingest.records import Frozen
from ingest.settings import Settings
from ingest.watching.comparing import ChangedClauses
from ingest.watching.visits import FOLDER, LOCK, Visits
from ingest.whole_file import replace_file

_RECORD = "proposal.json"


class UnknownProposal(ClauseDeskError):
    """There is no proposal of that id."""


class FoundDocument(Frozen):
    """``version_of``: the document of which it is a new text, or the address seen before; ``told``,
    ``untold``: as of an upload."""

    id: str
    source: str
    address: str
    found: datetime
    file: str
    entry: CatalogEntry
    clauses: int
    told: tuple[str, ...]
    untold: tuple[str, ...]
    version_of: str | None = None
    changes: tuple[ChangedClauses, ...] = ()

    @property
    def line(self) -> str:
        """What is proposed, for people."""
        what = f"new text of {self.version_of}" if self.version_of else "new document"
        return "; ".join((f"{what}: {self.entry.title}", *(one.line for one in self.changes)))


def proposals(settings: Settings) -> tuple[FoundDocument, ...]:
    """Those that wait, oldest first. One whose file the corpus has by now, in whatever way it was
    added, waits no more: its address is known as that document's.

    Raises ClauseDeskError for one that is damaged.
    """
    found = _all(settings)
    if not found:
        return ()
    held = {entry.sha256: entry.id for entry in read_catalog(settings.corpus).document}
    for one in found:
        if one.entry.sha256 in held:
            _settle(settings, one, held[one.entry.sha256])
    waiting = (one for one in found if one.entry.sha256 not in held)
    return tuple(sorted(waiting, key=lambda one: (one.found, one.id)))


def proposal(settings: Settings, proposal_id: str) -> FoundDocument:
    """One that waits. Raises UnknownProposal."""
    waiting = {found.id: found for found in proposals(settings)}
    if proposal_id not in waiting:
        raise UnknownProposal(
            f"no proposal {proposal_id} waits; there are: {', '.join(waiting) or 'none'}"
        )
    return waiting[proposal_id]


def file_of(settings: Settings, found: FoundDocument) -> Path:
    """The document as it came."""
    return _folder(settings) / found.id / found.file


def put(settings: Settings, found: FoundDocument, data: bytes) -> None:
    """Keep a proposal in the place of an earlier one of the same address."""
    for earlier in _all(settings):
        if earlier.address == found.address and earlier.id != found.id:
            shutil.rmtree(_folder(settings) / earlier.id)
    folder = _folder(settings) / found.id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / found.file).write_bytes(data)
        replace_file(folder / _RECORD, found.model_dump_json(indent=1))
    except OSError as error:
        raise ClauseDeskError(f"cannot write in {folder}: {error.strerror}") from error


def accept(
    settings: Settings, proposal_id: str, changes: Mapping[str, object], progress: Progress
) -> Added:
    """Take a proposal into the corpus, its entry corrected by ``changes``; it then waits no more.

    Raises UnknownProposal, and ClauseDeskError as for any document that is added.
    """
    found = proposal(settings, proposal_id)
    entry = corrected(found.entry, changes)
    added = add_confirmed(settings, [(file_of(settings, found), entry)], progress)
    (outcome,) = added.outcomes
    if outcome.reason is not None:
        raise CatalogError(f"proposal {found.id} is not taken: {outcome.reason}")
    _settle(settings, found, entry.id)
    return added


def dismiss(settings: Settings, proposal_id: str) -> FoundDocument:
    """Drop a proposal; the same words are not proposed again. Raises UnknownProposal."""
    found = proposal(settings, proposal_id)
    shutil.rmtree(_folder(settings) / found.id)
    return found


def _settle(settings: Settings, found: FoundDocument, document_id: str) -> None:
    """The next text of the address is one of this document."""
    try:
        with FileLock(settings.var / FOLDER / LOCK, timeout=0):
            visits = Visits.load(settings.var)
            if found.address in visits.at:
                visit = visits.at[found.address]
                visits.at[found.address] = visit.model_copy(update={"document": document_id})
                visits.save(settings.var)
    except Timeout:  # a watch is at work; whoever lists the proposals next does this
        return
    shutil.rmtree(_folder(settings) / found.id, ignore_errors=True)


def _all(settings: Settings) -> list[FoundDocument]:
    folder = _folder(settings)
    return [_read(path) for path in folder.glob(f"*/{_RECORD}")] if folder.is_dir() else []


def _read(path: Path) -> FoundDocument:
    try:
        return FoundDocument.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ClauseDeskError(f"{path} cannot be read: delete its folder") from error


def _folder(settings: Settings) -> Path:
    return settings.var / FOLDER / "proposals"
