"""Whether the corpus covers a question: the probability, from the whole search.

A logistic model over a few features of the search. Its weights, the threshold
in use and the measurement that both come from stand in ``refusal.json``;
``python -m eval calibrate`` fits them on the development topics.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from app.contract import RefusalReason
from app.search.facets import Facet, asked_facets
from app.search.named_documents import NotHeld
from app.search.question import ReadQuestion
from app.search.retriever import BONUS, NEAR_QUESTIONS, Candidate, SearchResult
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.glossary import Glossary
from ingest.index.content import SearchUnit
from ingest.index.lexical import LexicalIndex
from ingest.index.vectors import Near
from ingest.text.codes import is_day
from ingest.text.tokenizer import Tokenizer

MODEL_FILE = Path(__file__).with_name("refusal.json")

#: a capitalised word inside a sentence, or an acronym anywhere (also between Chinese words)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b|(?<![A-Za-z])[A-Z]{2,}(?![A-Za-z])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class NearFeatures:
    """What one model tells of the questions in ``corpus/questions``, cosines -1 to 1."""

    asked: float  # of the nearest question expected of the best clause
    expected: float  # of the nearest question that any clause answers
    expected_mean: float  # mean of the nearest ones, each of another clause
    uncovered: float  # of the nearest question known to be answered by no clause
    uncovered_mean: float  # mean of the nearest ones
    leaning: float  # above 0: more like the questions that clauses answer (ingest.index.leaning)


@dataclass(frozen=True, slots=True)
class AskedFeatures:
    """What the questions in ``corpus/questions`` tell."""

    best: float  # share of its words that the questions expected of the best clause have
    most: float  # that share for the clause where it is largest
    near: Mapping[str, NearFeatures]  # by model


@dataclass(frozen=True, slots=True)
class CoverageFeatures:
    """What a search tells about coverage; shares are between 0 and 1.

    Words are weighed by how telling they are (idf); a glossary concept counts
    as one word, found where the corpus's own wording of it stands.
    """

    found: float  # share of the question's words that the best clause has
    found_near: float  # share in the best three clauses together
    heaviest_missing: float  # weight of the most telling word the best clause lacks, of all
    unknown: float  # share of words that no clause of the corpus has
    cosine: float  # of the best clause, multilingual model
    cosine_best: float  # of the nearest clause, multilingual model
    lexical: float  # of the best clause: 1 when words alone would choose it too
    margin: float  # fused score of the best clause before the second best
    facet_missing: float  # share of the kinds of fact asked for that the best clause lacks
    facet_missing_near: float  # and that the best three clauses lack
    names_missing: float  # 1: a proper name that the best clause's document lacks
    year_missing: float  # 1: a year that the best clause's document lacks
    codes_missing: float  # share of codes and figures that the best clause lacks
    work_missing: float  # 1: it names a document that the corpus does not hold
    agreement: float  # share of the channels that would put the best clause first
    #: what the expected questions tell; None where none is expected of the best clause, and
    #: for a follow-up: two questions put together resemble neither kind of question
    asked: AskedFeatures | None

    def values(self) -> dict[str, float]:
        """Every feature by its name; those of a model as "minilm expected"."""
        single = {field.name: getattr(self, field.name) for field in fields(self)[:-1]}
        if self.asked is None:
            return single
        of_models = {
            f"{model} {name}": value
            for model, near in self.asked.near.items()
            for name, value in asdict(near).items()
        }
        return {**single, "asked": self.asked.best, "asked_most": self.asked.most, **of_models}


def model_key(language: str, features: CoverageFeatures) -> str:
    """Which of the models reads these features: "en", "zh", and the same with "-unasked"."""
    return language if features.asked else f"{language}-unasked"


class CoverageModel:
    """P(covered), by :func:`model_key`; the file is part of the program."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]], threshold: float) -> None:
        self._weights = weights
        self.threshold = threshold

    @classmethod
    def load(cls) -> "CoverageModel":
        content = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
        return cls(content["weights"], content["threshold"])

    def probability(self, language: str, features: CoverageFeatures) -> float:
        weights = self._weights[model_key(language, features)]
        logit = weights["intercept"] + sum(
            weights[name] * value for name, value in features.values().items()
        )
        return 1.0 / (1.0 + math.exp(-logit))


