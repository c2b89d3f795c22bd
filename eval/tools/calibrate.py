"""Fits the coverage model (app/search/refusal.json): is a question covered by the corpus?

Platt's method with several features: a logistic regression of "answerable" on
the features of the search (Platt 1999, "Probabilistic outputs for support
vector machines"), with L2 regularisation, one model for each key of
:func:`app.search.refusal.model_key`.

It learns from the development topics and from the questions in corpus/questions. A
question must not find itself in the index, so each file of questions (each writer's
hand) is left out of an index of its own and asked there. What is reported is
cross-validated: by topic family for the topics, by hand for the rest. The threshold is
the highest probability that refuses at most ``MOST_REFUSED`` of the questions that have
an answer, among the development topics and those of ``FRESH_QUESTIONS``, which neither an
index nor the model knows: the product was made along the topics, new ones are fairer.
"""

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app.contract import Frozen, Question
from app.desk import ClauseDesk
from app.search.refusal import MODEL_FILE, CoverageFeatures, CoverageModel, model_key
from app.views.evaluation_report import TopicKind
from eval.choices import FRESH_QUESTIONS
from eval.run.topics import Topic
from ingest.index.expected_questions import (
    FOLDER,
    UNCOVERED,
    ExpectedQuestion,
    UncoveredQuestion,
    read_lines,
)
from ingest.pipeline import CACHE, build
from ingest.progress import ProgressBar
from ingest.settings import Settings
from ingest.text.language import language_of

#: of L2; 0.1 and 1 were within 0.01 of its cross-validated AUROC
INVERSE_PENALTY = 0.3
FOLDS = 5
#: share of the answerable questions that may be refused
MOST_REFUSED = 0.05
#: questions with an answer that are asked of each hand: about twice those without
ASKED_OF_A_HAND = 400
_SEED = 20161124

Vector = NDArray[np.float64]
#: question, whether it has an answer, group
Asked = tuple[Question, bool, str]


