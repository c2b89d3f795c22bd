"""The clauses of a question that several answer: one for each side, part, or kind of phrase.

A question sets sides against each other, joins parts, or asks for all of something. Each side
and part is searched and read on its own, and leans on the whole question: its words go first,
those of the whole question count beside them, for a part the more the less it says itself, and
a document that one side's words speak of more than the others' is that side's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from statistics import fmean

from app.contract import Question
from app.search.coordination import Side, Sides, joined
from app.search.document_names import DocumentNames
from app.search.follow_up import points_back
from app.search.leaning import DEPTH, leaning
from app.search.question import ReadQuestion, read_question
from app.search.retriever import Candidate, Retriever, SearchResult
from app.search.typed_phrases import kind_asked, phrases
from ingest.corpus.documents import CorpusDocument

#: what the whole question weighs beside a side's own; and how much more a document is spoken of
#: by this side than by the others. Measured on comparisons of the split dev: docs/retrieval.md
WHOLE_WEIGHT = 0.5
DOCUMENT_WEIGHT = 0.5
#: telling words of a part that leans on the whole question with all of that weight, and what the
#: document then gets that answers it best; measured on follow-ups put behind their question and
#: on pairs of topics: docs/retrieval.md
FEW_WORDS = 3
ANSWERING_BONUS = 1.2
#: what the document gets for each part that answers the question and its parts best together
HOME_BONUS = 0.5
#: clauses that tell how much a side speaks of a document
_TELLING = 3
#: two sides have the same best clause when the next one of neither is nearer than this
SHARED_MARGIN = 0.4
#: rows where all of something is asked for, and how far behind the best one they may be
MOST_ROWS = 8
ALL_MARGIN = 0.2
#: where they are told by their phrases
ALL_OF_KIND_MARGIN = 0.45

_ASKS_FOR_ALL = re.compile(
    r"\b(?:all|both|various|respective\w*)\b|\bwho\b.{1,40}\bwhat\b"
    # what is so much a day is no question for all of something
    r"|\b(?:each|every)\b(?!\s+(?:hour|day|week|month|quarter|year|time)\b)"
    r"|所有|全部|每(?!小?时|[天日周月季年次]|个月)|各|哪些|分别|一共",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Aspect:
    """A side or part of a question, or a clause of all those wanted, and what was found for it.

    ``words``: as the question names it, "" for one of all those wanted; ``phrases``: of the
    kind that is asked for, as they stand in the best clause; ``own``: it is searched on its
    own, so that whether it is covered is told for it alone; ``leans``: it says so little that
    this is told of it as of an answer to the whole question.
    """

    words: str
    result: SearchResult
    own: bool
    phrases: tuple[str, ...] = ()
    leans: bool = False


#: what is found is put in its order on the day and read with some wordings, () for what was
#: searched for: the second search of Searcher
Read = Callable[[SearchResult, tuple[str, ...]], SearchResult]
#: what the whole question finds, to the depth at which its pieces are looked at
Every = Callable[[], SearchResult]


class Several:
    """Takes a question apart by what a search finds for its pieces; safe in several threads."""

    def __init__(
        self,
        retriever: Retriever,
        names: DocumentNames,
        documents: Mapping[str, CorpusDocument],
    ) -> None:
        self._retriever = retriever
        self._names = names
        self._documents = documents

    def aspects(
        self, question: ReadQuestion, whole: SearchResult, read: Read
    ) -> tuple[Aspect, ...]:
        """The rows of the answer; () for a question that one clause answers."""
        if not whole.candidates or question.hostile:
            return ()
        if len(question.places) > 1 and sum(c.named for c in whole.candidates) > 1:
            return ()  # the clauses themselves are named
        # the whole question is searched for once, whatever the ways to take it apart, or not at all
        every = cache(partial(self._retriever.search, question, question.text, DEPTH))
        if len(question.parts) > 1:
            return self._parts(question, whole, every(), read)
        found = [
            self._rows(way.sides, self._sides(way, question.documents, every, read))
            for way in joined(question.text)
        ]
        return max(found, key=_different, default=()) or self._all_wanted(
            question, whole, every, read
        )

    def _rows(self, sides: Sequence[Side], results: Sequence[SearchResult]) -> tuple[Aspect, ...]:
        """A row a side; () when all have the same clause."""
        if any(not result.candidates for result in results):
            return ()
        if len({result.candidates[0].unit.clause_id for result in results}) == 1:
            return ()
        return tuple(
            Aspect(side.words, result, own=True)
            for side, result in zip(sides, results, strict=True)
        )

    def _parts(
        self, question: ReadQuestion, whole: SearchResult, every: SearchResult, read: Read
    ) -> tuple[Aspect, ...]:
        """A row a part; the fewer words a part has, the more it leans on the whole question."""
        parts = [_part(question, part) for part in question.parts]
        alone = [self._search(part.question, question.documents) for part in parts]
        if any(not result.candidates for result in alone):
            return ()
        answering = whole.candidates[0].unit.document_id
        leant = [_leant(result, every, answering) for result in alone]
        found = [read(result, ()) for result in leant]
        home = _home([whole, *found])
        found = [
            result
            if result.candidates[0].unit.document_id == home
            else _at_home(of_part, result, home, read)
            for of_part, result in zip(leant, found, strict=True)
        ]
        results = _apart(found, self._lead_in_document)
        return tuple(
            Aspect(
                part.words,
                result,
                own=True,
                leans=len(result.query.terms) <= FEW_WORDS
                and (part is not parts[0] or points_back(part.words)),
            )
            for part, result in zip(parts, results, strict=True)
        )

    def _sides(
        self, way: Sides, among: Sequence[str], every: Every, read: Read
    ) -> list[SearchResult]:
        """``among``: ids of the documents to ask, () for all."""
        documents = [
            tuple(one for one in self._names.meant_by(side.words) if not among or one in among)
            for side in way.sides
        ]
        if way.frame and all(documents) and len(set(documents)) == len(documents):
            return [read(self._search(way.frame, of_document), ()) for of_document in documents]
        alone = [self._search(side.question, among) for side in way.sides]
        spoken = [_Spoken(self._search(side.words, among)) for side in way.sides]
        results = [
            read(
                leaning(result, every(), WHOLE_WEIGHT, _not_less(_more_than_others(spoken, at))), ()
            )
            for at, result in enumerate(alone)
        ]
        return _apart(results, _lead) if way.set_apart else results

    def _lead_in_document(self, candidates: Sequence[Candidate]) -> float:
        """How far the best clause is before the next one, if that is of the same document; a row of
        a table holds all that is asked of it, and the next row is another thing's."""
        best, *others = candidates
        parsed = self._documents[best.unit.document_id].parsed
        is_row = parsed.by_id[best.unit.clause_id].read_under is not None
        is_near = others and others[0].unit.document_id == best.unit.document_id
        return _lead(candidates) if is_near and not is_row else float("inf")

    def _search(self, text: str, documents: Sequence[str]) -> SearchResult:
        read = read_question(Question(text=text, documents=tuple(documents)))
        return self._retriever.search(read, text, DEPTH)

    def _all_wanted(
        self, question: ReadQuestion, whole: SearchResult, every: Every, read: Read
    ) -> tuple[Aspect, ...]:
        """A row for each clause that answers where all, each or both are asked for."""
        if _ASKS_FOR_ALL.search(question.text) is None or whole.candidates[0].named:
            return ()
        kind = kind_asked(question.text)
        best = whole.candidates[0]
        candidates = [c for c in whole.candidates if c.unit.document_id == best.unit.document_id]
        if kind is not None:
            of_kind = [
                c
                for c in every().candidates
                if c.unit.document_id == best.unit.document_id and phrases(c.unit.body, kind)
            ]
            candidates = list(read(replace(every(), candidates=tuple(of_kind)), ()).candidates)
        near = [
            c
            for c in candidates
            if c.read is not None
            and c.score >= candidates[0].score - (ALL_OF_KIND_MARGIN if kind else ALL_MARGIN)
        ][:MOST_ROWS]
        if len(near) < 2:
            return ()
        near.sort(key=lambda c: self._retriever.position(c.unit.clause_id))
        return tuple(
            Aspect(
                "",
                replace(whole, candidates=(c,)),
                own=False,
                phrases=tuple(phrases(c.unit.body, kind)) if kind else (),
            )
            for c in near
        )


