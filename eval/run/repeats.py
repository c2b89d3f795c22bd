"""Topics asked several times: their means, and how far one time is from another.

Where a language model words the answers, two runs of one system differ. Each value of a topic is
then its mean over the repeats, and a topic is right when it was right each time.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.views.evaluation_report import MeasureSpread, Repeats, TopicOutcome
from eval.measures.catalogue import MEASURES
from eval.run.runner import TopicAnswer, TopicsAsked
from eval.run.scoring import DIGITS
from eval.run.summary import plain_values


def merged(runs: Sequence[TopicsAsked]) -> tuple[TopicsAsked, Repeats | None]:
    """One run made of all, of the topics that were answered each time; None for a single one.

    The answer that is shown is the first that was wrong, or else the first.
    """
    if len(runs) == 1:
        return runs[0], None
    lines = dict.fromkeys(line for run in runs for line in run.unanswered)
    by_topic = [{one.topic.id: one for one in run.answers} for run in runs]
    each = [
        tuple(found[one.topic.id] for found in by_topic)
        for one in runs[0].answers
        if all(one.topic.id in found for found in by_topic)
    ]
    spread = _spread([[times[n].outcome for times in each] for n in range(len(runs))])
    unsteady = tuple(
        times[0].topic.id for times in each if len({t.outcome.right for t in times}) > 1
    )
    answers = tuple(_one(times) for times in each)
    return TopicsAsked(answers, tuple(lines)), Repeats(len(runs), spread, unsteady)


def _one(times: Sequence[TopicAnswer]) -> TopicAnswer:
    shown = next((one for one in times if not one.outcome.right), times[0])
    wrong = sum(not one.outcome.right for one in times)
    why = shown.outcome.why_wrong
    if 0 < wrong < len(times):
        why = (f"wrong {wrong} of {len(times)} times", *why)
    names = shown.outcome.values
    outcome = replace(
        shown.outcome,
        why_wrong=why,
        values={name: _mean([t.outcome.values.get(name) for t in times]) for name in names},
        confidence=sum(one.outcome.confidence for one in times) / len(times),
    )
    milliseconds = sum(one.milliseconds for one in times) / len(times)
    return replace(shown, outcome=outcome, milliseconds=milliseconds)


def _mean(values: Sequence[float | None]) -> float | None:
    """Over the times that have one: an answer that cites nothing has no precision."""
    told = [value for value in values if value is not None]
    return round(sum(told) / len(told), DIGITS) if told else None


def _spread(runs: Sequence[Sequence[TopicOutcome]]) -> tuple[MeasureSpread, ...]:
    """The measures that differed from time to time."""
    values = [plain_values(outcomes) for outcomes in runs]
    rows = ((name, [one[name] for one in values if name in one]) for name in MEASURES)
    return tuple(
        MeasureSpread(name, round(sum(told) / len(told), DIGITS), min(told), max(told))
        for name, told in rows
        if told and min(told) != max(told)
    )


def how_steady(repeats: Repeats) -> tuple[str, ...]:
    """For people: what differed from time to time, a line each."""
    told = "; ".join(
        f"{one.measure} {one.mean:.3f} ({one.low:.3f} to {one.high:.3f})" for one in repeats.spread
    )
    lines = [f"over {repeats.times} times: {told or 'no measure differed'}"]
    if repeats.unsteady:
        lines.append(f"right at one time and wrong at another: {', '.join(repeats.unsteady)}")
    return tuple(lines)
