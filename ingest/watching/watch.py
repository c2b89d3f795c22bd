"""Look at the sources that are due, and propose what is new in words.

What is seen is written down address by address, so a run that is stopped goes on where it was.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from filelock import FileLock, Timeout

from ingest.clauses.parse import parse
from ingest.corpus.catalog import CatalogEntry, document_path, read_catalog
from ingest.corpus.documents import words_hash
from ingest.errors import ClauseDeskError, UnreadableDocument
from ingest.keeping.changes import propose_documents
from ingest.loaders import load
from ingest.parsing import files_below
from ingest.settings import Settings
from ingest.structure import ParsedDocument
from ingest.watching.comparing import ChangedClauses, changes, no_version
from ingest.watching.fetching import Fetched, NotFetched, PoliteFetcher
from ingest.watching.proposals import FoundDocument, proposals, put
from ingest.watching.sources import WatchedSource, WatchedSources, host_of
from ingest.watching.visits import FOLDER, LOCK, Visit, Visits

#: documents that one look at a feed takes; the rest are taken the next times
_MOST_ENTRIES = 20

Finding = Literal["proposed", "nothing new", "wrong"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What became of one address; ``line``: for people."""

    source: str
    address: str
    finding: Finding
    line: str


def watch(settings: Settings, sources: WatchedSources, *, all_now: bool) -> Iterator[Sighting]:
    """Look at the sources that are due, or at all; a sighting an address.

    Raises ClauseDeskError when another watch is at work, or nothing can be written.
    """
    folder = settings.var / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    proposals(settings)  # what was accepted meanwhile is known as that document's
    try:
        with FileLock(folder / LOCK, timeout=0):
            yield from _Watch(settings, sources).run(all_now=all_now)
    except Timeout:
        raise ClauseDeskError("another watch is at work: wait until it has ended") from None


def seconds_until_due(settings: Settings, sources: WatchedSources) -> float:
    """0 when a source is due now; raises ClauseDeskError."""
    looked, now = Visits.load(settings.var).looked, datetime.now(UTC)
    waits = [
        (looked[source.name] + source.interval - now).total_seconds()
        if source.name in looked
        else 0.0
        for source in sources.source
    ]
    return max(0.0, min(waits, default=0.0))


