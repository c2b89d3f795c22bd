"""Ask, ask with each step told, and search."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import Field, StringConstraints

from app.answer.stream import Answered, AnswerEvent, Pointed, Searched
from app.contract import Answer, Day, Frozen, Question, Retrieved
from app.search.question import LONGEST_QUESTION, MOST_DOCUMENTS
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, TheService
from ingest.errors import ClauseDeskError

router = APIRouter(tags=["questions"])

_EVENT = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
_MOST_HISTORY = 50
Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUESTION)]
DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=300)]
DocumentIds = Annotated[tuple[DocumentId, ...], Field(max_length=MOST_DOCUMENTS)]


class QuestionBody(Frozen):
    """``history``: earlier questions of the conversation, oldest first; ``as_of``: the day on
    which the rules must apply, today if left out; ``language``: of the answer's own words;
    ``documents``: ids of those that may answer, all if left out."""

    question: Words
    history: tuple[Words, ...] = Field(default=(), max_length=_MOST_HISTORY)
    as_of: Day | None = None
    language: Literal["en", "zh"] | None = None
    documents: DocumentIds = ()

    def asked(self) -> Question:
        return Question(
            text=self.question,
            history=self.history,
            as_of=self.as_of,
            language=self.language,
            documents=self.documents,
        )


class SearchBody(QuestionBody):
    limit: int = Field(default=10, ge=1, le=100)


class SearchAnswer(Frozen):
    """``retrieved``: best first."""

    retrieved: tuple[Retrieved, ...]
    corpus_fingerprint: str


@router.post("/ask", responses=described(422))
def ask(body: QuestionBody, reader: Asker, service: TheService) -> Answer:
    """Answer a question with the clauses that say so, or refuse it."""
    return service.ask(reader, FRONT, body.asked())


@router.post(
    "/ask/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `searched`, then `pointed` where a language "
            "model chooses and translates, last `answered`; or `error`, a problem. Each "
            "holds JSON; `answer` in it is what stands by then.",
            "content": {"text/event-stream": {"schema": _EVENT}},
        },
        **described(422),
    },
)
def ask_stream(body: QuestionBody, reader: Asker, service: TheService) -> StreamingResponse:
    """Answer a question, telling each step as it is done."""
    events = service.stream(reader, FRONT, body.asked())
    # a question that is none is refused before anything is sent
    first = next(events)
    return StreamingResponse(
        _sent(first, events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post("/search", responses=described(422))
def search(body: SearchBody, reader: Asker, service: TheService) -> SearchAnswer:
    """The clauses found for a question, without an answer."""
    found = service.search(reader, FRONT, body.asked(), body.limit)
    return SearchAnswer(retrieved=found, corpus_fingerprint=service.desk.fingerprint)


def _sent(first: AnswerEvent, rest: Iterator[AnswerEvent]) -> Iterator[str]:
    try:
        yield _event(first)
        for event in rest:
            yield _event(event)
    except ClauseDeskError as error:
        yield _line("error", {"detail": str(error)})


def _event(event: AnswerEvent) -> str:
    data: dict[str, Any] = {"answer": event.answer.to_json()}
    match event:
        case Searched():
            return _line("searched", data)
        case Pointed():
            return _line("pointed", data)
        case Answered():
            return _line("answered", data)


def _line(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