class FreshQuestion(Frozen):
    """One line of ``FRESH_QUESTIONS``."""

    question: str = Field(min_length=1, max_length=400)
    answerable: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One question with its features; ``group``: what must not be split between folds."""

    language: str
    answerable: bool
    group: str
    of_topic: bool
    features: CoverageFeatures

    @property
    def key(self) -> str:
        return model_key(self.language, self.features)


def calibrate(
    settings: Settings, topics: Sequence[Topic], path: Path = MODEL_FILE
) -> dict[str, float]:
    """Fit on ``topics`` (the development ones) and the corpus's questions, write the
    model, return the measurement.

    Hostile topics are left out: they are told by their words before any search.
    Raises ClauseDeskError when an index cannot be built.
    """
    examples, fresh = _examples(settings, topics)
    weights, held_out = _fitted(examples)
    answerable = np.array([example.answerable for example in examples])
    topic = np.array([e.of_topic and not e.key.endswith("-unasked") for e in examples])
    # by the model as the product reads it
    probability = CoverageModel(weights, 0.0).probability
    fresh_predicted = np.array([probability(e.language, e.features) for e in fresh])
    fresh_answerable = np.array([example.answerable for example in fresh])
    threshold = _threshold(
        np.concatenate([held_out[topic & answerable], fresh_predicted[fresh_answerable]])
    )
    measured = {
        "topics": int(topic.sum()),
        **_errors("", held_out[topic], answerable[topic], threshold),
        "fresh questions": len(fresh),
        **_errors("fresh ", fresh_predicted, fresh_answerable, threshold),
    }
    for key in weights:
        of_key = np.array([example.key == key for example in examples])
        measured[f"auroc {key}"] = _auroc(answerable[of_key], held_out[of_key])
    content = {
        "about": "fitted by `python -m eval calibrate` on the development topics and on "
        "corpus/questions, each hand asked of an index without it; measured by "
        "cross-validation, the first figures on the topics alone; the threshold is of the "
        "topics and of eval/data/threshold_questions.jsonl, which the model has not seen",
        "threshold": threshold,
        "measured": measured,
        "weights": weights,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return {"threshold": threshold, **measured}


def _fitted(examples: Sequence[Example]) -> tuple[dict[str, dict[str, float]], Vector]:
    """The weights of each key's model, and for each example the probability that a model
    fitted without its group gives it."""
    weights: dict[str, dict[str, float]] = {}
    held_out = np.zeros(len(examples))
    for key in sorted({example.key for example in examples}):
        of_key = np.array([example.key == key for example in examples])
        names, x, y, groups = _arrays([e for e in examples if e.key == key])
        predicted = np.zeros(len(y))
        for train, test in GroupKFold(FOLDS).split(x, y, groups):
            predicted[test] = _fit(x[train], y[train]).predict_proba(x[test])[:, 1]
        held_out[of_key] = predicted
        intercept, coefficients = _unscaled(_fit(x, y))
        weights[key] = {
            "intercept": round(intercept, 4),
            **{n: round(float(w), 4) for n, w in zip(names, coefficients, strict=True)},
        }
    return weights, held_out


def _examples(settings: Settings, topics: Sequence[Topic]) -> tuple[list[Example], list[Example]]:
    """Those to fit on, and those of ``FRESH_QUESTIONS``."""
    # what is refused by another rule than this one teaches it nothing
    used = [topic for topic in topics if topic.kind not in (TopicKind.HOSTILE, TopicKind.NOT_HELD)]
    of_topics: list[Asked] = [(t.to_question(date.today()), t.answerable, t.family) for t in used]
    rows = read_lines(FRESH_QUESTIONS, FreshQuestion)
    unseen: list[Asked] = [(Question(text=row.question), row.answerable, "fresh") for row in rows]
    folder = settings.corpus / FOLDER
    hands = sorted({path.stem for path in folder.rglob("*.jsonl")})
    with _index_without(settings, []) as desk:
        examples = list(_asked(desk, of_topics, of_topic=True))
        fresh = list(_asked(desk, unseen, of_topic=False))
    questions = {hand: _of_hand(folder, hand) for hand in hands}
    for hand in hands:
        with _index_without(settings, [hand]) as desk:
            examples += _asked(desk, questions[hand], of_topic=False)
    with _index_without(settings, hands) as desk:
        examples += _asked(desk, of_topics, of_topic=True)
        for hand in hands:
            examples += _asked(desk, questions[hand][::2], of_topic=False)
    return examples, fresh


def _of_hand(folder: Path, hand: str) -> list[Asked]:
    covered, uncovered = folder / f"{hand}.jsonl", folder / UNCOVERED / f"{hand}.jsonl"
    asked = read_lines(covered, ExpectedQuestion) if covered.exists() else []
    sample = random.Random(_SEED).sample(asked, min(ASKED_OF_A_HAND, len(asked)))
    open_ones = read_lines(uncovered, UncoveredQuestion) if uncovered.exists() else []
    return [
        *((Question(text=q.question), True, hand) for q in sample),
        *((Question(text=q.question), False, hand) for q in open_ones),
    ]


def _asked(desk: ClauseDesk, questions: Sequence[Asked], *, of_topic: bool) -> Iterator[Example]:
    for question, answerable, group in questions:
        features = desk.trace(question).features
        assert features is not None, "the corpus is not empty"
        # the words decide which models read it, not what its writer noted
        yield Example(language_of(question.text), answerable, group, of_topic, features)


@contextmanager
def _index_without(settings: Settings, hands: Sequence[str]) -> Iterator[ClauseDesk]:
    """A desk over the same corpus without the questions of these hands."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(settings.corpus, folder / "corpus")
        for hand in hands:
            for path in (folder / "corpus" / FOLDER).rglob(f"{hand}.jsonl"):
                path.unlink()
        own = settings.model_copy(update={"corpus": folder / "corpus", "var": folder / "var"})
        own.var.mkdir()
        # the clauses are the same in each: they are embedded once
        (own.var / CACHE).symlink_to((settings.var / CACHE).resolve())
        with ProgressBar() as progress:
            build(own, progress)
        yield ClauseDesk.open(own)


def _arrays(
    examples: Sequence[Example],
) -> tuple[list[str], Vector, NDArray[np.bool_], NDArray[np.str_]]:
    """Names of the features, and for each example its features, its kind and its group."""
    values = [example.features.values() for example in examples]
    x = np.array([list(of_one.values()) for of_one in values])
    y = np.array([example.answerable for example in examples])
    return list(values[0]), x, y, np.array([example.group for example in examples])


def _fit(x: Vector, y: NDArray[np.bool_]) -> Pipeline:
    return make_pipeline(
        StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=5000)
    ).fit(x, y)


def _unscaled(model: Pipeline) -> tuple[float, Vector]:
    """Intercept and coefficients for features as they are, the scaling folded in."""
    scaler, regression = model[0], model[1]
    coefficients = regression.coef_[0] / scaler.scale_
    return float(regression.intercept_[0] - coefficients @ scaler.mean_), coefficients


def _threshold(answerable: Vector) -> float:
    """The highest one that these probabilities of questions with an answer allow."""
    candidates = np.arange(0.05, 0.95, 0.01)
    bearable = [t for t in candidates if np.mean(answerable < t) <= MOST_REFUSED]
    return round(float(max(bearable)), 2)


def _errors(
    name: str, predicted: Vector, answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    return {
        f"{name}auroc": _auroc(answerable, predicted),
        f"{name}answerable_refused": _share(predicted[answerable] < threshold),
        f"{name}uncovered_answered": _share(predicted[~answerable] >= threshold),
    }


def _auroc(answerable: NDArray[np.bool_], predicted: Vector) -> float:
    return round(float(roc_auc_score(answerable, predicted)), 4)


def _share(wrong: NDArray[np.bool_]) -> float:
    return round(float(np.mean(wrong)), 4)
