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
    names_missing: float  # share of proper names that the best clause's document lacks
    codes_missing: float  # share of codes and figures that the best clause lacks
    work_missing: float  # 1: it names a document that the corpus does not hold
    named: float  # 1: it names the clause


class CoverageModel:
    """P(covered) by the question's language; the file is part of the program."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]], threshold: float) -> None:
        self._weights = weights
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
        names = _NAME.findall(question.text)
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
            names_missing=_missing(names, f"{document.entry.title}\n{document.parsed.text}"),
            codes_missing=_missing(question.codes, best.unit.body),
            work_missing=float(bool(result.works_missing)),
            named=float(best.named),
        )

    def _words(self, unit: Unit) -> set[str]:
        return set(self._tokenizer.tokens("\n".join(
            (unit.title, unit.headings, unit.context, unit.body)
        )))


def _missing(names: Sequence[str], text: str) -> float:
    return sum(name not in text for name in names) / len(names) if names else 0.0
