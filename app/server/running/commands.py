"""What the command line does with keys and the audit log; a server may run meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app.readers import Permission
from app.server.access.keys import KeyRing
from app.server.audit.chain import Anchor, BadAuditFile, faults_of
from app.server.audit.export import AuditFormat, export_lines, read_lines
from app.server.audit.log import COMMAND_LINE, AuditLog
from app.server.service import in_days
from app.server.tables import open_server_tables
from ingest.errors import ClauseDeskError
from ingest.settings import load_settings
from ingest.storage import Database

_FRONT = "command line"


class VerifiedAudit(NamedTuple):
    lines: int
    faults: list[str]


def make_key(name: str, scopes: tuple[str, ...], days: int | None) -> str:
    """The key; nobody can see it again."""
    with _state() as (database, audit):
        permissions = [Permission(scope) for scope in scopes]
        card, key = KeyRing(database).make(name, permissions, in_days(days), COMMAND_LINE)
        audit.write("key.make", COMMAND_LINE, _FRONT, {"key": card.id, "scopes": list(card.scopes)})
        return key


def key_lines() -> list[str]:
    with _state() as (database, _):
        return [
            f"{card.id}  {' '.join(card.scopes):<16}  "
            f"{'revoked' if card.revoked else f'until {card.ends:%Y-%m-%d}' if card.ends else 'no end':<17}  "
            f"{card.name}"
            for card in KeyRing(database).cards()
        ]


def revoke_key(key_id: str) -> str:
    """Raises UnknownKey."""
    with _state() as (database, audit):
        card = KeyRing(database).revoke(key_id)
        audit.write("key.revoke", COMMAND_LINE, _FRONT, {"key": key_id})
        return f"{card.id} opens nothing any more"


def verify_audit(anchor: Path | None, export: Path | None) -> VerifiedAudit:
    """Raises BadAuditFile for a file that holds no anchors, or no log."""
    anchors = Anchor.read(_text(anchor)) if anchor is not None else ()
    if export is not None:
        lines = read_lines(_text(export))
        return VerifiedAudit(len(lines), faults_of(lines, None, None, anchors))
    with _state() as (_, audit):
        return VerifiedAudit(sum(1 for _ in audit.lines()), audit.faults(anchors))


def export_audit(file: Path, to: AuditFormat) -> int:
    """How many lines it was."""
    with _state() as (_, audit):
        audit.write("audit.export", COMMAND_LINE, _FRONT, {"format": to})
        count = 0
        try:
            with file.open("w", encoding="utf-8", newline="") as out:
                for piece in export_lines(audit.lines(), to):
                    out.write(piece)
                    count += 1
        except OSError as error:
            raise ClauseDeskError(f"{file} cannot be written: {error.strerror}") from error
    return count - (to == "csv")  # its first row names the columns


def audit_anchor() -> str:
    with _state() as (_, audit):
        return str(audit.anchor())


def blank_audit(reader_id: str) -> int:
    with _state() as (_, audit):
        return audit.blank(reader_id, COMMAND_LINE, _FRONT)


@contextmanager
def _state() -> Iterator[tuple[Database, AuditLog]]:
    settings = load_settings()
    database = open_server_tables(settings.var)
    try:
        yield database, AuditLog(database, settings.var)
    finally:
        database.close()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadAuditFile(f"{file} cannot be read: {error}") from error
