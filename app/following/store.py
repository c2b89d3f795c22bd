"""What is followed and what was warned of, in ``var/following.sqlite``, each of one reader."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    Select,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.contract import Question
from app.errors import NotThere
from app.following.basis import Rest
from app.following.changes import Finding
from app.wording import Language
from ingest.storage import Database, StorageUnavailable, Tables, stamp
from ingest.structure import Clause

_ENDING = ".sqlite"
FILE = f"following{_ENDING}"
SCHEMA = 1

FollowedKind = Literal["answer", "pack", "clause"]


class FollowingUnavailable(StorageUnavailable):
    """What is followed cannot be read or kept; the line says why."""


class UnknownFollowed(NotThere):
    """Something that is not followed, or not by this reader."""


class _Base(DeclarativeBase):
    pass


class _FollowedRow(_Base):
    __tablename__ = "followed"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    subject: Mapped[str]  # of a clause its id, of an answer that of its turn, of a pack its sha256
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    since: Mapped[str]  # ISO 8601, UTC
    kept: Mapped[str] = mapped_column(Text)  # what is followed, as it was
    asked: Mapped[str] = mapped_column(Text)  # Questions as JSON
    rests: Mapped[str] = mapped_column(Text)  # as JSON
    fingerprint: Mapped[str] = mapped_column(ForeignKey("snapshot.fingerprint"))
    checked_on: Mapped[str]


class _WarningRow(_Base):
    __tablename__ = "warning"

    id: Mapped[str] = mapped_column(primary_key=True)
    followed: Mapped[str] = mapped_column(ForeignKey("followed.id", ondelete="CASCADE"), index=True)
    at: Mapped[str]
    fingerprint: Mapped[str]
    findings: Mapped[str] = mapped_column(Text)  # as JSON
    seen: Mapped[bool]
    sent: Mapped[bool]  # to all addresses that are to have it
    sent_to: Mapped[str] = mapped_column(Text)  # digests of addresses that have it, a line each
    printed: Mapped[bool]


class _SnapshotRow(_Base):
    """``words``: of all its clauses, as `app.following.basis.Present.words` gives them."""

    __tablename__ = "snapshot"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)


class _DocumentRow(_Base):
    """The clauses of a document on which something rests, kept once for all that does."""

    __tablename__ = "document"

    digest: Mapped[str] = mapped_column(primary_key=True)
    clauses: Mapped[bytes] = mapped_column(LargeBinary)


class _RestsOnRow(_Base):
    __tablename__ = "rests_on"

    followed: Mapped[str] = mapped_column(
        ForeignKey("followed.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[str] = mapped_column(primary_key=True)  # id in the corpus
    digest: Mapped[str] = mapped_column(ForeignKey("document.digest"), index=True)


TABLES = Tables(
    what="what is followed", metadata=_Base.metadata, schema=SCHEMA, error=FollowingUnavailable
)
_CLAUSES = TypeAdapter(tuple[Clause, ...])
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_RESTS = TypeAdapter(tuple[Rest, ...])
_QUESTIONS = TypeAdapter(tuple[Question, ...])


@dataclass(frozen=True, slots=True)
class ToFollow:
    """Something as it is to be kept; the fields are those of :class:`Followed`."""

    kind: FollowedKind
    subject: str
    title: str
    language: Language
    kept: str
    asked: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """From what a check begins: what is rested on, in which snapshot, on which day.

    ``words``: gives those of the snapshot's clauses; ``clauses``: of the documents that it holds, by id.
    """

    rests: tuple[Rest, ...]
    fingerprint: str
    day: date
    words: Callable[[], bytes]
    clauses: Mapping[str, tuple[Clause, ...]]


@dataclass(frozen=True, slots=True)
class Followed:
    """``kept``: an Answer, an evidence pack or a clause, as it was, to the byte."""

    id: str
    owner: str
    kind: FollowedKind
    subject: str
    title: str
    language: Language
    since: datetime
    kept: str
    asked: tuple[Question, ...]
    rests: tuple[Rest, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What one snapshot or day has changed for one thing that is followed. ``sent_to``: digests
    of the addresses that have it."""

    id: str
    at: datetime
    fingerprint: str
    findings: tuple[Finding, ...]
    seen: bool
    sent_to: frozenset[str]


