"""From outcomes to figures: each measure over each group of topics, with its interval."""

from collections.abc import Callable, Sequence

from app.views.evaluation_report import Estimate, TopicGroup, TopicOutcome
from eval.measures.catalogue import TOPIC_MEASURES
from eval.measures.confidence import auroc, expected_calibration_error, risk_at_coverage
from eval.run.bootstrap import mean_interval, set_interval
from eval.run.scoring import DIGITS


def summarise(outcomes: Sequence[TopicOutcome]) -> tuple[TopicGroup, ...]:
    """Groups by split, kind and language in a fixed order; only those with topics.

    Measures of a whole set need both covered and uncovered topics, so kinds have none.
    """
    groups: list[TopicGroup] = []
    keys: tuple[tuple[str, Callable[[TopicOutcome], str]], ...] = (
        ("split", lambda o: o.split),
        ("kind", lambda o: o.kind.value),
        ("language", lambda o: o.language),
    )
    for by, key in keys:
        for name in dict.fromkeys(sorted(key(o) for o in outcomes)):
            members = [o for o in outcomes if key(o) == name]
            figures = topic_figures(members)
            if by != "kind":
                figures |= set_figures(members)
            groups.append(TopicGroup(by, name, len(members), figures))
    return tuple(groups)


def plain_values(outcomes: Sequence[TopicOutcome]) -> dict[str, float]:
    """Every measure's value without its interval, which takes most of the time."""
    return _means(outcomes) | {
        name: round(value, DIGITS)
        for name, measure in _set_measures(outcomes).items()
        if (value := measure(range(len(outcomes)))) is not None
    }


def topic_figures(outcomes: Sequence[TopicOutcome]) -> dict[str, Estimate]:
    """Means of the measures that have a value per topic, over the topics that have one."""
    figures: dict[str, Estimate] = {}
    for info in TOPIC_MEASURES:
        scored = [(o.values.get(info.name), o.family) for o in outcomes]
        values = [value for value, _ in scored if value is not None]
        if values:
            families = [family for value, family in scored if value is not None]
            low, high = mean_interval(values, families)
            figures[info.name] = _figure(sum(values) / len(values), low, high, len(values))
    return figures


def set_figures(outcomes: Sequence[TopicOutcome]) -> dict[str, Estimate]:
    """Measures that only a set of topics has."""
    figures: dict[str, Estimate] = {}
    families = [o.family for o in outcomes]
    for name, measure in _set_measures(outcomes).items():
        value = measure(range(len(outcomes)))
        interval = set_interval(measure, families)
        if value is not None and interval is not None:
            figures[name] = _figure(value, interval.low, interval.high, len(outcomes))
    return figures


def found_first(outcomes: Sequence[TopicOutcome]) -> list[bool]:
    """What risk counts as correct: the topic is covered and its clause came first.

    It looks past the refusal threshold, so the curve shows what any threshold would give.
    """
    return [bool(o.answerable and o.values.get("Success@1")) for o in outcomes]


def _figure(value: float, low: float, high: float, n: int) -> Estimate:
    return Estimate(
        value=round(value, DIGITS), low=round(low, DIGITS), high=round(high, DIGITS), n=n
    )


def _means(outcomes: Sequence[TopicOutcome]) -> dict[str, float]:
    means: dict[str, float] = {}
    for info in TOPIC_MEASURES:
        values = [value for o in outcomes if (value := o.values.get(info.name)) is not None]
        if values:
            means[info.name] = round(sum(values) / len(values), DIGITS)
    return means


def _set_measures(
    outcomes: Sequence[TopicOutcome],
) -> dict[str, Callable[[Sequence[int]], float | None]]:
    """The measures as functions of which topics are in, so that they can be resampled."""
    confidences = [o.confidence for o in outcomes]
    answerable = [o.answerable for o in outcomes]
    correct = found_first(outcomes)

    def risk(at: Sequence[int], coverage: float) -> float | None:
        return risk_at_coverage([confidences[i] for i in at], [correct[i] for i in at], coverage)

    return {
        "AUROC": lambda at: auroc([confidences[i] for i in at], [answerable[i] for i in at]),
        "risk@50": lambda at: risk(at, 0.5),
        "risk@80": lambda at: risk(at, 0.8),
        "ECE": lambda at: expected_calibration_error(
            [confidences[i] for i in at], [answerable[i] for i in at]
        ),
    }
