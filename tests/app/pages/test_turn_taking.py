"""Readers' pages are drawn one after the other, and none waits for ever for a slow one."""

import threading
import time

import pytest

from app.pages.frame import turn_taking
from app.pages.frame.turn_taking import give_way, turn_to_draw


class _Slow:
    """A page whose drawing begins, and goes on until it is told to end."""

    def __init__(self, *, gives_way: bool = False) -> None:
        self.drawing, self.end = threading.Event(), threading.Event()
        self._gives_way = gives_way
        self._thread = threading.Thread(target=self._draw)

    def __enter__(self) -> "_Slow":
        self._thread.start()
        assert self.drawing.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.end.set()
        self._thread.join()

    def _draw(self) -> None:
        with turn_to_draw():
            if self._gives_way:
                give_way()
            self.drawing.set()
            self.end.wait(10)


def _draw_after(order: list[str], name: str) -> threading.Thread:
    def draw() -> None:
        with turn_to_draw():
            order.append(name)

    thread = threading.Thread(target=draw)
    thread.start()
    return thread


def test_a_page_is_drawn_when_the_one_before_is_finished() -> None:
    order: list[str] = []
    with _Slow() as slow:
        second = _draw_after(order, "second")
        time.sleep(0.2)
        order.append("first")
        slow.end.set()
        second.join()
    assert order == ["first", "second"]


def test_a_page_that_waits_for_its_answer_holds_nobody_up() -> None:
    order: list[str] = []
    with _Slow(gives_way=True):
        _draw_after(order, "second").join()
        order.append("first")
    assert order == ["second", "first"]


def test_a_slow_page_holds_others_up_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_taking, "_LONGEST_WAIT", 0.1)
    order: list[str] = []
    with _Slow():
        _draw_after(order, "second").join()  # beside the slow one
        order.append("first")
        begun = time.monotonic()
        _draw_after(order, "third").join()
        # the second did not end a turn that was not its own: the third has waited too
        assert time.monotonic() - begun >= 0.1
    assert order == ["second", "first", "third"]


def test_a_page_that_fails_or_is_stopped_ends_its_turn() -> None:
    with pytest.raises(ValueError, match="stopped"), turn_to_draw():
        raise ValueError("stopped")
    order: list[str] = []
    _draw_after(order, "next").join()
    assert order == ["next"]
