"""Raised characters, kept apart from the figure they stand at: 500¹ is not 5001, 10³ not 103."""

import re

_PLAIN = "0123456789+-−=()"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾"
_TABLE = str.maketrans(
    _PLAIN + "".join(chr(0xFF10 + digit) for digit in range(10)), _RAISED + _RAISED[:10]
)
#: what would be read as part of the figure before it; "th", "[1]" and "*" would not
_TAKEN_FOR_FIGURE = re.compile(r"\s*[(+−-]?[0-9０-９]")


def superscript(text: str) -> str:
    """Raised text as it is written in one line.

    >>> "500" + superscript("1"), "10" + superscript("-3"), "4" + superscript("th")
    ('500¹', '10⁻³', '4th')
    """
    return raised(text) if is_figure(text) else text


def is_figure(text: str) -> bool:
    """Whether raised text would be taken for a part of the figure before it."""
    return _TAKEN_FOR_FIGURE.match(text) is not None


def raised(text: str) -> str:
    """``text``, which is a figure or part of one, in raised characters."""
    return text.translate(_TABLE)
