"""The corpus in time: which rule repeals, amends or outlives which, and what applies on a day.

What the words of a document do not say stays None: the corpus cannot prove it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ingest.facts.references import WorkNumber, title_key
from ingest.facts.validity import Expiry


class ModificationKind(StrEnum):
    REPEAL = "repeal"
    AMENDMENT = "amendment"


@dataclass(frozen=True, slots=True)
class Modification:
    """What a document does to another (an active modification, in Akoma Ntoso's words):
    ``target``, or ``name`` for one cited by title.

    ``items`` holds the paths of a part ("items 3 and 5 of ..."), empty for the whole.
    """

    kind: ModificationKind
    target: WorkNumber | None
    name: str | None
    items: tuple[str, ...]
    effective: date | None
    proof: str  # clause id


@dataclass(frozen=True, slots=True)
class AmendedBy:
    """A document, known by its title, that changed this one: a line under a law's title says so."""

    name: str
    day: date
    proof: str  # clause id


@dataclass(frozen=True, slots=True)
class CrossReference:
    clause_id: str
    start: int  # offset in the document's text
    end: int
    target: WorkNumber


@dataclass(frozen=True, slots=True)
class TitleCitation:
    """A document cited by its title."""

    clause_id: str
    start: int  # offset in the document's text
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class TemporalFacts:
    """What one document says of its own time; None where it does not say."""

    issued: date | None
    in_force_from: date | None  # of the Work; an amendment does not change it
    in_force_proof: str | None  # clause id
    modifications: tuple[Modification, ...]
    references: tuple[CrossReference, ...]
    #: the latest amendment of which the text tells: the day of this Expression
    amended: date | None = None
    amended_proof: str | None = None  # clause id
    amended_by: tuple[AmendedBy, ...] = ()
    citations: tuple[TitleCitation, ...] = ()
    expiries: tuple[Expiry, ...] = ()

    @property
    def repeals(self) -> tuple[Modification, ...]:
        return tuple(m for m in self.modifications if m.kind is ModificationKind.REPEAL)


class Status(StrEnum):
    """Whether a rule applies on a day, as far as the corpus proves it."""

    IN_FORCE = "in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    REPEALED = "repealed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StatusOnDay:
    """A status with the day it began (or begins) and the clause that proves it.

    ``amended``: the day since which the clause stands in a text in force as it is here;
    ``replaced_by``: the id of the newer text of the same Work that made this one void;
    ``overtaken``: the day of a later amendment that these words do not have yet;
    ``is_law``: False for an internal document, which has no force.
    """

    status: Status
    since: date | None
    proof: str | None
    amended: date | None = None
    replaced_by: str | None = None
    overtaken: date | None = None
    is_law: bool = True


@dataclass(frozen=True, slots=True)
class Expression:
    """One text of a Work. ``since``: when it began to apply, None where nothing tells;
    ``amended``: the same where it is not the Work's first text."""

    work: str
    since: date | None
    amended: date | None
    proof: str | None  # clause id
    is_law: bool = True  # whether it can be in force at all
    language: str = ""


class NamedDocuments:
    """Documents by the numbers and the titles that others cite them by."""

    def __init__(self, works: Mapping[str, WorkNumber | None], titles: Mapping[str, str]) -> None:
        self._works = works
        self._by_number: dict[tuple[str, int], list[tuple[WorkNumber, str]]] = {}
        for document, work in works.items():
            if work is not None:
                self._by_number.setdefault((work.kind, work.number), []).append((work, document))
        self._by_title: dict[str, list[str]] = {}
        for document, title in titles.items():
            self._by_title.setdefault(title_key(title), []).append(document)

    def find(self, work: WorkNumber | None, title: str | None, citing: str) -> list[str]:
        """Ids of the documents that a number or a title can mean, in the corpus's order.

        A number without an issuer is one of the ``citing`` document's own issuer, if any is.
        """
        found = list(self._by_title.get(title_key(title), ())) if title else []
        if work is not None:
            same_number = self._by_number.get((work.kind, work.number), ())
            matching = [(held, id_) for held, id_ in same_number if work.matches(held)]
            own = self._works.get(citing)
            if work.issuer is None and own is not None:
                of_issuer = [(held, id_) for held, id_ in matching if held.issuer == own.issuer]
                matching = of_issuer or matching
            found += [id_ for _, id_ in matching]
        return list(dict.fromkeys(found))


class Timeline:
    """The corpus in time: which document is in force on which day.

    ``works`` gives each document's number (None for one without), ``titles``
    the names by which a Chinese law is cited, ``expressions`` the Work that each
    document is a text of.
    """

    def __init__(
        self,
        facts: Mapping[str, TemporalFacts],
        works: Mapping[str, WorkNumber | None],
        titles: Mapping[str, str],
        expressions: Mapping[str, Expression] | None = None,
    ) -> None:
        self._facts = facts
        self._expressions = expressions or {}
        self._texts: dict[str, list[str]] = {}  # by Work
        for document, text in self._expressions.items():
            self._texts.setdefault(text.work, []).append(document)
        self._newer = {document: self._newer_texts(document) for document in facts}
        self._named = NamedDocuments(works, titles)
        #: modifications made to each document, with the document that makes them
        self._made_to: dict[str, list[tuple[str, Modification]]] = {id_: [] for id_ in facts}
        for acting, made in facts.items():
            for modification in made.modifications:
                for document in self._reached(acting, modification):
                    self._made_to[document].append((acting, modification))

    def status(self, document_id: str, path: str, as_of: date) -> StatusOnDay:
        """Status of one clause on a day. A partial repeal touches only its items."""
        text = self._expressions.get(document_id)
        if text is not None and not text.is_law:
            return StatusOnDay(Status.UNKNOWN, None, None, is_law=False)
        for day, newer in self._newer[document_id]:
            if day <= as_of:
                proof = self._expressions[newer].proof
                return StatusOnDay(Status.REPEALED, day, proof, replaced_by=newer)
        facts = self._facts[document_id]
        if ended := self._ended(document_id, path, as_of):
            return ended
        amended = text.amended if text else None
        if text and amended and (facts.in_force_from is None or facts.in_force_from < amended):
            if amended > as_of:
                return StatusOnDay(Status.NOT_YET_IN_FORCE, amended, text.proof)
            if facts.in_force_from is None:
                return StatusOnDay(Status.IN_FORCE, amended, text.proof)
        else:
            amended = None
        if facts.in_force_from is None:
            return StatusOnDay(Status.UNKNOWN, None, None)
        if facts.in_force_from > as_of:
            return StatusOnDay(Status.NOT_YET_IN_FORCE, facts.in_force_from, facts.in_force_proof)
        return StatusOnDay(
            Status.IN_FORCE,
            facts.in_force_from,
            facts.in_force_proof,
            amended=amended,
            overtaken=self._overtaken(document_id, path, as_of),
        )

    def _ended(self, document_id: str, path: str, as_of: date) -> StatusOnDay | None:
        """The first repeal of a clause, or end of its own term, up to a day."""
        ends = [
            StatusOnDay(Status.REPEALED, repeal.effective, repeal.proof)
            for _, repeal in self._repeals_of(document_id)
            if _touches(repeal, path)
        ]
        ends += [
            StatusOnDay(Status.EXPIRED, expiry.until + timedelta(days=1), expiry.proof)
            for expiry in self._facts[document_id].expiries
            if _touches(expiry, path)
        ]
        past = [(end.since, at) for at, end in enumerate(ends) if end.since and end.since <= as_of]
        return ends[min(past)[1]] if past else None

    def _repeals_of(self, document_id: str) -> Iterator[tuple[str, Modification]]:
        for acting, made in self._made_to[document_id]:
            if made.kind is ModificationKind.REPEAL:
                yield acting, made

    def successors(self, document_id: str, as_of: date) -> tuple[str, ...]:
        """The documents that stand in a document's place on a day: the text of the same
        Work that is in force then, the documents that repealed it, or those in force that it
        is to repeal."""
        texts = [
            other
            for other in self.texts_of_the_work(document_id)
            if other != document_id and self.status(other, "", as_of).status is Status.IN_FORCE
        ]
        if texts:
            return tuple(texts)
        repealing = (
            (acting, repeal.effective <= as_of)
            for acting, repeal in self._repeals_of(document_id)
            if not repeal.items and repeal.effective is not None
        )
        to_repeal = (
            (target, as_of < repeal.effective)
            for repeal in self._facts[document_id].repeals
            if not repeal.items and repeal.effective is not None
            for target in self._reached(document_id, repeal)
        )
        return tuple(
            other
            for other, has_its_place in (*repealing, *to_repeal)
            if has_its_place and self.status(other, "", as_of).status is Status.IN_FORCE
        )

    def texts_of_the_work(self, document_id: str) -> tuple[str, ...]:
        """The documents of the same Work, oldest first; those that nothing dates stand last."""
        own = self._expressions.get(document_id)
        if own is None:
            return (document_id,)
        texts = self._texts[own.work]
        return tuple(sorted(texts, key=lambda t: (self._expressions[t].since or date.max, t)))

    def _newer_texts(self, document_id: str) -> list[tuple[date, str]]:
        """Newer texts of the same Work with their days, the next one first.

        One in another language is newer only by an amendment: it stands beside this one else.
        """
        own = self._expressions.get(document_id)
        if own is None or own.since is None:
            return []
        return sorted(
            (text.since, other)
            for other in self._texts[own.work]
            if (text := self._expressions[other]).since is not None
            and text.since > own.since
            and (text.language == own.language or text.amended is not None)
        )

    def _overtaken(self, document_id: str, path: str, as_of: date) -> date | None:
        """The last day up to ``as_of`` on which another document amended the clause, if
        this text does not have that amendment in it."""
        text = self._expressions.get(document_id)
        days = [
            amendment.effective
            for _, amendment in self._made_to[document_id]
            if amendment.kind is ModificationKind.AMENDMENT
            and _touches(amendment, path)
            and amendment.effective is not None
            and amendment.effective <= as_of
            and (text is None or text.since is None or text.since < amendment.effective)
        ]
        return max(days, default=None)

    def _reached(self, acting: str, act: Modification) -> Iterator[str]:
        """The documents that a repeal or an amendment means.

        A law does neither to itself, in whatever text, nor to what was issued after it.
        """
        own = self._expressions.get(acting)
        for document in self._named.find(act.target, act.name, acting):
            facts, text = self._facts.get(document), self._expressions.get(document)
            if document == acting or facts is None:
                continue
            if own is not None and text is not None and own.work == text.work:
                continue
            begun = facts.in_force_from or facts.issued
            if act.effective is None or begun is None or begun <= act.effective:
                yield document


def _touches(act: Modification | Expiry, path: str) -> bool:
    """Whether an act on a whole document, or on some of its items, is one on a clause."""
    return not act.items or any(path == item or path.startswith(f"{item}.") for item in act.items)