class CoverageReader:
    """Reads the features off a search."""

    def __init__(
        self,
        documents: Mapping[str, CorpusDocument],
        lexical: LexicalIndex,
        tokenizer: Tokenizer,
        glossary: Glossary,
    ) -> None:
        self._documents = documents
        self._lexical = lexical
        self._tokenizer = tokenizer
        self._glossary = glossary

    def features(self, question: ReadQuestion, result: SearchResult) -> CoverageFeatures:
        best = result.candidates[0]
        words = self._words(best.unit)
        near = words.union(*(self._words(other.unit) for other in result.candidates[1:3]))
        weights = {term: max(map(self._lexical.idf, term)) for term in result.query.terms}
        total = sum(weights.values()) or 1.0
        lacking = [weight for term, weight in weights.items() if not term <= words]
        unknown = [
            weight
            for term, weight in weights.items()
            if not any(word in self._lexical for word in term)
        ]
        document = self._documents[best.unit.document_id]
        text = f"{document.entry.title}\n{document.parsed.text}"
        facets = asked_facets(result.query.text)
        units = [candidate.unit for candidate in result.candidates[:3]]
        second = result.candidates[min(1, len(result.candidates) - 1)]
        return CoverageFeatures(
            found=1 - sum(lacking) / total,
            found_near=sum(w for term, w in weights.items() if term <= near) / total,
            heaviest_missing=max(lacking, default=0.0) / total,
            unknown=sum(unknown) / total,
            cosine=best.cosines["multilingual"],
            cosine_best=max(c.cosines["multilingual"] for c in result.candidates),
            lexical=best.lexical,
            margin=min(best.score - second.score, 1.0),
            facet_missing=_share_lacking(facets, units[:1]),
            facet_missing_near=_share_lacking(facets, units),
            names_missing=float(any(name not in text for name in self._names(result.query.text))),
            year_missing=float(any(year not in text for year in _YEAR.findall(result.query.text))),
            codes_missing=_missing(question.codes, best.unit.body),
            work_missing=float(bool(result.works_missing)),
            agreement=_agreement(result.candidates),
            asked=_asked(question, result),
        )

    def _words(self, unit: SearchUnit) -> set[str]:
        return set(
            self._tokenizer.tokens(
                "\n".join((unit.title, unit.headings, unit.context, unit.searched))
            )
        )

    def _names(self, question: str) -> list[str]:
        """Proper names that no glossary concept covers."""
        covered = [
            question[mention.start : mention.end] for mention in self._glossary.mentions(question)
        ]
        names = [*_NAME.findall(question), *self._tokenizer.chinese_names(question)]
        return [name for name in names if not any(name in words for words in covered)]


def refusal_of(
    read: ReadQuestion,
    missing: Sequence[NotHeld],
    result: SearchResult,
    confidence: float,
    threshold: float,
) -> RefusalReason | None:
    """Why a question is refused, or None: here it is decided.

    ``missing``: documents that the question names and that are not held.
    """
    if read.hostile:
        return RefusalReason.HOSTILE
    for document in missing:
        if document.content_asked:
            return RefusalReason.NOT_HELD if document.cited_at else RefusalReason.NOT_COVERED
    unknown = [code for code in result.codes_missing if not is_day(code)]
    if unknown and len(result.codes_missing) == len(read.named_codes):
        return RefusalReason.NOT_COVERED
    return RefusalReason.NOT_COVERED if confidence < threshold else None


def _asked(question: ReadQuestion, result: SearchResult) -> AskedFeatures | None:
    best = result.candidates[0]
    if question.follow_up_to is not None or not best.asked_cosines:
        return None
    return AskedFeatures(
        best=best.asked,
        most=max(candidate.asked for candidate in result.candidates),
        near={
            model: NearFeatures(
                asked=best.asked_cosines[model],
                expected=_nearest(near.expected),
                expected_mean=_mean(near.expected),
                uncovered=_nearest(near.uncovered),
                uncovered_mean=_mean(near.uncovered),
                leaning=near.leaning,
            )
            for model, near in result.near_questions.items()
        },
    )


def _agreement(candidates: Sequence[Candidate]) -> float:
    best = candidates[0]
    channels = [name for name in best.shares if name != BONUS]
    agreeing = sum(
        best.shares[name] >= max(candidate.shares[name] for candidate in candidates)
        for name in channels
    )
    return agreeing / len(channels)


def _nearest(near: Sequence[Near]) -> float:
    return near[0].similarity if near else 0.0


def _mean(near: Sequence[Near]) -> float:
    nearest = near[:NEAR_QUESTIONS]
    return sum(question.similarity for question in nearest) / len(nearest) if nearest else 0.0


def _share_lacking(facets: Sequence[Facet], units: Sequence[SearchUnit]) -> float:
    lacking = [facet for facet in facets if not any(map(facet.is_stated_by, units))]
    return len(lacking) / len(facets) if facets else 0.0


def _missing(names: Sequence[str], text: str) -> float:
    return sum(name not in text for name in names) / len(names) if names else 0.0
