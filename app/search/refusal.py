"""Whether the corpus answers a question: the probability, from what was found and read.

One logistic model for all documents and both languages. Its weights and what was measured
stand in ``refusal.json``; ``python -m eval calibrate`` fits them on questions over many documents.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from app.contract import RefusalReason
from app.search.named_documents import NotHeld
from app.search.question import ReadQuestion
from app.search.reading import log_odds
from app.search.retriever import Candidate, SearchResult
from ingest.corpus.documents import CorpusDocument
from ingest.index.content import SearchUnit
from ingest.index.lexical import LexicalIndex
from ingest.models.clause_model import Vectors
from ingest.text.codes import is_day
from ingest.text.sentences import sentences
from ingest.text.tokenizer import Tokenizer

MODEL_FILE = Path(__file__).with_name("refusal.json")
#: a question is answered from this probability on
THRESHOLD = 0.5

#: log-odds that a question's sort may come to: at its farthest it tells who wrote it for a test,
#: and a plain question after a number would be refused for being one
SORT_LIMIT = 1.5

#: a capitalised word inside a sentence, or an acronym anywhere (also between Chinese words)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b|(?<![A-Za-z])[A-Z]{2,}(?![A-Za-z])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """What tells whether the best clause answers; shares are between 0 and 1.

    Words are weighed by how telling they are (idf); a glossary concept counts as one word,
    found where the corpus's own wording of it stands. Of a clause in the other language no
    words are missed, since none can be met.
    """

    read: float  # log-odds that the best clause answers
    read_second: float  # and the best of the others that were read
    meaning: float  # cosine of the best clause
    words: float  # of the best clause: 1 when words alone would choose it too
    expected: float  # share of the words that the questions expected of it have
    unasked: float  # 1: no questions are expected of it
    heaviest_missing: float  # weight of the most telling word that it lacks, of all
    named_missing: float  # share of names, years and codes that its document lacks
    foreign: float  # 1: it is in the other language than the question
    question: float  # log-odds that a rule book answers a question of this sort

    def values(self) -> dict[str, float]:
        """Every feature by its name."""
        return asdict(self)


class RefusalModel:
    """P(a clause answers); the file is part of the program.

    ``weights`` of the features and an intercept; ``sort``: weights of the question's vector, and
    an intercept behind them, ``(dimension + 1,)``: rule books answer who must do what, and leave
    out fees, penalties elsewhere and what other books say, whatever their subject.
    """

    def __init__(self, weights: Mapping[str, float], sort: Vectors) -> None:
        self._weights = weights
        self._sort = sort

    @classmethod
    def load(cls) -> "RefusalModel":
        content = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
        return cls(content["weights"], np.array(content["sort"], dtype=np.float32))

    def of_sort(self, vector: Vectors) -> float:
        """Log-odds that a rule book answers a question of this vector's sort, within ±``SORT_LIMIT``."""
        return float(np.clip(vector @ self._sort[:-1] + self._sort[-1], -SORT_LIMIT, SORT_LIMIT))

    def probability(self, features: AnswerFeatures) -> float:
        logit = self._weights["intercept"] + sum(
            self._weights[name] * value for name, value in features.values().items()
        )
        return 1.0 / (1.0 + math.exp(-logit))


class FeatureReader:
    """Reads the features off a search."""

    def __init__(
        self,
        documents: Mapping[str, CorpusDocument],
        lexical: LexicalIndex,
        tokenizer: Tokenizer,
        model: RefusalModel,
    ) -> None:
        self._documents = documents
        self._lexical = lexical
        self._tokenizer = tokenizer
        self._model = model

    def features(self, question: ReadQuestion, result: SearchResult) -> AnswerFeatures:
        """``result``: with at least one candidate, the best of them read."""
        best = result.candidates[0]
        document = self._documents[best.unit.document_id]
        foreign = document.entry.language != question.language
        weights = {term: max(map(self._lexical.idf, term)) for term in result.query.terms}
        total = sum(weights.values()) or 1.0
        has = self._words(best.unit)
        lacking = [w for term, w in weights.items() if not foreign and not term <= has]
        others = [c.read for c in result.candidates[1:] if c.read is not None]
        return AnswerFeatures(
            read=log_odds(best.read or 0.0),
            read_second=log_odds(max(others, default=0.0)),
            meaning=best.meaning,
            words=best.words,
            expected=best.expected or 0.0,
            unasked=float(best.expected is None),
            heaviest_missing=max(lacking, default=0.0) / total,
            named_missing=self._named_missing(question, result.query.text, document, foreign),
            foreign=float(foreign),
            question=self._model.of_sort(result.query.vector),
        )

    def _words(self, unit: SearchUnit) -> set[str]:
        return set(
            self._tokenizer.tokens(
                "\n".join((unit.title, unit.headings, unit.context, unit.searched))
            )
        )

    def _named_missing(
        self, question: ReadQuestion, text: str, document: CorpusDocument, foreign: bool
    ) -> float:
        names = [*_YEAR.findall(text), *question.codes]
        if not foreign:
            # what is told before a question ("We ship to Brazil.") no clause needs to name
            told = (text[start:end] for start, end in sentences(text))
            asked = " ".join(one for one in told if one.endswith(("?", "？"))) or text
            names += [*_NAME.findall(asked), *self._tokenizer.chinese_names(asked)]
        held = f"{document.entry.title}\n{document.parsed.text}"
        return sum(name not in held for name in names) / len(names) if names else 0.0


def confidence_of(result: SearchResult, features: AnswerFeatures, model: RefusalModel) -> float:
    """Probability that the corpus answers what was searched for.

    A clause that the question names is there, so that is certain; one that reads as answering
    and that every channel puts first is not refused for what else speaks against it.
    """
    best = result.candidates[0]
    if best.named:
        return 1.0
    probability = model.probability(features)
    if best.read is not None and _is_first_everywhere(result.candidates):
        probability = max(probability, best.read)
    return probability


def refusal_of(
    read: ReadQuestion, missing: Sequence[NotHeld], result: SearchResult, confidence: float
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
    return RefusalReason.NOT_COVERED if confidence < THRESHOLD else None


def _is_first_everywhere(candidates: Sequence[Candidate]) -> bool:
    best = candidates[0]
    return all(
        best.meaning >= other.meaning
        and best.words >= other.words
        and (best.expected or 0.0) >= (other.expected or 0.0)
        and (best.read or 0.0) >= (other.read or 0.0)
        for other in candidates[1:]
    )
