"""The tables of ``var/following.sqlite``, and their rows as what they tell."""

import hashlib
import zlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.contract import Question
from app.following.basis import Rest
from app.following.changes import Finding
from app.following.followed import Followed, FollowedKind, FollowingUnavailable, Warned
from app.wording import Language
from ingest.storage import Tables
from ingest.structure import Clause

_ENDING = ".sqlite"
FILE = f"following{_ENDING}"
#: of the tables: the newest revision in `migrations`
SCHEMA = 2


class _Base(DeclarativeBase):
    pass


class FollowedRow(_Base):
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
    folder: Mapped[str] = mapped_column(server_default="")  # "": in none; since schema 2
    note: Mapped[str] = mapped_column(Text, server_default="")  # since schema 2


class WarningRow(_Base):
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


class SnapshotRow(_Base):
    """``words``: of all its clauses, as `app.following.basis.Present.words` gives them."""

    __tablename__ = "snapshot"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)


class DocumentRow(_Base):
    """The clauses of a document on which something rests, kept once for all that does."""

    __tablename__ = "document"

    digest: Mapped[str] = mapped_column(primary_key=True)
    clauses: Mapped[bytes] = mapped_column(LargeBinary)


class RestsOnRow(_Base):
    __tablename__ = "rests_on"

    followed: Mapped[str] = mapped_column(
        ForeignKey("followed.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[str] = mapped_column(primary_key=True)  # id in the corpus
    digest: Mapped[str] = mapped_column(ForeignKey("document.digest"), index=True)


TABLES = Tables(
    what="what is followed",
    metadata=_Base.metadata,
    schema=SCHEMA,
    migrations=Path(__file__).parent / "migrations",
    error=FollowingUnavailable,
)
_CLAUSES = TypeAdapter(tuple[Clause, ...])
FINDINGS = TypeAdapter(tuple[Finding, ...])
RESTS = TypeAdapter(tuple[Rest, ...])
QUESTIONS = TypeAdapter(tuple[Question, ...])


@lru_cache(maxsize=32)  # many may follow one document
def packed(clauses: tuple[Clause, ...]) -> tuple[str, bytes]:
    """With its digest."""
    data = _CLAUSES.dump_json(clauses)
    return hashlib.sha256(data).hexdigest(), zlib.compress(data)


@lru_cache(maxsize=32)
def unpacked(clauses: bytes) -> tuple[Clause, ...]:
    return _CLAUSES.validate_json(zlib.decompress(clauses))


def followed_of(row: FollowedRow) -> Followed:
    return Followed(
        id=row.id,
        kind=cast(FollowedKind, row.kind),
        subject=row.subject,
        title=row.title,
        language=cast(Language, row.language),
        since=datetime.fromisoformat(row.since),
        kept=row.kept,
        asked=QUESTIONS.validate_json(row.asked),
        rests=RESTS.validate_json(row.rests),
        fingerprint=row.fingerprint,
        folder=row.folder,
        note=row.note,
    )


def warned_of(row: WarningRow) -> Warned:
    return Warned(
        id=row.id,
        at=datetime.fromisoformat(row.at),
        fingerprint=row.fingerprint,
        findings=FINDINGS.validate_json(row.findings),
        seen=row.seen,
        sent_to=frozenset(row.sent_to.split()),
    )
