"""How well a model finds and reads on documents that it was not trained on.

All clauses of all the documents stand in one pool. A hit is a clause that answers, a part
of it, or the list that it is an item of. "Across" are the questions in the other language
than their document's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from eval.measures.confidence import auroc as auroc_of
from eval.measures.ranking import recall_at_k, success_at_k
from eval.training.documents import MADE_UP
from eval.training.examples import Passages, TrainingExample
from eval.training.ranking import Ranker, Scores

#: clauses that are read
READ = 10


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
    #: answered questions against twins, by slice: of the best read clause's logit, and of the
    #: logit of the odds that any clause read answers
    auroc: dict[str, float]
    auroc_of_any: dict[str, float]
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
    ranker = Ranker(passages, pool, clause_vectors)
    lexical = ranker.lexical(examples)
    cosines = question_vectors @ clause_vectors.T
    fused = ranker.fused(examples, question_vectors)
    languages = ranker.languages
    ranked: dict[str, list[list[int]]] = {
        "BM25": _orders(lexical),
        "embedding": _orders(cosines),
        "embedding + BM25": _orders(fused),
        "read": [],
        "read + fused": [],
    }
    best = np.empty(len(examples), dtype=np.float32)
    any_of = np.empty(len(examples), dtype=np.float32)
    for number, order in enumerate(ranked["embedding + BM25"]):
        top = order[:READ]
        logits = read(number, [pool[i] for i in top])
        best[number] = logits.max()
        any_of[number] = np.logaddexp.reduce(logits)
        for name, scores in (
            ("read", logits),
            ("read + fused", logits + 10 * fused[number, top]),
        ):
            again = [top[i] for i in np.argsort(-scores, kind="stable")]
            ranked[name].append(again + order[READ:])
    figures = []
    auroc: dict[str, float] = {}
    auroc_of_any: dict[str, float] = {}
    for slice_name, within in _slices(languages).items():
        chosen = [i for i, example in enumerate(examples) if within(example)]
        answered = [i for i in chosen if examples[i].answered]
        twins = [i for i in chosen if not examples[i].answered]
        if not answered:
            continue
        figures += [
            _figures(ranking, slice_name, answered, orders, examples, passages, pool)
            for ranking, orders in ranked.items()
        ]
        if twins:
            auroc[slice_name] = _auroc(best, answered, twins)
            auroc_of_any[slice_name] = _auroc(any_of, answered, twins)
    return Measurement(tuple(figures), auroc, auroc_of_any, best)


def _auroc(scores: Scores, answered: Sequence[int], twins: Sequence[int]) -> float:
    """Of the scores (examples) at two kinds of positions, none of them empty."""
    found = auroc_of(
        [float(scores[i]) for i in (*answered, *twins)],
        [True] * len(answered) + [False] * len(twins),
    )
    assert found is not None  # both are there
    return found


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


def auroc_of_questions_alone(
    vectors: Scores, answered: Sequence[bool], trained: Sequence[int], held: Sequence[int]
) -> float:
    """How far it can be told from a question without any clause whether it is answered.

    What is written to be left open sounds otherwise than what is written to be answered; a
    reader that is better than this only has read. ``vectors`` (questions, width);
    ``trained`` and ``held``: positions of those learnt from and of those measured.
    """
    from sklearn.linear_model import LogisticRegression

    known = np.asarray(answered)
    yes, no = [i for i in held if known[i]], [i for i in held if not known[i]]
    if len(set(known[trained])) < 2 or not yes or not no:
        return 0.5
    model = LogisticRegression(C=1000, max_iter=2000).fit(vectors[trained], known[trained])
    return _auroc(model.decision_function(vectors), yes, no)


def fit_calibration(logits: Scores, answered: Sequence[bool]) -> tuple[float, float]:
    """Factor and term that make a logit a probability (Platt 1999); 1 and 0 where all are alike."""
    from sklearn.linear_model import LogisticRegression

    if len(set(answered)) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression().fit(logits[:, None], np.asarray(answered))
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
