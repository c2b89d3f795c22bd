"""Pages are drawn one after the other: of readers who ask at once, most are served sooner.

Drawn side by side, all pages are finished last: each sends its parts in small pieces, and
a browser draws its whole page anew for every piece. In turns a page comes in one piece.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: seconds after which a page is drawn beside another one: a slow page stops nobody
_LONGEST_WAIT = 3.0

_drawing = threading.Lock()
_here = threading.local()


@contextmanager
def turn_to_draw() -> Iterator[None]:
    """Wait until no other page is drawn; lasts until :func:`give_way` or the end of the block."""
    _here.has_turn = _drawing.acquire(timeout=_LONGEST_WAIT)
    try:
        yield
    finally:
        give_way()


def give_way() -> None:
    """Let the next page be drawn, for this one has to wait for something."""
    if getattr(_here, "has_turn", False):
        _here.has_turn = False
        _drawing.release()
