"""What is said to what is no question of law: one line, and questions that the corpus answers."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from app.answer.extractive import Composed
from app.answer.whole_documents.whole_wording import rules_on, small_talk, whole
from app.contract import Purpose, Question
from app.search.foreign import sentences_by_language
from app.search.intent import Intent
from app.search.searcher import Searcher
from app.wording import Language, citation_name, locator_in
from ingest.corpus.documents import CorpusDocument
from ingest.facts.subjects import names_itself
from ingest.structure import Clause
from ingest.text.clean_view import clean_view
from ingest.text.language import is_chinese, language_of

#: questions that are offered
SUGGESTED = 3
#: clauses of a document, and questions of a clause, that are tried
_CLAUSES_TRIED = 4
_QUESTIONS_TRIED = 2
#: characters of a question that reads well as an example
_SHORTEST, _LONGEST = {"en": 25, "zh": 8}, 90
#: what a sentence begins with, up to what it says of it; a circumstance put in front is none
_ENGLISH_SUBJECT = re.compile(
    r"(?!(?:if|where|when|unless|once|after|before|upon|in|on|for|with|as|at|by|from|under|within"
    r"|to|this|these|that|it|they|there|such)\b)"
    r"(?:(?:an?|the|any|each|every|no)\s+)?(?P<subject>[A-Za-z][^,;:.()]{4,70}?)"
    r"(?::|\s+(?:shall|may|must|should|can|will|is|are)\b)",
    re.IGNORECASE,
)
_CHINESE_SUBJECT = re.compile(
    r"(?P<subject>[^，。；：、（(]{3,24}?)(?:的?[，：]|应当?|必须|须|可以?|不得|由|按)"
)

#: what may be asked of a clause in one way
Asked = Callable[[Searcher, CorpusDocument, Clause, Language], Iterator[str]]


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
    """Questions that the corpus answers, of different documents where there are several: expected
    ones and those from clauses' words, else of clauses by their place. Each was asked and was
    answered."""
    held = list(searcher.library.documents.values())
    held = list({one.entry.work_key: one for one in held}.values())  # one text of each Work
    of_language = [one for one in held if one.entry.language == language]
    # a document in the other language may be expected to be asked in this one
    mixed = {one.entry.id: one for one in [*_spread(held), *_spread(of_language)]}
    suggested: list[str] = []
    for ask, documents in (
        (_telling, list(mixed.values())),
        (_by_place, _spread(of_language or held)),
    ):
        waiting = deque(_answered(searcher, one, language, ask) for one in documents)
        while waiting and len(suggested) < SUGGESTED:
            questions = waiting.popleft()
            question = next(questions, None)
            if question is not None:
                suggested += [question] if question not in suggested else []
                waiting.append(questions)
    return tuple(suggested)


def _spread(documents: list[CorpusDocument]) -> list[CorpusDocument]:
    """About as many as are offered, from all over the corpus."""
    return documents[:: max(len(documents) // SUGGESTED, 1)]


def _answered(
    searcher: Searcher, document: CorpusDocument, language: Language, ask: Asked
) -> Iterator[str]:
    """A question of each of some clauses of a document."""
    clauses = [
        clause
        for clause in document.parsed.clauses
        if clause.num is not None and clause.id in searcher.library.snapshot.position
    ]
    apart = max(len(clauses) // _CLAUSES_TRIED, 1)
    for clause in clauses[apart // 2 :: apart][:_CLAUSES_TRIED]:
        yield from islice(
            answered_by(clause, ask(searcher, document, clause, language), searcher), 1
        )


def answered_by(clause: Clause, questions: Iterable[str], searcher: Searcher) -> Iterator[str]:
    """Those of some questions that the corpus answers with a clause."""
    for question in questions:
        trace = searcher.trace(Question(text=question))
        if trace.refusal is None and any(p.clause.id == clause.id for p in trace.passages):
            yield question


def questions_of(
    searcher: Searcher, document: CorpusDocument, clause: Clause, language: Language
) -> Iterator[str]:
    """What may be asked of an indexed clause: questions expected of it, then what its words say it
    is about, then what it says by its place."""
    yield from _telling(searcher, document, clause, language)
    yield from _by_place(searcher, document, clause, language)


def _telling(
    searcher: Searcher, document: CorpusDocument, clause: Clause, language: Language
) -> Iterator[str]:
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
    subject = _subject(clause) if document.entry.language == language else None
    if subject is not None:
        yield rules_on(subject)


def _subject(clause: Clause) -> str | None:
    """What a clause speaks of first; None where that is the document itself, or cannot be told.

    Of "Article 4. Exhibits with batteries shall be stored apart." it is "exhibits with batteries".
    """
    words = clean_view(clause.text).removeprefix(clause.num or "").lstrip(" .、．　")
    found = (_CHINESE_SUBJECT if is_chinese(words) else _ENGLISH_SUBJECT).match(words)
    if found is None or names_itself(words[: found.end()]):
        return None
    subject = found["subject"]
    # a capital letter that only begins the sentence goes
    return subject if subject[1:2].isupper() else subject[:1].lower() + subject[1:]


def _by_place(
    _: Searcher, document: CorpusDocument, clause: Clause, language: Language
) -> Iterator[str]:
    name, place = citation_name(document.entry, language), locator_in(clause.locator, language)
    yield f"{name}{place}规定了什么？" if language == "zh" else f"What does {place} of {name} say?"
