"""What can go wrong in an evaluation; each message is one line: what is wrong, what to do."""

from ingest.errors import ClauseDeskError


class EvalError(ClauseDeskError):
    """Base of the evaluation's errors; the command prints the line and exits with 2."""


class BaselineError(EvalError):
    """The stored baseline cannot be read; `--update-baseline` writes a new one."""


class ThresholdError(EvalError):
    """The thresholds file has an unknown key or a wrong value."""


class CannotRun(EvalError):
    """The evaluation cannot start: no topic selected, no system, no folder to write to."""


class NoReply(EvalError):
    """An assistant behind an endpoint gave no usable answer to one question."""
