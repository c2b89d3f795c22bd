"""An answer in the words and pieces that a reader sees, in the language of the interface."""

from dataclasses import dataclass

from app.desk import Library
from app.models import Answer, Citation, RefusalReason, Retrieved
from app.plain_text import capitalized, shortened
from app.source_view import Place
from app.texts import LANGUAGES
from app.wording import (
    Language,
    citation_name,
    locator_in,
    not_covered,
    status_line,
    unknown_work,
)
from ingest.modifications import Status

#: clauses that a refusal offers as the nearest
NEAREST = 3
#: characters of a found clause shown in the list of what was found
LONGEST_EXCERPT = 110
#: lower bounds of the confidence words, highest first
_CONFIDENCE_WORDS = (
    (0.8, "very_likely"),
    (0.5, "likely"),
    (0.2, "unlikely"),
    (0.0, "very_unlikely"),
)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A clause that can be opened, with what its chip says."""

    place: Place
    locator: str  # "Item 7"
    name: str  # "GACC Announcement No. 68 of 2016"


@dataclass(frozen=True, slots=True)
class PassageView:
    """A quote of the answer under its lead line."""

    n: int
    source: PlaceView
    quote: str
    status: Status
    status_words: str  # "in force since 25 November 2016"
    proof: PlaceView | None


@dataclass(frozen=True, slots=True)
class FoundView:
    """A clause that the search found, answer or not."""

    source: PlaceView
    score: float
    excerpt: str


@dataclass(frozen=True, slots=True)
class RefusalView:
    explanation: str
    nearest: tuple[FoundView, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    passages: tuple[PassageView, ...]
    refusal: RefusalView | None
    found: tuple[FoundView, ...]
    #: None where something else than the confidence made the answer a refusal
    coverage: str | None

    @property
    def places(self) -> tuple[Place, ...]:
        """The cited places in the order of their numbers."""
        return tuple(passage.source.place for passage in self.passages)


def view_answer(answer: Answer, library: Library, language: Language) -> AnswerView:
    found = tuple(_found(library, clause, language) for clause in answer.retrieved)
    return AnswerView(
        passages=tuple(
            _passage(library, answer, citation, language) for citation in answer.citations
        ),
        refusal=_refusal(answer, answer.refusal_reason, found) if answer.refusal_reason else None,
        found=found,
        coverage=None if _refused_outright(answer) else coverage_of(answer.confidence),
    )


def coverage_of(confidence: float) -> str:
    """How likely it is that the corpus covers a question: the key of the words for it.

    >>> coverage_of(0.97), coverage_of(0.5)
    ('very_likely', 'likely')
    """
    return next(words for least, words in _CONFIDENCE_WORDS if confidence >= least)


def _refused_outright(answer: Answer) -> bool:
    """A question for a document that is not there, or none at all: however near the clauses are."""
    return answer.refusal_reason in (
        RefusalReason.NOT_HELD,
        RefusalReason.HOSTILE,
    ) or answer.answer.startswith(tuple(unknown_work(one, []) for one in LANGUAGES))


def _passage(
    library: Library, answer: Answer, citation: Citation, language: Language
) -> PassageView:
    clause = library.clause(citation.clause_id)
    status = library.timeline.status(clause.document_id, clause.path, answer.as_of)
    return PassageView(
        n=citation.n,
        source=_place(
            library,
            Place(citation.document_id, citation.clause_id, citation.start, citation.end),
            language,
        ),
        quote=citation.quote,
        status=citation.status,
        status_words=status_line(status, language),
        proof=_clause_place(library, citation.status_proof, language)
        if citation.status_proof
        else None,
    )


def _refusal(answer: Answer, reason: RefusalReason, found: tuple[FoundView, ...]) -> RefusalView:
    fixed = [words(one, []) for words in (not_covered, unknown_work) for one in LANGUAGES]
    # the answer goes on with the nearest clauses, or with the quote: both are drawn as such
    explanation = next(
        (words for words in fixed if answer.answer.startswith(words)),
        answer.answer.partition("\n\n")[0],
    )
    offers_nearest = reason is RefusalReason.NOT_COVERED
    return RefusalView(explanation, found[:NEAREST] if offers_nearest else ())


def _found(library: Library, found: Retrieved, language: Language) -> FoundView:
    return FoundView(
        _place(
            library, Place(found.document_id, found.clause_id, found.start, found.end), language
        ),
        found.score,
        shortened(found.text, LONGEST_EXCERPT),
    )


def _clause_place(library: Library, clause_id: str, language: Language) -> PlaceView:
    return _place(library, Place(library.clause(clause_id).document_id, clause_id), language)


def _place(library: Library, place: Place, language: Language) -> PlaceView:
    locator = locator_in(library.clause(place.link).locator, language)
    entry = library.documents[place.document_id].entry
    return PlaceView(place, capitalized(locator), citation_name(entry, language))
