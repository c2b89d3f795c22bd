"""Question -> clauses, best first.

Three channels look at every clause: words (BM25F over title, headings and body,
the question widened by the glossary), and two vector models. Each also looks at
the questions that are expected of a clause. Their scores are fused; a clause that
the question names ("item 7 of No. 68 of 2016") goes first. What was tried and what
it gave stands in docs/retrieval.md.
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.search.facets import asked_facets
from app.search.query_embedding import Embed, QueryEmbedder
from app.search.question import ReadQuestion
from ingest.corpus.documents import CorpusDocument, Works
from ingest.corpus.glossary import Glossary
from ingest.facts.references import WorkNumber
from ingest.index.content import SearchUnit
from ingest.index.lexical import word_pairs
from ingest.index.snapshot import Snapshot, questions_of, uncovered_of
from ingest.index.vectors import Near
from ingest.models.embedding import ModelEmbeddings
from ingest.text.tokenizer import Tokenizer

Scores = NDArray[np.float32]

#: weight of each vector model beside the words' 1, by the question's language
VECTOR_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "en": {"minilm": 0.5, "multilingual": 0.5},
    "zh": {"multilingual": 0.8},
}
#: weights of the words, and of the nearest vectors, of the questions expected of a clause
ASKED_WORDS_WEIGHT = 1.5
ASKED_VECTOR_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "en": {"minilm": 1.0, "multilingual": 1.0},
    "zh": {"multilingual": 1.5},
}
#: A clause of which no question is expected is taken to be asked in its own words; its own
#: scores stand in at this share, so that it is neither lost behind the others nor put first.
UNASKED_SHARE = 0.8
#: what two neighbouring words weigh beside the two words alone
PAIR_WEIGHT = np.float32(0.3)
#: what a word from the glossary weighs beside a word of the question
SYNONYM_WEIGHT = 1.0
#: what the words of the earlier question weigh in a follow-up
HISTORY_WEIGHT = 0.5
#: added to a clause that plays the part which the question asks about
ROLE_BONUS = 0.3
#: added to a document, a clause that the question names
NAMED_DOCUMENT_BONUS = 0.5
NAMED_CLAUSE_BONUS = 4.0
#: added to a clause with a code that the question names
NAMED_CODE_BONUS = 0.4
#: added to a clause that cites the document which the question names
CITING_CLAUSE_BONUS = 1.0
#: added to a clause that states a fact of the kind asked for (a number of days, a telephone ...)
FACET_BONUS = 0.25
#: clauses looked at for that, best first
FACET_DEPTH = 40
#: the name of the share that no channel, but what the question names or asks for, gives
BONUS = "bonus"
#: clauses looked for by their expected questions; beyond them this channel says nothing
ASKED_NEIGHBOURS = 25
#: questions whose nearness tells whether one is covered
NEAR_QUESTIONS = 5
#: expected questions of one clause that are likely to be met among the nearest
ASKED_ROWS = 6
#: vectors asked for; the farthest of them counts 0, and so does what lies beyond
NEIGHBOURS = 60

_ASKS_OF_FORCE = re.compile(
    r"\b(?:in force|effective|takes? effect|(?:came|comes?|go(?:es)?) into|into force|in effect|"
    r"already appl\w*|begin to apply|apply from|start(?:ed)? to apply|bind(?:ing)?|repeal\w*|replac\w*|"
    r"scrap\w*|supersed\w*|abolish\w*|struck down|revok\w*|withdrawn|still valid|"
    r"(?:older|earlier|previous) (?:notice|announcement|rule))\b"
    r"|施行|生效|废止|失效|取代|实施日期|有效",
    re.IGNORECASE,
)
_ASKS_FOR_PURPOSE = re.compile(
    r"\b(?:why|purpose|aim|objective|legal basis|goal)\b|目的|依据|为什么|为何", re.IGNORECASE
)
_IN_ANNEX = re.compile(r"#(?:schedule|annex)\.")
_ASKS_FOR_ANNEX = re.compile(
    r"\b(?:annex(?:es)?|schedules?|attach(?:ment|ments|ed)|appendix)\b|附件|附表", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Query:
    """What was searched for: the words with their weights, and the two texts embedded."""

    text: str
    corpus_wording: str  # the glossary's other names replaced by the corpus's own
    words: Mapping[str, float]
    own_words: Mapping[str, float]  # without those of the glossary
    pairs: Sequence[str]  # neighbouring words
    #: what is asked for, each as its words: a glossary concept in the corpus's wording,
    #: or a single other word
    terms: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause, its fused score, and the score of each channel.

    ``lexical`` is 1 for the best clause; ``cosines`` are by model, in -1 to 1. ``asked``
    is the share of the question's words, by how telling they are, that the questions
    expected of the clause hold, and ``asked_cosines`` the cosine of the nearest of them, by
    model; 0 and none where none is expected.
    """

    unit: SearchUnit
    score: float
    lexical: float
    cosines: Mapping[str, float]
    asked: float
    asked_cosines: Mapping[str, float]
    shares: Mapping[str, float]  # what each channel adds to the score
    named: bool


