"""The straight lines drawn on a PDF page: borders of tables, strokes through words.

Paths (ISO 32000-1, 8.5) are kept only as far as they are level or upright; a filled shape that is
thin is a line too, since that is how many programs draw one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Point: TypeAlias = tuple[float, float]

_STROKES = frozenset((b"S", b"s", b"B", b"B*", b"b", b"b*"))
_FILLS = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_ENDS = _STROKES | _FILLS | {b"n"}
_CLOSES = frozenset((b"s", b"b", b"b*"))
_THIN = 2.5  # points
_SHORTEST = 2.0
_SLOPE = 0.5  # points that the ends of a level line may differ
#: more lines than this are a drawing
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A level or upright line; points, origin at the lower left of the page as shown."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


class PathReader:
    """Follows the path operators of a content stream and collects its lines."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._parts: list[list[Point]] = []
        self._has_curves = False

    def read(self, operator: bytes, numbers: Sequence[float], ctm: Matrix) -> None:
        """One operator of a path, or one that paints it; others do nothing."""
        if operator == b"m" and len(numbers) == 2:
            self._parts.append([_shown(numbers[0], numbers[1], ctm)])
        elif operator == b"l" and len(numbers) == 2 and self._parts:
            self._parts[-1].append(_shown(numbers[0], numbers[1], ctm))
        elif operator == b"re" and len(numbers) == 4:
            x, y, width, height = numbers
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
            self._parts.append([_shown(a, b, ctm) for a, b in corners])
        elif operator in (b"c", b"v", b"y"):
            self._has_curves = True
        elif operator == b"h" and self._parts:
            self._parts[-1].append(self._parts[-1][0])
        elif operator in _ENDS:
            if not self._has_curves and len(self.rules) < _MOST:
                self._paint(operator)
            self._parts.clear()
            self._has_curves = False

    def _paint(self, operator: bytes) -> None:
        for points in self._parts:
            if operator in _FILLS:
                self._add_if_thin(points)
            if operator in _STROKES:
                closed = [*points, points[0]] if operator in _CLOSES else points
                for (x0, y0), (x1, y1) in pairwise(closed):
                    if min(abs(x1 - x0), abs(y1 - y0)) <= _SLOPE:
                        self._add(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _add_if_thin(self, points: Sequence[Point]) -> None:
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        bottom, top = min(y for _, y in points), max(y for _, y in points)
        if top - bottom <= _THIN and right - left > top - bottom:
            self._add(left, (bottom + top) / 2, right, (bottom + top) / 2)
        elif right - left <= _THIN:
            self._add((left + right) / 2, bottom, (left + right) / 2, top)

    def _add(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if max(x1 - x0, y1 - y0) >= _SHORTEST:
            self.rules.append(Rule(x0, y0, x1, y1))


def _shown(x: float, y: float, ctm: Matrix) -> Point:
    a, b, c, d, e, f = ctm
    return a * x + c * y + e, b * x + d * y + f
