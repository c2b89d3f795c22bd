"""Question -> clauses, best first, before they are read.

Three channels look at every clause: its meaning (the nearest vectors, in either language), its
words (BM25F over title, headings and body, the question widened by the glossary), and the words
of the questions that are expected of it. Their scores are fused; a clause that the question
names ("item 7 of No. 68 of 2016") goes first. What was tried and what it gave stands in
docs/retrieval.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from app.search.question import ReadQuestion
from app.wording import Language
from ingest.corpus.documents import CorpusDocument, Works
from ingest.corpus.glossary import Glossary
from ingest.index.content import SearchUnit
from ingest.index.lexical import word_pairs
from ingest.index.snapshot import Snapshot
from ingest.models.clause_model import ClauseEmbedder
from ingest.text.tokenizer import Tokenizer

Scores = NDArray[np.float32]
#: positions of the clauses that are searched; all of them as one slice
_Among = NDArray[np.intp] | slice

#: what a clause's meaning and its words weigh, and what the share of the question's words does
#: that the questions expected of the clause hold
MEANING_WEIGHT = np.float32(0.7)
WORDS_WEIGHT = np.float32(0.3)
EXPECTED_WEIGHT = np.float32(1.5)
#: the share taken of clauses of a document of which no questions are expected, as of one added
#: today: some words of any question stand among those expected of the others
UNASKED_SHARE = np.float32(0.2)
#: Words tell nothing of a clause in the other language, but for those of the glossary: there
#: this share of its meaning speaks for them, so that it is not lost behind the others.
MEANING_FOR_WORDS = np.float32(0.7)
#: what two neighbouring words weigh beside the two words alone
PAIR_WEIGHT = np.float32(0.3)
#: what the words of the earlier question weigh in a follow-up
HISTORY_WEIGHT = 0.5
#: added to a document, a clause that the question names, or that has a code which it names
NAMED_DOCUMENT_BONUS = 0.5
NAMED_CLAUSE_BONUS = 4.0
#: added to a clause that cites the document which the question names
CITING_CLAUSE_BONUS = 1.0
#: vectors asked for; what lies beyond the farthest of them counts as far as it
NEIGHBOURS = 400
#: neighbouring clauses of which the highest score tells whether any may be among the best
_STRETCH = 512

_ASKS_OF_FORCE = re.compile(
    r"\b(?:in force|effective|takes? effect|(?:came|comes?|go(?:es)?) into|into force|in effect|"
    r"repeal\w*|replac\w*|supersed\w*|abolish\w*|revok\w*|withdrawn|still valid)\b"
    r"|施行|生效|废止|失效|取代|实施日期|有效",
    re.IGNORECASE,
)
#: words that only ask: no clause is to be missed that lacks them
_INTERROGATIVE = re.compile(
    r"\bhow\s+[a-z]+\b|多长时间|多[久长少大]|几(?=[天日个次年月家份])|什么时候|何时|什么|怎么样?|怎样|如何"
    r"|为何|哪[些个种里家]|哪|谁|是否|[吗呢]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """What was searched for: the text that was embedded, and the words with their weights."""

    text: str
    vector: Scores  # (dimension,)
    words: Mapping[str, float]
    own_words: Mapping[str, float]  # without those of the glossary
    pairs: Sequence[str]  # neighbouring words
    #: what is asked for, each as its words: a glossary concept in the corpus's wording,
    #: or a single other word
    terms: tuple[frozenset[str], ...]
    documents: tuple[str, ...] = ()  # ids of those that were searched; (): all of them


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause, its score, and what each channel says of it.

    ``meaning``: cosine, -1 to 1, of its ``part`` that is nearest (0: of none that is near);
    ``words``: 1 for the clause with the best words; ``expected``: share of the question's
    words, by how telling they are, that the questions expected of it hold, None where none is
    expected; ``read``: how
    probable it is that the clause answers, None where it was not read.
    """

    unit: SearchUnit
    score: float
    meaning: float
    part: int
    words: float
    expected: float | None
    named: bool
    read: float | None = None


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the nearest vectors tell: of few clauses a cosine, of all others the same one.

    ``others``: cosine of a clause that is not among the near ones; ``positions`` of those
    (near,), ``cosines`` (near,), and by position the ``parts`` that are nearest.
    """

    others: np.float32
    positions: NDArray[np.intp]
    cosines: Scores
    parts: Mapping[int, int]

    def of(self, position: int) -> float:
        found = np.flatnonzero(self.positions == position)
        return float(self.cosines[found[0]] if len(found) else self.others)


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: Query
    candidates: tuple[Candidate, ...]  # best first
    codes_missing: tuple[str, ...]  # named, and in no clause


class Retriever:
    """Searches one snapshot of the index; safe in several threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        documents: Mapping[str, CorpusDocument],
        works: Works,
        glossary: Glossary,
        tokenizer: Tokenizer,
        model: ClauseEmbedder,
    ) -> None:
        self._snapshot = snapshot
        self._works = works
        self._glossary = glossary
        self._tokenizer = tokenizer
        self._model = model
        self._free_rows: SimpleQueue[NDArray[np.float32]] = SimpleQueue()
        self._force = _clauses_on_force(snapshot, documents)
        self._unasked = _unasked(snapshot, documents)
        self._foreign = {
            language: _foreign_to(language, snapshot, documents) for language in get_args(Language)
        }

    def search(self, question: ReadQuestion, text: str, limit: int) -> SearchResult:
        """The best ``limit`` clauses for ``text``, the whole question or one of its parts, among
        those of the documents to ask."""
        with self._rows() as rows:
            return self._search(question, text, limit, rows)

    def _search(
        self, question: ReadQuestion, text: str, limit: int, rows: NDArray[np.float32]
    ) -> SearchResult:
        """``rows``: ``(4, clauses)``, to be worked in."""
        words, expected, fused, other = rows
        query = self._query(question, text)
        among = self._positions(question.documents)
        meaning = self._meaning(query)
        self._snapshot.lexical.scores(query.words, out=words)
        words += np.multiply(
            self._snapshot.pairs.scores(query.pairs, out=other), PAIR_WEIGHT, out=other
        )
        words /= _highest(words[among])
        self._put_expected(query, expected)
        held, citing = self._named_works(question)
        bonuses, named = self._bonuses(question, held, citing)
        with_code = {code: self._holding_code(code, among) for code in question.named_codes}
        with_code = {code: positions for code, positions in with_code.items() if positions}
        for positions in with_code.values():
            for position in positions:
                bonuses[position] += NAMED_CLAUSE_BONUS
                named.add(position)
        self._fuse(question, meaning, words, fused)
        fused += np.multiply(expected, EXPECTED_WEIGHT, out=other)
        fused[list(bonuses)] += np.array(list(bonuses.values()), dtype=np.float32)
        candidates = tuple(
            Candidate(
                unit=self._snapshot.units[position],
                score=float(fused[position]),
                meaning=meaning.of(position),
                part=meaning.parts.get(position, 1),
                words=float(words[position]),
                expected=float(expected[position]) if self._is_asked(position) else None,
                named=position in named,
            )
            for position in _places(among, best_first(fused[among], limit))
        )
        return SearchResult(
            query=query,
            candidates=candidates,
            codes_missing=tuple(code for code in question.named_codes if code not in with_code),
        )

    def position(self, clause_id: str) -> int:
        """Where a clause stands in the corpus: a later one has a higher number."""
        return self._snapshot.position[clause_id]

    @contextmanager
    def _rows(self) -> Iterator[NDArray[np.float32]]:
        """Four numbers a clause, for one search. They are handed on from search to search: of a
        million clauses, to be given the memory costs the system more than all that is counted
        in it."""
        try:
            rows = self._free_rows.get_nowait()
        except Empty:
            rows = np.empty((4, len(self._snapshot.units)), dtype=np.float32)
        try:
            yield rows
        finally:
            self._free_rows.put(rows)

    def _is_asked(self, position: int) -> bool:
        """Whether questions are expected of a clause."""
        questions = self._snapshot.units[position].questions.split("\n")
        return any(map(self._tokenizer.tokens, questions))  # the first one mostly tells

    def _positions(self, documents: Sequence[str]) -> _Among:
        """Positions of the clauses of these documents, of all where none is given."""
        if not documents:
            return slice(None)
        units = map(self._snapshot.documents.units_of, documents)
        return np.concatenate([np.arange(of.start, of.stop) for of in units])

    def _query(self, question: ReadQuestion, text: str) -> Query:
        words = dict.fromkeys(self._tokenizer.tokens(text), 1.0)
        earlier = question.follow_up_to
        if earlier is not None:
            for token in self._tokenizer.tokens(earlier):
                words.setdefault(token, HISTORY_WEIGHT)
        own_words = dict(words)
        searched = f"{earlier} {text}" if earlier else text
        terms: list[frozenset[str]] = []
        rest, position = "", 0
        for mention in self._glossary.mentions(searched):
            tokens = self._tokenizer.tokens(mention.concept.corpus_wording)
            for token in tokens:
                words.setdefault(token, 1.0)
            terms.append(frozenset(tokens))
            rest += f"{searched[position : mention.start]}\n"
            position = mention.end
        rest = _INTERROGATIVE.sub("\n", rest + searched[position:])
        terms += [frozenset([token]) for token in self._tokenizer.tokens(rest)]
        return Query(
            text=searched,
            vector=self._model.embed_questions([searched])[0],
            words=words,
            own_words=own_words,
            pairs=word_pairs(self._tokenizer.tokens(text)),
            terms=tuple(dict.fromkeys(term for term in terms if term)),
            documents=question.documents,
        )

    def _meaning(self, query: Query) -> _Meaning:
        near = self._snapshot.vectors.search(query.vector, NEIGHBOURS, query.documents)
        farthest = min((neighbour.similarity for neighbour in near), default=0.0)
        positions = [self._snapshot.position[neighbour.unit_id] for neighbour in near]
        return _Meaning(
            others=np.float32(farthest if len(near) == NEIGHBOURS else min(farthest, 0.0)),
            positions=np.array(positions, dtype=np.intp),
            cosines=np.array([neighbour.similarity for neighbour in near], dtype=np.float32),
            parts=dict(zip(positions, (neighbour.part for neighbour in near), strict=True)),
        )

    def _put_expected(self, query: Query, expected: Scores) -> None:
        questions = self._snapshot.question_words
        ideal = sum(map(questions.idf, query.own_words))
        questions.scores(query.own_words, out=expected)
        expected /= np.float32(max(ideal, 1e-9))
        np.add(expected, UNASKED_SHARE, out=expected, where=self._unasked)

    def _fuse(
        self, question: ReadQuestion, meaning: _Meaning, words: Scores, fused: Scores
    ) -> None:
        """Put into ``fused`` what meaning and words tell of each clause."""
        foreign, highest = self._foreign[question.language], _highest(meaning.cosines)
        at, near, others = meaning.positions, meaning.cosines / highest, meaning.others / highest
        np.multiply(words, WORDS_WEIGHT, out=fused)
        of_near = fused[at]
        spoken = WORDS_WEIGHT * (MEANING_FOR_WORDS * near)
        np.maximum(of_near, spoken, out=of_near, where=foreign[at])
        np.maximum(fused, WORDS_WEIGHT * (MEANING_FOR_WORDS * others), out=fused, where=foreign)
        fused += MEANING_WEIGHT * others
        fused[at] = MEANING_WEIGHT * near + of_near

    def _named_works(self, question: ReadQuestion) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """For the documents that a question names: ids of those held, and ids of the clauses
        that cite the others."""
        held = self._works.titled_in(question.text)
        citing: list[str] = []
        for work in question.works:
            matching = self._works.holding(work)
            held += matching
            if not matching:
                citing += (found.clause_id for found in self._works.references_to(work))
        return tuple(dict.fromkeys(held)), tuple(dict.fromkeys(citing))

    def _bonuses(
        self,
        question: ReadQuestion,
        held: Sequence[str],
        citing: Sequence[str],
    ) -> tuple[defaultdict[int, float], set[int]]:
        """By position, what a clause gets for what the question names, and the positions of the clauses
        that it names. Whether a document that it names is in force is asked of the clause
        that says so."""
        bonus: defaultdict[int, float] = defaultdict(float)
        named: set[int] = set()
        asks_of_force = _ASKS_OF_FORCE.search(question.text) is not None
        for document_id in held:
            units = self._snapshot.documents.units_of(document_id)
            for position in units:
                bonus[position] += NAMED_DOCUMENT_BONUS
            if asks_of_force:
                force = self._force
                force = force[(units.start <= force) & (force < units.stop)]
                for position in force.tolist():
                    bonus[position] += NAMED_DOCUMENT_BONUS
                    named.add(position)
            for place in question.places:
                at = self._snapshot.position.get(f"{document_id}#{place}")
                if at is not None:
                    bonus[at] += NAMED_CLAUSE_BONUS
                    named.add(at)
        if question.places and not question.works and not held:
            for position in self._only_ones(question.places, question.documents):
                bonus[position] += NAMED_CLAUSE_BONUS
                named.add(position)
        for clause_id in citing:
            if (at := self._snapshot.position.get(clause_id)) is not None:
                bonus[at] += CITING_CLAUSE_BONUS
        return bonus, named

    def _only_ones(self, places: Sequence[str], documents: Sequence[str]) -> list[int]:
        """Positions of the places that a single clause of those searched has, named without a
        document."""
        position = self._snapshot.position
        if not documents:
            found = map(position.only_at, places)
            return [at for at in found if at is not None]
        held = ([position.get(f"{id_}#{place}") for id_ in documents] for place in places)
        of_place = ([at for at in positions if at is not None] for positions in held)
        return [positions[0] for positions in of_place if len(positions) == 1]

    def _holding_code(self, code: str, among: _Among) -> list[int]:
        """Positions of the clauses searched that hold a code in their own words; title and lead-in speak
        of their neighbours too."""
        scores = self._snapshot.lexical.scores([code])[among]
        return [
            position
            for position in _places(among, np.flatnonzero(scores))
            if code in self._tokenizer.tokens(self._snapshot.units[position].body)
        ]


