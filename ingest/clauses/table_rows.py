"""Rows of tables: each is a clause of its own, whatever its cells begin with."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.clauses.lines import TERMINAL, TextLine
from ingest.clauses.tree import ClauseNode, NodeKind
from ingest.structure import Clause, TableRow

_LONGEST_CAPTION = 80


def row_node(line: TextLine) -> ClauseNode:
    return ClauseNode(NodeKind.PARAGRAPH, line.start, line.end, line.words, row=line.row)


def with_rows(
    clauses: Sequence[Clause], nodes: Sequence[ClauseNode], rows: Sequence[TableRow]
) -> tuple[Clause, ...]:
    """``clauses`` (one for each of ``nodes``, in reading order) with what each row is read under.

    The line that a table stands below and that only names it is its caption; that, and the row
    that names the columns, are headings.
    """
    ids = {node.row: clause.id for clause, node in zip(clauses, nodes, strict=True)}
    captions: dict[int, str] = {}  # of the first row below each
    for (above, clause), (node, _) in pairwise(zip(nodes, clauses, strict=True)):
        if node.row is not None and _is_caption(above):
            captions[node.row] = clause.id
    headings = set(captions.values())
    read_under: dict[int, tuple[str, ...]] = {}
    caption: tuple[str, ...] = ()
    for before, node in pairwise([None, *nodes]):
        assert node is not None
        if node.row is None:
            continue
        if before is None or before.row is None:
            caption = (captions[node.row],) if node.row in captions else ()
        above_it = (ids[above] for above in rows[node.row].under if above in ids)
        read_under[node.row] = (*caption, *above_it)
    return tuple(
        replace(clause, is_heading=rows[node.row].is_header, read_under=read_under[node.row])
        if node.row is not None
        else replace(clause, is_heading=clause.is_heading or clause.id in headings)
        for clause, node in zip(clauses, nodes, strict=True)
    )


def _is_caption(node: ClauseNode) -> bool:
    return (
        node.row is None
        and node.kind is NodeKind.PARAGRAPH
        and len(node.words) <= _LONGEST_CAPTION
        and not TERMINAL.search(node.words)
    )
