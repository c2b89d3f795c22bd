"""Fits the refusal model (app/search/refusal.json): does the corpus answer a question?

Platt's method with several features: a logistic regression of "answered" on the features of
what was found and read (Platt 1999, "Probabilistic outputs for support vector machines"), with
L2 regularisation; one model for all documents and both languages.

One of the features is of the question alone: what sort of question rule books answer, a linear
model of its vector, fitted on the reader's training questions and on no document that is
measured here. The others are learnt from questions on the documents that the reader's training
kept for tuning, all of them in one index, from pairs of questions on them that are asked in one
manner and of which one is answered, from the development topics, and from documents' and topics'
questions asked where nothing answers them: those of the documents of the corpus, the topics' of
the documents. Questions that are written to be left open keep close to a clause; most that people
ask of the wrong corpus do not. What is reported is cross-validated, no document's and no topic family's
questions on both sides, and, beside it, measured on the documents kept apart, of which nothing
was learnt. The intercept is such that at most ``MOST_REFUSED`` of the questions with an answer
fall below ``THRESHOLD``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app.contract import Question
from app.search.refusal import MODEL_FILE, THRESHOLD, AnswerFeatures, RefusalModel
from app.search.searcher import Searcher
from app.teaching.topics import Topic
from app.views.evaluation_report import TopicKind
from eval.run.system import open_clause_desk
from eval.run.topics import question_of
from eval.tools.folder import OF_CORPUS, DocumentPlaces, open_folder
from eval.training.examples import (
    PAIRS,
    Asked,
    load_corpus_questions,
    load_questions,
    tuning_documents,
)
from eval.training.recipe import Recipe
from ingest.index.build import Progress
from ingest.models.clause_model import Vectors
from ingest.pipeline import clause_model
from ingest.settings import Settings

#: of L2
INVERSE_PENALTY = 0.3
FOLDS = 7
#: share of the questions with an answer that may be refused
MOST_REFUSED = 0.09
_NAMES = [field.name for field in fields(AnswerFeatures)]


class Source(StrEnum):
    """Where a question that is learnt from comes from."""

    DOCUMENTS = "tuning documents"
    PAIRS = "pairs on tuning documents"
    TOPICS = "development topics"
    ELSEWHERE = "asked of another corpus"


#: what the questions of each source weigh together. Of the documents' questions kept apart, asked
#: of the corpus, and of those with a near twin, so many are answered: 0.29 and 0.33 with 0 for
#: those asked elsewhere, 0.12 and 0.34 with 0.1, 0.07 and 0.35 with 0.2, 0.05 and 0.37 with 0.4.
#: Of the development topics that nothing answers, so many are answered with as many refused: 0.25
#: with 0 for pairs, 0.28 with 0.1, 0.40 with 0.3; AUROC of the pairs kept apart 0.766, 0.770, 0.777
SOURCE_WEIGHTS = {
    Source.DOCUMENTS: 1.0,
    Source.PAIRS: 0.1,
    Source.TOPICS: 1.0,
    Source.ELSEWHERE: 0.2,
}

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibrationExample:
    """One question with its features; ``group``: what must not be split between folds."""

    answered: bool
    group: str
    features: AnswerFeatures
    source: Source


def calibrate(
    settings: Settings,
    topics: Sequence[Topic],
    recipe: Recipe,
    kept_apart: Path,
    progress: Progress,
    path: Path = MODEL_FILE,
) -> dict[str, float]:
    """Fit on ``topics`` (the development ones) and on the tuning documents of ``questions``,
    write the model, return the measurement.

    Hostile topics are left out: they are told by their words before any search. Raises
    ClauseDeskError when an index cannot be built, CannotRun for a document that is missing.
    """
    files = sorted(recipe.questions.glob("*.jsonl"))
    asked = load_questions(file for file in files if file.stem != PAIRS)
    pairs = load_questions(file for file in files if file.stem == PAIRS)
    tuning = tuning_documents(recipe.questions)
    apart = load_questions(sorted(kept_apart.glob("*.jsonl")))
    pairs_apart = load_questions(sorted((kept_apart / PAIRS).glob("*.jsonl")))
    sort = _sort_of(
        [
            *(row for row in asked if row.document not in tuning),
            *load_corpus_questions(settings.corpus, recipe.near_misses),
        ]
    )
    unfitted = RefusalModel(dict.fromkeys(["intercept", *_NAMES], 0.0), sort)
    tuned = [row for row in asked if row.document in tuning]
    tuned_pairs = [row for row in pairs if row.document in tuning]
    corpus = Searcher(open_clause_desk().library(), clause_model(), unfitted)
    documents = _searcher_of([*tuned, *tuned_pairs], recipe, settings, unfitted, progress)
    examples = [
        *_of_topics(topics, corpus),
        *_of_documents(tuned, documents, progress),
        *_of_documents(tuned_pairs, documents, progress, Source.PAIRS),
        *_elsewhere(_of_topics([t for t in topics if t.answerable], documents)),
        *_elsewhere(_of_documents([row for row in tuned if row.answered], corpus, progress)),
    ]
    holding = _searcher_of([*apart, *pairs_apart], recipe, settings, unfitted, progress)
    unseen = list(_of_documents(apart, holding, progress))
    unseen_pairs = list(_of_documents(pairs_apart, holding, progress))
    others = [row for row in apart if row.answered and not row.document.startswith(OF_CORPUS)]
    not_held = list(_elsewhere(_of_documents(others, corpus, progress)))
    weights, measured = _fitted(examples)
    model = RefusalModel(weights, sort)
    measured |= {
        **_errors("documents kept apart", *_predicted(model, unseen)),
        **_errors("pairs on documents kept apart", *_predicted(model, unseen_pairs)),
        "documents kept apart, asked of the corpus: answered": _share(
            _predicted(model, not_held)[0] >= 0
        ),
    }
    content = {
        "about": "fitted by `python -m eval calibrate` on questions over the documents kept for "
        "tuning, on the development topics and on others asked of the other corpus; the first "
        "figures are cross-validated by document and family of topics",
        "measured": measured,
        "weights": weights,
        "sort": [round(float(weight), 3) for weight in sort],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return measured


def _fitted(
    examples: Sequence[CalibrationExample],
) -> tuple[dict[str, float], dict[str, float]]:
    """The weights by name, and what was measured, cross-validated."""
    x, y, groups, sources = _arrays(examples)
    held_out = _held_out(x, y, groups, sources)
    shift = -float(np.quantile(held_out[y], MOST_REFUSED))
    intercept, coefficients = _unscaled(_fit(x, y, sources))
    weights = {
        "intercept": round(intercept + shift, 4),
        **{n: round(float(w), 4) for n, w in zip(_NAMES, coefficients, strict=True)},
    }
    predicted = {source: held_out[sources == source] + shift for source in Source}
    measured: dict[str, float] = {}
    for source in (Source.DOCUMENTS, Source.PAIRS, Source.TOPICS):
        measured |= _errors(source, predicted[source], y[sources == source])
    answered = _share(predicted[Source.ELSEWHERE] >= 0)
    return weights, measured | {"both, asked of the other corpus: answered": answered}


def _sort_of(asked: Sequence[Asked]) -> Vectors:
    """Weights of a question's vector and their intercept, as RefusalModel takes them."""
    vectors = clause_model().embed_questions([row.question for row in asked])
    fitted = LogisticRegression(max_iter=1000, class_weight="balanced").fit(
        vectors, [row.answered for row in asked]
    )
    return np.append(fitted.coef_[0], fitted.intercept_).astype(np.float32)


