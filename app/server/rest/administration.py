"""Who reads, the keys of machines, and the audit log: for administrators."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field, StringConstraints

from app.contract import Day, Frozen
from app.readers import Permission
from app.server.access.keys import KeyCard
from app.server.access.sessions import ReaderCard
from app.server.audit.export import MEDIA_TYPES, AuditFormat, export_lines
from app.server.problems import described
from app.server.rest.asking import FRONT, Admin, Anyone, TheService
from app.server.service import in_days

router = APIRouter(tags=["administration"])

KeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]
ReaderId = Annotated[str, Path(max_length=200)]


class WhoAnswer(Frozen):
    id: str
    name: str
    permissions: tuple[Permission, ...]


class KeyBody(Frozen):
    """``days``: after which the key ends; it does not, if left out."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    scopes: tuple[Permission, ...] = Field(default=(Permission.ASK,), min_length=1, max_length=3)
    days: int | None = Field(default=None, ge=1, le=3650)


class NewKey(Frozen):
    """``key``: shown this once; only a hash of it is kept."""

    key: str
    card: KeyCard


class KeysAnswer(Frozen):
    keys: tuple[KeyCard, ...]


class ReadersAnswer(Frozen):
    readers: tuple[ReaderCard, ...]


class CountAnswer(Frozen):
    count: int


class AuditFaults(Frozen):
    """``faults``: none for a log that is as it was written."""

    faults: tuple[str, ...]


class AnchorAnswer(Frozen):
    """``anchor``: a line to be kept elsewhere; `python -m app audit verify --anchor` reads it."""

    anchor: str


@router.get("/me")
def me(reader: Anyone) -> WhoAnswer:
    """Who is asking, and what they may do."""
    return WhoAnswer(id=reader.id, name=reader.name, permissions=tuple(sorted(reader.permissions)))


@router.get("/readers")
def readers(_: Admin, service: TheService) -> ReadersAnswer:
    """Who is signed in."""
    return ReadersAnswer(readers=tuple(service.sessions.readers()))


@router.delete("/readers/{reader_id}/sessions")
def sign_off(reader_id: ReaderId, admin: Admin, service: TheService) -> CountAnswer:
    """End every session of a reader; open pages close within seconds."""
    count = service.sessions.end_all_of(reader_id)
    service.audit.write("sign-off.forced", admin, FRONT, {"sessions": count}, subject=reader_id)
    return CountAnswer(count=count)


@router.get("/keys")
def keys(_: Admin, service: TheService) -> KeysAnswer:
    return KeysAnswer(keys=tuple(service.keys.cards()))


@router.post("/keys", status_code=201, responses=described(422))
def make_key(body: KeyBody, admin: Admin, service: TheService) -> NewKey:
    """A new key; its words are shown this once."""
    card, key = service.keys.make(body.name, body.scopes, in_days(body.days), admin)
    service.audit.write("key.make", admin, FRONT, {"key": card.id, "scopes": list(card.scopes)})
    return NewKey(key=key, card=card)


@router.delete("/keys/{key_id}", responses=described(404))
def revoke_key(key_id: KeyId, admin: Admin, service: TheService) -> KeyCard:
    """From now on the key opens nothing."""
    card = service.keys.revoke(key_id)
    service.audit.write("key.revoke", admin, FRONT, {"key": key_id})
    return card


@router.get(
    "/audit",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The lines, oldest first.",
            "content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()},
        }
    },
)
def audit(
    admin: Admin,
    service: TheService,
    format: Annotated[AuditFormat, Query()] = "jsonl",  # noqa: A002 - its name in the address
    since: Day | None = None,
) -> StreamingResponse:
    """The audit log as a file."""
    service.audit.write("audit.export", admin, FRONT, {"format": format})
    lines = service.audit.lines(since)
    return StreamingResponse(
        export_lines(lines, format),
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="audit.{format}"'},
    )


@router.get("/audit/verify")
def verify_audit(_: Admin, service: TheService) -> AuditFaults:
    """Whether the log is as it was written."""
    return AuditFaults(faults=tuple(service.audit.faults()))


@router.get("/audit/anchor")
def anchor(_: Admin, service: TheService) -> AnchorAnswer:
    """Where the log stands now, to be kept elsewhere."""
    return AnchorAnswer(anchor=str(service.audit.anchor()))


@router.delete("/audit/readers/{reader_id}")
def blank(reader_id: ReaderId, admin: Admin, service: TheService) -> CountAnswer:
    """Blank all that names a reader in the audit log; the chain still holds."""
    return CountAnswer(count=service.audit.blank(reader_id, admin, FRONT))
