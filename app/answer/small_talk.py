"""What is said to what is no question of law: one line, and questions that the corpus answers."""

from collections import deque
from collections.abc import Iterator

from app.answer.extractive import Composed
from app.answer.whole_documents.whole_wording import small_talk, whole
from app.contract import Purpose, Question
from app.search.foreign import sentences_by_language
from app.search.intent import Intent
from app.search.searcher import Searcher
from app.wording import Language, citation_name, locator_in
from ingest.corpus.documents import CorpusDocument
from ingest.structure import Clause
from ingest.text.language import language_of

#: questions that are offered
SUGGESTED = 3
#: clauses of a document, and questions of a clause, that are tried
_CLAUSES_TRIED = 4
_QUESTIONS_TRIED = 2
#: characters of a question that reads well as an example
_SHORTEST, _LONGEST = {"en": 25, "zh": 8}, 90


def reply(intent: Intent, language: Language, suggestions: tuple[str, ...]) -> Composed:
    if intent.purpose is Purpose.FOREIGN:
        line = sentences_by_language()[intent.tongue]
    else:
        line = small_talk(intent.purpose, language)
    if not suggestions:
        return Composed(line, (), ())
    listed = "\n".join(f"- {question}" for question in suggestions)
    return Composed(f"{line}\n\n{whole('try', language)}\n{listed}", (), ())


def suggest(searcher: Searcher, language: Language) -> tuple[str, ...]:
    """Questions that the corpus answers, of different documents where there are several:
    expected ones, else of clauses by their place. Each was asked and was answered."""
    held = list(searcher.library.documents.values())
    held = list({one.entry.work_key: one for one in held}.values())  # one text of each Work
    documents = [one for one in held if one.entry.language == language] or held
    apart = max(len(documents) // SUGGESTED, 1)
    waiting = deque(_answered(searcher, one, language) for one in documents[::apart])
    suggested: list[str] = []
    while waiting and len(suggested) < SUGGESTED:
        questions = waiting.popleft()
        question = next(questions, None)
        if question is not None:
            suggested += [question] if question not in suggested else []
            waiting.append(questions)
    return tuple(suggested)


def _answered(searcher: Searcher, document: CorpusDocument, language: Language) -> Iterator[str]:
    """A question of each of some clauses of a document."""
    clauses = [
        clause
        for clause in document.parsed.clauses
        if clause.num is not None and clause.id in searcher.library.snapshot.position
    ]
    apart = max(len(clauses) // _CLAUSES_TRIED, 1)
    for clause in clauses[apart // 2 :: apart][:_CLAUSES_TRIED]:
        for question in questions_of(searcher, document, clause, language):
            if searcher.trace(Question(text=question)).refusal is None:
                yield question
                break


def questions_of(
    searcher: Searcher, document: CorpusDocument, clause: Clause, language: Language
) -> Iterator[str]:
    """What may be asked of an indexed clause: questions expected of it, then what it says by its
    place."""
    snapshot = searcher.library.snapshot
    expected = snapshot.units[snapshot.position[clause.id]].questions.split("\n")
    telling = [
        question
        for question in expected
        if language_of(question) == language
        and _SHORTEST[language] <= len(question) <= _LONGEST
        and question.endswith(("?", "？"))
        and not question[0].islower()
    ]
    yield from sorted(telling, key=len)[:_QUESTIONS_TRIED]
    name, place = citation_name(document.entry, language), locator_in(clause.locator, language)
    yield f"{name}{place}规定了什么？" if language == "zh" else f"What does {place} of {name} say?"
