"""Questions expected of a document: the configured language model proposes, the search disposes.

clause -> model -> at most eight questions -> checked -> corpus/questions/ID.jsonl -> index

A question is kept when the search finds its clause by it, in the index as it is: so it can only
bring nearer what is near already, and what a model makes up of other things is dropped.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.answer.model_notes import what_failed
from app.answer.offered import harmless
from app.contract import Question
from app.desk import ClauseDesk
from app.library import Library
from app.llm.chat_model import LanguageModel
from app.llm.failures import ModelFailed, Why
from app.llm.prompts import load_task
from app.llm.structured import ProposedQuestions, read_as
from app.search.foreign import foreign_language
from app.search.places import find_places
from app.search.searcher import Searcher
from app.search.steering import rules_only, visible
from app.wording import Language
from ingest.errors import BadQuestion, ClauseDeskError, UnknownClause, some_of
from ingest.index.build import Progress
from ingest.index.content import SearchUnit
from ingest.index.expected_questions import (
    LONGEST,
    ExpectedQuestion,
    append_questions,
    questions_file,
    questions_in,
)
from ingest.pipeline import build, build_if_missing
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.language import language_of

#: among so many clauses that are found by a question its own must be
FOUND_AMONG = 5
#: what ails the model whatever the clause: the next one would fare no better
_HOPELESS = {Why.KEY_REFUSED, Why.RATE_LIMIT, Why.NOT_FOUND, Why.UNREACHABLE, Why.NOT_STARTED}


@dataclass(slots=True)
class Expectations:
    """Of one run: clauses asked of, questions kept, those dropped by why, clauses left out."""

    clauses: int
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    left_out: int = 0


def expect(
    settings: Settings,
    model: LanguageModel,
    document_id: str,
    paths: Sequence[str],
    progress: Progress,
    tell: Callable[[str], None],
) -> Expectations:
    """Make questions for the clauses of a document that have none, then bring the index up to
    date.

    ``paths``: of the clauses; none is all of them. What is kept is stored clause by clause:
    begun again, it goes on behind that. ``tell``: takes a line for each clause left out.

    Raises UnknownClause for a document or clause that the index does not hold, and
    ClauseDeskError when the model fails whatever it is asked.
    """
    build_if_missing(settings)
    searcher = ClauseDesk.open(settings, model).searcher()
    held = list(questions_in(settings.corpus))
    have_some = {row.clause_id for row in held}
    units = [
        u for u in _units(searcher.library, document_id, paths) if u.clause_id not in have_some
    ]
    checker = _Checker(searcher, {_folded(row.question) for row in held})
    file = questions_file(settings.corpus, document_id)
    made = Expectations(len(units))
    for done, unit in enumerate(units):
        progress("questions", done, len(units))
        try:
            proposed = _ask(model, unit)
        except ModelFailed as failure:
            what = f"the language model {what_failed('en', failure, model.timeout)}"
            if failure.why in _HOPELESS:
                raise ClauseDeskError(
                    f"{what}; {made.kept} questions are kept: give the command again to go on"
                ) from failure
            made.left_out += 1
            tell(f"{unit.clause_id} is left out: {what}")
            continue
        kept = checker.kept(unit, proposed, made.dropped)
        if kept:
            append_questions(file, kept)
            made.kept += len(kept)
    progress("questions", len(units), len(units))
    build(settings, progress)
    return made


def _units(library: Library, document_id: str, paths: Sequence[str]) -> list[SearchUnit]:
    snapshot = library.snapshot
    if document_id not in snapshot.documents:
        held = some_of(snapshot.documents)
        raise UnknownClause(f"the index has no document {document_id}; it has {held}")
    place = snapshot.documents.units_of(document_id)
    units = {unit.clause_id: unit for unit in snapshot.units[place.start : place.stop]}
    if not paths:
        return list(units.values())
    ids = dict.fromkeys(library.clause(f"{document_id}#{path}").id for path in paths)
    if headings := [id_ for id_ in ids if id_ not in units]:
        raise UnknownClause(f"{headings[0]} is a heading, which answers nothing: name its clauses")
    return [units[id_] for id_ in ids]


def _ask(model: LanguageModel, unit: SearchUnit) -> ProposedQuestions:
    """What the model proposes; a reply of another form is asked for once more.

    Raises ModelFailed for the second one, and at once for what asking again does not mend.
    """
    texts = {
        "document": unit.title,
        "above": f"{unit.headings}\n{unit.context}",
        "clause": unit.searched,
    }
    message = {key: harmless(rules_only(text)) for key, text in texts.items()}
    try:
        return _reply(model, message)
    except ModelFailed as failure:
        if failure.why in _HOPELESS:
            raise
    # the same words would get the same reply
    return _reply(model, {**message, "again": "The last reply was not the JSON asked for."})


def _reply(model: LanguageModel, message: dict[str, str]) -> ProposedQuestions:
    given = json.dumps(message, ensure_ascii=False)
    reply = "".join(model.reply(load_task("expect"), given, model.timeout))
    return read_as(ProposedQuestions, reply)


class _Checker:
    """Which proposed questions are kept; remembers those that were, to know a repeat."""

    def __init__(self, searcher: Searcher, asked: set[str]) -> None:
        self._searcher = searcher
        self._asked = asked

    def kept(
        self, unit: SearchUnit, proposed: ProposedQuestions, dropped: Counter[str]
    ) -> list[ExpectedQuestion]:
        """The questions that pass, one line each; the others are counted by what is wrong."""
        clause = self._searcher.library.clause(unit.clause_id)
        told: tuple[tuple[Language, tuple[str, ...]], ...] = (
            ("en", proposed.en),
            ("zh", proposed.zh),
        )
        kept: list[ExpectedQuestion] = []
        for language, questions in told:
            for text in questions:
                question = " ".join(visible(text).split())
                if fault := self._fault(clause, language, question):
                    dropped[fault] += 1
                    continue
                self._asked.add(_folded(question))
                kept.append(
                    ExpectedQuestion(clause_id=clause.id, language=language, question=question)
                )
        return kept

    def _fault(self, clause: Clause, language: Language, question: str) -> str | None:
        if _folded(question) in self._asked:
            return "asked already"
        if len(question) > LONGEST:
            return "too long"
        if language_of(question) != language or foreign_language(question):
            return "in another language"
        if _names(question, clause):
            return "naming the clause"
        return None if self._finds(question, clause) else "not finding the clause"

    def _finds(self, question: str, clause: Clause) -> bool:
        """Whether the clause, the head of its list or an item is among the first."""
        document = self._searcher.library.documents[clause.document_id].parsed
        wanted = {clause.id, clause.lead_in, *(item.id for item in document.list_items(clause))}
        try:
            found = self._searcher.find(Question(text=question)).all.candidates
        except BadQuestion:  # empty, or signs only
            return False
        return any(candidate.unit.clause_id in wanted for candidate in found[:FOUND_AMONG])


def _names(question: str, clause: Clause) -> bool:
    """Whether a question names the number of the clause, or of one that it stands in."""
    named = {path for place in find_places(question) for path in place.paths}
    levels = clause.path.split(".")
    within = {".".join(levels[:depth]) for depth in range(1, len(levels) + 1)}
    locator = rf"(?<!\w){re.escape(clause.locator)}(?!\w)"
    return bool(named & within) or bool(
        clause.locator and re.search(locator, question, re.IGNORECASE)
    )


def _folded(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip("?？ ")
