"""Why a question is not covered: what was looked for, what is near, what is missing.

A reader who gets no answer can act on it: ask in the corpus's words, or add a document.
"""

from dataclasses import dataclass

from app.answer.refusal import NEAREST
from app.search.intent import vocabulary
from app.search.searcher import Trace
from app.views.matched_words import word_spans
from app.views.source import Place
from app.wording import Language, cited_name, name_of


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """A document that the corpus does not hold; ``asked_for``: the question names it.

    ``cited_at``: where the corpus cites it, the nearest clauses first; () if nowhere.
    """

    name: str
    asked_for: bool
    cited_at: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """``unknown_words``: words of the question that stand in no clause, as they were written."""

    unknown_words: tuple[str, ...]
    missing: tuple[MissingDocument, ...]


def find_gap(trace: Trace, language: Language) -> Gap:
    """What a refusal leaves to do."""
    missing = _asked_for(trace, language)
    if missing:
        # the document itself is what is missing: no word and no neighbour stands for it
        return Gap((), missing)
    return Gap(_unknown_words(trace), _cited_near(trace, language))


def _unknown_words(trace: Trace) -> tuple[str, ...]:
    library, question = trace.library, trace.read.text
    lexical, tokenizer = library.snapshot.lexical, library.tokenizer
    known_by_another_name = [
        (mention.start, mention.end) for mention in library.glossary.mentions(question)
    ]
    unknown: dict[str, None] = {}
    for start, end in word_spans(question):
        if any(a <= start < b for a, b in known_by_another_name):
            continue
        word = question[start:end]
        tokens = tokenizer.tokens(word)
        if word.lower() in vocabulary().asking or not tokens:
            continue
        if not any(token in lexical for token in tokens):
            unknown[word] = None
    return tuple(unknown)


def _asked_for(trace: Trace, language: Language) -> tuple[MissingDocument, ...]:
    """Documents that the question names and the corpus does not hold."""
    return tuple(
        MissingDocument(
            name_of(document.named, language),
            asked_for=True,
            cited_at=tuple(
                Place(clause_id.partition("#")[0], clause_id) for clause_id in document.cited_at
            ),
        )
        for document in trace.missing
    )


def _cited_near(trace: Trace, language: Language) -> tuple[MissingDocument, ...]:
    """Documents that the nearest clauses cite and the corpus does not hold."""
    library = trace.library
    nearest = [candidate.unit.clause_id for candidate in trace.found.all.candidates[:NEAREST]]
    places: dict[str, list[Place]] = {}
    for document_id in dict.fromkeys(clause_id.partition("#")[0] for clause_id in nearest):
        document = library.documents.get(document_id)
        for cited in library.cross_references.of(document) if document else ():
            if cited.clause_id in nearest and not cited.held:
                places.setdefault(cited_name(cited, language), []).append(
                    Place(document_id, cited.clause_id)
                )
    return tuple(
        MissingDocument(name, asked_for=False, cited_at=tuple(dict.fromkeys(cited_at)))
        for name, cited_at in places.items()
    )
