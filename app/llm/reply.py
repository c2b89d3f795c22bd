"""Reads a model's reply piece by piece within a deadline, asking again where that may help.

The client runs in a thread of its own: whatever it does, the reader waits no longer
than the deadline. A reply that is given up is closed, which ends its generation.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from app.llm.failures import ModelFailed, Why, failure_of

log = logging.getLogger(__name__)

#: seconds before a passing failure is asked again
PAUSE = 1.0
#: times that a passing failure is asked again
RETRIES = 2
#: characters; a reply that goes on longer is a loop
LONGEST_REPLY = 6000

_END = object()


def read_reply(open_stream: Callable[[], Iterator[str]], seconds: float) -> Iterator[str]:
    """The pieces of a reply as they come.

    ``open_stream`` asks the model anew at each call. Raises ModelFailed, at the latest
    after ``seconds``. Closing the iterator gives the reply up.
    """
    deadline = time.monotonic() + seconds
    pieces: SimpleQueue[object] = SimpleQueue()
    given_up = threading.Event()
    threading.Thread(
        target=_pump,
        args=(open_stream, pieces, given_up, deadline),
        daemon=True,  # a client that hangs must not keep the program
        name="language-model",
    ).start()
    length = 0
    try:
        while True:
            try:
                piece = pieces.get(timeout=max(deadline - time.monotonic(), 0))
            except Empty:
                raise ModelFailed(Why.TIME_OUT) from None
            if isinstance(piece, ModelFailed):
                raise piece
            if not isinstance(piece, str):
                return
            length += len(piece)
            if length > LONGEST_REPLY:
                raise ModelFailed(Why.LOOPS)
            yield piece
    finally:
        given_up.set()


def _pump(
    open_stream: Callable[[], Iterator[str]],
    pieces: "SimpleQueue[object]",
    given_up: threading.Event,
    deadline: float,
) -> None:
    retries = RETRIES
    while True:
        began = False
        stream: Iterator[str] | None = None
        try:
            stream = open_stream()
            for piece in stream:
                if given_up.is_set():
                    return
                began = began or bool(piece)
                pieces.put(piece)
            pieces.put(_END)
            return
        except Exception as error:  # of any provider's client; each becomes a failure with a reason
            failure = failure_of(error)
            # the type alone: a message may repeat the key
            log.info("the language model failed: %s, %s", failure, type(error).__name__)
            again = failure.is_passing and not began and retries > 0
            if not again or time.monotonic() + PAUSE > deadline or given_up.wait(PAUSE):
                pieces.put(failure)
                return
            retries -= 1
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
