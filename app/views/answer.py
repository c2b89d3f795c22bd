"""An answer in the words and pieces that a reader sees, in the language of the interface.

It is made anew at each drawing, from the answer and the corpus as it is now: an answer
of last year still opens the place that it quotes, or says that the place has gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.answer.quoted_table import QuotedTable, excerpt, locator_of, quoted_table
from app.answer.refusal import LONGEST_EXCERPT, NEAREST
from app.contract import (
    Answer,
    Citation,
    Purpose,
    RefusalReason,
    Rejected,
    Retrieved,
    ShortAnswer,
    Statement,
)
from app.library import Library
from app.plain_text import capitalized
from app.texts import LANGUAGES
from app.views.page_image import pages_of
from app.views.quote_place import QuoteState, find_quote
from app.views.source import Place
from app.wording import (
    Language,
    citation_name,
    empty_corpus,
    hostile,
    items_line,
    locator_in,
    not_covered,
    not_in_chosen,
    status_line,
    unknown_work,
)
from ingest.facts.modifications import Status
from ingest.structure import Clause

#: lower bounds of the confidence words, highest first
_CONFIDENCE_WORDS = (
    (0.8, "very_likely"),
    (0.5, "likely"),
    (0.2, "unlikely"),
    (0.0, "very_unlikely"),
)
#: a status that a reader must see before the words: the rule does not apply that day
_NOT_IN_FORCE = (Status.NOT_YET_IN_FORCE, Status.REPEALED, Status.EXPIRED)

#: the fixed sentences with which an answer refuses; the page says them in its own language
_REFUSALS: tuple[Callable[[Language], str], ...] = (
    lambda language: not_covered(language, []),
    lambda language: not_in_chosen(language, []),
    lambda language: unknown_work(language, []),
    hostile,
    empty_corpus,
)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A clause with what its chip says; ``place`` is None when it can no longer be opened."""

    place: Place | None
    locator: str  # "Item 7"; "" for a whole document
    name: str  # "GACC Announcement No. 68 of 2016"
    page: int | None = None  # of a PDF


class QuotePart(StrEnum):
    """How a stretch of a quote is set."""

    PLAIN = "plain"
    ANSWERS = "answers"  # it is what the line in short says
    FOLDED = "folded"  # behind "…", opened in place


@dataclass(frozen=True, slots=True)
class PassageView:
    """A quote of the answer under its chip; ``parts`` joined are the quote, to the letter."""

    n: int
    source: PlaceView
    quote: str
    parts: tuple[tuple[QuotePart, str], ...]
    table: QuotedTable | None  # drawn in place of the parts, where the quote has rows of one
    items: str | None  # of a list's head: how many of its items are quoted
    state: QuoteState
    status: Status
    status_words: str  # "in force since 25 November 2016"
    proof: PlaceView | None
    #: what is in force in this one's place that day
    instead: PlaceView | None
    #: unofficial ones, by a language model, of sentences of the quote
    translations: tuple[str, ...]

    @property
    def in_force_that_day(self) -> bool:
        return self.status not in _NOT_IN_FORCE


@dataclass(frozen=True, slots=True)
class FoundView:
    """A clause that the search found, answer or not."""

    source: PlaceView
    excerpt: str


