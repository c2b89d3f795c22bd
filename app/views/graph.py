"""The modification graph as a picture that fits a phone, and as words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from app.plain_text import shortened
from app.views.source import Place
from ingest.corpus.graph import ModificationGraph, Relation

#: letters of a line in a box; a Chinese one is twice as wide
_LINE = 20
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class RelationLine:
    """What one document does to another; ``proof``: the clause that says so, to be opened."""

    source: str
    relation: Relation
    items: tuple[str, ...]
    target: str
    since: date | None
    proof: Place | None


def relation_lines(
    graph: ModificationGraph, names: Mapping[str, str], focus: str
) -> tuple[RelationLine, ...]:
    """The edges at a document, all of them if ``focus`` is ""; ``names``: how documents are
    called, by id."""
    return tuple(
        RelationLine(
            source=names.get(edge.source, edge.source),
            relation=edge.relation,
            items=edge.items,
            target=names.get(edge.target, edge.target),
            since=edge.since,
            proof=Place(edge.proof.partition("#")[0], edge.proof) if edge.proof else None,
        )
        for edge in graph.edges
        if focus in ("", edge.source, edge.target)
    )


def picture(
    graph: ModificationGraph,
    names: Mapping[str, str],
    words: Mapping[Relation, str],
    focus: str = "",
) -> str:
    """Graphviz: who acts on whom, one arrow for each pair and relation.

    Boxes are narrow and stand in few columns, so that the letters stay legible on a
    phone; ``words`` name the relations. Classes leave the colours to the page.
    """
    edges = list(
        dict.fromkeys(
            (edge.source, edge.relation, edge.target)
            for edge in graph.edges
            if focus in ("", edge.source, edge.target)
        )
    )
    ends = {end for source, _, target in edges for end in (source, target)} | {focus}
    lines = [
        "digraph corpus {",
        '  graph [rankdir=LR, nodesep=0.12, ranksep=0.55, bgcolor="transparent", margin=0];',
        '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11, '
        'margin="0.08,0.05", height=0.3];',
        '  edge [fontname="sans-serif", fontsize=10, arrowsize=0.6];',
    ]
    number = {node.id: f"n{at}" for at, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        if node.id in ends or not focus:
            kind = "held" if node.held else "missing"
            style = "" if node.held else ', style="rounded,dashed"'
            label = _wrapped(names.get(node.id, node.title))
            lines.append(f'  {number[node.id]} [label={label}, class="{kind}"{style}];')
    for source, relation, target in edges:
        lines.append(
            f"  {number[source]} -> {number[target]} "
            f'[label={_quoted(words[relation])}, class="{relation.value}"];'
        )
    return "\n".join([*lines, "}"])


def _wrapped(name: str) -> str:
    """A name in short lines, as a quoted label."""
    short = shortened(name, _LONGEST_NAME)
    chinese = sum(character > "\u2e7f" for character in short) * 2 > len(short)
    return _quoted("\n".join(wrap(short, _LINE // 2 if chinese else _LINE)))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
