"""Whether a run holds: the thresholds, the baseline, and topics gone stale."""

from typing import NamedTuple

from app.views.evaluation_report import ExitCode, HeldBound, SinceBaseline

#: topic ids that a remark spells out
_NAMED = 5


class Verdict(NamedTuple):
    """``failures``: a line for each thing that makes the run fail; ``remarks``: for reading.

    ``failed_topics``: topic ids to look at first, those that the failures are about.
    """

    exit_code: ExitCode
    failures: tuple[str, ...]
    remarks: tuple[str, ...]
    failed_topics: tuple[str, ...]


def judge(
    bounds: tuple[HeldBound, ...],
    comparison: SinceBaseline | None,
    stale: tuple[str, ...],
    *,
    no_comparison_because: str | None = None,
) -> Verdict:
    """A worse run exits 1 even when topics are stale too: that is the graver news."""
    failures = [str(bound) for bound in bounds if not bound.holds]
    remarks = [no_comparison_because] if no_comparison_because else []
    failed_topics: list[str] = []
    if comparison is not None:
        failures += _failures(comparison)
        remarks += _remarks(comparison)
        failed_topics += [change.topic for change in comparison.lost_must]
        if comparison.worse_measures:
            failed_topics += _lost_otherwise(comparison)
    code = ExitCode.WORSE if failures else ExitCode.COULD_NOT_RUN if stale else ExitCode.HOLDS
    return Verdict(code, (*failures, *stale), tuple(remarks), tuple(failed_topics))


def _failures(comparison: SinceBaseline) -> list[str]:
    lines = [
        f"{change.measure} fell from {change.before:.3f} to {change.now:.3f} "
        f"on {change.n} topics (p = {change.p:.4f})"
        for change in comparison.worse_measures
    ]
    lines += [
        f"must topic {change.topic} was right and is wrong: {'; '.join(change.why)}"
        for change in comparison.lost_must
    ]
    return lines


def _remarks(comparison: SinceBaseline) -> list[str]:
    remarks: list[str] = []
    if comparison.corpus:
        remarks.append(f"the corpus changed since the baseline: {comparison.corpus}")
    excused = [change.topic for change in comparison.lost if change.corpus_changed]
    if excused:
        remarks.append(
            "wrong since the corpus changed, not a regression (review, then "
            f"--update-baseline): {', '.join(excused)}"
        )
    lost = _lost_otherwise(comparison)
    if lost and not comparison.worse_measures:
        remarks.append(f"newly wrong, within chance: {', '.join(lost)}")
    if comparison.won:
        remarks.append(f"newly right: {', '.join(change.topic for change in comparison.won)}")
    for what, topics in (
        ("not in the baseline", comparison.new),
        ("edited since the baseline", comparison.edited),
        ("in the baseline only", comparison.gone),
    ):
        if topics:
            more = ", …" if len(topics) > _NAMED else ""
            remarks.append(f"{what}: {len(topics)} topics ({', '.join(topics[:_NAMED])}{more})")
    return remarks


def _lost_otherwise(comparison: SinceBaseline) -> list[str]:
    """Topics newly wrong that fail no run by themselves."""
    return [c.topic for c in comparison.lost if not c.must and not c.corpus_changed]
