"""What a reader follows and what has changed of it; what others follow is not there for it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app.contract import Frozen, Question
from app.conversations.store import UnknownConversation
from app.following.changes import Finding
from app.following.checking import Follower, asked_again, now, then
from app.following.followed import Followed, FollowedKind
from app.following.store import FollowingStore
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, TheService
from app.wording import Language

router = APIRouter(prefix="/following", tags=["following"])

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="32 hexadecimal digits")]
_HEXADECIMAL = r"^[0-9a-f]{32}$"


class FollowBody(Frozen):
    """Either a clause, or a turn of a conversation of the reader's."""

    clause_id: str | None = Field(default=None, max_length=500)
    conversation: str | None = Field(default=None, pattern=_HEXADECIMAL)
    turn: str | None = Field(default=None, pattern=_HEXADECIMAL)
    language: Language = "en"


class WarningAnswer(Frozen):
    id: str
    at: datetime
    corpus_fingerprint: str
    findings: tuple[Finding, ...]
    seen: bool


class FollowedAnswer(Frozen):
    id: str
    kind: FollowedKind
    title: str
    since: datetime
    rests_on: tuple[str, ...]  # clause ids
    warnings: tuple[WarningAnswer, ...]


class FollowedList(Frozen):
    following: tuple[FollowedAnswer, ...]


class TellingAnswer(Frozen):
    question: str
    as_of: date | None
    text: str
    quotes: tuple[tuple[str, str], ...]  # where a quote stands, and its words


class ReplayAnswer(Frozen):
    """``kept``: what is followed, as it was, to the byte: JSON of an answer, a pack or a clause."""

    kept: str
    then: tuple[TellingAnswer, ...]
    now: tuple[TellingAnswer, ...]


@router.get("")
def following(reader: Asker, service: TheService) -> FollowedList:
    """All that is followed, the latest first, each with its warnings."""
    store = service.following_of(reader)
    return FollowedList(following=tuple(_answer(store, one) for one in store.all()))


@router.post("", status_code=201, responses=described(404, 422))
def follow(body: FollowBody, reader: Asker, service: TheService) -> FollowedAnswer:
    """Follow a clause or an answer; what is followed already stays as it is."""
    store = service.following_of(reader)
    follower = Follower(store, service.desk.library(), date.today())
    if body.clause_id is not None:
        return _answer(store, store.get(follower.clause(body.clause_id, body.language)))
    turns = service.conversations_of(reader).turns(body.conversation or "")
    at = next((n for n, turn in enumerate(turns) if turn.id == body.turn), None)
    if at is None or (answer := turns[at].answer) is None:
        raise UnknownConversation("name a clause_id, or an answered turn of a conversation")
    history = tuple(turn.question for turn in turns[:at] if turn.error is None)
    asked = Question(text=turns[at].question, history=history, as_of=turns[at].as_of)
    asked_on = turns[at].asked_at.astimezone().date()
    followed = follower.answer(turns[at].id, asked, answer, asked_on, body.language)
    return _answer(store, store.get(followed))


@router.get("/{followed_id}", responses=described(404))
def replay(followed_id: Id, reader: Asker, service: TheService) -> ReplayAnswer:
    """As it was, and as it is now."""
    followed = service.following_of(reader).get(followed_id)
    answers = asked_again(
        followed, service.desk, lambda events: service.watched(reader, FRONT, events)
    )
    was, is_now = then(followed), now(followed, service.desk.library(), answers)
    return ReplayAnswer(
        kept=followed.kept,
        then=tuple(TellingAnswer.model_validate(one, from_attributes=True) for one in was),
        now=tuple(TellingAnswer.model_validate(one, from_attributes=True) for one in is_now),
    )


@router.post("/{followed_id}/seen", status_code=204, responses=described(404))
def see(followed_id: Id, reader: Asker, service: TheService) -> Response:
    """All warnings of it are seen."""
    service.following_of(reader).see(followed_id)
    return Response(status_code=204)


@router.delete("/{followed_id}", status_code=204, responses=described(404))
def unfollow(followed_id: Id, reader: Asker, service: TheService) -> Response:
    service.following_of(reader).remove(followed_id)
    return Response(status_code=204)


def _answer(store: FollowingStore, followed: Followed) -> FollowedAnswer:
    return FollowedAnswer(
        id=followed.id,
        kind=followed.kind,
        title=followed.title,
        since=followed.since,
        rests_on=tuple(rest.clause_id for rest in followed.rests),
        warnings=tuple(
            WarningAnswer(
                id=one.id,
                at=one.at,
                corpus_fingerprint=one.fingerprint,
                findings=one.findings,
                seen=one.seen,
            )
            for one in store.warnings(followed.id)
        ),
    )
