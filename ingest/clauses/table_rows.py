"""Rows of tables: each is a clause of its own, whatever its cells begin with."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.clauses.lines import TERMINAL, TextLine
from ingest.clauses.paragraphs import LEAD_IN
from ingest.clauses.tree import ClauseNode, NodeKind
from ingest.structure import Clause, TableRow

_LONGEST_CAPTION = 80


def row_node(line: TextLine) -> ClauseNode:
    return ClauseNode(NodeKind.PARAGRAPH, line.start, line.end, line.words, row=line.row)


def with_rows(
    clauses: Sequence[Clause], nodes: Sequence[ClauseNode], rows: Sequence[TableRow]
) -> tuple[Clause, ...]:
    """``clauses`` (one for each of ``nodes``, in reading order) with what each row is read under.

    The line that a table stands below introduces it ("... as follows:") or is its caption, which
    only names it; a caption, and the row that names the columns, are headings.
    """
    ids = {node.row: clause.id for clause, node in zip(clauses, nodes, strict=True)}
    captions: set[str] = set()
    read_under: dict[int, tuple[str, ...]] = {}
    introduction: tuple[str, ...] = ()
    before: ClauseNode | None = None
    for at, node in enumerate(nodes):
        if node.row is not None:
            if before is None or before.row is None:
                is_caption = before is not None and _is_caption(before)
                introduces = before is not None and LEAD_IN.search(before.words)
                introduction = (clauses[at - 1].id,) if is_caption or introduces else ()
                captions.update(introduction if is_caption else ())
            above = (ids[row] for row in rows[node.row].under if row in ids)
            read_under[node.row] = (*introduction, *above)
        before = node
    return tuple(
        replace(
            clause,
            is_heading=rows[node.row].is_header,
            read_under=read_under[node.row],
            locator=rows[node.row].place or clause.locator,
        )
        if node.row is not None
        else replace(clause, is_heading=clause.is_heading or clause.id in captions)
        for clause, node in zip(clauses, nodes, strict=True)
    )


def _is_caption(node: ClauseNode) -> bool:
    return (
        node.row is None
        and node.kind is NodeKind.PARAGRAPH
        and len(node.words) <= _LONGEST_CAPTION
        and not TERMINAL.search(node.words)
    )
