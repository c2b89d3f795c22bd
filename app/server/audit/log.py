"""The audit log of a server: who asked, what they were told, what they changed and took away."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.readers import Principal
from app.server.audit.chain import (
    BLANKED,
    GENESIS,
    Anchor,
    AuditLine,
    ChainHead,
    canonical,
    commitment_to,
    faults_of,
    hash_of,
)
from app.server.secret import derived_secret
from app.server.tables import audit_head, audit_lines
from app.shared import AuditState
from ingest.storage import Database, stamp

#: the action of lines that tell which older ones were dropped
_DROPPED = "audit.drop"
#: who acts where nobody signed in: the command line, the server itself
COMMAND_LINE = Principal(id="command line", name="the command line", permissions=frozenset())


class AuditLog:
    """Append-only; a line stands on disk before what it tells of is given out."""

    def __init__(self, database: Database, var: Path) -> None:
        self._database = database
        self._secret = derived_secret(var, "audit seal")
        with database.change() as session:
            if session.execute(select(audit_head)).first() is None:
                self._move_head(session, ChainHead(0, GENESIS, 0, GENESIS, ""))

    def write(
        self,
        action: str,
        reader: Principal,
        front: str,
        details: Mapping[str, Any],
        **personal: str | None,
    ) -> None:
        """``front``: the interface it came by; ``personal``: the reader's own words."""
        with self._database.change() as session:
            self._append(session, action, reader, front, details, personal)

    def lines(self, since: date | None = None) -> Iterator[AuditLine]:
        """In the order in which they were written."""
        query = select(audit_lines).order_by(audit_lines.c.seq)
        if since is not None:
            query = query.where(audit_lines.c.at >= since.isoformat())
        with self._database.read() as session:
            for row in session.execute(query).mappings():
                yield AuditLine(
                    **{
                        **row,
                        "details": json.loads(row["details"]),
                        "personal": json.loads(row["personal"]) if row["personal"] else None,
                    }
                )

    def faults(self, anchors: tuple[Anchor, ...] = ()) -> list[str]:
        """What is wrong with the log; [] when nothing is."""
        with self._database.read() as session:
            head = _head(session)
        written = (line for line in self.lines() if line.seq <= head.seq)
        faults = faults_of(written, head, self._secret, anchors)
        with self._database.read() as session:
            beyond = _head(session).seq
            strays = session.scalars(
                select(audit_lines.c.seq).where(audit_lines.c.seq > beyond)
            ).all()
        return faults + [f"line {seq} stands after the end of the log" for seq in strays]

    def state(self) -> AuditState:
        with self._database.read() as session:
            head = _head(session)
            last = session.scalar(select(audit_lines.c.at).where(audit_lines.c.seq == head.seq))
        at = datetime.fromisoformat(last) if last else None
        return AuditState(head.seq - head.base_seq, at)

    def anchor(self) -> Anchor:
        with self._database.read() as session:
            head = _head(session)
        return Anchor(head.seq, head.hash, stamp(datetime.now(UTC)))

    def blank(self, reader_id: str, by: Principal, front: str) -> int:
        """Blank all that names a reader; how many lines it was.

        The line that tells of it names whoever did it, not whose words they were.
        """
        with self._database.change() as session:
            rows = session.execute(
                select(audit_lines.c.seq, audit_lines.c.personal).where(
                    audit_lines.c.personal.is_not(None)
                )
            ).all()
            found = [row.seq for row in rows if json.loads(row.personal)["reader"] == reader_id]
            if found:
                for at in range(0, len(found), 500):
                    session.execute(
                        update(audit_lines)
                        .where(audit_lines.c.seq.in_(found[at : at + 500]))
                        .values(personal=None, salt=None)
                    )
                self._append(session, BLANKED, by, front, {"lines": found}, {})
        self._database.settle()
        return len(found)

    def drop_older(self, days: int) -> int:
        """Drop lines older than so many days, the oldest first; how many they were."""
        before = stamp(datetime.now(UTC) - timedelta(days=days))
        with self._database.change() as session:
            head = _head(session)
            # up to the first line that stays, whatever clocks said of later ones
            stays = session.scalar(
                select(audit_lines.c.seq)
                .where(audit_lines.c.at >= before)
                .order_by(audit_lines.c.seq)
                .limit(1)
            )
            last = head.seq if stays is None else stays - 1
            if last <= head.base_seq:
                return 0
            digest = session.scalar(select(audit_lines.c.hash).where(audit_lines.c.seq == last))
            session.execute(delete(audit_lines).where(audit_lines.c.seq <= last))
            self._move_head(session, ChainHead(last, str(digest), head.seq, head.hash, ""))
            self._append(
                session, _DROPPED, COMMAND_LINE, "server", {"up_to": last, "hash": digest}, {}
            )
            return last - head.base_seq

    def _append(
        self,
        session: Session,
        action: str,
        reader: Principal,
        front: str,
        details: Mapping[str, Any],
        words: Mapping[str, str | None],
    ) -> None:
        head = _head(session)
        personal = {"reader": reader.id, "name": reader.name}
        personal |= {key: word for key, word in words.items() if word is not None}
        salt = secrets.token_hex(16)
        line = AuditLine(
            seq=head.seq + 1,
            at=stamp(datetime.now(UTC)),
            action=action,
            front=front,
            details=dict(details),
            commitment=commitment_to(personal, salt),
            previous=head.hash,
            hash="",
            personal=personal,
            salt=salt,
        )
        digest = hash_of(line)
        session.execute(
            insert(audit_lines).values(
                **line.model_dump(exclude={"details", "personal", "hash"}),
                details=canonical(line.details),
                personal=canonical(personal),
                hash=digest,
            )
        )
        self._move_head(session, ChainHead(head.base_seq, head.base_hash, line.seq, digest, ""))

    def _move_head(self, session: Session, head: ChainHead) -> None:
        session.execute(delete(audit_head))
        session.execute(
            insert(audit_head).values(
                id=1,
                base_seq=head.base_seq,
                base_hash=head.base_hash,
                seq=head.seq,
                hash=head.hash,
                seal=head.expected_seal(self._secret),
            )
        )


def _head(session: Session) -> ChainHead:
    row = session.execute(select(audit_head)).one()
    return ChainHead(row.base_seq, row.base_hash, row.seq, row.hash, row.seal)
