"""How figures and verdicts are written, the same in every form of the report."""

from app.views.evaluation_report import Estimate, ExitCode
from eval.evaluation import RunReport
from eval.measures.catalogue import MEASURES

VERDICTS = {
    ExitCode.HOLDS: "holds",
    ExitCode.WORSE: "worse",
    ExitCode.COULD_NOT_RUN: "topics to mend",
}


def value(measure: str, number: float) -> str:
    """A share in per cent ("93.2%"), a length in words ("64 words")."""
    return f"{100 * number:.1f}%" if MEASURES[measure].is_share else f"{number:.0f} words"


def with_interval(measure: str, figure: Estimate | None) -> str:
    """ "93.2% (88.1 to 97.5)", or a dash where the measure does not apply."""
    if figure is None:
        return "–"
    return f"{value(measure, figure.value)} ({interval(measure, figure)})"


def interval(measure: str, figure: Estimate) -> str:
    """The 95% interval without its unit: "88.1 to 97.5"."""
    factor, digits = (100, 1) if MEASURES[measure].is_share else (1, 0)
    return f"{factor * figure.low:.{digits}f} to {factor * figure.high:.{digits}f}"


def headline(report: RunReport) -> str:
    """ "holds: 231 of 245 topics right"."""
    right = sum(outcome.right for outcome in report.outcomes)
    verdict = VERDICTS[report.verdict.exit_code]
    return f"{verdict}: {right} of {len(report.outcomes)} topics right"
