"""A question being answered behind the page's back: what stands so far, and how to stop it.

The page draws and is drawn anew at any input; the work goes on in a thread of its own.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator

from app.answer.stream import Answered, AnswerEvent, Searched
from app.contract import Answer
from app.search.searcher import Trace
from ingest.errors import ClauseDeskError

log = logging.getLogger(__name__)

_BUG = "This question could not be answered because of a fault in the program; the log says which."


class AnswerJob:
    """``stream``: gives the events of one answer; the last one is :class:`Answered`."""

    def __init__(self, stream: Callable[[], Iterator[AnswerEvent]]) -> None:
        self._stream = stream
        self._moved = threading.Condition()
        self._steps = 0
        self._stopped = False
        self._began = time.monotonic()
        #: what stands so far; the answer when ``is_done``
        self.answer: Answer | None = None
        #: what it was made from
        self.trace: Trace | None = None
        #: one line, where there is no answer
        self.error: str | None = None
        self.is_done = False
        threading.Thread(target=self._work, daemon=True, name="answer").start()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def wait(self, steps: int, seconds: float) -> int:
        """Wait until more than ``steps`` steps are done, or the job is, at most ``seconds``;
        the steps done by then."""
        with self._moved:
            self._moved.wait_for(lambda: self.is_done or self._steps > steps, seconds)
            return self._steps

    def stop(self) -> None:
        """Leave it at what stands; the work ends at its next step."""
        with self._moved:
            self._stopped = True
            self.is_done = True
            self._moved.notify_all()

    def _work(self) -> None:
        error: str | None = None
        try:
            events = self._stream()
            for event in events:
                with self._moved:
                    if self._stopped:
                        break
                    self.answer = event.answer
                    if isinstance(event, Searched):
                        self.trace = event.trace
                    self.is_done = isinstance(event, Answered)
                    self._steps += 1
                    self._moved.notify_all()
            close = getattr(events, "close", None)
            if close is not None:
                close()
        except ClauseDeskError as failure:
            error = str(failure)
        except Exception:  # a bug: told in one line, and in the log
            log.exception("a question could not be answered")
            error = _BUG
        with self._moved:
            if not self.is_done:
                self.error, self.is_done = error or _BUG, True
            self._moved.notify_all()
