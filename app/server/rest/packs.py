"""Evidence packs: made from a reader's own conversations, and verified for anybody."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import Field

from app.contract import Frozen
from app.conversations.store import UnknownConversation
from app.packs.export.files import ExportFormat
from app.packs.file import write_pack
from app.packs.isolation import read_isolated
from app.packs.pack import AnswerToPack, make_pack
from app.packs.verification import Standing, prove
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, TheService
from app.wording import Language

router = APIRouter(prefix="/packs", tags=["evidence packs"])


class PackBody(Frozen):
    """``turns``: ids of questions of the conversation, all of them if left out."""

    conversation: str = Field(pattern=r"^[0-9a-f]{32}$")
    turns: tuple[str, ...] | None = Field(default=None, max_length=1000)
    format: ExportFormat = ExportFormat.PDF
    language: Language = "en"


class PackFindingAnswer(Frozen):
    subject: str
    standing: Standing
    line: str


class PackProofAnswer(Frozen):
    """``proven``: every clause stands in the corpus as the pack says."""

    sha256: str
    made_at: datetime
    proven: bool
    findings: tuple[PackFindingAnswer, ...]


@router.post(
    "",
    response_class=Response,
    responses={
        200: {
            "description": "The file, in the format asked for.",
            "content": {form.media_type: {"schema": {"type": "string"}} for form in ExportFormat},
        },
        **described(404, 422),
    },
)
def make(body: PackBody, reader: Asker, service: TheService) -> Response:
    """The answers of a conversation with all that proves them, as one file."""
    store = service.conversations_of(reader)
    turns = store.turns(body.conversation)
    chosen = [
        AnswerToPack(turn.answer, turn.asked_at)
        for turn in turns
        if turn.answer is not None and (body.turns is None or turn.id in body.turns)
    ]
    if not chosen:
        raise UnknownConversation(
            f"there is no answer to pack in a conversation {body.conversation}"
        )
    title = store.title(body.conversation)
    pack = make_pack(chosen, service.desk.library(), body.language, datetime.now(UTC), title)
    data = write_pack(pack, body.format)
    service.exported(reader, FRONT, pack)
    name = f"evidence-pack-{pack.sha256[:12]}.{body.format}"
    return Response(
        data,
        media_type=body.format.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/verify", responses=described(409, 413, 422))
def verify(
    data: Annotated[bytes, Body(media_type="application/octet-stream")],
    _: Asker,
    service: TheService,
) -> PackProofAnswer:
    """Prove a pack against the corpus, and tell what has changed since it was made."""
    pack = read_isolated(data, service.settings.loading)
    proof = prove(pack, service.desk.library(), service.settings)
    return PackProofAnswer(
        sha256=pack.sha256,
        made_at=pack.made_at,
        proven=proof.is_proven,
        findings=tuple(
            PackFindingAnswer(subject=one.subject, standing=one.standing, line=one.line)
            for one in proof.findings
        ),
    )
