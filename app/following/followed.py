"""What is followed, from what a check of it begins, and what was warned of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.contract import Question
from app.errors import NotThere
from app.following.basis import Rest
from app.following.changes import Finding
from app.wording import Language
from ingest.storage import StorageUnavailable
from ingest.structure import Clause

FollowedKind = Literal["answer", "pack", "clause"]


class FollowingUnavailable(StorageUnavailable):
    """What is followed cannot be read or kept; the line says why."""


class UnknownFollowed(NotThere):
    """Something that is not followed, or not by this reader."""


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
    """``kept``: an Answer, an evidence pack or a clause, as it was, to the byte; ``folder`` and
    ``note``: the reader's own words, "" for none."""

    id: str
    kind: FollowedKind
    subject: str
    title: str
    language: Language
    since: datetime
    kept: str
    asked: tuple[Question, ...]
    rests: tuple[Rest, ...]
    fingerprint: str
    folder: str
    note: str


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
