"""Text of a document -> clauses with exact offsets.

    text -> lines -> body, annexes -> numbered tree with headings -> paragraphs -> ids, locators
            lines    parts            hierarchy, outline             paragraphs    here, locators
            mending

Ids follow DESIGN: ``4.2``, ``2.p2`` (second paragraph of item 2), ``s1.b3``, ``annex.1.2``.
"""

from collections.abc import Iterable, Sequence

from ingest.clauses.lines import cut_lines
from ingest.clauses.locators import headings_above, locator
from ingest.clauses.mending import mend_lines
from ingest.clauses.outline import outline
from ingest.clauses.paragraphs import place_paragraphs
from ingest.clauses.parts import cut_parts
from ingest.clauses.table_rows import with_rows
from ingest.clauses.tree import ClauseNode, NodeKind
from ingest.structure import Clause, ParsedDocument, Segment, SegmentKind, SourceText

#: code points; a clause without a number that is longer has lost the numbers within it
LONGEST_CLAUSE = 4000


def parse(source: SourceText, document_id: str) -> ParsedDocument:
    """Cut a document into clauses.

    Every character of ``source.text`` lies in exactly one clause or segment.
    Never raises on any text: what has no structure comes out as paragraphs.
    """
    cut = cut_lines(source)
    root = ClauseNode(NodeKind.PARAGRAPH, 0, 0, "", is_heading=True)
    nodes: list[ClauseNode] = []
    chapters: list[ClauseNode] = []
    attached = cut_parts(mend_lines(cut.lines), root)
    for part in attached.parts:
        outlined = outline(part.lines, part.root)
        chapters += place_paragraphs(outlined, part.root)
        nodes += outlined if part.root is root else [part.root, *outlined]
    clauses = _clauses(nodes, root, source, document_id)
    segments = [Segment(SegmentKind.HEADING, node.start, node.end) for node in chapters]
    furniture = (*cut.furniture, *attached.furniture)
    segments += [Segment(SegmentKind.FURNITURE, line.start, line.end) for line in furniture]
    if cut.title:
        segments.append(Segment(SegmentKind.TITLE, cut.title.start, cut.title.end))
    taken = [(clause.start, clause.end) for clause in clauses]
    taken += [(segment.start, segment.end) for segment in segments]
    segments += _blanks(sorted(taken), len(source.text))
    return ParsedDocument(
        text=source.text,
        title=cut.title.words if cut.title else None,
        clauses=clauses,
        segments=tuple(sorted(segments, key=lambda segment: segment.start)),
        heading_levels=source.heading_levels,
    )


def unnumbered(document: ParsedDocument) -> tuple[str, ...]:
    """A warning for each clause so long that its numbers must have been lost."""
    return tuple(
        f"{clause.locator} ({clause.path}) has {len(clause.text):,} characters and no number: if "
        "it holds several rules, give each number a line of its own in the file and add it again"
        for clause in document.clauses
        if clause.num is None and len(clause.text) > LONGEST_CLAUSE
    )


def _clauses(
    nodes: Iterable[ClauseNode], root: ClauseNode, source: SourceText, document_id: str
) -> tuple[Clause, ...]:
    """The nodes as clauses, in the order of the text."""
    ordered = sorted(
        (node for node in nodes if node.kind is not NodeKind.CHAPTER), key=lambda node: node.start
    )
    paths = _paths(ordered, root)
    ids = {node: f"{document_id}#{path}" for node, path in paths.items() if node is not root}
    children: dict[ClauseNode, list[str]] = {}
    for node in ordered:
        assert node.parent is not None
        children.setdefault(node.parent, []).append(ids[node])
    text = source.text
    clauses = [
        Clause(
            id=ids[node],
            document_id=document_id,
            path=paths[node],
            num=node.num,
            locator=locator(node),
            headings=headings_above(node, text),
            is_heading=node.is_heading,
            start=node.start,
            end=node.end,
            text=text[node.start : node.end],
            parent=ids.get(node.parent) if node.parent else None,
            children=tuple(children.get(node, ())),
            lead_in=ids[node.lead_in] if node.lead_in else None,
        )
        for node in ordered
    ]
    return with_rows(clauses, ordered, source.rows)


def _paths(ordered: Sequence[ClauseNode], root: ClauseNode) -> dict[ClauseNode, str]:
    """The path of each node; a parent stands before what is under it."""
    paths = {root: ""}
    seen: dict[str, int] = {}
    for node in ordered:
        assert node.parent is not None
        above = paths[node.parent]
        path = f"{above}.{node.ordinal}" if above else node.ordinal
        seen[path] = seen.get(path, 0) + 1
        # two laws in one file both have an article 1: the second is 1@2
        paths[node] = path if seen[path] == 1 else f"{path}@{seen[path]}"
    return paths


def _blanks(taken: Sequence[tuple[int, int]], length: int) -> list[Segment]:
    blanks = []
    position = 0
    for start, end in taken:
        if start > position:
            blanks.append(Segment(SegmentKind.BLANK, position, start))
        position = max(position, end)
    if length > position:
        blanks.append(Segment(SegmentKind.BLANK, position, length))
    return blanks
