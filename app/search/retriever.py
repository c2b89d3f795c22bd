"""Question -> clauses, best first, before they are read.

Three channels look at every clause: its meaning (the nearest vectors, in either language), its
words (BM25F over title, headings and body, the question widened by the glossary), and the words
of the questions that are expected of it. Their scores are fused; a clause that the question
names ("item 7 of No. 68 of 2016") goes first. What was tried and what it gave stands in
docs/retrieval.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.search.question import ReadQuestion
from ingest.corpus.documents import CorpusDocument, Works
from ingest.corpus.glossary import Glossary
from ingest.index.content import SearchUnit
from ingest.index.lexical import word_pairs
from ingest.index.snapshot import Snapshot
from ingest.models.clause_model import ClauseEmbedder
from ingest.text.tokenizer import Tokenizer

Scores = NDArray[np.float32]

#: what a clause's meaning and its words weigh, and what the share of the question's words does
#: that the questions expected of the clause hold
MEANING_WEIGHT = np.float32(0.7)
WORDS_WEIGHT = np.float32(0.3)
EXPECTED_WEIGHT = np.float32(1.5)
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
NEIGHBOURS = 150

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
        self._force = _clauses_on_force(snapshot, documents)
        self._languages = _languages(snapshot, documents)
        self._has_questions = snapshot.question_words.has_words()

    def search(self, question: ReadQuestion, text: str, limit: int) -> SearchResult:
        """The best ``limit`` clauses for ``text``, the whole question or one of its parts, among
        those of the documents to ask."""
        query = self._query(question, text)
        among = self._positions(question.documents)
        meaning, parts = self._meaning(query)
        words = self._snapshot.lexical.scores(query.words)
        words = words + PAIR_WEIGHT * self._snapshot.pairs.scores(query.pairs)
        words = words / _highest(words[among])
        expected = self._expected(query)
        held, citing = self._named_works(question)
        bonuses, named = self._bonuses(question, held, citing, among)
        with_code = {code: self._holding_code(code, among) for code in question.named_codes}
        with_code = {code: positions for code, positions in with_code.items() if positions}
        for positions in with_code.values():
            bonuses[positions] += NAMED_CLAUSE_BONUS
            named.update(positions)
        fused = self._fused(question, meaning, words) + EXPECTED_WEIGHT * expected + bonuses
        candidates = tuple(
            Candidate(
                unit=self._snapshot.units[position],
                score=float(fused[position]),
                meaning=float(meaning[position]),
                part=parts.get(position, 1),
                words=float(words[position]),
                expected=float(expected[position]) if self._has_questions[position] else None,
                named=position in named,
            )
            for position in map(int, among[best_first(fused[among], limit)])
        )
        return SearchResult(
            query=query,
            candidates=candidates,
            codes_missing=tuple(code for code in question.named_codes if code not in with_code),
        )

    def position(self, clause_id: str) -> int:
        """Where a clause stands in the corpus: a later one has a higher number."""
        return self._snapshot.position[clause_id]

    def _positions(self, documents: Sequence[str]) -> NDArray[np.intp]:
        """Positions of the clauses of these documents, of all where none is given."""
        if not documents:
            return np.arange(len(self._snapshot.units))
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

    def _meaning(self, query: Query) -> tuple[Scores, dict[int, int]]:
        """Cosine of each clause, and by position the part that is nearest."""
        near = self._snapshot.vectors.search(query.vector, NEIGHBOURS, query.documents)
        farthest = min((neighbour.similarity for neighbour in near), default=0.0)
        scores = np.full(len(self._snapshot.units), min(farthest, 0.0), dtype=np.float32)
        if len(near) == NEIGHBOURS:
            scores[:] = farthest
        parts: dict[int, int] = {}
        for neighbour in near:
            position = self._snapshot.position[neighbour.unit_id]
            scores[position] = neighbour.similarity
            parts[position] = neighbour.part
        return scores, parts

    def _expected(self, query: Query) -> Scores:
        questions = self._snapshot.question_words
        ideal = sum(map(questions.idf, query.own_words))
        return questions.scores(query.own_words) / np.float32(max(ideal, 1e-9))

    def _fused(self, question: ReadQuestion, meaning: Scores, words: Scores) -> Scores:
        near = meaning / _highest(meaning)
        foreign = (self._languages != question.language) & (self._languages != "")
        words = np.where(foreign, np.maximum(words, MEANING_FOR_WORDS * near), words)
        return MEANING_WEIGHT * near + WORDS_WEIGHT * words

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
        among: NDArray[np.intp],
    ) -> tuple[Scores, set[int]]:
        """What each clause gets for what the question names, and the positions of the clauses
        that it names. Whether a document that it names is in force is asked of the clause
        that says so."""
        bonus = np.zeros(len(self._snapshot.units), dtype=np.float32)
        named: set[int] = set()
        asks_of_force = _ASKS_OF_FORCE.search(question.text) is not None
        for document_id in held:
            units = self._snapshot.documents.units_of(document_id)
            bonus[units.start : units.stop] += NAMED_DOCUMENT_BONUS
            if asks_of_force:
                force = self._force
                force = force[(units.start <= force) & (force < units.stop)]
                bonus[force] += NAMED_DOCUMENT_BONUS
                named.update(force.tolist())
            for place in question.places:
                position = self._snapshot.position.get(f"{document_id}#{place}")
                if position is not None:
                    bonus[position] += NAMED_CLAUSE_BONUS
                    named.add(position)
        if question.places and not question.works and not held:
            for position in self._only_ones(question.places, among):
                bonus[position] += NAMED_CLAUSE_BONUS
                named.add(position)
        for clause_id in citing:
            if (position := self._snapshot.position.get(clause_id)) is not None:
                bonus[position] += CITING_CLAUSE_BONUS
        return bonus, named

    def _only_ones(self, places: Sequence[str], among: NDArray[np.intp]) -> list[int]:
        """Positions of the places that a single clause of those searched has, named without a
        document."""
        searched = set(among.tolist())
        found = (
            [
                at
                for id_, at in self._snapshot.position.items()
                if id_.endswith(f"#{place}") and at in searched
            ]
            for place in places
        )
        return [positions[0] for positions in found if len(positions) == 1]

    def _holding_code(self, code: str, among: NDArray[np.intp]) -> list[int]:
        """Positions of the clauses searched that hold a code in their own words; title and lead-in speak
        of their neighbours too."""
        return [
            position
            for position in map(int, among[self._snapshot.lexical.scores([code])[among] > 0])
            if code in self._tokenizer.tokens(self._snapshot.units[position].body)
        ]


def best_first(scores: Scores, limit: int) -> NDArray[np.intp]:
    """Positions of the ``limit`` highest scores; of equal ones the first in the corpus goes
    first. Only those are sorted, whatever the number of clauses."""
    if limit >= len(scores):
        return np.argsort(-scores, kind="stable")
    lowest = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    reaching = np.flatnonzero(scores >= lowest)
    return reaching[np.argsort(-scores[reaching], kind="stable")][:limit]


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
    return np.array([n for p, n in snapshot.position.items() if p in proofs], np.intp)


def _languages(snapshot: Snapshot, documents: Mapping[str, CorpusDocument]) -> NDArray[np.str_]:
    """The language of each unit's document, by position; "" where it is not told."""
    languages = np.full(len(snapshot.units), "", dtype="U2")
    for document_id, document in documents.items():
        units = snapshot.documents.units_of(document_id)
        languages[units.start : units.stop] = document.entry.language
    return languages


def _highest(scores: Scores) -> np.float32:
    """What scores are shares of."""
    return np.float32(max(float(scores.max(initial=0.0)), 1e-9))
