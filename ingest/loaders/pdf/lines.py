"""Runs of one PDF page put together into lines, in reading order.

Rows first (same baseline), then columns: a recursive cut of the page along white
gutters, after the XY-cut of Nagy and Seth (1984), here with the rule that a
gutter parts columns only where both sides read like running text.
"""

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.loaders.pdf.runs import TextRun
from ingest.loaders.superscripts import superscript

#: in ems: a wider step between two runs is white space that was not typed
_WORD_GAP = 0.16
_CJK_WORD_GAP = 0.6  # Chinese may be set loosely, and programs part it from Latin by 1/4 em
_CELL_GAP = 1.5
_EVEN = 1.1  # most that the gaps of a stretched line differ
_GUTTER = 0.8
_CLOSING = "、，。；：！？）》」』】"  # no space is typed before these
_WIDEST_SPACE = 0.35  # of the space character in a text face
#: baselines this close (in ems) are one row: superscripts, fallback fonts
_ROW_TOLERANCE = 0.45
#: a raised mark is at most so large, and stands at least so high, in ems of its line
_RAISED_SIZE = 0.85
_RAISED_BY = 0.15
_MIN_COLUMN_LINES = 3
_MAX_CROSSING_SHARE = 0.15
_RUNNING_TEXT_SHARE = 0.5

