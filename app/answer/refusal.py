"""A refusal in words: what is missing, and which clauses come nearest."""

from app.answer.extractive import Composed, compose
from app.answer.quoted_table import excerpt, locator_of
from app.contract import RefusalReason
from app.library import Library
from app.search.passages import Passage
from app.search.searcher import Trace
from app.wording import (
    Language,
    citation_name,
    cited_not_held,
    empty_corpus,
    hostile,
    locator_in,
    name_of,
    not_covered,
    not_in_chosen,
    unknown_work,
)

#: clauses that a refusal names as the nearest, and characters of each that it shows
NEAREST = 3
LONGEST_EXCERPT = 160


def refuse(trace: Trace) -> Composed:
    """The words for ``trace.refusal``, with the clause that cites a document which is not held."""
    language = trace.language
    if trace.refusal is RefusalReason.HOSTILE:
        return Composed(hostile(language), (), ())
    if not trace.library.documents:
        return Composed(empty_corpus(language), (), ())
    # one whose content is asked for, else one of which nothing is known
    telling = [
        document for document in trace.missing if document.content_asked or not document.cited_at
    ]
    if trace.read.documents and not any(document.cited_at for document in telling):
        return Composed(not_in_chosen(language, nearest(trace)), (), ())
    if not telling:
        return Composed(not_covered(language, nearest(trace)), (), ())
    document = max(telling, key=lambda document: document.content_asked)
    if not document.cited_at:
        return Composed(unknown_work(language, nearest(trace)), (), ())
    # the clause that cites the missing document is the proof that it exists
    citing = trace.library.clause(document.cited_at[0])
    passage = Passage(citing, citing.start, citing.end, ((citing.start, citing.end),))
    quoted = compose([passage], trace.library, trace.as_of, language)
    words = cited_not_held(language, name_of(document.named, language))
    return Composed(f"{words}\n\n{quoted.text}", (), quoted.citations)


def nearest(trace: Trace) -> list[str]:
    """Where the nearest clauses stand, and how each begins: a reader may know better."""
    return [
        _place(trace.library, candidate.unit.clause_id, trace.language)
        for candidate in trace.found.answers.candidates[:NEAREST]
    ]


def _place(library: Library, clause_id: str, language: Language) -> str:
    clause = library.clause(clause_id)
    entry = library.documents[clause.document_id].entry
    place = locator_of(clause, library.documents[clause.document_id].parsed)
    locator, name = locator_in(place, language), citation_name(entry, language)
    words = excerpt(clause.text, LONGEST_EXCERPT)
    return f"{name}，{locator}：“{words}”" if language == "zh" else f"{locator}, {name}: “{words}”"
