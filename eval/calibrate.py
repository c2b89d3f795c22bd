"""Fits the coverage model (app/coverage.json) on the development topics.

Platt's method with several features: a logistic regression of "answerable" on
the features of the search (Platt 1999, "Probabilistic outputs for support
vector machines"), one for each language, with L2 regularisation. What is
reported is cross-validated by topic family, so that no paraphrase of a topic
it is tested on was fitted. The threshold is the probability that leaves the
fewest wrong decisions, an answer to an uncovered question counting one and a half times.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app.coverage import MODEL_FILE, CoverageFeatures
from app.desk import ClauseDesk
from eval.topics import Kind, Topic

#: of L2; 0.1 and 1 were within 0.01 of its cross-validated AUROC
INVERSE_PENALTY = 0.3
FOLDS = 5
#: a wrong answer costs more than a question that is sent away
COST_OF_WRONG_ANSWER = 1.5

Vector = NDArray[np.float64]


def calibrate(
    desk: ClauseDesk, topics: Sequence[Topic], path: Path = MODEL_FILE
) -> dict[str, float]:
    """Fit on ``topics`` (the development ones), write the model, return the measurement.

    Hostile topics are left out: they are told by their words before any search.
    """
    # what is refused by another rule than this one teaches it nothing
    used = [topic for topic in topics if topic.kind not in (Kind.HOSTILE, Kind.NOT_HELD)]
    names = [field.name for field in fields(CoverageFeatures)]
    features = np.array(
        [
            list(asdict(desk.coverage_features(topic.to_question(date.today()))).values())
            for topic in used
        ]
    )
    answerable = np.array([topic.answerable for topic in used])
    languages = np.array([topic.language for topic in used])
    families = np.array([topic.family for topic in used])
    held_out = np.zeros(len(used))
    weights: dict[str, dict[str, float]] = {}
    for language in ("en", "zh"):
        of_language = languages == language
        x, y, groups = features[of_language], answerable[of_language], families[of_language]
        predicted = np.zeros(len(y))
        for train, test in GroupKFold(FOLDS).split(x, y, groups):
            predicted[test] = _fit(x[train], y[train]).predict_proba(x[test])[:, 1]
        held_out[of_language] = predicted
        intercept, coefficients = _unscaled(_fit(x, y))
        weights[language] = {
            "intercept": round(intercept, 4),
            **{name: round(float(w), 4) for name, w in zip(names, coefficients, strict=True)},
        }
    threshold = _threshold(held_out, answerable)
    measured = {
        "topics": len(used),
        "auroc": round(float(roc_auc_score(answerable, held_out)), 4),
        "answerable_refused": round(float(np.mean(held_out[answerable] < threshold)), 4),
        "uncovered_answered": round(float(np.mean(held_out[~answerable] >= threshold)), 4),
    }
    content = {
        "about": "fitted by `python -m eval calibrate` on the development topics; "
        "measured by 5-fold cross-validation by topic family",
        "threshold": threshold,
        "measured": measured,
        "weights": weights,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return {"threshold": threshold, **measured}


def _fit(x: Vector, y: NDArray[np.bool_]) -> Pipeline:
    return make_pipeline(
        StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=5000)
    ).fit(x, y)


def _unscaled(model: Pipeline) -> tuple[float, Vector]:
    """Intercept and coefficients for features as they are, the scaling folded in."""
    scaler, regression = model[0], model[1]
    coefficients = regression.coef_[0] / scaler.scale_
    return float(regression.intercept_[0] - coefficients @ scaler.mean_), coefficients


def _threshold(predicted: Vector, answerable: NDArray[np.bool_]) -> float:
    candidates = np.arange(0.2, 0.9, 0.01)
    cost = [
        np.sum(predicted[answerable] < threshold)
        + COST_OF_WRONG_ANSWER * np.sum(predicted[~answerable] >= threshold)
        for threshold in candidates
    ]
    return round(float(candidates[int(np.argmin(cost))]), 2)
