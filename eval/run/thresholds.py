"""Thresholds: the floors and ceilings that a run must keep, read from a TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from app.contract import Frozen
from app.teaching.topics import first_problem
from app.views.evaluation_report import HeldBound, TopicOutcome
from eval.errors import ThresholdError
from eval.measures.catalogue import MEASURES
from eval.run.summary import plain_values


class RunRules(Frozen):
    """``as_of``: the day on which topics without a day of their own are asked.

    ``alpha``: a drop counts when chance explains it less often than this.
    """

    as_of: date
    alpha: float = Field(gt=0, lt=1)


class Bounds(Frozen):
    """Floors and ceilings by measure."""

    at_least: Mapping[str, float] = {}
    at_most: Mapping[str, float] = {}

    @model_validator(mode="after")
    def _measures_exist(self) -> Self:
        for name in (*self.at_least, *self.at_most):
            if name not in MEASURES:
                raise ValueError(f"no measure is called {name!r}; there are {', '.join(MEASURES)}")
        return self


class Thresholds(Frozen):
    """``always`` holds on every selection of topics; ``dev`` and ``test`` on whole splits."""

    run: RunRules
    always: Bounds = Bounds()
    dev: Bounds = Bounds()
    test: Bounds = Bounds()


def load_thresholds(path: Path) -> Thresholds:
    """Raises ThresholdError: not readable, no TOML, an unknown key or measure."""
    try:
        return Thresholds.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ThresholdError(f"can't read thresholds from {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThresholdError(f"{path} is no TOML: {error}") from error
    except ValidationError as error:
        raise ThresholdError(f"{path}: {first_problem(error)}") from error


def hold_bounds(
    outcomes: Sequence[TopicOutcome], thresholds: Thresholds, *, whole_splits: bool
) -> tuple[HeldBound, ...]:
    """Every bound that applies; a measure with no value on these topics has none.

    ``whole_splits``: False when --kind or --language cut topics out, so that the floors of a
    split don't fit.
    """
    scopes = {"all chosen topics": (list(outcomes), thresholds.always)}
    if whole_splits:
        for split, bounds in (("dev", thresholds.dev), ("test", thresholds.test)):
            scopes[split] = ([o for o in outcomes if o.split == split], bounds)
    held: list[HeldBound] = []
    for scope, (members, bounds) in scopes.items():
        if not members or not (bounds.at_least or bounds.at_most):
            continue
        values = plain_values(members)
        for limits, is_floor in ((bounds.at_least, True), (bounds.at_most, False)):
            for name, bound in limits.items():
                if (value := values.get(name)) is not None:
                    holds = value >= bound if is_floor else value <= bound
                    held.append(HeldBound(scope, name, bound, is_floor, value, holds))
    return tuple(held)