CJK = r"\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
_CJK_CHARACTER = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A stretch of one row, or all of it; points, origin at the lower left of the page."""

    runs: tuple[TextRun, ...]  # left to right
    text: str
    page: int
    x0: float
    x1: float
    baseline: float
    size: float
    cells: int = 1  # stretches parted by white space too wide for a word gap

    @property
    def pagination(self) -> bool:
        return all(run.pagination for run in self.runs if not run.text.isspace())

    def first_word_width(self) -> float:
        """Points taken by what would have to fit on the line before."""
        end = self.x0
        for run in self.runs:
            if run.x0 < self.x0:
                continue
            if run.text.isspace() or (end > self.x0 and run.x0 - end > _WORD_GAP * run.size):
                break
            if _CJK_CHARACTER.match(run.text):
                return max(end - self.x0, self.size)
            end = max(end, run.x1)
        return end - self.x0

    def space_width(self) -> float:
        """Points between two words; a stretched line counts as an ordinary one."""
        gaps = _word_gaps(self.runs)
        return (min(statistics.median(gaps), _WIDEST_SPACE) if gaps else 0.25) * self.size


@dataclass(slots=True)
class TextColumn:
    """Lines that follow each other down one column."""

    lines: list[PdfLine] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0  # limit of the column, where the lines themselves do not show it


def rows(runs: Iterable[TextRun], page: int) -> list[PdfLine]:
    """Runs on a common baseline as one line each, from the top of the page down."""
    gathered: list[list[TextRun]] = []
    anchor: TextRun | None = None
    for run in sorted(runs, key=lambda run: (-run.baseline, run.x0)):
        if anchor is not None and _same_row(anchor, run):
            gathered[-1].append(run)
            if run.size > anchor.size and not run.text.isspace():
                anchor = run
        else:
            gathered.append([run])
            anchor = run
    return [
        line_of(row, page)
        for row in map(_without_overprint, gathered)
        if any(not run.text.isspace() for run in row)
    ]


def _same_row(anchor: TextRun, run: TextRun) -> bool:
    return anchor.baseline - run.baseline <= _ROW_TOLERANCE * max(anchor.size, run.size)


def _without_overprint(row: Sequence[TextRun]) -> list[TextRun]:
    """Left to right, without the second printing that some producers use for bold."""
    kept: list[TextRun] = []
    for run in sorted(row, key=lambda run: run.x0):
        twin = any(
            other.text == run.text
            and abs(other.x0 - run.x0) < 0.1 * run.size
            and abs(other.baseline - run.baseline) < 0.1 * run.size
            for other in kept[-4:]
        )
        if not twin or run.text.isspace():
            kept.append(run)
    return kept


def line_of(runs: Sequence[TextRun], page: int, cell_mark: str = "  ") -> PdfLine:
    """One line of ``runs`` (left to right), with the spaces that only the places tell, and what
    is raised written as such."""
    visible = [run for run in runs if not run.text.isspace()]
    main = max(visible, key=lambda run: (len(run.text.strip()) * run.size, run.size))
    size = _dominant_size(visible)
    baseline = next((run.baseline for run in visible if run.size == size), main.baseline)
    text = ""
    cells = 1
    end = 0.0
    for run in runs:
        gap = (run.x0 - end) / run.size
        if text and not text[-1].isspace() and not run.text[:1].isspace():
            if gap > _CELL_GAP:
                text += cell_mark
                cells += 1
            elif gap > _gap_of_words(text[-1], run.text[0]) and run.text[0] not in _CLOSING:
                text += " "
        is_raised = run.size <= _RAISED_SIZE * size and (
            run.baseline - baseline >= _RAISED_BY * size
        )
        text += superscript(run.text) if is_raised else run.text
        end = max(end, run.x1) if text else run.x1
    return PdfLine(
        runs=tuple(runs),
        text=text.strip(),
        page=page,
        x0=visible[0].x0,
        x1=max(run.x1 for run in visible),
        baseline=baseline,
        size=size,
        cells=cells,
    )


def _word_gaps(runs: Sequence[TextRun]) -> list[float]:
    """The gaps between the words of a row, in ems, typed or not."""
    visible = [run for run in runs if not run.text.isspace()]
    gaps = ((after.x0 - before.x1) / after.size for before, after in pairwise(visible))
    return [gap for gap in gaps if gap > _WORD_GAP]


def _gap_of_words(before: str, after: str) -> float:
    loose = _CJK_CHARACTER.match(before) or _CJK_CHARACTER.match(after)
    return _CJK_WORD_GAP if loose else _WORD_GAP


def _dominant_size(runs: Sequence[TextRun]) -> float:
    letters: dict[float, int] = {}
    for run in runs:
        letters[run.size] = letters.get(run.size, 0) + len(run.text)
    return max(letters, key=lambda size: (letters[size], size))


def blocks(page_rows: Sequence[PdfLine]) -> list[TextColumn]:
    """The rows of one page as blocks in reading order, columns one after the other."""
    pieces = [piece for row in page_rows for piece in _pieces(row)]
    if not pieces:
        return []
    left = min(piece.x0 for piece in pieces)
    right = max(piece.x1 for piece in pieces)
    return [
        TextColumn(_whole_lines(part), low, high)
        for part, low, high in _columns(pieces, left, right)
    ]


def _pieces(row: PdfLine) -> list[PdfLine]:
    """``row`` cut at wide white space, where a gutter may run."""
    parts: list[list[TextRun]] = [[]]
    end = row.x0
    for run in row.runs:
        if run.x0 - end > _GUTTER * run.size:
            parts.append([])
        parts[-1].append(run)
        end = max(end, run.x1)
    return [
        line_of(part, row.page) for part in parts if any(not run.text.isspace() for run in part)
    ]


def _whole_lines(pieces: Sequence[PdfLine]) -> list[PdfLine]:
    """Pieces of one column and row joined again; cells of a table are parted by " | "."""
    grouped: list[list[PdfLine]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.baseline, piece.x0)):
        near = grouped and abs(grouped[-1][0].baseline - piece.baseline) <= (
            _ROW_TOLERANCE * max(grouped[-1][0].size, piece.size)
        )
        if near:
            grouped[-1].append(piece)
        else:
            grouped.append([piece])
    lines = [_joined(group, " | ") for group in grouped]
    right = max(line.x1 for line in lines)
    has_cells = [line.cells > 1 and not _stretched(line, right) for line in lines]
    in_table = [
        has_cells[index]
        and any(
            has_cells[near] and _aligned(group, grouped[near])
            for near in (index - 1, index + 1)
            if 0 <= near < len(grouped)
        )
        for index, group in enumerate(grouped)
    ]
    return [
        line if table else replace(_joined(group, " "), cells=1)
        for line, group, table in zip(lines, grouped, in_table, strict=True)
    ]


def _stretched(line: PdfLine, right: float) -> bool:
    """Whether a line of few words was spread to the margin, all its gaps alike."""
    gaps = _word_gaps(line.runs)
    return right - line.x1 < line.size and bool(gaps) and max(gaps) <= _EVEN * min(gaps)


def _aligned(row: Sequence[PdfLine], other: Sequence[PdfLine]) -> bool:
    """Whether the cells of the row with fewer begin where cells of the other do."""
    fewer, more = sorted((row, other), key=len)
    return all(any(abs(a.x0 - b.x0) < 0.5 * a.size for b in more) for a in fewer)


def _joined(group: Sequence[PdfLine], cell_mark: str) -> PdfLine:
    ordered = sorted(group, key=lambda piece: piece.x0)
    return line_of([run for piece in ordered for run in piece.runs], group[0].page, cell_mark)


def _columns(
    pieces: Sequence[PdfLine], left: float, right: float
) -> list[tuple[list[PdfLine], float, float]]:
    """``pieces`` as (lines, left limit, right limit), one a column, in reading order."""
    gutter = _gutter(pieces, left, right)
    if gutter is None:
        return [(list(pieces), left, right)]
    parts: list[tuple[list[PdfLine], float, float]] = []
    band: list[PdfLine] = []
    across: list[PdfLine] = []

    def close_band() -> None:
        before = [piece for piece in band if piece.x1 <= gutter]
        after = [piece for piece in band if piece.x1 > gutter]
        if before:
            parts.extend(_columns(before, left, max(piece.x1 for piece in before)))
        if after:
            parts.extend(_columns(after, min(piece.x0 for piece in after), right))
        band.clear()

    for piece in sorted(pieces, key=lambda piece: (-piece.baseline, piece.x0)):
        if piece.x0 < gutter < piece.x1:
            close_band()
            across.append(piece)
            continue
        if across and not _same_height(across[-1], piece):
            parts.append((list(across), left, right))
            across.clear()
        (across if across else band).append(piece)
    close_band()
    if across:
        parts.append((list(across), left, right))
    return parts


def _same_height(a: PdfLine, b: PdfLine) -> bool:
    return abs(a.baseline - b.baseline) <= _ROW_TOLERANCE * max(a.size, b.size)


def _gutter(pieces: Sequence[PdfLine], left: float, right: float) -> float | None:
    """The middle of the white strip that parts two columns of running text, if any."""
    width = right - left
    edges = sorted(
        {edge for piece in pieces for edge in (piece.x0, piece.x1) if _inner(edge, left, width)}
    )
    best: tuple[int, float, float] | None = None
    for low, high in pairwise(edges):
        middle = (low + high) / 2
        crossing = sum(1 for piece in pieces if piece.x0 < middle < piece.x1)
        candidate = (crossing, low - high, middle)
        if best is None or candidate < best:
            best = candidate
    if best is None:
        return None
    crossing, negative_width, middle = best
    before = [piece for piece in pieces if piece.x1 <= middle]
    after = [piece for piece in pieces if piece.x0 >= middle]
    size = statistics.median(piece.size for piece in pieces)
    if (
        -negative_width < _GUTTER * size
        or crossing > _MAX_CROSSING_SHARE * len(pieces)
        or min(len(before), len(after)) < _MIN_COLUMN_LINES
        or not _side_by_side(before, after)
        or not _running_text(before)
        or not _running_text(after)
    ):
        return None
    return middle


def _inner(edge: float, left: float, width: float) -> bool:
    return left + 0.1 * width < edge < left + 0.9 * width


def _side_by_side(before: Sequence[PdfLine], after: Sequence[PdfLine]) -> bool:
    top = min(max(piece.baseline for piece in side) for side in (before, after))
    bottom = max(min(piece.baseline for piece in side) for side in (before, after))
    return all(
        sum(1 for piece in side if bottom <= piece.baseline <= top) >= _MIN_COLUMN_LINES
        for side in (before, after)
    )


def _running_text(side: Sequence[PdfLine]) -> bool:
    """Rows mostly filled from edge to edge; a column of a table is not."""
    width = max(piece.x1 for piece in side) - min(piece.x0 for piece in side)
    filled: list[float] = []
    above: PdfLine | None = None
    for piece in sorted(side, key=lambda piece: -piece.baseline):
        if above is not None and _same_height(above, piece):
            filled[-1] += piece.x1 - piece.x0
        else:
            filled.append(piece.x1 - piece.x0)
            above = piece
    return statistics.median(filled) >= _RUNNING_TEXT_SHARE * width
