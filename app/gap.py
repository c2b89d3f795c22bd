"""Why a question is not covered: what was looked for, what is near, what is missing.

A reader who gets no answer can act on it: ask in the corpus's words, or add a document.
"""

from dataclasses import dataclass
from itertools import chain

from app.desk import Library
from app.matched_words import word_spans
from app.models import Answer, Question
from app.question import read_question
from app.source_view import Place
from app.wording import Language, work_name
from ingest.documents import holding, references_to
from ingest.errors import BadQuestion

#: clauses that a refusal offers as the nearest, and whose citations it looks through
NEAREST = 3


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


def find_gap(answer: Answer, library: Library, language: Language) -> Gap:
    """What a refusal leaves to do, from the corpus as it is now."""
    return Gap(_unknown_words(answer, library), _missing(answer, library, language))


def _unknown_words(answer: Answer, library: Library) -> tuple[str, ...]:
    lexical, tokenizer = library.snapshot.lexical, library.tokenizer
    known_by_another_name = [
        (mention.start, mention.end) for mention in library.glossary.mentions(answer.question)
    ]
    unknown: dict[str, None] = {}
    for start, end in word_spans(answer.question):
        if any(a <= start < b for a, b in known_by_another_name):
            continue
        word = answer.question[start:end]
        tokens = tokenizer.tokens(word)
        if tokens and not any(token in lexical for token in tokens):
            unknown[word] = None
    return tuple(unknown)


def _missing(answer: Answer, library: Library, language: Language) -> tuple[MissingDocument, ...]:
    found: dict[str, MissingDocument] = {}
    try:
        asked_for = read_question(Question(text=answer.question)).works
    except BadQuestion:
        asked_for = ()
    for work in asked_for:
        if not holding(library.documents, work):
            name = work_name(work, language)
            citing = tuple(
                Place(reference.clause_id.partition("#")[0], reference.clause_id)
                for reference in references_to(library.documents, work)
            )
            found[name] = MissingDocument(name, asked_for=True, cited_at=citing)
    nearest = [clause.clause_id for clause in answer.retrieved[:NEAREST]]
    documents = dict.fromkeys(clause.document_id for clause in answer.retrieved[:NEAREST])
    cited_near = chain.from_iterable(
        library.cross_references.of(library.documents[id_], language)
        for id_ in documents
        if id_ in library.documents
    )
    for cited in cited_near:
        if cited.held or cited.clause_id not in nearest or cited.name in found:
            continue
        place = Place(cited.clause_id.partition("#")[0], cited.clause_id)
        found[cited.name] = MissingDocument(cited.name, asked_for=False, cited_at=(place,))
    return tuple(found.values())
