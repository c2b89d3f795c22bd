"""A company's own topics, by which it measures the desk: kept beside its corpus, and scored by
`python -m eval run --topics`."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field, StrictBool

from app.contract import Day, Frozen
from app.errors import NotThere
from app.server.problems import described
from app.server.rest.asking import FRONT, Asker, Editor, TheService
from app.server.rest.questions import Words
from app.teaching.topics import Topic, delete_topic, keep_topic, new_topic, own_topics
from app.views.evaluation_report import TopicKind
from app.wording import Language
from ingest.facts.modifications import Status

router = APIRouter(prefix="/topics", tags=["topics"])

_PART = r"^[a-z0-9][a-z0-9_.-]*$"
Family = Annotated[str, Path(pattern=_PART, max_length=100)]
Variant = Annotated[str, Path(pattern=_PART, max_length=100)]


class GoldBody(Frozen):
    """A clause that answers; ``evidence``: the words in it that do, to the letter."""

    clause_id: str = Field(max_length=300)
    evidence: str = Field(min_length=1)


class TopicBody(Frozen):
    """``gold``: none where a refusal is right; ``needed``: verbatim spans that a reader must have
    seen to act, the evidence if left out; ``figures``: what the answer must show; ``must``: once
    right, it may never be wrong again."""

    kind: TopicKind
    language: Language
    question: Words
    history: tuple[Words, ...] = Field(default=(), max_length=50)
    as_of: Day | None = None
    gold: tuple[GoldBody, ...] = ()
    needed: tuple[str, ...] = ()
    reference: str | None = None
    figures: tuple[str, ...] = ()
    status: Status | None = None
    must: StrictBool = False


class TopicsAnswer(Frozen):
    topics: tuple[Topic, ...]


@router.get("", responses=described(422))
def topics(_: Asker, service: TheService) -> TopicsAnswer:
    """The company's own topics."""
    return TopicsAnswer(topics=own_topics(service.settings.corpus))


@router.get("/{family}/{variant}", responses=described(404, 422))
def topic(family: Family, variant: Variant, _: Asker, service: TheService) -> Topic:
    wanted = f"{family}/{variant}"
    for found in own_topics(service.settings.corpus):
        if found.id == wanted:
            return found
    raise NotThere(f"there is no topic {wanted}")


@router.put("/{family}/{variant}", responses=described(422))
def put_topic(
    family: Family, variant: Variant, body: TopicBody, reader: Editor, service: TheService
) -> Topic:
    """Add a topic, or write it anew; its evidence must stand in its clauses. Variants of one
    question share the family, and with it the split."""
    kept = new_topic(
        f"{family}/{variant}",
        body.as_of,
        [(one.clause_id, one.evidence) for one in body.gold],
        **body.model_dump(exclude={"as_of", "gold"}),
    )
    keep_topic(service.settings, kept, service.desk.library())
    service.audit.write("topic.keep", reader, FRONT, {"topic": kept.id, "clauses": list(kept.gold)})
    return kept


@router.delete("/{family}/{variant}", status_code=204, responses=described(404, 422))
def remove_topic(family: Family, variant: Variant, reader: Editor, service: TheService) -> Response:
    delete_topic(service.settings, f"{family}/{variant}")
    service.audit.write("topic.remove", reader, FRONT, {"topic": f"{family}/{variant}"})
    return Response(status_code=204)
