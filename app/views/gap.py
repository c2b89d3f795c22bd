"""Why a question is not covered: what was looked for, what is near, what is missing.

A reader who gets no answer can act on it: ask in the corpus's words, or add a document.
"""

from dataclasses import dataclass

from app.contract import Answer, Question
from app.desk import Library
from app.search.named_documents import not_held
from app.search.question import read_question
from app.views.matched_words import word_spans
from app.views.source import Place
from app.wording import Language

#: clauses that a refusal offers as the nearest, and whose citations it looks through
NEAREST = 3
#: verbs that only ask what a rule is; that no clause has them tells nothing
_ASKING = frozenset(("say", "says", "said", "tell", "tells", "happen", "happens", "need", "want"))


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
    missing = _asked_for(answer, library, language)
    if missing:
        # the document itself is what is missing: no word and no neighbour stands for it
        return Gap((), missing)
    return Gap(_unknown_words(answer, library), _cited_near(answer, library, language))


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
        if word.lower() in _ASKING or not tokens:
            continue
        if not any(token in lexical for token in tokens):
            unknown[word] = None
    return tuple(unknown)


def _asked_for(answer: Answer, library: Library, language: Language) -> tuple[MissingDocument, ...]:
    """Documents that the question names and the corpus does not hold."""
    read = read_question(Question(text=answer.question))
    return tuple(
        MissingDocument(
            document.name(language),
            asked_for=True,
            cited_at=tuple(
                Place(clause_id.partition("#")[0], clause_id) for clause_id in document.cited_at
            ),
        )
        for document in not_held(read, library.works, library.missing_titles)
    )


def _cited_near(
    answer: Answer, library: Library, language: Language
) -> tuple[MissingDocument, ...]:
    """Documents that the nearest clauses cite and the corpus does not hold."""
    nearest = [clause.clause_id for clause in answer.retrieved[:NEAREST]]
    places: dict[str, list[Place]] = {}
    for document_id in dict.fromkeys(clause_id.partition("#")[0] for clause_id in nearest):
        document = library.documents.get(document_id)
        for cited in library.cross_references.of(document, language) if document else ():
            if cited.clause_id in nearest and not cited.held:
                places.setdefault(cited.name, []).append(Place(document_id, cited.clause_id))
    return tuple(
        MissingDocument(name, asked_for=False, cited_at=tuple(dict.fromkeys(cited_at)))
        for name, cited_at in places.items()
    )