class FollowingStore:
    """What one reader follows; what others follow is not there for it.

    Every method raises FollowingUnavailable when the file cannot be read or written.
    """

    def __init__(self, var: Path, owner: str = "", kept_in: Database | None = None) -> None:
        self._owner = owner
        self._file = kept_in or Database(var / FILE, TABLES)

    def of(self, owner: str) -> "FollowingStore":
        return FollowingStore(self._file.path.parent, owner, self._file)

    @property
    def lock(self) -> Path:
        """Held by whoever looks for changes: each is found by one only."""
        return self._file.path.with_name(f"{self._file.path.name}.checking.lock")

    def add(self, thing: ToFollow, checkpoint: Checkpoint) -> str:
        """Its id; what is followed already stays as it is."""
        id_ = uuid4().hex
        with self._file.change() as session:
            held = session.scalar(self._followed_as(thing.subject))
            if held is not None:
                return held
            _keep_snapshot(session, checkpoint)
            session.execute(
                insert(_FollowedRow).values(
                    id=id_,
                    owner=self._owner,
                    kind=thing.kind,
                    subject=thing.subject,
                    title=thing.title,
                    language=thing.language,
                    since=stamp(datetime.now(UTC)),
                    kept=thing.kept,
                    asked=_QUESTIONS.dump_json(thing.asked).decode(),
                    rests=_RESTS.dump_json(checkpoint.rests).decode(),
                    fingerprint=checkpoint.fingerprint,
                    checked_on=checkpoint.day.isoformat(),
                )
            )
            _keep_documents(session, id_, checkpoint)
        return id_

    def following(self, subject: str) -> str | None:
        """The id under which the reader follows it, if it does."""
        with self._file.read() as session:
            return session.scalar(self._followed_as(subject))

    def all(self) -> list[Followed]:
        """The latest first."""
        with self._file.read() as session:
            rows = session.scalars(
                select(_FollowedRow)
                .where(_FollowedRow.owner == self._owner)
                .order_by(_FollowedRow.since.desc())
            )
            return [_followed(row) for row in rows]

    def get(self, id_: str) -> Followed:
        """Raises UnknownFollowed."""
        with self._file.read() as session:
            row = session.get(_FollowedRow, id_)
            if row is None or row.owner != self._owner:
                raise UnknownFollowed(f"nothing is followed as {id_}")
            return _followed(row)

    def remove(self, id_: str) -> None:
        """With its warnings; raises UnknownFollowed."""
        self.get(id_)
        with self._file.change() as session:
            session.execute(delete(_FollowedRow).where(_FollowedRow.id == id_))
        self.drop_unused()

    def warnings(self, id_: str) -> list[Warned]:
        """Of something that is followed, the latest first."""
        with self._file.read() as session:
            rows = session.scalars(
                select(_WarningRow)
                .join(_FollowedRow)
                .where(_FollowedRow.owner == self._owner, _FollowedRow.id == id_)
                .order_by(_WarningRow.at.desc())
            )
            return [_warned(row) for row in rows]

    def unseen(self) -> int:
        with self._file.read() as session:
            return session.execute(
                select(func.count())
                .select_from(_WarningRow)
                .join(_FollowedRow)
                .where(_FollowedRow.owner == self._owner, _WarningRow.seen.is_(False))
            ).scalar_one()

    def see(self, id_: str) -> None:
        """All warnings of something are seen; raises UnknownFollowed."""
        self.get(id_)
        with self._file.change() as session:
            session.execute(
                update(_WarningRow).where(_WarningRow.followed == id_).values(seen=True)
            )

    def behind(self, fingerprint: str, today: date) -> list[Followed]:
        """Of all readers, what was not held against this snapshot on this day yet."""
        with self._file.read() as session:
            rows = session.scalars(
                select(_FollowedRow)
                .where(
                    (_FollowedRow.fingerprint != fingerprint)
                    | (_FollowedRow.checked_on != today.isoformat())
                )
                .order_by(_FollowedRow.since)
            )
            return [_followed(row) for row in rows]

    def clauses(self, id_: str) -> dict[str, tuple[Clause, ...]]:
        """By document id, the clauses of the documents that something rests on, as they were."""
        with self._file.read() as session:
            rows = session.execute(
                select(_RestsOnRow.document, _DocumentRow.clauses)
                .join(_DocumentRow, _DocumentRow.digest == _RestsOnRow.digest)
                .where(_RestsOnRow.followed == id_)
            )
            return {row.document: _unpacked(row.clauses) for row in rows}

    def words(self, fingerprint: str) -> bytes:
        with self._file.read() as session:
            return session.get_one(_SnapshotRow, fingerprint).words

    def keep_check(self, id_: str, checkpoint: Checkpoint, findings: Iterable[Finding]) -> None:
        """What a check has found, and from what the next one begins: both or neither."""
        found = tuple(findings)
        with self._file.change() as session:
            _keep_snapshot(session, checkpoint)
            is_followed = session.execute(
                update(_FollowedRow)
                .where(_FollowedRow.id == id_)
                .values(
                    rests=_RESTS.dump_json(checkpoint.rests).decode(),
                    fingerprint=checkpoint.fingerprint,
                    checked_on=checkpoint.day.isoformat(),
                )
                .returning(_FollowedRow.id)
            ).all()
            if not is_followed:  # unfollowed meanwhile
                return
            _keep_documents(session, id_, checkpoint)
            if found:
                session.execute(
                    insert(_WarningRow).values(
                        id=uuid4().hex,
                        followed=id_,
                        at=stamp(datetime.now(UTC)),
                        fingerprint=checkpoint.fingerprint,
                        findings=_FINDINGS.dump_json(found).decode(),
                        seen=False,
                        sent=False,
                        sent_to="",
                        printed=False,
                    )
                )

    def to_send(self) -> list[tuple[Followed, Warned]]:
        """Of all readers, what was not sent yet, the oldest first."""
        return self._of_all(_WarningRow.sent.is_(False))

    def sent(self, ids: Iterable[str]) -> None:
        """Nothing is to be sent of them any more."""
        self._mark(ids, sent=True)

    def has(self, warned: Warned, address: str) -> Warned:
        """An address, by its digest, has a warning now."""
        sent_to = warned.sent_to | {address}
        self._mark([warned.id], sent_to="\n".join(sorted(sent_to)))
        return replace(warned, sent_to=sent_to)

    def to_print(self) -> list[tuple[Followed, Warned]]:
        """Of all readers, what was neither printed nor seen yet, the oldest first."""
        return self._of_all(_WarningRow.printed.is_(False) & _WarningRow.seen.is_(False))

    def printed(self, ids: Iterable[str]) -> None:
        self._mark(ids, printed=True)

    def drop_unused(self) -> None:
        """Documents and snapshots from which no check begins any more."""
        with self._file.change() as session:
            session.execute(
                delete(_DocumentRow).where(_DocumentRow.digest.not_in(select(_RestsOnRow.digest)))
            )
            used = select(_FollowedRow.fingerprint)
            session.execute(delete(_SnapshotRow).where(_SnapshotRow.fingerprint.not_in(used)))

    def _followed_as(self, subject: str) -> Select[str]:
        return select(_FollowedRow.id).where(
            _FollowedRow.owner == self._owner, _FollowedRow.subject == subject
        )

    def _of_all(self, which: ColumnElement[bool]) -> list[tuple[Followed, Warned]]:
        with self._file.read() as session:
            rows = session.execute(
                select(_FollowedRow, _WarningRow)
                .join(_WarningRow, _WarningRow.followed == _FollowedRow.id)
                .where(which)
                .order_by(_WarningRow.at)
            )
            return [(_followed(followed), _warned(warned)) for followed, warned in rows]

    def _mark(self, ids: Iterable[str], **values: bool | str) -> None:
        with self._file.change() as session:
            session.execute(update(_WarningRow).where(_WarningRow.id.in_(list(ids))).values(values))


