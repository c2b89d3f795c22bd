"""What can go wrong in an evaluation; each message is one line: what is wrong, what to do."""

from ingest.errors import ClauseDeskError


class EvalError(ClauseDeskError):
    """Base of the evaluation's errors; the command prints the line and exits with 2."""


class TopicError(EvalError):
    """A topics file is missing or one of its lines is wrong; the message names the line."""


class StaleGold(EvalError):
    """A topic's gold clause or evidence does not stand in the corpus (any more)."""


class BaselineError(EvalError):
    """The stored baseline cannot be read; `--update-baseline` writes a new one."""


class ThresholdError(EvalError):
    """The thresholds file has an unknown key or a wrong value."""


class CannotRun(EvalError):
    """The evaluation cannot start: no topic selected, no system, no folder to write to."""
