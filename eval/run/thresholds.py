"""Thresholds: the floors and ceilings that a run must keep, read from a TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.errors import ThresholdError
from eval.measures.catalogue import MEASURES
from eval.run.outcome import TopicOutcome
from eval.run.summary import plain_values
from eval.run.topics import first_problem

THRESHOLDS_FILE = Path(__file__).parents[1] / "data" / "thresholds.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunRules(_Strict):
    """``as_of``: the day on which topics without a day of their own are asked.

    ``alpha``: a drop counts when chance explains it less often than this.
    """

    as_of: date
    alpha: float = Field(gt=0, lt=1)


class Bounds(_Strict):
    """Floors and ceilings by measure."""

    at_least: Mapping[str, float] = {}
    at_most: Mapping[str, float] = {}

    @model_validator(mode="after")
    def _measures_exist(self) -> Self:
        for name in (*self.at_least, *self.at_most):
            if name not in MEASURES:
                raise ValueError(f"no measure is called {name!r}; there are {', '.join(MEASURES)}")
        return self


class Thresholds(_Strict):
    """``always`` holds on every selection of topics; ``dev`` and ``test`` on whole splits."""

    run: RunRules
    always: Bounds = Bounds()
    dev: Bounds = Bounds()
    test: Bounds = Bounds()


class BoundCheck(NamedTuple):
    """One bound held against one figure; a measure with no value on these topics has none."""

    scope: str
    measure: str
    bound: float
    is_floor: bool
    value: float

    @property
    def holds(self) -> bool:
        return self.value >= self.bound if self.is_floor else self.value <= self.bound

    def __str__(self) -> str:
        relation = "at least" if self.is_floor else "at most"
        return (
            f"{self.measure} on {self.scope} is {self.value:.3f}, "
            f"has to be {relation} {self.bound:.3f}"
        )


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


def check_thresholds(
    outcomes: Sequence[TopicOutcome], thresholds: Thresholds, *, whole_splits: bool
) -> tuple[BoundCheck, ...]:
    """Every bound that applies. ``whole_splits``: False when --kind or --language cut topics
    out, so that the floors of a split don't fit.
    """
    scopes = {"all chosen topics": (list(outcomes), thresholds.always)}
    if whole_splits:
        for split, bounds in (("dev", thresholds.dev), ("test", thresholds.test)):
            scopes[split] = ([o for o in outcomes if o.split == split], bounds)
    checks: list[BoundCheck] = []
    for scope, (members, bounds) in scopes.items():
        if not members or not (bounds.at_least or bounds.at_most):
            continue
        values = plain_values(members)
        for limits, is_floor in ((bounds.at_least, True), (bounds.at_most, False)):
            checks += [
                BoundCheck(scope, name, bound, is_floor, values[name])
                for name, bound in limits.items()
                if name in values
            ]
    return tuple(checks)
