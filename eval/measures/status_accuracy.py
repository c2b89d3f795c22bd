"""Status accuracy: was the rule shown with its true status on the as-of day?

The project's own measure: a rule that was repealed, or is not in force yet, must not be
served as current. Scored on topics that name an expected status.
"""

from collections.abc import Sequence


def status_accuracy(expected: str, shown: Sequence[str]) -> float:
    """1 when the gold documents are cited and each citation of one shows ``expected``.

    ``shown``: the status of each citation of a gold document. No such citation is 0:
    nothing true was said about the status.
    """
    return float(bool(shown) and all(status == expected for status in shown))
