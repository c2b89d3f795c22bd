"""What something that is followed rests on: clauses, each with its words, its number and its course.

The course of a clause is its status today and every later change of it that the corpus tells. The
clauses of its document are kept with it, so that a later text is laid beside the one of that day.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property, lru_cache

from app.contract import Citation, Frozen
from app.library import Library
from app.texts import LANGUAGES
from app.views.quote_place import find_quote
from app.wording import Language, citation_name
from ingest.corpus.alignment import words_of
from ingest.corpus.catalog import CatalogEntry
from ingest.corpus.graph import Edge, Relation
from ingest.facts.modifications import Status, StatusOnDay
from ingest.index.units import quoted_span
from ingest.structure import Clause

#: bytes by which the words of a clause are told from others'
_DIGEST = 8


#: how a document is cited, by language
Names = dict[Language, str]


def names_of(entry: CatalogEntry) -> Names:
    return {language: citation_name(entry, language) for language in LANGUAGES}


class Turning(Frozen):
    """A status and the day on which it begins; ``told``: nobody need be warned of it any more."""

    status: StatusOnDay
    told: bool

    @property
    def key(self) -> tuple[Status, date | None, date | None, date | None]:
        """Two turnings of one key are the same change, whichever clause proves it."""
        found = self.status
        return found.status, found.since, found.amended, found.overtaken

    @property
    def since(self) -> date | None:
        """The day on which it began or begins."""
        found = self.status
        return found.overtaken or found.amended or found.since


class Rest(Frozen):
    """A clause that something rests on. ``introduces``: it is not quoted, but what is quoted is
    read under it; ``text_of``: the day of the text, if it is not the first; ``as_of``: the day asked about, None for every day anew; ``held``: whether the
    corpus had its document when it was last looked at."""

    clause_id: str
    document_id: str
    title: str
    names: Names
    locator: str
    path: str
    text: str
    text_of: date | None
    introduces: bool
    as_of: date | None
    course: tuple[Turning, ...]
    held: bool = True


class Present:
    """A snapshot on one day, as what is followed is held against it."""

    def __init__(self, library: Library, today: date, days_ahead: int) -> None:
        self.library = library
        self.today = today
        self.horizon = today + timedelta(days=days_ahead)

    def course(self, clause: Clause, as_of: date | None, *, told: bool) -> tuple[Turning, ...]:
        """``told``: of the present status; later ones are still to be told."""
        day = as_of or self.today
        found = [Turning(status=self.library.status(clause, day), told=told)]
        if as_of is None:
            for later in sorted(d for d in self._days(clause.document_id) if d > day):
                turning = Turning(status=self.library.status(clause, later), told=False)
                if turning.key != found[-1].key:
                    found.append(turning)
        return tuple(found)

    def _days(self, document_id: str) -> set[date]:
        """The days on which a status of the document may change."""
        library = self.library
        facts = library.documents[document_id].facts
        days = [
            facts.in_force_from,
            *(expiry.until + timedelta(days=1) for expiry in facts.expiries),
            *(edge.since for edge in self.acts_on(document_id)),
            *(
                library.documents[text].expression.since
                for text in library.timeline.texts_of_the_work(document_id)
            ),
        ]
        return {day for day in days if day is not None}

    def acts_on(self, document_id: str) -> list[Edge]:
        """What other documents do to one."""
        return self._acts.get(document_id, [])

    @cached_property
    def _acts(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = {}
        for edge in self.library.graph.edges:
            if edge.relation in (Relation.REPEALS, Relation.AMENDS):
                found.setdefault(edge.target, []).append(edge)
        return found

    def rest(self, clause: Clause, as_of: date | None, *, introduces: bool = False) -> Rest:
        document = self.library.documents[clause.document_id]
        entry = document.entry
        return Rest(
            clause_id=clause.id,
            document_id=clause.document_id,
            title=entry.title,
            names=names_of(entry),
            locator=clause.locator,
            path=clause.path,
            text=clause.text,
            text_of=document.expression.amended,
            introduces=introduces,
            as_of=as_of,
            course=self.course(clause, as_of, told=True),
        )

    def rests_of_clause(self, clause_id: str) -> tuple[Rest, ...]:
        """A clause and what it introduces, as it would be quoted; raises UnknownClause."""
        clause = self.library.clause(clause_id)
        span = quoted_span(self.library.documents[clause.document_id].parsed, clause)
        return tuple(self._rests(clause.document_id, *span, None))

    def rests_of(self, citations: Iterable[Citation], as_of: date | None) -> tuple[Rest, ...]:
        """The clauses of quotes, as far as the corpus still holds them."""
        found: dict[str, Rest] = {}
        for citation in citations:
            place = find_quote(self.library.documents, citation)[1]
            if place is not None and place.start is not None and place.end is not None:
                for rest in self._rests(place.document_id, place.start, place.end, as_of):
                    known = found.get(rest.clause_id)
                    if known is None or known.introduces:
                        found[rest.clause_id] = rest
        return tuple(found.values())

    def _rests(self, document_id: str, start: int, end: int, as_of: date | None) -> Iterator[Rest]:
        parsed = self.library.documents[document_id].parsed
        quoted = [c for c in parsed.clauses if c.start < end and start < c.end]
        ids = {clause.id for clause in quoted}
        above = dict.fromkeys(
            id_ for c in quoted for id_ in (c.lead_in, *(c.read_under or ())) if id_ is not None
        )
        yield from (self.rest(clause, as_of) for clause in quoted)
        for id_ in above:
            if id_ not in ids:
                yield self.rest(parsed.by_id[id_], as_of, introduces=True)

    @cached_property
    def words(self) -> bytes:
        """The words of all clauses, as digests: what was there when this snapshot served."""
        return b"".join(sorted(self._digests))

    @cached_property
    def _digests(self) -> set[bytes]:
        return {word_digest(clause) for clause in self.library.clauses()}

    def has_new_words(self, words: bytes) -> bool:
        """Whether a clause of this snapshot has words that an earlier one did not have."""
        return not self._digests <= _digests_in(words)


def word_digest(clause: Clause) -> bytes:
    words = "\0".join((clause.document_id, *words_of(clause)))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def in_words(clause: Clause, words: bytes) -> bool:
    """Whether a clause of these words stood in the snapshot of which ``words`` tells."""
    return word_digest(clause) in _digests_in(words)


@lru_cache(maxsize=4)  # all that is followed begins from one snapshot, or a few
def _digests_in(words: bytes) -> frozenset[bytes]:
    return frozenset(words[at : at + _DIGEST] for at in range(0, len(words), _DIGEST))
