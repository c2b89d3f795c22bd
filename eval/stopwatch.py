"""How long something takes."""

from collections.abc import Callable
from time import perf_counter


def milliseconds(action: Callable[[], object]) -> float:
    """Time of one call."""
    started = perf_counter()
    action()
    return 1000 * (perf_counter() - started)
