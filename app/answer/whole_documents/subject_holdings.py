"""Which documents the corpus holds on a subject, each with the headings and clauses that speak of
it: in the subject's words, in those of the glossary for it, or in others that mean as much."""

from app.answer.extractive import Composed
from app.answer.whole_documents.whole import WholeAnswer
from app.answer.whole_documents.whole_wording import rules_on, whole
from app.contract import Question
from app.library import Library
from app.plain_text import shortened
from app.search.retriever import Candidate
from app.search.searcher import Searcher
from app.wording import status_line
from ingest.index.content import SearchUnit
from ingest.structure import Clause
from ingest.text.clean_view import clean_view
from ingest.text.language import is_chinese

#: clauses looked at, best first
DEPTH = 100
#: share of the subject's words, by how telling they are, that a document's clause has
MOST_OF_THE_SUBJECT = 0.75
#: cosine from which on a clause is about a subject whatever its words; of two dozen subjects that
#: the shipped documents leave out, in each language, none came nearer than 0.28
ABOUT = 0.3
#: headings, down to this level, or clauses under none, that are named for a document
MOST_PLACES = 6
_DEEPEST = 2
_LONGEST_HEADING = 100

Words = frozenset[str]


def holdings(answer: WholeAnswer, subject: str, searcher: Searcher) -> Composed | None:
    """The documents that speak of ``subject``, best first; all of them without one."""
    if not subject:
        return _all(answer)
    asked = Question(text=subject, as_of=answer.as_of, documents=answer.question.documents)
    candidates = searcher.find(asked, DEPTH).answers.candidates
    of_subject = _Subject(subject, searcher.library)
    speaking: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.meaning >= ABOUT or of_subject.is_spoken_of(candidate.unit, titled=True):
            speaking.setdefault(candidate.unit.document_id, []).append(candidate)
    for found in speaking.values():
        # what stands under a title that names the subject need not speak of it itself
        own = [c for c in found if c.meaning >= ABOUT or of_subject.is_spoken_of(c.unit)]
        _add_document(answer, own or found[:1])
    if speaking:
        return answer.composed(whole("holdings", answer.language, subject=subject))
    return _nearest(answer, subject, searcher)


def _nearest(answer: WholeAnswer, subject: str, searcher: Searcher) -> Composed | None:
    """What reads as about the subject though neither words nor meaning tell it; None where the
    search too would refuse."""
    asked = Question(
        text=rules_on(subject), as_of=answer.as_of, documents=answer.question.documents
    )
    trace = searcher.trace(asked)
    if trace.refusal is not None:
        return None
    for passage in trace.passages:
        _add_clause(answer, passage.clause)
    return answer.composed(whole("nearest_held", answer.language, subject=subject))


def _add_document(answer: WholeAnswer, found: list[Candidate]) -> None:
    """The best clause, and in reading order the headings under which most others stand, and those
    that stand under none."""
    clauses = [answer.library.clause(candidate.unit.clause_id) for candidate in found]
    best, *others = [clause for clause in clauses if not clause.is_heading] or clauses
    _add_clause(answer, best)
    places: dict[tuple[str, ...], list[Clause]] = {}
    for clause in others:
        places.setdefault(clause.headings[:_DEEPEST] or (clause.id,), []).append(clause)
    most = sorted(places.values(), key=lambda clauses: -len(clauses))[:MOST_PLACES]
    for clause in sorted((clauses[0] for clauses in most), key=lambda clause: clause.start):
        place = answer.locator(clause)
        if not clause.headings:
            answer.add_quoted(f"– {place}", clause)
            continue
        heading = shortened(clean_view(clause.headings[:_DEEPEST][-1]), _LONGEST_HEADING)
        told = f"{heading}（{place}）" if answer.language == "zh" else f"{heading} ({place})"
        answer.add(f"– {told}", [clause])


def _add_clause(answer: WholeAnswer, clause: Clause) -> None:
    head = answer.head(answer.library.documents[clause.document_id])
    comma = "，" if answer.language == "zh" else ", "
    answer.add_quoted(f"{head}{comma}{answer.locator(clause)}", clause)


def _all(answer: WholeAnswer) -> Composed | None:
    for document in answer.documents():
        status, first = answer.status_of(document), document.parsed.clauses[:1]
        words = f": {status_line(status, answer.language)}" if status.proof else ""
        for proof in [answer.library.clause(status.proof)] if status.proof else first:
            answer.add(f"{answer.head(document)}{words}", [proof])
    return answer.composed(whole("all_holdings", answer.language))


class _Subject:
    """A subject by its words, each with the names that the glossary has for it in either
    language."""

    def __init__(self, subject: str, library: Library) -> None:
        self._tokenizer = library.tokenizer
        idf = library.snapshot.lexical.idf
        names: dict[Words, set[Words]] = {}
        rest, position = "", 0
        for mention in library.glossary.mentions(subject):
            concept = mention.concept
            word = self._words(subject[mention.start : mention.end])
            names[word] = {word, *map(self._words, (*concept.chinese, *concept.english))}
            rest += f"{subject[position : mention.start]}\n"
            position = mention.end
        for token in self._tokenizer.tokens(rest + subject[position:]):
            names[frozenset([token])] = {frozenset([token]), *self._wordings_around(token, library)}
        self._names = {word: known - {frozenset()} for word, known in names.items() if word}
        self._weights = {word: max(map(idf, word)) for word in self._names}

    def is_spoken_of(self, unit: SearchUnit, *, titled: bool = False) -> bool:
        """Whether a clause has most of the subject's words, with those above it; ``titled``: with
        its document's title too."""
        texts = (unit.headings, unit.context, unit.searched, unit.title if titled else "")
        said = self._words("\n".join(texts))
        known = sum(
            weight
            for word, weight in self._weights.items()
            if any(name <= said for name in self._names[word])
        )
        return known > 0 and known >= MOST_OF_THE_SUBJECT * sum(self._weights.values())

    def _wordings_around(self, token: str, library: Library) -> set[Words]:
        """The corpus's wordings of Chinese names that hold a Chinese word: of 展览会 for 展览."""
        if not is_chinese(token):
            return set()
        concepts = library.glossary.concepts
        holding = (one for one in concepts if any(token in name for name in one.chinese))
        return {self._words(concept.corpus_wording) for concept in holding}

    def _words(self, text: str) -> Words:
        return frozenset(self._tokenizer.tokens(text))
