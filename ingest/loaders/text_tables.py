"""Tables written as text: pipe tables (GFM 4.10), and columns parted by tabs or wide white space.

The text stays as it is; only the places of the rows are told.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from ingest.loaders.tables import Cell, row_lines
from ingest.structure import SourceText, TableRow

_Line: TypeAlias = tuple[int, str]  # its offset, and its words
#: the line below a header that makes a table of it (GFM 4.10): "| --- | :---: |", "--- | ---"
_DELIMITER_ROW = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*|\s*\|\s*:?-+:?\s*\|\s*")
_ESCAPED_OR_CODE = re.compile(r"\\.|`[^`]*`")

_WIDE_SPACE = re.compile(r"\t+ *| {2,}|\u3000{2,}")
#: fewer are a number and its words, or a name and its value, spaced out
_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 3


def with_text_tables(source: SourceText) -> SourceText:
    """``source`` with the rows of its tables; the delimiter rows of pipe tables, which say
    nothing, are furniture."""
    lines = _lines(source.text)
    rows, furniture = _pipe_tables(lines)
    if not rows:
        rows = _aligned_tables(lines)
    if not rows:
        return source
    ranges = tuple(sorted((*source.page_furniture, *furniture)))
    return replace(source, page_furniture=ranges, rows=tuple(rows))


def _pipe_tables(lines: Sequence[_Line]) -> tuple[list[TableRow], list[tuple[int, int]]]:
    rows: list[TableRow] = []
    furniture: list[tuple[int, int]] = []
    at = 1
    while at < len(lines):
        (start, header), (rule_start, rule) = lines[at - 1], lines[at]
        if not (
            _DELIMITER_ROW.fullmatch(rule) and "|" in header and _cells(header) == _cells(rule)
        ):
            at += 1
            continue
        above = len(rows)
        rows.append(TableRow(start, start + len(header), is_header=True))
        furniture.append((rule_start, rule_start + len(rule)))
        at += 1
        while at < len(lines) and "|" in lines[at][1]:
            start, row = lines[at]
            rows.append(TableRow(start, start + len(row), (above,)))
            at += 1
        at += 1
    return rows, furniture


def _aligned_tables(lines: Sequence[_Line]) -> list[TableRow]:
    """Lines that follow each other, each parted by wide white space into as many cells."""
    rows: list[TableRow] = []
    counted = [(len(_WIDE_SPACE.split(line)), (start, line)) for start, line in lines]
    for width, stretch in groupby(counted, lambda each: each[0]):
        found = [line for _, line in stretch]
        if width < _FEWEST_COLUMNS or len(found) < _FEWEST_ROWS:
            continue
        below = row_lines([[Cell(cell) for cell in _WIDE_SPACE.split(line)] for _, line in found])
        if len(below) != len(found):
            continue
        first = len(rows)
        for (start, line), row in zip(found, below, strict=True):
            under = (first,) if row.under else ()
            rows.append(TableRow(start, start + len(line), under, row.is_header))
    return rows


def _lines(text: str) -> Sequence[_Line]:
    """``(offset, line)`` without the white space around it."""
    lines = []
    position = 0
    for line in text.splitlines(keepends=True):
        lines.append((position + len(line) - len(line.lstrip()), line.strip()))
        position += len(line)
    return lines


def _cells(row: str) -> int:
    return len(_ESCAPED_OR_CODE.sub("", row).strip().strip("|").split("|"))
