"""Lines drawn at words: through them (struck out) or below them (underlined)."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from ingest.loaders.pdf.rules import Rule
from ingest.loaders.pdf.runs import PageContent, TextRun

#: ems above the baseline, from and to
_THROUGH = (0.12, 0.5)
_BELOW = (-0.35, -0.01)
_STRUCK_SHARE = 0.8  # of a word's width
_SAME_END = 0.7  # points that an underline and its words may end apart
_TOUCHING = 0.3  # ems


def without_strokes(page: PageContent) -> int:
    """Take the struck-out words away, and all lines that are drawn at words: they part no cells
    of a table. Gives how many stretches of text are taken away."""
    level = sorted((rule for rule in page.rules if rule.is_level), key=lambda rule: rule.y0)
    heights = [rule.y0 for rule in level]
    strokes: set[int] = set()  # by id
    underlined: dict[int, list[TextRun]] = {}
    kept: list[TextRun] = []
    struck = 0
    for run in page.runs:
        through = [rule for rule in _within(level, heights, run, _THROUGH) if _covers(rule, run)]
        for rule in _within(level, heights, run, _BELOW):
            underlined.setdefault(id(rule), []).append(run)
        if not through:
            kept.append(run)
            continue
        strokes.update(map(id, through))
        struck += not run.text.isspace()
        before = kept[-1] if kept else None
        if before is not None and before.baseline == run.baseline and _touch(before, run):
            kept[-1] = replace(before, x1=run.x1)  # else the gap would read as a space
    if struck:
        page.runs[:] = kept
    strokes.update(id(rule) for rule in level if _underlines(rule, underlined.get(id(rule), ())))
    page.rules[:] = [rule for rule in page.rules if id(rule) not in strokes]
    return struck


def _within(
    level: Sequence[Rule], heights: Sequence[float], run: TextRun, band: tuple[float, float]
) -> list[Rule]:
    """The lines that cross a word's width in a band of its height."""
    first = bisect_left(heights, run.baseline + band[0] * run.size)
    last = bisect_left(heights, run.baseline + band[1] * run.size)
    return [rule for rule in level[first:last] if rule.x0 < run.x1 and run.x0 < rule.x1]


def _covers(rule: Rule, run: TextRun) -> bool:
    width = run.x1 - run.x0
    return width > 0 and min(rule.x1, run.x1) - max(rule.x0, run.x0) >= _STRUCK_SHARE * width


def _underlines(rule: Rule, runs: Sequence[TextRun]) -> bool:
    """Whether a line begins and ends with the words above it; a border goes on beyond them."""
    return bool(runs) and (
        abs(min(run.x0 for run in runs) - rule.x0) <= _SAME_END
        and abs(max(run.x1 for run in runs) - rule.x1) <= _SAME_END
    )


def _touch(before: TextRun, run: TextRun) -> bool:
    return abs(run.x0 - before.x1) < _TOUCHING * run.size