class _Watch:
    def __init__(self, settings: Settings, sources: WatchedSources) -> None:
        self._settings = settings
        self._sources = sources
        self._visits = Visits.load(settings.var)
        self._fetcher = PoliteFetcher(sources, settings.loading.max_bytes)
        catalog = read_catalog(settings.corpus).document
        self._entries: dict[str, CatalogEntry] = {entry.id: entry for entry in catalog}

    def run(self, *, all_now: bool) -> Iterator[Sighting]:
        for source in self._sources.source:
            now = datetime.now(UTC)
            last = self._visits.looked.get(source.name)
            if not all_now and last is not None and now < last + source.interval:
                continue
            if source.page:
                yield self._page(source, source.page, source.document)
            elif source.feed:
                yield from self._feed(source, source.feed)
            elif source.folder:
                yield from self._files(source, source.folder)
            self._visits.looked[source.name] = now
            self._visits.save(self._settings.var)

    def _page(self, source: WatchedSource, url: str, document: str | None = None) -> Sighting:
        visit = self._visits.at.get(url, Visit(document=document))
        try:
            fetched = self._fetcher.fetch(url, visit.etag, visit.last_modified)
            if fetched.data is None:
                seen = Sighting(source.name, url, "nothing new", "nothing has changed")
            else:
                seen = self._seen(source, url, visit, fetched, fetched.data)
        except NotFetched as error:
            return Sighting(source.name, url, "wrong", str(error))
        if fetched.moved_to is None:
            return seen
        moved = f"it has moved for good to {fetched.moved_to}: change sources.toml; {seen.line}"
        return Sighting(source.name, url, seen.finding, moved)

    def _feed(self, source: WatchedSource, url: str) -> Iterator[Sighting]:
        visit = self._visits.at.get(url, Visit())
        try:
            fetched = self._fetcher.fetch(url, visit.etag, visit.last_modified)
            if fetched.data is None:
                yield Sighting(source.name, url, "nothing new", "nothing has changed")
                return
            addresses = _entries_of(fetched.data, url)
        except NotFetched as error:
            yield Sighting(source.name, url, "wrong", str(error))
            return
        elsewhere = [a for a in addresses if host_of(a) not in self._sources.hosts]
        new = [a for a in addresses if a not in elsewhere and a not in self._visits.at]
        failed = False
        for address in new[:_MOST_ENTRIES]:
            sighting = self._page(source, address)
            failed |= address not in self._visits.at
            yield sighting
        if elsewhere:
            line = f"{len(elsewhere)} entries are on hosts that sources.toml does not name"
            yield Sighting(source.name, elsewhere[0], "wrong", line)
        if not new:
            yield Sighting(source.name, url, "nothing new", "no entry is new")
        if failed or len(new) > _MOST_ENTRIES:  # the next look is to see the feed again
            return
        self._remember(url, Visit(etag=fetched.etag, last_modified=fetched.last_modified))

    def _files(self, source: WatchedSource, folder: Path) -> Iterator[Sighting]:
        if not folder.is_dir():
            yield Sighting(source.name, str(folder), "wrong", "there is no such folder")
            return
        for name, path in files_below(folder):
            address = str(path)
            visit = self._visits.at.get(address, Visit())
            try:
                stat = path.stat()
                stamp = f"{stat.st_size} {stat.st_mtime_ns}"
                if stamp == visit.etag:
                    continue
                if stat.st_size > self._settings.loading.max_bytes:
                    raise NotFetched(
                        f"it is larger than {self._settings.loading.max_bytes:,} bytes"
                    )
                data = path.read_bytes()
                yield self._seen(source, address, visit, Fetched(data, path.name, stamp), data)
            except (OSError, NotFetched) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                yield Sighting(source.name, name, "wrong", str(why))

    def _seen(
        self, source: WatchedSource, address: str, visit: Visit, fetched: Fetched, data: bytes
    ) -> Sighting:
        """Raises NotFetched for what is no text, or none of this document."""
        key = hashlib.sha256(address.encode()).hexdigest()[:12]
        kept = self._keep(key, fetched.name, data)
        try:
            text = load(kept, self._settings.loading)
        except UnreadableDocument as error:
            kept.unlink(missing_ok=True)
            raise NotFetched(f"what stands there cannot be read: {error}") from error
        words = words_hash(text.text)
        visit = visit.model_copy(
            update={"etag": fetched.etag, "last_modified": fetched.last_modified}
        )
        if words == visit.words:
            kept.unlink(missing_ok=True)
            self._remember(address, visit)
            return Sighting(source.name, address, "nothing new", "its words are the same")
        before, after = self._before(visit), parse(text, "new")
        if why := no_version(before, after, data):
            kept.unlink(missing_ok=True)
            raise NotFetched(why)
        different = changes(before, after) if before else ()
        sighting = Sighting(source.name, address, "nothing new", "only its layout has changed")
        if before is None or different:
            sighting = self._proposed(source, address, visit, kept, different, key, words)
        # once the proposal is kept: a run that is killed in between proposes the same once more
        old = visit.file
        self._remember(address, visit.model_copy(update={"words": words, "file": _place(kept)}))
        if old and old != _place(kept):
            (self._settings.var / FOLDER / old).unlink(missing_ok=True)
        return sighting

    def _proposed(
        self, source: WatchedSource, address: str, visit: Visit, kept: Path,
        different: Sequence[ChangedClauses], key: str, words: str,
    ) -> Sighting:  # fmt: skip
        (outcome,) = propose_documents(self._settings, [kept], lambda *_: None)
        if outcome.proposal is None:  # the corpus holds this text already, under any name
            return Sighting(source.name, address, "nothing new", outcome.reason or "")
        version_of = visit.document or (address if visit.words else None)
        found = FoundDocument(
            id=hashlib.sha256(f"{key} {words}".encode()).hexdigest()[:8],
            source=source.name,
            address=address,
            found=datetime.now(UTC),
            file=kept.name,
            entry=outcome.proposal.entry.model_copy(update={"source": address}),
            clauses=outcome.clauses,
            told=outcome.proposal.told,
            untold=outcome.proposal.untold,
            version_of=version_of,
            changes=tuple(different),
        )
        put(self._settings, found, kept.read_bytes())
        return Sighting(source.name, address, "proposed", f"{found.id}  {found.line}")

    def _before(self, visit: Visit) -> ParsedDocument | None:
        """The text that was there last, or that the corpus holds of it."""
        if visit.file:
            path = self._settings.var / FOLDER / visit.file
        elif visit.document in self._entries:
            path = document_path(self._settings.corpus, self._entries[visit.document])
        else:
            return None
        try:
            return parse(load(path, self._settings.loading), "before")
        except UnreadableDocument:  # the file of an earlier visit was deleted
            return None

    def _keep(self, key: str, name: str, data: bytes) -> Path:
        digest = hashlib.sha256(data).hexdigest()[:12]
        path = self._settings.var / FOLDER / "files" / key / digest / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise ClauseDeskError(f"cannot write {path}: {error.strerror}") from error
        return path

    def _remember(self, address: str, visit: Visit) -> None:
        self._visits.at[address] = visit
        self._visits.save(self._settings.var)


def _place(kept: Path) -> str:
    """The path of a kept file below the folder of the watch."""
    return Path(*kept.parts[-4:]).as_posix()


def _entries_of(data: bytes, url: str) -> list[str]:
    """The addresses of a feed's entries, in its order; raises NotFetched for what is no feed."""
    import feedparser

    # as a stream: a string would be taken for the address or the file to open
    read = feedparser.parse(io.BytesIO(data))
    links = [entry.get("link") for entry in read.entries]
    if not read.get("version"):
        raise NotFetched("what stands there is no feed (RSS or Atom)")
    return list(dict.fromkeys(urljoin(url, link) for link in links if link))
