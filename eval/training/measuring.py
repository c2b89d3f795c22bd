"""How well a model finds and reads on documents that it was not trained on.

All clauses of all the documents stand in one pool. A hit is a clause that answers, a part
of it, or the list that it is an item of. "Across" are the questions in the other language
than their document's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from eval.measures.confidence import auroc as auroc_of
from eval.measures.ranking import recall_at_k, success_at_k
from eval.training.documents import MADE_UP
from eval.training.examples import Passages, TrainingExample
from ingest.index.lexical import Bm25f, Field, LexicalIndex
from ingest.text.language import language_of
from ingest.text.tokenizer import Tokenizer

Scores = NDArray[np.float32]

#: share of the embedding in the fusion with BM25, and clauses that are read
EMBEDDING_SHARE = 0.7
READ = 10
#: share of nearness that stands for BM25 where a clause is in the other language
FOR_WORDS = 0.7


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """Success at 1 and 5 and recall at 10 of one ranking over some questions."""

    ranking: str
    questions: str
    count: int
    success_1: float
    success_5: float
    recall_10: float

    def line(self) -> str:
        return (
            f"{self.ranking:<22} {self.questions:<14} {self.count:>5}  "
            f"S@1 {self.success_1:.3f}  S@5 {self.success_5:.3f}  R@10 {self.recall_10:.3f}"
        )


@dataclass(frozen=True, slots=True)
class Measurement:
    figures: tuple[RankingFigures, ...]
    #: of the best read clause's score, answered questions against twins, by slice
    auroc: dict[str, float]
    #: score of the best read clause for each question
    best: Scores


def measure(
    examples: Sequence[TrainingExample],
    passages: Passages,
    pool: Sequence[int],
    question_vectors: Scores,
    clause_vectors: Scores,
    read: Callable[[int, list[int]], Scores],
) -> Measurement:
    """Rank the pool for each question by embedding, with BM25, and as read.

    ``question_vectors`` (examples, width); ``clause_vectors`` (pool, width); ``read``:
    a question's position and positions of passages -> logits.
    """
    lexical = _bm25([_words(passages, i) for i in pool], [e.question for e in examples])
    cosines = question_vectors @ clause_vectors.T
    languages = {d: _language(passages, d) for d in {passages.all[i].document for i in pool}}
    told = np.array([languages[passages.all[i].document] for i in pool])
    asked = np.array([example.language for example in examples])
    near = _spread(cosines)
    # words tell nothing of a clause in the other language: there nearness speaks for them
    words = np.where(told == asked[:, None], lexical, FOR_WORDS * near)
    fused: Scores = (EMBEDDING_SHARE * near + (1 - EMBEDDING_SHARE) * words).astype(np.float32)
    ranked: dict[str, list[list[int]]] = {
        "BM25": _orders(lexical),
        "embedding": _orders(cosines),
        "embedding + BM25": _orders(fused),
        "read": [],
        "read + fused": [],
    }
    best = np.empty(len(examples), dtype=np.float32)
    for number, order in enumerate(ranked["embedding + BM25"]):
        top = order[:READ]
        logits = read(number, [pool[i] for i in top])
        best[number] = logits.max()
        for name, scores in (
            ("read", logits),
            ("read + fused", logits + 10 * fused[number, top]),
        ):
            again = [top[i] for i in np.argsort(-scores, kind="stable")]
            ranked[name].append(again + order[READ:])
    figures, auroc = [], {}
    for slice_name, within in _slices(languages).items():
        chosen = [i for i, example in enumerate(examples) if within(example)]
        answered = [i for i in chosen if examples[i].answered]
        if not answered:
            continue
        for ranking, orders in ranked.items():
            figures.append(
                _figures(ranking, slice_name, answered, orders, examples, passages, pool)
            )
        twins = [i for i in chosen if not examples[i].answered]
        if twins:
            found = auroc_of(
                [float(best[i]) for i in (*answered, *twins)],
                [True] * len(answered) + [False] * len(twins),
            )
            assert found is not None  # both are there
            auroc[slice_name] = found
    return Measurement(tuple(figures), auroc, best)


def _slices(languages: Mapping[str, str]) -> dict[str, Callable[[TrainingExample], bool]]:
    """Kinds of questions by name; ``languages`` of the documents."""
    return {
        "all": lambda _: True,
        "own language": lambda e: e.language == languages[e.document],
        "across": lambda e: e.language != languages[e.document],
        "en -> zh": lambda e: e.language == "en" and languages[e.document] == "zh",
        "zh -> en": lambda e: e.language == "zh" and languages[e.document] == "en",
        "statutes": lambda e: e.document.startswith("zh-statutes"),
        "conventions": lambda e: e.document.startswith("english-rules"),
        "made up": lambda e: e.document.startswith(MADE_UP),
    }


def _figures(
    ranking: str,
    questions: str,
    answered: Sequence[int],
    orders: Sequence[list[int]],
    examples: Sequence[TrainingExample],
    passages: Passages,
    pool: Sequence[int],
) -> RankingFigures:
    ranks = [_ranks(examples[i].gold, [pool[at] for at in orders[i]], passages) for i in answered]
    return RankingFigures(
        ranking,
        questions,
        len(answered),
        success_1=fmean(success_at_k(of_one, 1) for of_one in ranks),
        success_5=fmean(success_at_k(of_one, 5) for of_one in ranks),
        recall_10=fmean(recall_at_k(of_one, 10) for of_one in ranks),
    )


def _ranks(gold: Sequence[int], order: Sequence[int], passages: Passages) -> list[int | None]:
    """For each clause that answers, the rank of the first that hits it."""
    return [
        next((rank for rank, at in enumerate(order, 1) if passages.answers(at, (g,))), None)
        for g in gold
    ]


def _orders(scores: Scores) -> list[list[int]]:
    return [list(row) for row in np.argsort(-scores, axis=1, kind="stable")[:, :100]]


def _spread(scores: Scores) -> Scores:
    """Each question's best clause at 1, its mean at 0."""
    mean = scores.mean(axis=1, keepdims=True)
    spread: Scores = (scores - mean) / (scores.max(axis=1, keepdims=True) - mean)
    return spread


def _bm25(clauses: Sequence[str], questions: Sequence[str]) -> Scores:
    """BM25 over the product's words, each question's best clause at 1 (or all at 0)."""
    tokenizer = Tokenizer(())
    one_field = Bm25f(fields=(Field(weight=1.0, length_norm=0.75),))
    index = LexicalIndex.build(([tokenizer.tokens(text)] for text in clauses), one_field)
    scores = np.stack([index.scores(set(tokenizer.tokens(text))) for text in questions])
    best = scores.max(axis=1, keepdims=True)
    return np.asarray(scores / np.where(best > 0, best, 1), dtype=np.float32)


def _words(passages: Passages, position: int) -> str:
    text = passages.all[position].text
    return " ".join((*text.context, text.body))


def _language(passages: Passages, document: str) -> str:
    return language_of(" ".join(passages.all[i].text.body for i in passages.of(document)[:50]))


def fit_calibration(logits: Scores, answered: Sequence[bool]) -> tuple[float, float]:
    """Factor and term that make a logit a probability (Platt 1999); 1 and 0 where all are alike."""
    from sklearn.linear_model import LogisticRegression

    if len(set(answered)) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression().fit(logits[:, None], np.asarray(answered))
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