def _of_topics(topics: Sequence[Topic], searcher: Searcher) -> Iterable[CalibrationExample]:
    # what is refused by another rule than this one teaches it nothing
    used = [topic for topic in topics if topic.kind not in (TopicKind.HOSTILE, TopicKind.NOT_HELD)]
    for topic in used:
        features = searcher.trace(question_of(topic, date.today())).features
        if features is not None:
            group = f"topic {topic.family}"
            yield CalibrationExample(topic.answerable, group, features, Source.TOPICS)


def _of_documents(
    asked: Sequence[Asked],
    searcher: Searcher,
    progress: Progress,
    source: Source = Source.DOCUMENTS,
) -> Iterable[CalibrationExample]:
    for done, row in enumerate(asked):
        progress("search", done, len(asked))
        features = searcher.trace(Question(text=row.question)).features
        if features is not None:
            yield CalibrationExample(row.answered, row.document, features, source)


def _elsewhere(examples: Iterable[CalibrationExample]) -> Iterable[CalibrationExample]:
    """Questions that were asked of a corpus which does not hold what they are about."""
    return (replace(one, answered=False, source=Source.ELSEWHERE) for one in examples)


def _searcher_of(
    asked: Sequence[Asked],
    recipe: Recipe,
    settings: Settings,
    model: RefusalModel,
    progress: Progress,
) -> Searcher:
    """Of an index of all the documents that the questions are about."""
    places = DocumentPlaces(recipe.questions, recipe.corpora, settings.corpus)
    files = [(name, places.file_of(name)) for name in sorted({row.document for row in asked})]
    folder = open_folder(files, settings, settings.var / "calibration", progress)
    return Searcher(folder.library, clause_model(), model)


