"""Who is signed in: kept on the server, so that a session can be ended from here."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select

from app.contract import Frozen
from app.readers import Permission, Principal
from app.server.tables import sessions
from ingest.storage import Database, stamp


@dataclass(frozen=True, slots=True)
class SignedOn:
    """A session; ``id`` is no secret, unlike the value of the cookie that opens it."""

    id: str
    reader: Principal
    ends: datetime

    @property
    def seconds_left(self) -> float:
        return (self.ends - datetime.now(UTC)).total_seconds()


class ReaderCard(Frozen):
    """A reader who is signed in, as an administrator sees it."""

    id: str
    name: str
    permissions: tuple[Permission, ...]
    sessions: int
    last_sign_on: datetime


class Sessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, reader: Principal, ends: datetime) -> str:
        """Sign a reader in; the value for the cookie."""
        value = secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        with self._database.change() as session:
            session.execute(delete(sessions).where(sessions.c.ends <= stamp(now)))
            session.execute(
                insert(sessions).values(
                    id=secrets.token_hex(16),
                    digest=_digest(value),
                    reader=reader.id,
                    name=reader.name,
                    permissions=" ".join(sorted(reader.permissions)),
                    began=stamp(now),
                    ends=stamp(min(ends, now + timedelta(days=30))),
                )
            )
        return value

    def of_cookie(self, value: str) -> SignedOn | None:
        """The session that a cookie opens; None for one that has ended."""
        return self._find(sessions.c.digest == _digest(value))

    def of_id(self, id_: str) -> SignedOn | None:
        return self._find(sessions.c.id == id_)

    def end(self, id_: str) -> None:
        with self._database.change() as session:
            session.execute(delete(sessions).where(sessions.c.id == id_))

    def end_all_of(self, reader_id: str) -> int:
        """End every session of a reader; how many they were."""
        with self._database.change() as session:
            ended = session.execute(
                delete(sessions).where(sessions.c.reader == reader_id).returning(sessions.c.id)
            ).all()
        return len(ended)

    def readers(self) -> list[ReaderCard]:
        """Who is signed in now, by name."""
        now = stamp(datetime.now(UTC))
        query = (
            select(
                sessions.c.reader,
                func.max(sessions.c.name).label("name"),
                func.max(sessions.c.permissions).label("permissions"),
                func.count().label("held"),
                func.max(sessions.c.began).label("began"),
            )
            .where(sessions.c.ends > now)
            .group_by(sessions.c.reader)
            .order_by("name")
        )
        with self._database.read() as session:
            return [
                ReaderCard(
                    id=row.reader,
                    name=row.name,
                    permissions=_permissions(row.permissions),
                    sessions=row.held,
                    last_sign_on=row.began,
                )
                for row in session.execute(query).all()
            ]

    def _find(self, where: ColumnElement[bool]) -> SignedOn | None:
        query = select(sessions).where(where, sessions.c.ends > stamp(datetime.now(UTC)))
        with self._database.read() as session:
            row = session.execute(query).one_or_none()
        if row is None:
            return None
        reader = Principal(row.reader, row.name, frozenset(_permissions(row.permissions)))
        return SignedOn(row.id, reader, datetime.fromisoformat(row.ends))


def _permissions(words: str) -> tuple[Permission, ...]:
    return tuple(Permission(word) for word in words.split())


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
