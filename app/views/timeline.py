"""The life of a Work on one line: issued, in force, changed, repealed, and where it stands
on the day asked about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from app.library import Library
from app.wording import Language, citation_name
from ingest.corpus.graph import Relation
from ingest.facts.modifications import Status


class Moment(StrEnum):
    ISSUED = "issued"
    IN_FORCE = "in_force"
    NEW_TEXT = "new_text"
    AMENDED = "amended"
    REPEALED = "repealed"
    PARTLY_REPEALED = "partly_repealed"


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """``by``: the document that did it; ``items``: what a partial act touches; ``proof``:
    id of the clause that says so; ``at``: where on the line, 0 to 1."""

    day: date
    moment: Moment
    by: str | None
    items: tuple[str, ...]
    proof: str | None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the line, 0 to 1, on which the status is the same."""

    start: float
    end: float
    status: Status


@dataclass(frozen=True, slots=True)
class WorkTimeline:
    """Empty events: nothing in the corpus dates the Work."""

    events: tuple[TimelineEvent, ...]
    stretches: tuple[Stretch, ...]
    as_of: date
    as_of_at: float


def work_timeline(
    library: Library, document_id: str, as_of: date, today: date, language: Language
) -> WorkTimeline:
    """The timeline of the Work that a document is a text of, up to ``today`` or ``as_of``."""
    found = sorted(set(_events(library, document_id, language)), key=_order)
    if not found:
        return WorkTimeline((), (), as_of, 0.0)
    first = min(found[0].day, as_of)
    last = max(found[-1].day, as_of, today)
    days = max((last - first).days, 1)
    # a margin at both ends, so that no mark stands on the border
    margin = timedelta(days=max(days // 20, 1))
    first, last = first - margin, last + margin

    def at(day: date) -> float:
        return round((day - first).days / (last - first).days, 4)

    texts = library.timeline.texts_of_the_work(document_id)
    borders = sorted({first, last, *(event.day for event in found)})
    stretches = tuple(
        Stretch(at(start), at(end), _status_of_work(library, texts, start))
        for start, end in pairwise(borders)
    )
    return WorkTimeline(
        tuple(TimelineEvent(e.day, e.moment, e.by, e.items, e.proof, at(e.day)) for e in found),
        stretches,
        as_of,
        at(as_of),
    )


def _order(event: TimelineEvent) -> tuple[date, int]:
    return event.day, list(Moment).index(event.moment)


def _status_of_work(library: Library, texts: tuple[str, ...], day: date) -> Status:
    """A Work is in force when any of its texts is."""
    found = [library.timeline.status(text, "", day).status for text in texts]
    return Status.IN_FORCE if Status.IN_FORCE in found else found[-1]


def _events(library: Library, document_id: str, language: Language) -> Iterator[TimelineEvent]:
    texts = library.timeline.texts_of_the_work(document_id)
    for text in texts:
        facts, expression = library.documents[text].facts, library.documents[text].expression
        if expression.amended is not None:
            yield TimelineEvent(expression.amended, Moment.NEW_TEXT, None, (), expression.proof)
        elif facts.issued is not None:
            yield TimelineEvent(facts.issued, Moment.ISSUED, None, (), None)
    begun = [
        (facts.in_force_from, facts.in_force_proof)
        for facts in (library.documents[text].facts for text in texts)
        if facts.in_force_from is not None
    ]
    if begun:
        day, proof = min(begun, key=lambda found: found[0])
        yield TimelineEvent(day, Moment.IN_FORCE, None, (), proof)
    new_texts = {library.documents[text].expression.amended for text in texts}
    for edge in library.graph.edges:
        if edge.target not in texts or edge.since is None:
            continue
        acting = library.documents.get(edge.source)
        by = citation_name(acting.entry, language) if acting else None
        if edge.relation is Relation.REPEALS:
            moment = Moment.PARTLY_REPEALED if edge.items else Moment.REPEALED
            yield TimelineEvent(edge.since, moment, by, edge.items, edge.proof)
        # an amendment that a text of the corpus has in it is told as that text
        if edge.relation is Relation.AMENDS and edge.since not in new_texts:
            yield TimelineEvent(edge.since, Moment.AMENDED, by, edge.items, edge.proof)
