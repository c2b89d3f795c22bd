"""Tables drawn with lines: the cells between them, merged ones as large as they are drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf.rules import Rule

_NEAR = 3.0  # points: lines this close meet, or are one


@dataclass(frozen=True, slots=True)
class GridCell:
    """``row`` and ``column`` of its upper left corner; edges in points."""

    row: int
    column: int
    rows: int
    columns: int
    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(frozen=True, slots=True)
class Grid:
    """``xs`` from left to right and ``ys`` from the top down are the edges of its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]

    def holds(self, x: float, y: float) -> bool:
        return self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]


def grids(rules: Sequence[Rule]) -> list[Grid]:
    """The tables of a page with at least two rows and two columns, from the top down."""
    found = []
    for group in _connected(rules):
        xs = _edges(rule.x0 for rule in group if not rule.is_level)
        ys = _edges(rule.y0 for rule in group if rule.is_level)[::-1]
        if len(xs) > 2 and len(ys) > 2:
            found.append(Grid(tuple(xs), tuple(ys), tuple(_cells(group, xs, ys))))
    return sorted(found, key=lambda grid: -grid.ys[0])


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that meet, directly or through others."""
    groups: list[list[Rule]] = []
    boxes: list[Rule] = []  # around each group, so that most need not be looked at
    for rule in rules:
        meeting = [
            at
            for at, (box, group) in enumerate(zip(boxes, groups, strict=True))
            if _meet(box, rule) and any(_meet(other, rule) for other in group)
        ]
        joined = [rule, *(other for at in meeting for other in groups[at])]
        around = [rule, *(boxes[at] for at in meeting)]
        for at in reversed(meeting):
            del groups[at], boxes[at]
        groups.append(joined)
        boxes.append(
            Rule(
                min(box.x0 for box in around),
                min(box.y0 for box in around),
                max(box.x1 for box in around),
                max(box.y1 for box in around),
            )
        )
    return groups


def _meet(a: Rule, b: Rule) -> bool:
    return (
        a.x0 - _NEAR <= b.x1
        and b.x0 - _NEAR <= a.x1
        and a.y0 - _NEAR <= b.y1
        and b.y0 - _NEAR <= a.y1
    )


def _edges(places: Iterable[float]) -> list[float]:
    """Places in order, those that are near each other as one, in their middle."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= _NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def _cells(rules: Sequence[Rule], xs: Sequence[float], ys: Sequence[float]) -> list[GridCell]:
    """Fields of the grid joined where no line parts them."""
    upright = [rule for rule in rules if not rule.is_level]
    level = [rule for rule in rules if rule.is_level]
    rows, columns = len(ys) - 1, len(xs) - 1
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            middle = (ys[row] + ys[row + 1]) / 2
            right = column + 1
            while right < columns and not any(
                abs(rule.x0 - xs[right]) <= _NEAR and rule.y0 <= middle <= rule.y1
                for rule in upright
            ):
                right += 1
            centre = (xs[column] + xs[column + 1]) / 2
            below = row + 1
            while below < rows and not any(
                abs(rule.y0 - ys[below]) <= _NEAR and rule.x0 <= centre <= rule.x1 for rule in level
            ):
                below += 1
            taken.update((r, c) for r in range(row, below) for c in range(column, right))
            cells.append(
                GridCell(
                    *(row, column, below - row, right - column),
                    *(xs[column], ys[below], xs[right], ys[row]),
                )
            )
    return cells