@dataclass(frozen=True, slots=True)
class RefusalView:
    explanation: str
    nearest: tuple[FoundView, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """``short``: the line above the quotes; ``lead`` and ``groups``, lines under their headings: of an
    answer on whole documents, else "" and none; ``left_out``: words of a model that the clauses do not bear out, never
    shown as facts; ``notes``: what did not go as configured."""

    lead: str
    passages: tuple[PassageView, ...]
    groups: tuple[tuple[str, tuple[Statement, ...]], ...]
    short: ShortAnswer | None
    left_out: tuple[Rejected, ...]
    refusal: RefusalView | None
    #: key of the words for the confidence; None where no search was weighed
    coverage: str | None
    notes: tuple[str, ...]
    #: the corpus has changed since the answer was given
    outdated: bool

    @property
    def marks_are_shared(self) -> bool:
        """Status, its proof and the mark on the quote are the same of all quotes."""
        marks = {(one.status_words, one.proof, one.state) for one in self.passages}
        return len(self.passages) > 1 and len(marks) == 1

    @property
    def places(self) -> tuple[Place, ...]:
        """The cited places that can be opened, in the order of their numbers."""
        return tuple(p.source.place for p in self.passages if p.source.place is not None)


def view_answer(answer: Answer, library: Library, language: Language) -> AnswerView:
    return AnswerView(
        lead="" if answer.purpose is Purpose.CLAUSES else answer.lead,
        passages=tuple(
            _passage(library, answer, citation, language)
            for citation in answer.citations
            if not _stands_in_a_table(library, answer, citation)
        ),
        groups=answer.groups,
        short=answer.short,
        left_out=answer.rejected,
        notes=answer.notes,
        refusal=_refusal(library, answer, language) if answer.refusal_reason else None,
        coverage=None if _refused_outright(answer) else coverage_of(answer.confidence),
        outdated=answer.corpus_fingerprint != library.fingerprint,
    )


def coverage_of(confidence: float) -> str:
    """How likely it is that the corpus covers a question: the key of the words for it.

    >>> coverage_of(0.97), coverage_of(0.5)
    ('very_likely', 'likely')
    """
    return next(words for least, words in _CONFIDENCE_WORDS if confidence >= least)


def _refused_outright(answer: Answer) -> bool:
    """Nothing that a search weighed: a question for a document that is not there, or none about a
    clause at all."""
    return (
        answer.purpose is not Purpose.CLAUSES
        or answer.refusal_reason in (RefusalReason.NOT_HELD, RefusalReason.HOSTILE)
        or answer.answer.startswith(tuple(unknown_work(one, []) for one in LANGUAGES))
    )


def _stands_in_a_table(library: Library, answer: Answer, citation: Citation) -> bool:
    """Whether a quote only names what the table of another quote's row is read under, and is drawn
    with that row."""
    if answer.short is not None and citation.n in answer.short.citations:
        return False
    document = library.documents.get(citation.document_id)
    if document is None or quoted_table(document.parsed, citation.start, citation.end):
        return False
    cited = (document.parsed.by_id.get(other.clause_id) for other in answer.citations)
    return any(clause and citation.clause_id in (clause.read_under or ()) for clause in cited)


def _passage(
    library: Library, answer: Answer, citation: Citation, language: Language
) -> PassageView:
    state, place = find_quote(library.documents, citation)
    short = answer.short if answer.short and citation.n in answer.short.citations else None
    parts = quote_parts(citation, short)
    items = items_line(citation.items, language) if citation.items else None
    if place is None:
        return PassageView(
            n=citation.n,
            source=PlaceView(
                None, capitalized(locator_in(citation.locator, language)), citation.title
            ),
            quote=citation.quote,
            parts=parts,
            table=None,
            items=items,
            state=state,
            status=citation.status,
            status_words="",
            proof=None,
            instead=None,
            translations=answer.translations_of(citation.n),
        )
    clause = library.clause(place.link)
    status = library.status(clause, answer.as_of)
    return PassageView(
        n=citation.n,
        source=place_view(library, place, language),
        quote=citation.quote,
        parts=parts,
        table=_table(library, place),
        items=items,
        state=state,
        status=status.status,
        status_words=status_line(status, language),
        proof=clause_view(library, status.proof, language) if status.proof else None,
        instead=instead_of(library, clause, answer.as_of, language),
        translations=answer.translations_of(citation.n),
    )


def _table(library: Library, place: Place) -> QuotedTable | None:
    if place.start is None or place.end is None:
        return None
    return quoted_table(library.documents[place.document_id].parsed, place.start, place.end)


def quote_parts(citation: Citation, short: ShortAnswer | None) -> tuple[tuple[QuotePart, str], ...]:
    """A quote in the parts that it is set in: what the line in short says is never folded."""
    marks = [(start, end, QuotePart.FOLDED) for start, end in citation.folded]
    if short is not None and short.span is not None:
        start, end = short.span
        marks = [mark for mark in marks if mark[1] <= start or end <= mark[0]]
        if citation.start <= start and end <= citation.end:
            marks.append((start, end, QuotePart.ANSWERS))
    parts: list[tuple[QuotePart, str]] = []
    position = citation.start
    for start, end, kind in [*sorted(marks), (citation.end, citation.end, QuotePart.PLAIN)]:
        for part, a, b in ((QuotePart.PLAIN, position, start), (kind, start, end)):
            if a < b:
                parts.append((part, citation.quote[a - citation.start : b - citation.start]))
        position = end
    return tuple(parts)


def _refusal(library: Library, answer: Answer, language: Language) -> RefusalView:
    # the answer goes on with the nearest clauses, or with the quote: both are drawn as such
    explanation = next(
        (
            sentence(language)
            for sentence in _REFUSALS
            for one in LANGUAGES
            if answer.answer.startswith(sentence(one))
        ),
        answer.lead,
    )
    is_searched = answer.refusal_reason is RefusalReason.NOT_COVERED
    nearest = answer.retrieved[:NEAREST] if is_searched else ()
    return RefusalView(explanation, tuple(_found(library, one, language) for one in nearest))


def _found(library: Library, found: Retrieved, language: Language) -> FoundView:
    place = Place(found.document_id, found.clause_id, found.start, found.end)
    return FoundView(place_view(library, place, language), excerpt(found.text, LONGEST_EXCERPT))


def instead_of(
    library: Library, clause: Clause, as_of: date, language: Language
) -> PlaceView | None:
    """What is in force in a clause's place on a day: a clause, else the document that has the
    place of its own; None for a clause in force itself, and where the corpus proves none."""
    standing = library.versions.in_force(clause, as_of)
    if standing is not None:
        return None if standing.id == clause.id else clause_view(library, standing.id, language)
    documents = library.timeline.successors(clause.document_id, as_of)
    if not documents:
        return None
    name = citation_name(library.documents[documents[0]].entry, language)
    return PlaceView(Place(documents[0]), "", name)


def clause_view(library: Library, clause_id: str, language: Language) -> PlaceView:
    """A whole clause as a chip shows it; one that the corpus no longer holds by its id."""
    return place_view(library, Place(clause_id.partition("#")[0], clause_id), language)


def place_view(library: Library, place: Place, language: Language) -> PlaceView:
    """A place as a chip shows it; one that the corpus no longer holds by its id."""
    document = library.documents.get(place.document_id)
    clause = document.parsed.by_id.get(place.link) if document else None
    if document is None or clause is None:
        return PlaceView(None, place.link, "")
    start = clause.start if place.start is None else place.start
    return PlaceView(
        place,
        capitalized(locator_in(locator_of(clause, document.parsed), language)),
        citation_name(document.entry, language),
        next(iter(pages_of(document, start, start + 1)), None),
    )