def _part(question: ReadQuestion, part: str) -> Side:
    """A part of a question, asked with what introduces all of them."""
    said = question.parts[0] is part or not question.introduction
    return Side(part, part if said else f"{question.introduction}{part}")


def _leant(part: SearchResult, every: SearchResult, answering: str) -> SearchResult:
    """What a part finds, put in order with what the whole question finds and the document that
    answers it best, by as much as the part says little itself."""
    little = min(1.0, (FEW_WORDS / max(len(part.query.terms), 1)) ** 2)
    return leaning(
        part,
        every,
        little * WHOLE_WEIGHT,
        lambda document: little * ANSWERING_BONUS if document == answering else 0.0,
    )


def _home(results: Sequence[SearchResult]) -> str:
    """The document that answers a question and its parts best together."""
    best: dict[str, list[float]] = {}
    for at, result in enumerate(results):
        least = min(c.score for c in result.candidates)
        for candidate in result.candidates:
            of_document = best.setdefault(candidate.unit.document_id, [0.0] * len(results))
            of_document[at] = max(of_document[at], candidate.score - least)
    return max(best, key=lambda document: sum(best[document]))


def _at_home(part: SearchResult, away: SearchResult, home: str, read: Read) -> SearchResult:
    """Parts of a question are mostly answered by one document; another one's clause stays first
    where it answers clearly better. The scores stay as they are without that.

    ``away``: what the part finds by itself, read.
    """

    def moved(by: float, result: SearchResult) -> SearchResult:
        return leaning(result, result, 0.0, lambda document: by if document == home else 0.0)

    found = read(moved(HOME_BONUS, part), ())
    if found.candidates[0].unit.document_id != home:
        return away
    plain = {c.unit.clause_id: c for c in (*away.candidates, *moved(-HOME_BONUS, found).candidates)}
    order = dict.fromkeys(c.unit.clause_id for c in (*found.candidates, *away.candidates))
    return replace(found, candidates=tuple(plain[clause_id] for clause_id in order))