@lru_cache(maxsize=32)  # many may follow one document
def _packed(clauses: tuple[Clause, ...]) -> tuple[str, bytes]:
    """With its digest."""
    data = _CLAUSES.dump_json(clauses)
    return hashlib.sha256(data).hexdigest(), zlib.compress(data)


@lru_cache(maxsize=32)
def _unpacked(clauses: bytes) -> tuple[Clause, ...]:
    return _CLAUSES.validate_json(zlib.decompress(clauses))


def _keep_snapshot(session: Session, checkpoint: Checkpoint) -> None:
    if session.get(_SnapshotRow, checkpoint.fingerprint) is None:
        values = {"fingerprint": checkpoint.fingerprint, "words": checkpoint.words()}
        session.execute(insert(_SnapshotRow).values(values))


def _keep_documents(session: Session, id_: str, checkpoint: Checkpoint) -> None:
    """Of a document that is not held any more, the clauses stay that were kept."""
    rested = {rest.document_id for rest in checkpoint.rests}
    session.execute(
        delete(_RestsOnRow).where(
            _RestsOnRow.followed == id_,
            _RestsOnRow.document.not_in(rested - checkpoint.clauses.keys()),
        )
    )
    for document_id in rested & checkpoint.clauses.keys():
        digest, data = _packed(checkpoint.clauses[document_id])
        if session.get(_DocumentRow, digest) is None:  # nobody else writes meanwhile
            session.execute(insert(_DocumentRow).values(digest=digest, clauses=data))
        session.execute(
            insert(_RestsOnRow).values(followed=id_, document=document_id, digest=digest)
        )


def _followed(row: _FollowedRow) -> Followed:
    return Followed(
        id=row.id,
        owner=row.owner,
        kind=cast(FollowedKind, row.kind),
        subject=row.subject,
        title=row.title,
        language=cast(Language, row.language),
        since=datetime.fromisoformat(row.since),
        kept=row.kept,
        asked=_QUESTIONS.validate_json(row.asked),
        rests=_RESTS.validate_json(row.rests),
        fingerprint=row.fingerprint,
    )


def _warned(row: _WarningRow) -> Warned:
    return Warned(
        id=row.id,
        at=datetime.fromisoformat(row.at),
        fingerprint=row.fingerprint,
        findings=_FINDINGS.validate_json(row.findings),
        seen=row.seen,
        sent_to=frozenset(row.sent_to.split()),
    )