def best_first(scores: Scores, limit: int) -> NDArray[np.intp]:
    """Positions of the ``limit`` highest scores; of equal ones the first in the corpus goes
    first. Only those are sorted, whatever the number of clauses."""
    if limit >= len(scores):
        return np.argsort(-scores, kind="stable")
    # as many stretches as are wanted have one that is as high as this, so the wanted are too
    stretches = np.maximum.reduceat(scores, np.arange(0, len(scores), _STRETCH))
    least = _at_rank(stretches, limit) if limit <= len(stretches) else -np.inf
    reaching = np.flatnonzero(scores >= least)
    reaching = reaching[scores[reaching] >= _at_rank(scores[reaching], limit)]
    return reaching[np.argsort(-scores[reaching], kind="stable")][:limit]


def _at_rank(scores: Scores, rank: int) -> np.float32:
    """The score of a rank, counted from 1 for the highest."""
    return np.float32(np.partition(scores, len(scores) - rank)[len(scores) - rank])


def _places(among: _Among, found: NDArray[np.intp]) -> list[int]:
    """What was found among some positions, as positions."""
    positions: list[int] = (found if isinstance(among, slice) else among[found]).tolist()
    return positions


def _clauses_on_force(
    snapshot: Snapshot, documents: Mapping[str, CorpusDocument]
) -> NDArray[np.intp]:
    """Positions of the clauses that tell of entry into force and of repeals."""
    proofs = {
        proof
        for document in documents.values()
        for proof in (
            document.facts.in_force_proof,
            *(repeal.proof for repeal in document.facts.repeals),
        )
    }
    found = (snapshot.position.get(proof) for proof in proofs if proof is not None)
    return np.array(sorted(at for at in found if at is not None), np.intp)


def _unasked(snapshot: Snapshot, documents: Iterable[str]) -> NDArray[np.bool_]:
    """Which clauses are of documents of which no questions are expected."""
    asked = snapshot.question_words.with_words()
    units = {id_: snapshot.documents.units_of(id_) for id_ in documents}
    unasked = (id_ for id_, of in units.items() if not asked[of.start : of.stop].any())
    return _clauses_of(unasked, snapshot)


def _foreign_to(
    language: str, snapshot: Snapshot, documents: Mapping[str, CorpusDocument]
) -> NDArray[np.bool_]:
    """Which clauses are of documents in another language."""
    foreign = (i for i, d in documents.items() if d.entry.language not in ("", language))
    return _clauses_of(foreign, snapshot)


def _clauses_of(documents: Iterable[str], snapshot: Snapshot) -> NDArray[np.bool_]:
    """Which clauses are of these documents: ``(clauses,)``."""
    found = np.zeros(len(snapshot.units), dtype=np.bool_)
    for document_id in documents:
        units = snapshot.documents.units_of(document_id)
        found[units.start : units.stop] = True
    return found


def _highest(scores: Scores) -> np.float32:
    """What scores are shares of."""
    return np.float32(max(float(scores.max(initial=0.0)), 1e-9))
