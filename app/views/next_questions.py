"""What may be asked next: of what the quotes of an answer cite, then of the clauses beside them.

No model writes these questions. Each was asked, and the corpus answers it with the clause that it
was taken from.
"""

import threading
from collections.abc import Collection, Iterator
from itertools import islice
from weakref import WeakKeyDictionary

from app.answer.small_talk import answered_by, questions_of
from app.contract import Answer
from app.search.searcher import Searcher
from app.wording import Language
from ingest.structure import Clause
from ingest.text.language import language_of

#: questions that are offered, and clauses that are tried for them
OFFERED = 3
_CLAUSES_TRIED = 5

#: by clause and language, what was found out of a snapshot
_known: WeakKeyDictionary[Searcher, dict[tuple[str, Language], str | None]] = WeakKeyDictionary()
#: one at a time: what readers ask themselves goes first
_asking = threading.Lock()


def next_questions(searcher: Searcher, answer: Answer, asked: Collection[str]) -> tuple[str, ...]:
    """Questions in the language of the answer's, none of which is among ``asked``; none for a
    refusal."""
    if not answer.answered:
        return ()
    language: Language = language_of(answer.question)
    found: list[str] = []
    for clause in islice(_near(searcher, answer), _CLAUSES_TRIED):
        question = _answered_by(searcher, clause, language)
        if question is not None and question not in found and question not in asked:
            found.append(question)
        if len(found) == OFFERED:
            break
    return tuple(found)


def _near(searcher: Searcher, answer: Answer) -> Iterator[Clause]:
    """What the quotes cite and the clauses after and before them, each once, nothing quoted."""
    library = searcher.library
    # a list is quoted with its items, an item of it says nothing new
    quoted = [(one.document_id, one.start, one.end) for one in answer.citations]
    seen: set[str] = set()

    def is_new(clause: Clause) -> bool:
        inside = any(
            clause.document_id == document and clause.start < end and start < clause.end
            for document, start, end in quoted
        )
        asked = not answer.documents or clause.document_id in answer.documents
        return (
            not inside
            and asked
            and clause.id in library.snapshot.position
            and clause.id not in seen
        )

    cited = (one.clause_id for one in answer.mentioned)
    for clause in [*_held(searcher, cited), *_beside(searcher, answer)]:
        if is_new(clause):
            seen.add(clause.id)
            yield clause


def _beside(searcher: Searcher, answer: Answer) -> Iterator[Clause]:
    for clause in _held(searcher, (one.clause_id for one in answer.citations)):
        document = searcher.library.documents[clause.document_id].parsed
        numbered = [one for one in document.clauses if one.num is not None or one is clause]
        at = next(at for at, one in enumerate(numbered) if one is clause)
        same = [one for one in numbered[at + 1 :] if one.parent == clause.parent][:1]
        yield from same
        yield from [one for one in numbered[:at] if one.parent == clause.parent][-1:]


def _held(searcher: Searcher, clause_ids: Iterator[str | None]) -> Iterator[Clause]:
    """Those that the corpus still holds."""
    documents = searcher.library.documents
    for clause_id in clause_ids:
        document = documents.get((clause_id or "").partition("#")[0])
        clause = document.parsed.by_id.get(clause_id or "") if document else None
        if clause is not None:
            yield clause


def _answered_by(searcher: Searcher, clause: Clause, language: Language) -> str | None:
    """A question that this clause answers; asked once for all readers of a snapshot."""
    known = _known.setdefault(searcher, {})
    with _asking:
        if (clause.id, language) not in known:
            known[clause.id, language] = _asked(searcher, clause, language)
    return known[clause.id, language]


def _asked(searcher: Searcher, clause: Clause, language: Language) -> str | None:
    document = searcher.library.documents[clause.document_id]
    questions = questions_of(searcher, document, clause, language)
    return next(answered_by(clause, questions, searcher), None)
