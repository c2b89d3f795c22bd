"""Which documents the corpus holds on a subject, each with the clause that speaks of it."""

from app.answer.extractive import Composed
from app.answer.whole_documents.whole import WholeAnswer
from app.answer.whole_documents.whole_wording import whole
from app.contract import Question
from app.search.retriever import Query
from app.search.searcher import Searcher
from app.wording import status_line
from ingest.index.content import SearchUnit

#: clauses looked at, best first
DEPTH = 100
#: share of the subject's words, by how telling they are, that a document's clause has
MOST_OF_THE_SUBJECT = 0.75


def holdings(answer: WholeAnswer, subject: str, searcher: Searcher) -> Composed | None:
    """The documents that speak of ``subject``, best first; all of them without one."""
    if not subject:
        return _all(answer)
    asked = Question(text=subject, as_of=answer.as_of, documents=answer.question.documents)
    found = searcher.find(asked, DEPTH)
    told: set[str] = set()
    for candidate in found.answers.candidates:
        unit = candidate.unit
        if unit.document_id in told or not _speaks_of(unit, found.answers.query, searcher):
            continue
        told.add(unit.document_id)
        clause = answer.library.clause(unit.clause_id)
        head = answer.head(answer.library.documents[unit.document_id])
        comma = "，" if answer.language == "zh" else ", "
        answer.add_quoted(f"{head}{comma}{answer.locator(clause)}", clause)
    return answer.composed(whole("holdings", answer.language, subject=subject))


def _all(answer: WholeAnswer) -> Composed | None:
    for document in answer.documents():
        status, first = answer.status_of(document), document.parsed.clauses[:1]
        words = f": {status_line(status, answer.language)}" if status.proof else ""
        for proof in [answer.library.clause(status.proof)] if status.proof else first:
            answer.add(f"{answer.head(document)}{words}", [proof])
    return answer.composed(whole("all_holdings", answer.language))


def _speaks_of(unit: SearchUnit, query: Query, searcher: Searcher) -> bool:
    library = searcher.library
    lexical = library.snapshot.lexical
    said = set(
        library.tokenizer.tokens(
            "\n".join((unit.title, unit.headings, unit.context, unit.searched))
        )
    )
    weights = {term: max(map(lexical.idf, term)) for term in query.terms}
    total = sum(weights.values())
    known = sum(weight for term, weight in weights.items() if term <= said)
    return total > 0 and known >= MOST_OF_THE_SUBJECT * total
