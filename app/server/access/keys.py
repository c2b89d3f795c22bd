"""Keys for machines: shown once, kept as a hash, limited to scopes, ended by date or by hand."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Row, insert, select, update

from app.contract import Frozen
from app.errors import NotThere
from app.readers import Permission, Principal
from app.server.tables import keys
from ingest.storage import Database, stamp

_PREFIX = "cdk"
_FORM = re.compile(rf"{_PREFIX}_([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")
_LONGEST_NAME = 120


class UnknownKey(NotThere):
    """There is no key of this id."""


class KeyCard(Frozen):
    """A key as it is listed: everything but the key."""

    id: str
    name: str
    scopes: tuple[Permission, ...]
    made: datetime
    made_by: str
    ends: datetime | None
    revoked: datetime | None


class KeyRing:
    """The keys of one server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self, name: str, scopes: Sequence[Permission], ends: datetime | None, by: Principal
    ) -> tuple[KeyCard, str]:
        """A new key; its words are in no file and cannot be had again."""
        id_ = secrets.token_hex(6)
        key = f"{_PREFIX}_{id_}_{secrets.token_urlsafe(32)}"
        with self._database.change() as session:
            session.execute(
                insert(keys).values(
                    id=id_,
                    digest=_digest(key),
                    name=name[:_LONGEST_NAME],
                    permissions=" ".join(sorted(set(scopes))),
                    made=stamp(datetime.now(UTC)),
                    made_by=by.name,
                    ends=stamp(ends) if ends else None,
                )
            )
        return self.card(id_), key

    def card(self, id_: str) -> KeyCard:
        """Raises UnknownKey."""
        with self._database.read() as session:
            row = session.execute(select(keys).where(keys.c.id == id_)).one_or_none()
        if row is None:
            raise UnknownKey(f"there is no key {id_}; `python -m app keys list` tells which")
        return _card(row)

    def cards(self) -> list[KeyCard]:
        with self._database.read() as session:
            return [_card(row) for row in session.execute(select(keys).order_by(keys.c.made))]

    def revoke(self, id_: str) -> KeyCard:
        """From now on the key opens nothing; raises UnknownKey."""
        self.card(id_)
        with self._database.change() as session:
            session.execute(
                update(keys)
                .where(keys.c.id == id_, keys.c.revoked.is_(None))
                .values(revoked=stamp(datetime.now(UTC)))
            )
        return self.card(id_)

    def reader_of(self, key: str) -> Principal | None:
        """Who shows a key; None for one that is unknown, revoked or past its day.

        Takes the same time for a wrong secret as for an unknown id.
        """
        form = _FORM.fullmatch(key)
        row = None
        if form:
            with self._database.read() as session:
                row = session.execute(select(keys).where(keys.c.id == form[1])).one_or_none()
        expected = row.digest if row is not None else _digest("")
        if not hmac.compare_digest(_digest(key), expected) or row is None:
            return None
        now = stamp(datetime.now(UTC))
        if row.revoked is not None or (row.ends is not None and row.ends <= now):
            return None
        return Principal(f"key:{row.id}", row.name, frozenset(_card(row).scopes))


def _card(row: Row[tuple[object, ...]]) -> KeyCard:
    return KeyCard(
        id=row.id,
        name=row.name,
        scopes=tuple(Permission(scope) for scope in row.permissions.split()),
        made=row.made,
        made_by=row.made_by,
        ends=row.ends,
        revoked=row.revoked,
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
