"""OpenAI's chat completions: any chat client asks the desk as it would ask a model."""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse

from app.answer.stream import Answered, AnswerEvent
from app.contract import Question
from app.search.question import LONGEST_QUESTION
from app.server.openai_api.chores import chore_of, result_of
from app.server.openai_api.message import message_text
from app.server.openai_api.shapes import (
    ChatChunk,
    ChatMessage,
    ChatReply,
    ChatRequest,
    Choice,
    ChunkChoice,
    Delta,
    ModelCard,
    ModelList,
    ReplyMessage,
    TokenUsage,
)
from app.server.problems import status_of
from app.server.rest.asking import Asker, TheService
from app.server.service import Service
from app.wording import Language
from ingest.errors import BadQuestion, ClauseDeskError
from ingest.facts.dates import written_dates
from ingest.text.language import language_of

router = APIRouter(prefix="/v1", include_in_schema=False)

MODEL = "clause-desk"
FRONT = "openai"
_MOST_HISTORY = 50
#: how Open WebUI tells for whom it asks, where its administrator turned that on
_OPEN_WEBUI_USER = "X-OpenWebUI-User-Email"
#: who tells the model what holds for the whole chat
_INSTRUCTING = ("system", "developer")
#: what stands beside the day on which the rules must apply, or the day that the client has
_DAY_BEFORE = re.compile(
    r"(?:\bas (?:of|at|on)|\b(?:in force|applicable|valid) on|\b(?:date|today|day)(?:['’]s date)?(?:\s+is|:)?"
    r"|截至|截止到?|日期(?:[是为]|[:：])|今天是|按照?|依照?|以)\s*(?:the\s+)?(?:\w+day,?\s+)?[*`“\"]*$",
    re.IGNORECASE,
)


class UnknownModel(ClauseDeskError):
    """There is one model here."""


@router.get("/models")
def models(_: Asker) -> ModelList:
    return ModelList(data=[_model()])


@router.get("/models/{model}")
def model(model: str, _: Asker) -> ModelCard:
    _require(model)
    return _model()


@router.post("/chat/completions", response_model=None)
def complete(
    body: ChatRequest,
    reader: Asker,
    service: TheService,
    for_whom: Annotated[str | None, Header(alias=_OPEN_WEBUI_USER, max_length=200)] = None,
) -> ChatReply | StreamingResponse:
    """The last message of the user is the question, those before it are its history; a message of
    the system may tell the day: "Answer as of 2018-03-05."."""
    _require(body.model)
    asked = [message.text for message in body.messages if message.role == "user"]
    if not asked:
        raise BadQuestion("no message of the role “user”: there is nothing to answer")
    chore = chore_of(asked[-1])
    if chore is not None:
        pieces = iter([result_of(chore, asked[-1], asked[:-1])])
    else:
        question = Question(
            text=asked[-1], history=_history(asked[:-1]), as_of=_day_told(body.messages)
        )
        events = service.stream(reader, FRONT, question, for_whom or body.user)
        first = next(events)  # a question that is none is refused before anything is sent
        pieces = _message(first, events, service, language_of(asked[-1]))
    if not body.stream:
        return _reply(body, "".join(pieces))
    return StreamingResponse(
        _chunks(body, pieces),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def of_user_error(_: Request, error: ClauseDeskError) -> JSONResponse:
    """An error as OpenAI's clients read it."""
    return openai_error(int(status_of(error)), str(error), type(error).__name__)


def openai_error(status: int, message: str, code: str) -> JSONResponse:
    kind = "invalid_request_error" if status < 500 else "server_error"
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return JSONResponse(body, status)


def _history(earlier: list[str]) -> tuple[str, ...]:
    """The questions of the chat: the latest ones, and none that is longer than any is read."""
    return tuple(words for words in earlier if len(words) <= LONGEST_QUESTION)[-_MOST_HISTORY:]


def _day_told(messages: Sequence[ChatMessage]) -> date | None:
    """The last day that the system's messages name as the one to answer for."""
    days = [
        one.day
        for message in messages
        if message.role in _INSTRUCTING
        for one in written_dates(message.text)
        if _DAY_BEFORE.search(message.text[: one.start])
    ]
    return days[-1] if days else None


def _require(model: str) -> None:
    if model != MODEL:
        raise UnknownModel(f"there is no model {model[:100]}: ask {MODEL}")


def _model() -> ModelCard:
    return ModelCard(id=MODEL, created=0, owned_by="clause-desk")


def _message(
    first: AnswerEvent, events: Iterator[AnswerEvent], service: Service, language: Language
) -> Iterator[str]:
    """When the answer has ended: what a model points at before that may still change."""
    for event in chain([first], events):
        if isinstance(event, Answered):
            yield message_text(event.answer, service, language)


def _reply(body: ChatRequest, text: str) -> ChatReply:
    return ChatReply(
        id=_id(),
        created=int(time.time()),
        model=MODEL,
        choices=[Choice(message=ReplyMessage(content=text))],
        usage=_usage(body, text),
    )


def _chunks(body: ChatRequest, pieces: Iterator[str]) -> Iterator[str]:
    id_, created = _id(), int(time.time())

    def line(choices: list[ChunkChoice], usage: TokenUsage | None = None) -> str:
        chunk = ChatChunk(id=id_, created=created, model=MODEL, choices=choices, usage=usage)
        left_out = {"usage"} if usage is None else set()
        return f"data: {chunk.model_dump_json(exclude=left_out)}\n\n"

    yield line([ChunkChoice(delta=Delta(role="assistant", content=""))])
    said = ""
    for piece in pieces:
        said += piece
        yield line([ChunkChoice(delta=Delta(content=piece))])
    yield line([ChunkChoice(delta=Delta(), finish_reason="stop")])
    if body.stream_options is not None and body.stream_options.include_usage:
        yield line([], _usage(body, said))
    yield "data: [DONE]\n\n"


def _usage(body: ChatRequest, text: str) -> TokenUsage:
    asked = sum(len(message.text.split()) for message in body.messages)
    told = len(text.split())
    return TokenUsage(prompt_tokens=asked, completion_tokens=told, total_tokens=asked + told)


def _id() -> str:
    return f"chatcmpl-{uuid4().hex}"