def _arrays(
    examples: Sequence[CalibrationExample],
) -> tuple[Vector, NDArray[np.bool_], NDArray[np.str_], NDArray[np.str_]]:
    """For each example its features, whether it is answered, its group and its source."""
    x = np.array([list(example.features.values().values()) for example in examples])
    y = np.array([example.answered for example in examples])
    groups, sources = ([e.group for e in examples], [e.source for e in examples])
    return x, y, np.array(groups), np.array(sources)


def _fit(x: Vector, y: NDArray[np.bool_], sources: NDArray[np.str_]) -> Pipeline:
    """Each source weighs what it should, whatever the number of its questions."""
    weights = np.zeros(len(y))
    for source, weight in SOURCE_WEIGHTS.items():
        of_source = sources == source
        weights[of_source] = weight * len(y) / max(of_source.sum(), 1) / len(SOURCE_WEIGHTS)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=5000))
    return model.fit(x, y, logisticregression__sample_weight=weights)


def _held_out(
    x: Vector, y: NDArray[np.bool_], groups: NDArray[np.str_], sources: NDArray[np.str_]
) -> Vector:
    """Log-odds of each example by a model that has not learnt from its group."""
    log_odds = np.zeros(len(y))
    for train, test in GroupKFold(FOLDS).split(x, y, groups):
        model = _fit(x[train], y[train], sources[train])
        log_odds[test] = model.decision_function(x[test])
    return log_odds


def _unscaled(model: Pipeline) -> tuple[float, Vector]:
    """Intercept and coefficients for features as they are, the scaling folded in."""
    scaler, regression = model[0], model[1]
    coefficients = regression.coef_[0] / scaler.scale_
    return float(regression.intercept_[0] - coefficients @ scaler.mean_), coefficients


def _predicted(
    model: RefusalModel, examples: Sequence[CalibrationExample]
) -> tuple[Vector, NDArray[np.bool_]]:
    """Log-odds above the threshold's, and what is answered."""
    probable = np.array([model.probability(example.features) for example in examples])
    return np.log(probable / (1 - probable)), np.array([example.answered for example in examples])


def _errors(name: str, predicted: Vector, answered: NDArray[np.bool_]) -> dict[str, float]:
    limit = float(np.log(THRESHOLD / (1 - THRESHOLD)))
    return {
        f"{name}: questions": len(answered),
        f"{name}: AUROC": round(float(roc_auc_score(answered, predicted)), 4),
        f"{name}: answered ones refused": _share(predicted[answered] < limit),
        f"{name}: others answered": _share(predicted[~answered] >= limit),
    }


def _share(wrong: NDArray[np.bool_]) -> float:
    return round(float(np.mean(wrong)), 4)
