"""A reader's own conversations; those of others are not there for it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, StrictBool, StringConstraints

from app.contract import Answer, Day, Frozen, Question
from app.conversations.conversation import Conversation
from app.conversations.feedback import feedback_on, keep_feedback
from app.conversations.store import (
    ConversationStore,
    ConversationsUnavailable,
    KeptTurn,
    UnknownConversation,
)
from app.readers import Principal
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, TheService
from app.server.rest.questions import DocumentIds, Words
from app.server.service import Service

router = APIRouter(prefix="/conversations", tags=["conversations"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="32 hexadecimal digits")]
_LONGEST_TITLE = 120
_LONGEST_REASON = 500


class ConversationLine(Frozen):
    id: str
    title: str
    created: datetime
    updated: datetime
    questions: int
    link: str  # to the page


class TurnAnswer(Frozen):
    """``answer`` and ``error`` are both missing for a question that was stopped or is being
    answered elsewhere."""

    id: str
    question: str
    asked_at: datetime
    as_of: date | None
    answer: Answer | None
    error: str | None
    helpful: bool | None
    link: str


class ConversationAnswer(Frozen):
    id: str
    title: str
    turns: tuple[TurnAnswer, ...]


class ConversationsAnswer(Frozen):
    conversations: tuple[ConversationLine, ...]


class NextQuestion(Frozen):
    question: Words
    as_of: Day | None = None
    documents: DocumentIds = ()


class TitleBody(Frozen):
    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST_TITLE)
    ]


class FeedbackBody(Frozen):
    helpful: StrictBool
    reason: str = Field(default="", max_length=_LONGEST_REASON)


@router.get("")
def conversations(
    reader: Asker,
    service: TheService,
    words: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ConversationsAnswer:
    """The conversations in which all the words stand, the latest first."""
    found = service.conversations_of(reader).find(words, limit)
    return ConversationsAnswer(
        conversations=tuple(
            ConversationLine(
                id=one.id,
                title=one.title,
                created=one.created,
                updated=one.updated,
                questions=one.questions,
                link=service.page_of(answer=one.last_turn),
            )
            for one in found
        )
    )


@router.post("", status_code=201, responses=described(422))
def begin(body: NextQuestion, reader: Asker, service: TheService) -> ConversationAnswer:
    """Begin a conversation with a question, and answer it."""
    conversation = Conversation(service.conversations_of(reader))
    _ask(service, reader, conversation, body)
    return _whole(service, reader, conversation.id)


@router.get("/{conversation_id}", responses=described(404))
def read(conversation_id: Id, reader: Asker, service: TheService) -> ConversationAnswer:
    return _whole(service, reader, conversation_id)


@router.post("/{conversation_id}/questions", status_code=201, responses=described(404, 422))
def ask_on(
    conversation_id: Id, body: NextQuestion, reader: Asker, service: TheService
) -> ConversationAnswer:
    """Ask on; earlier questions of the conversation are taken into account."""
    _title(service.conversations_of(reader), conversation_id)
    conversation = Conversation.kept(service.conversations_of(reader), conversation_id)
    _ask(service, reader, conversation, body)
    return _whole(service, reader, conversation_id)


@router.patch("/{conversation_id}", responses=described(404))
def rename(
    conversation_id: Id, body: TitleBody, reader: Asker, service: TheService
) -> ConversationAnswer:
    store = service.conversations_of(reader)
    _title(store, conversation_id)
    store.rename(conversation_id, body.title)
    return _whole(service, reader, conversation_id)


@router.delete("/{conversation_id}", status_code=204, responses=described(404))
def delete(conversation_id: Id, reader: Asker, service: TheService) -> Response:
    """Delete a conversation with all its questions; what the audit log holds stays."""
    store = service.conversations_of(reader)
    _title(store, conversation_id)
    store.delete(conversation_id)
    return Response(status_code=204)


@router.put(
    "/{conversation_id}/questions/{turn_id}/feedback",
    status_code=204,
    responses=described(404, 409),
)
def judge(
    conversation_id: Id, turn_id: Id, body: FeedbackBody, reader: Asker, service: TheService
) -> Response:
    """Say whether an answer helped; the last word on it counts."""
    store = service.conversations_of(reader)
    turns = store.turns(conversation_id)
    at = next((n for n, turn in enumerate(turns) if turn.id == turn_id), None)
    if at is None or (answer := turns[at].answer) is None:
        raise UnknownConversation(f"there is no answered question {turn_id} in this conversation")
    store.keep_feedback(turn_id, body.helpful, body.reason)
    history = tuple(turn.question for turn in turns[:at] if turn.error is None)
    keep_feedback(feedback_on(answer, history, body.helpful, body.reason), service.settings.var)
    return Response(status_code=204)


def _ask(
    service: Service, reader: Principal, conversation: Conversation, body: NextQuestion
) -> None:
    """The question is on disk before it is answered; raises BadQuestion for what is none."""
    store = conversation.store
    assert store is not None
    history = tuple(turn.question for turn in conversation if turn.error is None)
    question = Question(
        text=body.question, history=history, as_of=body.as_of, documents=body.documents
    )
    turn = conversation.ask(body.question, body.as_of, documents=body.documents)
    if conversation.problem is not None:
        raise ConversationsUnavailable(conversation.problem)
    answer = error = None
    try:
        answer = service.ask(reader, FRONT, question)
    except Exception as failure:
        error = str(failure)
        raise
    finally:
        store.settle(turn.id, answer, error, False)


def _title(store: ConversationStore, conversation_id: str) -> str:
    """Raises UnknownConversation."""
    title = store.title(conversation_id)
    if title is None:
        raise UnknownConversation(f"there is no conversation {conversation_id}")
    return title


def _whole(service: Service, reader: Principal, conversation_id: str) -> ConversationAnswer:
    store = service.conversations_of(reader)
    return ConversationAnswer(
        id=conversation_id,
        title=_title(store, conversation_id),
        turns=tuple(_turn(service, turn) for turn in store.turns(conversation_id)),
    )


def _turn(service: Service, turn: KeptTurn) -> TurnAnswer:
    return TurnAnswer(
        id=turn.id,
        question=turn.question,
        asked_at=turn.asked_at,
        as_of=turn.as_of,
        answer=turn.answer,
        error=turn.error,
        helpful=turn.feedback[0] if turn.feedback else None,
        link=service.page_of(answer=turn.id),
    )
