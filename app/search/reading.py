"""The best candidates are read together with the question, and put in order by what was read.

A search compares a question with what was made of each clause beforehand; the model reads the
two together, which tells more and costs more, so it is done for the best few.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log
from statistics import fmean
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.search.current_law import Found
from app.search.retriever import Candidate
from ingest.index.units import parts_of
from ingest.models.clause_model import ClauseEmbedder, ClauseText

#: clauses that are read; and as many again where the best of them is less likely to answer than
#: that, in log-odds
READ = 8
LIKELY = 1.0
#: what the log-odds that a clause answers weigh beside its score
READ_WEIGHT = 0.12
#: a probability is taken to be no farther from 0 and 1 than this
_LEAST = 1e-4


class ReadingModel(ClauseEmbedder, Protocol):
    """A model that also reads."""

    def read(self, question: str, clauses: Sequence[ClauseText]) -> NDArray[np.float32]:
        """How probable it is that each clause answers the question."""


def log_odds(probability: float) -> float:
    """Between -9.2 and 9.2.

    >>> log_odds(0.5)
    0.0
    """
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return log(bounded / (1 - bounded))


def between(first: float, second: float) -> float:
    """The probability whose log-odds are the mean of those of two.

    >>> between(0.5, 0.5)
    0.5
    """
    return 1 / (1 + exp(-fmean((log_odds(first), log_odds(second)))))


def read_best(found: Found, model: ReadingModel, texts: tuple[str, ...]) -> Found:
    """The same clauses, the best of them read and put in order; of a long one its nearest part.

    ``texts``: wordings of what is asked; the log-odds of a clause are their mean.
    """
    candidates = found.answers.candidates
    read = _read(candidates[:READ], model, texts)
    if read and max(log_odds(c.read or 0) for c in read) < LIKELY:
        read += _read(candidates[READ : 2 * READ], model, texts)
    rest = candidates[len(read) :]
    read.sort(key=lambda candidate: -candidate.score)
    return replace(found, answers=replace(found.answers, candidates=(*read, *rest)))


def _read(
    candidates: Sequence[Candidate], model: ReadingModel, texts: tuple[str, ...]
) -> list[Candidate]:
    clauses = [_nearest_part(candidate, model) for candidate in candidates]
    by_text = [[log_odds(float(p)) for p in model.read(text, clauses)] for text in texts]
    odds = map(fmean, zip(*by_text, strict=True))
    return [_scored(c, mean) for c, mean in zip(candidates, odds, strict=True)]


def read_again(found: Found, model: ReadingModel, text: str) -> Found:
    """The best two clauses as likely to answer as they are by another wording, if that is more."""
    best, rest = found.answers.candidates[:2], found.answers.candidates[2:]
    read = [
        max(before, now, key=lambda candidate: candidate.read or 0.0)
        for before, now in zip(best, read_as(best, model, text), strict=True)
    ]
    return replace(found, answers=replace(found.answers, candidates=(*read, *rest)))


def read_as(
    candidates: Sequence[Candidate], model: ReadingModel, text: str
) -> tuple[Candidate, ...]:
    """Clauses as likely to answer as they are by another wording, in the same order."""
    probable = model.read(text, [_nearest_part(candidate, model) for candidate in candidates])
    return tuple(replace(c, read=float(p)) for c, p in zip(candidates, probable, strict=True))


def _nearest_part(candidate: Candidate, model: ReadingModel) -> ClauseText:
    parts = parts_of(candidate.unit, model)
    return parts[min(candidate.part, len(parts)) - 1]


def _scored(candidate: Candidate, odds: float) -> Candidate:
    # what is read never falls behind what is not
    gain = READ_WEIGHT * (odds - log_odds(0))
    return replace(candidate, read=1 / (1 + exp(-odds)), score=candidate.score + gain)