class _Spoken:
    """How much words speak of each document: the mean score of the clauses that tell most."""

    def __init__(self, result: SearchResult) -> None:
        scores: dict[str, list[float]] = {}
        for candidate in result.candidates:
            scores.setdefault(candidate.unit.document_id, []).append(candidate.score)
        self._of = {document: fmean(found[:_TELLING]) for document, found in scores.items()}
        self._least = min((c.score for c in result.candidates), default=0.0)

    def of(self, document: str) -> float:
        """Of a document without a clause among those found, as little as of the last of them."""
        return self._of.get(document, self._least)


def _more_than_others(spoken: Sequence[_Spoken], at: int) -> Callable[[str], float]:
    """What a document gets by how much more one side's words speak of it than the others' do,
    below 0 for one that others speak of more."""
    others = [other for n, other in enumerate(spoken) if n != at]

    def more(document: str) -> float:
        most = max(other.of(document) for other in others)
        return DOCUMENT_WEIGHT * (spoken[at].of(document) - most)

    return more


def _not_less(of_document: Callable[[str], float]) -> Callable[[str], float]:
    """Of sides of one comparison nothing is taken for what another speaks of: they may share a
    document, where parts of a question may have none in common."""
    return lambda document: max(of_document(document), 0.0)


def _apart(
    results: Sequence[SearchResult], lead: Callable[[Sequence[Candidate]], float]
) -> list[SearchResult]:
    """Each side its own clause where one is near: of sides with the same best clause the one
    that has the nearest other takes that; ``lead``: how near it is."""
    results = list(results)
    for at in range(len(results)):
        for other in range(at):
            first, second = results[other].candidates, results[at].candidates
            if first[0].unit.clause_id != second[0].unit.clause_id:
                continue
            losing = min((lead(first), other), (lead(second), at))
            if losing[0] <= SHARED_MARGIN:
                found = results[losing[1]]
                results[losing[1]] = replace(found, candidates=found.candidates[1:])
    return results


def _lead(candidates: Sequence[Candidate]) -> float:
    best, *others = candidates
    return best.score - others[0].score if others else float("inf")


def _different(aspects: Sequence[Aspect]) -> int:
    """How many clauses one way to take a question apart finds best."""
    return len({aspect.result.candidates[0].unit.clause_id for aspect in aspects})