@dataclass(frozen=True, slots=True)
class NearQuestions:
    """What one model sees near a question, nearest first."""

    expected: tuple[Near, ...]  # questions that clauses answer; each clause once, by its id
    uncovered: tuple[Near, ...]  # those that no clause answers; the id is the question
    leaning: float  # above 0: more like those that clauses answer; 0 when there are none


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: Query
    candidates: tuple[Candidate, ...]  # best first
    near_questions: Mapping[str, NearQuestions]  # by model; none where none are expected
    works_held: tuple[str, ...]  # ids of the documents that the question names
    works_missing: tuple[WorkNumber, ...]  # named, and neither held nor cited by the corpus
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
        models: Sequence[ModelEmbeddings],
    ) -> None:
        self._snapshot = snapshot
        self._works = works
        self._glossary = glossary
        self._tokenizer = tokenizer
        self._embedder = QueryEmbedder(models)
        self._roles = _Roles(snapshot, documents)
        self._has_questions = snapshot.question_words.has_words()

    def search(self, question: ReadQuestion, text: str, limit: int) -> SearchResult:
        """The best ``limit`` clauses for ``text``: the whole question or one of its parts."""
        query = self._query(question, text)
        pending = self._submit(question.language, query)
        held, citing, missing = self._named_works(question)
        bonuses, named = self._bonuses(question, held, citing)
        with_code = {code: self._holding_code(code) for code in question.named_codes}
        with_code = {code: positions for code, positions in with_code.items() if positions}
        for positions in with_code.values():
            bonuses[positions] += NAMED_CLAUSE_BONUS
            named.update(positions)
        channels = self._channels(query, pending)
        shares = self._shares(question.language, channels) | {BONUS: bonuses}
        fused = np.sum(list(shares.values()), axis=0)
        self._prefer_asked_facets(query, fused, bonuses)
        ideal = max(sum(map(self._snapshot.question_words.idf, query.own_words)), 1e-9)
        candidates = tuple(
            Candidate(
                unit=self._snapshot.units[position],
                score=float(fused[position]),
                lexical=float(channels.words[position]),
                cosines=_at(position, channels.cosines),
                asked=float(channels.asked_words[position]) / ideal,
                asked_cosines=_at(position, channels.asked_cosines)
                if self._has_questions[position]
                else {},
                shares=_at(position, shares),
                named=position in named,
            )
            for position in map(int, best_first(fused, limit))
        )
        return SearchResult(
            query=query,
            candidates=candidates,
            near_questions=channels.near_questions,
            works_held=held,
            works_missing=missing,
            codes_missing=tuple(code for code in question.named_codes if code not in with_code),
        )

    def _submit(self, language: str, query: Query) -> dict[str, Future["_Seen"]]:
        """Each model that reads the question, at work in its own thread."""
        has_questions = bool(self._has_questions.any())
        return {
            name: self._embedder.submit(
                name, partial(self._look, name, wording, query.text if has_questions else None)
            )
            for name, wording in _wordings(language, query, has_questions).items()
        }

    def _channels(self, query: Query, pending: Mapping[str, Future["_Seen"]]) -> "_Channels":
        words = _share_of_best(
            self._snapshot.lexical.scores(query.words)
            + PAIR_WEIGHT * self._snapshot.pairs.scores(query.pairs)
        )
        asked_words = self._snapshot.question_words.scores(query.own_words)
        seen = {name: look.result() for name, look in pending.items()}
        near_questions = {
            name: one.questions for name, one in seen.items() if one.questions is not None
        }
        return _Channels(
            words=words,
            cosines={name: one.cosines for name, one in seen.items()},
            asked_words=asked_words,
            asked_cosines={
                name: self._asked_cosines(near, seen[name].cosines)
                for name, near in near_questions.items()
            },
            near_questions=near_questions,
        )

    def _shares(self, language: str, channels: "_Channels") -> dict[str, Scores]:
        """What each channel adds to each clause's score; those of the expected questions only
        where there are any."""
        vectors = {name: _scale(cosines) for name, cosines in channels.cosines.items()}
        shares = {"words": channels.words}
        for name, weight in VECTOR_WEIGHTS[language].items():
            shares[name] = np.float32(weight) * vectors[name]
        if not channels.asked_cosines:
            return shares
        by_words = np.where(
            self._has_questions,
            _share_of_best(channels.asked_words),
            UNASKED_SHARE * channels.words,
        )
        shares[asked_of("words")] = np.float32(ASKED_WORDS_WEIGHT) * by_words
        for name, weight in ASKED_VECTOR_WEIGHTS[language].items():
            by_vectors = np.where(
                self._has_questions,
                _scale(channels.asked_cosines[name]),
                UNASKED_SHARE * vectors[name],
            )
            shares[asked_of(name)] = np.float32(weight) * by_vectors
        return shares

    def _prefer_asked_facets(self, query: Query, fused: Scores, bonuses: Scores) -> None:
        facets = asked_facets(query.text)
        if not facets:
            return
        depth = min(FACET_DEPTH, len(fused))
        for position in map(int, np.argpartition(-fused, depth - 1)[:depth]):
            unit = self._snapshot.units[position]
            if all(facet.is_stated_by(unit) for facet in facets):
                fused[position] += FACET_BONUS
                bonuses[position] += FACET_BONUS

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
                words.setdefault(token, SYNONYM_WEIGHT)
            terms.append(frozenset(tokens))
            rest += f"{searched[position : mention.start]}\n"
            position = mention.end
        rest += searched[position:]
        terms += [frozenset([token]) for token in self._tokenizer.tokens(rest)]
        return Query(
            text=searched,
            corpus_wording=self._glossary.in_corpus_wording(searched),
            words=words,
            own_words=own_words,
            pairs=word_pairs(self._tokenizer.tokens(text)),
            terms=tuple(dict.fromkeys(term for term in terms if term)),
        )

    def _look(self, model: str, wording: str, asked: str | None, embed: Embed) -> "_Seen":
        """``wording``: looked for among the clauses; ``asked``: among the questions, if at all."""
        vector = embed(wording)
        cosines = self._cosines(model, vector)
        if asked is None:
            return _Seen(cosines, None)
        if asked != wording:
            vector = embed(asked)
        return _Seen(cosines, self._near_questions(model, vector))

    def _cosines(self, model: str, vector: Scores) -> Scores:
        """Cosine of each clause; one beyond the neighbours gets the farthest one's."""
        near = self._snapshot.vectors.search(model, vector, NEIGHBOURS)
        return self._by_position(near, _farthest(near))

    def _near_questions(self, model: str, vector: Scores) -> NearQuestions:
        search = self._snapshot.vectors.search
        return NearQuestions(
            expected=tuple(
                search(questions_of(model), vector, ASKED_NEIGHBOURS, rows_each=ASKED_ROWS)
            ),
            uncovered=tuple(search(uncovered_of(model), vector, NEAR_QUESTIONS)),
            leaning=self._snapshot.leanings[model].of(vector),
        )

    def _asked_cosines(self, near: NearQuestions, own: Scores) -> Scores:
        """Cosine of the nearest question expected of each clause; ``own``: of the clauses."""
        beyond = _farthest(near.expected)
        if len(near.expected) < ASKED_NEIGHBOURS:  # all were found, and the last is near too
            beyond = min(beyond, float(own.min()))
        return self._by_position(near.expected, beyond)

    def _by_position(self, near: Sequence[Near], beyond: float) -> Scores:
        """The similarity of each clause; ``beyond``: of those that are not near."""
        scores = np.full(len(self._snapshot.units), beyond, dtype=np.float32)
        for neighbour in near:
            scores[self._snapshot.position[neighbour.unit_id]] = neighbour.similarity
        return scores

    def _named_works(
        self, question: ReadQuestion
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[WorkNumber, ...]]:
        """For the documents that a question names: ids of those held, ids of the clauses
        that cite the others, and what is neither held nor cited."""
        held = self._works.titled_in(question.text)
        citing: list[str] = []
        missing: list[WorkNumber] = []
        for work in question.works:
            matching = self._works.holding(work)
            held += matching
            if matching:
                continue
            references = self._works.references_to(work)
            citing += (reference.clause_id for reference in references)
            if not references:
                missing.append(work)
        return tuple(dict.fromkeys(held)), tuple(dict.fromkeys(citing)), tuple(missing)

    def _bonuses(
        self, question: ReadQuestion, held: Sequence[str], citing: Sequence[str]
    ) -> tuple[Scores, set[int]]:
        """What each clause gets for what the question names or asks for, and the positions
        of the clauses that it names. Whether a document that it names is in force is asked
        of the clause that says so."""
        bonus = np.zeros(len(self._snapshot.units), dtype=np.float32)
        named: set[int] = set()
        for positions, asked in (
            (self._roles.force, _ASKS_OF_FORCE),
            (self._roles.preamble, _ASKS_FOR_PURPOSE),
            (self._roles.annex, _ASKS_FOR_ANNEX),
        ):
            if asked.search(question.text):
                bonus[positions] += ROLE_BONUS
        asks_of_force = _ASKS_OF_FORCE.search(question.text) is not None
        for document_id in held:
            units = self._snapshot.documents.units_of(document_id)
            bonus[units.start : units.stop] += NAMED_DOCUMENT_BONUS
            if asks_of_force:
                force = self._roles.force
                named.update(force[(units.start <= force) & (force < units.stop)].tolist())
            for place in question.places:
                position = self._snapshot.position.get(f"{document_id}#{place}")
                if position is not None:
                    bonus[position] += NAMED_CLAUSE_BONUS
                    named.add(position)
        if question.places and not question.works and not held:
            for position in self._only_ones(question.places):
                bonus[position] += NAMED_CLAUSE_BONUS
                named.add(position)
        for clause_id in citing:
            if (position := self._snapshot.position.get(clause_id)) is not None:
                bonus[position] += CITING_CLAUSE_BONUS
        codes = [token for code in question.codes for token in self._tokenizer.tokens(code)]
        rare = [code for code in codes if len(code) >= 3 and code in self._snapshot.lexical]
        for code in rare:
            bonus[self._snapshot.lexical.scores([code]) > 0] += NAMED_CODE_BONUS
        return bonus, named

    def _only_ones(self, places: Sequence[str]) -> list[int]:
        """Positions of the places that a single clause of the corpus has, named without a
        document."""
        found = (
            [at for id_, at in self._snapshot.position.items() if id_.endswith(f"#{place}")]
            for place in places
        )
        return [positions[0] for positions in found if len(positions) == 1]

    def _holding_code(self, code: str) -> list[int]:
        """Positions of the clauses that hold a code in their own words; title and lead-in speak
        of their neighbours too."""
        return [
            position
            for position in map(int, np.flatnonzero(self._snapshot.lexical.scores([code]) > 0))
            if code in self._tokenizer.tokens(self._snapshot.units[position].body)
        ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one model sees: the cosine of each clause, and the questions near the one asked."""

    cosines: Scores
    questions: NearQuestions | None


@dataclass(frozen=True, slots=True)
class _Channels:
    """Scores of every clause, by channel: its words and its vectors, by model, and those of
    the questions expected of it."""

    words: Scores  # 1 for the best clause
    cosines: Mapping[str, Scores]
    asked_words: Scores
    asked_cosines: Mapping[str, Scores]
    near_questions: Mapping[str, NearQuestions]


class _Roles:
    """Positions of the clauses that play a part in every document."""

    def __init__(self, snapshot: Snapshot, documents: Mapping[str, CorpusDocument]) -> None:
        proofs = {
            proof
            for document in documents.values()
            for proof in (
                document.facts.in_force_proof,
                *(repeal.proof for repeal in document.facts.repeals),
            )
        }
        positions = snapshot.position
        # entry into force and repeals
        self.force = np.array([n for p, n in positions.items() if p in proofs], np.intp)
        self.preamble = np.array([n for p, n in positions.items() if p.endswith("#p1")], np.intp)
        self.annex = np.array([n for p, n in positions.items() if _IN_ANNEX.search(p)], np.intp)


def _at(position: int, scores: Mapping[str, Scores]) -> dict[str, float]:
    return {name: float(of_all[position]) for name, of_all in scores.items()}


def asked_of(channel: str) -> str:
    """The name of the share that a channel gives by the questions expected of a clause."""
    return f"asked_{channel}"


def _wordings(language: str, query: Query, has_questions: bool) -> dict[str, str]:
    """What each vector model looks for among the clauses. The multilingual one reads the
    question in the corpus's own wording, but an English one as it is where questions are
    expected: they say more than the wording does, and one vector serves both searches."""
    as_it_is = language == "en" and has_questions
    return {
        name: query.text if as_it_is or name == "minilm" else query.corpus_wording
        for name in VECTOR_WEIGHTS[language]
    }


def best_first(scores: Scores, limit: int) -> NDArray[np.intp]:
    """Positions of the ``limit`` highest scores; of equal ones the first in the corpus goes
    first. Only those are sorted, whatever the number of clauses."""
    if limit >= len(scores):
        return np.argsort(-scores, kind="stable")
    lowest = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    reaching = np.flatnonzero(scores >= lowest)
    return reaching[np.argsort(-scores[reaching], kind="stable")][:limit]


def _farthest(near: Sequence[Near]) -> float:
    return min((neighbour.similarity for neighbour in near), default=0.0)


def _share_of_best(scores: Scores) -> Scores:
    return scores / max(float(scores.max(initial=0.0)), 1e-9)


def _scale(scores: Scores) -> Scores:
    """Scores from 0 (the farthest neighbour) to 1 (the nearest)."""
    low, high = float(scores.min(initial=1.0)), float(scores.max(initial=-1.0))
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
