"""What is followed and what was warned of, in ``var/following.sqlite``, each of one reader."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.following.changes import Finding
from app.following.followed import Checkpoint, Followed, ToFollow, UnknownFollowed, Warned
from app.following.rows import (
    FILE,
    FINDINGS,
    QUESTIONS,
    RESTS,
    TABLES,
    DocumentRow,
    FollowedRow,
    RestsOnRow,
    SnapshotRow,
    WarningRow,
    followed_of,
    packed,
    unpacked,
    warned_of,
)
from app.plain_text import shortened
from ingest.storage import Database, stamp
from ingest.structure import Clause

#: characters of a name of something that is followed, of a folder and of a note
LONGEST_TITLE = 120
LONGEST_FOLDER = 60
LONGEST_NOTE = 4_000


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
                insert(FollowedRow).values(
                    id=id_,
                    owner=self._owner,
                    kind=thing.kind,
                    subject=thing.subject,
                    title=thing.title,
                    language=thing.language,
                    since=stamp(datetime.now(UTC)),
                    kept=thing.kept,
                    asked=QUESTIONS.dump_json(thing.asked).decode(),
                    rests=RESTS.dump_json(checkpoint.rests).decode(),
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
                select(FollowedRow)
                .where(FollowedRow.owner == self._owner)
                .order_by(FollowedRow.since.desc())
            )
            return [followed_of(row) for row in rows]

    def get(self, id_: str) -> Followed:
        """Raises UnknownFollowed."""
        with self._file.read() as session:
            row = session.get(FollowedRow, id_)
            if row is None or row.owner != self._owner:
                raise UnknownFollowed(f"nothing is followed as {id_}")
            return followed_of(row)

    def folders(self) -> list[str]:
        """Their names in order, each once."""
        with self._file.read() as session:
            names = session.scalars(
                select(FollowedRow.folder)
                .where(FollowedRow.owner == self._owner, FollowedRow.folder != "")
                .distinct()
            )
            return sorted(names, key=lambda name: (name.casefold(), name))

    def annotate(self, id_: str, title: str, folder: str, note: str) -> None:
        """Keep a reader's own words on something; a title of blanks leaves the one that it has.

        Raises UnknownFollowed.
        """
        values = {"folder": shortened(folder, LONGEST_FOLDER), "note": note.strip()[:LONGEST_NOTE]}
        if title := shortened(title, LONGEST_TITLE):
            values["title"] = title
        self.get(id_)
        with self._file.change() as session:
            session.execute(update(FollowedRow).where(FollowedRow.id == id_).values(values))

    def rename_folder(self, folder: str, name: str) -> str:
        """What is in it goes into the folder ``name``, which may be there already; with "" it is
        in none any more. The name as it is kept."""
        name = shortened(name, LONGEST_FOLDER)
        with self._file.change() as session:
            session.execute(
                update(FollowedRow)
                .where(FollowedRow.owner == self._owner, FollowedRow.folder == folder)
                .values(folder=name)
            )
        return name

    def remove(self, id_: str) -> None:
        """With its warnings; raises UnknownFollowed."""
        self.get(id_)
        with self._file.change() as session:
            session.execute(delete(FollowedRow).where(FollowedRow.id == id_))
        self.drop_unused()

    def warnings(self, id_: str) -> list[Warned]:
        """Of something that is followed, the latest first."""
        with self._file.read() as session:
            rows = session.scalars(
                select(WarningRow)
                .join(FollowedRow)
                .where(FollowedRow.owner == self._owner, FollowedRow.id == id_)
                .order_by(WarningRow.at.desc())
            )
            return [warned_of(row) for row in rows]

    def unseen(self) -> int:
        with self._file.read() as session:
            return session.execute(
                select(func.count())
                .select_from(WarningRow)
                .join(FollowedRow)
                .where(FollowedRow.owner == self._owner, WarningRow.seen.is_(False))
            ).scalar_one()

    def see(self, id_: str) -> None:
        """All warnings of something are seen; raises UnknownFollowed."""
        self.get(id_)
        with self._file.change() as session:
            session.execute(update(WarningRow).where(WarningRow.followed == id_).values(seen=True))

    def behind(self, fingerprint: str, today: date) -> list[Followed]:
        """Of all readers, what was not held against this snapshot on this day yet."""
        with self._file.read() as session:
            rows = session.scalars(
                select(FollowedRow)
                .where(
                    (FollowedRow.fingerprint != fingerprint)
                    | (FollowedRow.checked_on != today.isoformat())
                )
                .order_by(FollowedRow.since)
            )
            return [followed_of(row) for row in rows]

    def clauses(self, id_: str) -> dict[str, tuple[Clause, ...]]:
        """By document id, the clauses of the documents that something rests on, as they were."""
        with self._file.read() as session:
            rows = session.execute(
                select(RestsOnRow.document, DocumentRow.clauses)
                .join(DocumentRow, DocumentRow.digest == RestsOnRow.digest)
                .where(RestsOnRow.followed == id_)
            )
            return {row.document: unpacked(row.clauses) for row in rows}

    def words(self, fingerprint: str) -> bytes:
        with self._file.read() as session:
            return session.get_one(SnapshotRow, fingerprint).words

    def keep_check(self, id_: str, checkpoint: Checkpoint, findings: Iterable[Finding]) -> None:
        """What a check has found, and from what the next one begins: both or neither."""
        found = tuple(findings)
        with self._file.change() as session:
            _keep_snapshot(session, checkpoint)
            is_followed = session.execute(
                update(FollowedRow)
                .where(FollowedRow.id == id_)
                .values(
                    rests=RESTS.dump_json(checkpoint.rests).decode(),
                    fingerprint=checkpoint.fingerprint,
                    checked_on=checkpoint.day.isoformat(),
                )
                .returning(FollowedRow.id)
            ).all()
            if not is_followed:  # unfollowed meanwhile
                return
            _keep_documents(session, id_, checkpoint)
            if found:
                session.execute(
                    insert(WarningRow).values(
                        id=uuid4().hex,
                        followed=id_,
                        at=stamp(datetime.now(UTC)),
                        fingerprint=checkpoint.fingerprint,
                        findings=FINDINGS.dump_json(found).decode(),
                        seen=False,
                        sent=False,
                        sent_to="",
                        printed=False,
                    )
                )

    def to_send(self) -> list[tuple[Followed, Warned]]:
        """Of all readers, what was not sent yet, the oldest first."""
        return self._of_all(WarningRow.sent.is_(False))

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
        return self._of_all(WarningRow.printed.is_(False) & WarningRow.seen.is_(False))

    def printed(self, ids: Iterable[str]) -> None:
        self._mark(ids, printed=True)

    def drop_unused(self) -> None:
        """Documents and snapshots from which no check begins any more."""
        with self._file.change() as session:
            session.execute(
                delete(DocumentRow).where(DocumentRow.digest.not_in(select(RestsOnRow.digest)))
            )
            used = select(FollowedRow.fingerprint)
            session.execute(delete(SnapshotRow).where(SnapshotRow.fingerprint.not_in(used)))

    def _followed_as(self, subject: str) -> Select[str]:
        return select(FollowedRow.id).where(
            FollowedRow.owner == self._owner, FollowedRow.subject == subject
        )

    def _of_all(self, which: ColumnElement[bool]) -> list[tuple[Followed, Warned]]:
        with self._file.read() as session:
            rows = session.execute(
                select(FollowedRow, WarningRow)
                .join(WarningRow, WarningRow.followed == FollowedRow.id)
                .where(which)
                .order_by(WarningRow.at)
            )
            return [(followed_of(followed), warned_of(warned)) for followed, warned in rows]

    def _mark(self, ids: Iterable[str], **values: bool | str) -> None:
        with self._file.change() as session:
            session.execute(update(WarningRow).where(WarningRow.id.in_(list(ids))).values(values))


def _keep_snapshot(session: Session, checkpoint: Checkpoint) -> None:
    if session.get(SnapshotRow, checkpoint.fingerprint) is None:
        values = {"fingerprint": checkpoint.fingerprint, "words": checkpoint.words()}
        session.execute(insert(SnapshotRow).values(values))


def _keep_documents(session: Session, id_: str, checkpoint: Checkpoint) -> None:
    """Of a document that is not held any more, the clauses stay that were kept."""
    rested = {rest.document_id for rest in checkpoint.rests}
    session.execute(
        delete(RestsOnRow).where(
            RestsOnRow.followed == id_,
            RestsOnRow.document.not_in(rested - checkpoint.clauses.keys()),
        )
    )
    for document_id in rested & checkpoint.clauses.keys():
        digest, data = packed(checkpoint.clauses[document_id])
        if session.get(DocumentRow, digest) is None:  # nobody else writes meanwhile
            session.execute(insert(DocumentRow).values(digest=digest, clauses=data))
        session.execute(
            insert(RestsOnRow).values(followed=id_, document=document_id, digest=digest)
        )
