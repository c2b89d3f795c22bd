"""Whether the corpus covers a question: the probability, from the whole search.

A logistic model over a few features of the search. Its weights, the threshold
in use and the measurement that both come from stand in ``coverage.json``;
``python -m eval calibrate`` fits them on the development topics.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.question import ReadQuestion
from app.retriever import SearchResult
from ingest.documents import CorpusDocument
from ingest.index import Unit
from ingest.lexical import LexicalIndex
from ingest.words import Tokenizer

MODEL_FILE = Path(__file__).with_name("coverage.json")

_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b(?:[A-Z][a-z]+|[A-Z]{2,}\d*)\b")


@dataclass(frozen=True, slots=True)
class CoverageFeatures:
    """What a search tells about coverage; each between 0 and 1, cosines up to 1."""

    words_found: float  # share of the question's words, by weight, that the best clause has
    words_unknown: float  # share, by weight, of words that no clause has
    words_anywhere: float  # share, by weight, of words in the best five clauses
    cosine: float  # of the best clause
    cosine_margin: float  # best cosine before the fifth best
    agreement: float  # 1: both channels have the same best clause, 1/rank otherwise
    names_missing: float  # share of the question's proper names that the best document lacks
    codes_missing: float  # share of its codes and figures that the best clause lacks
    work_missing: float  # 1: it names a document that the corpus does not hold
    named: float  # 1: it names the clause


class CoverageModel:
    """P(covered) by language; raises nothing: the file is part of the program."""

    def __init__(self, content: Mapping[str, Mapping[str, float]], threshold: float) -> None:
        self._weights = content
        self.threshold = threshold

    @classmethod
    def load(cls) -> "CoverageModel":
        content = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
        return cls(content["weights"], content["threshold"])

    def probability(self, language: str, features: CoverageFeatures) -> float:
        weights = self._weights[language]
        logit = weights["intercept"] + sum(
            weights[name] * value for name, value in asdict(features).items()
        )
        return 1.0 / (1.0 + math.exp(-logit))


class CoverageReader:
    """Reads the features off a search."""

    def __init__(
        self,
        documents: Mapping[str, CorpusDocument],
        lexical: LexicalIndex,
        tokenizer: Tokenizer,
    ) -> None:
        self._documents = documents
        self._lexical = lexical
        self._tokenizer = tokenizer

    def features(self, question: ReadQuestion, result: SearchResult) -> CoverageFeatures:
        best = result.candidates[0]
        clause_words = self._words(_searched(best.unit))
        near_words = set(clause_words).union(
            *(self._words(_searched(candidate.unit)) for candidate in result.candidates[1:5])
        )
        asked = {word: self._lexical.idf(word) for word in result.query.own_words}
        by_cosine = sorted(result.candidates, key=lambda c: -c.cosine)
        by_words = sorted(result.candidates, key=lambda c: -c.lexical)
        rank = 1 + next(i for i, c in enumerate(by_cosine) if c.unit is by_words[0].unit)
        entry = self._documents[best.unit.document_id].entry
        document_words = self._documents[best.unit.document_id].parsed.text + entry.title
        names = _NAME.findall(question.text)
        return CoverageFeatures(
            words_found=_share(asked, clause_words),
            words_unknown=_share(asked, {w for w in asked if w not in self._lexical}),
            words_anywhere=_share(asked, near_words),
            cosine=best.cosine,
            cosine_margin=by_cosine[0].cosine - by_cosine[min(4, len(by_cosine) - 1)].cosine,
            agreement=1 / rank,
            names_missing=_missing(names, document_words),
            codes_missing=_missing(question.codes, _searched(best.unit)),
            work_missing=float(bool(result.works_missing)),
            named=float(best.named),
        )

    def _words(self, text: str) -> set[str]:
        return set(self._tokenizer.tokens(text))


def _share(weights: Mapping[str, float], found: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in found) / total if total else 0.0


def _missing(names: Sequence[str], text: str) -> float:
    return sum(name not in text for name in names) / len(names) if names else 0.0


def _searched(unit: Unit) -> str:
    return f"{unit.embedded_context}\n{unit.embedded_body}"
