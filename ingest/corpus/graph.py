"""Which document repeals, amends, replaces or cites which, with the clause that proves it.

The nodes are the documents of the corpus and those that it only names; a name that
fits several Works is not guessed at, so it stays a node of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from ingest.corpus.documents import CorpusDocument, timeline_of
from ingest.facts.modifications import ModificationKind, NamedDocuments
from ingest.facts.references import WorkNumber


class Relation(StrEnum):
    """What the first document does to the second."""

    REPEALS = "repeals"
    AMENDS = "amends"
    REPLACES = "replaces"  # the next text of the same Work
    CITES = "cites"


_RELATIONS = {
    ModificationKind.REPEAL: Relation.REPEALS,
    ModificationKind.AMENDMENT: Relation.AMENDS,
}


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """A document: its id if the corpus holds it, else the number or title by which it is named."""

    id: str
    title: str
    held: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """``items``: the paths that a partial repeal or amendment touches; ``proof``: clause id."""

    source: str
    relation: Relation
    target: str
    items: tuple[str, ...]
    since: date | None
    proof: str | None


@dataclass(frozen=True, slots=True)
class ModificationGraph:
    nodes: tuple[DocumentNode, ...]
    edges: tuple[Edge, ...]

    @property
    def not_held(self) -> tuple[DocumentNode, ...]:
        """What the corpus names and does not hold."""
        return tuple(node for node in self.nodes if not node.held)

    def as_json(self) -> dict[str, Any]:
        return {
            "nodes": [{"id": n.id, "title": n.title, "held": n.held} for n in self.nodes],
            "edges": [
                {
                    "source": edge.source,
                    "relation": edge.relation,
                    "target": edge.target,
                    "items": list(edge.items),
                    "since": edge.since.isoformat() if edge.since else None,
                    "proof": edge.proof,
                }
                for edge in self.edges
            ],
            "not_held": [node.id for node in self.not_held],
        }

    def as_dot(self) -> str:
        """Graphviz: held documents as boxes, the others dashed; repeals and replacements red."""
        lines = ["digraph corpus {", "  rankdir=LR;", "  node [shape=box];"]
        for node in self.nodes:
            style = "" if node.held else ", style=dashed"
            lines.append(f"  {_quoted(node.id)} [label={_quoted(node.title)}{style}];")
        for edge in self.edges:
            ends = edge.relation in (Relation.REPEALS, Relation.REPLACES)
            words = " ".join([edge.relation, *edge.items])
            label = f"{words}\n{edge.proof}" if edge.proof else words
            lines.append(
                f"  {_quoted(edge.source)} -> {_quoted(edge.target)} "
                f"[label={_quoted(label)}{', color=red' if ends else ''}];"
            )
        return "\n".join([*lines, "}"])


def build_graph(documents: Mapping[str, CorpusDocument]) -> ModificationGraph:
    """The graph of a corpus, edges in the order of the documents and their clauses."""
    names = _Names(documents)
    edges: dict[Edge, None] = {}
    for document in documents.values():
        acting = [*_acts(document, names)]
        reached = {(edge.proof, edge.target) for edge in acting}
        citing = [
            edge for edge in _citations(document, names) if (edge.proof, edge.target) not in reached
        ]
        edges |= dict.fromkeys([*acting, *citing])
    edges |= dict.fromkeys(_replacements(documents))
    nodes = [
        DocumentNode(id_, document.entry.title, held=True) for id_, document in documents.items()
    ]
    named = dict.fromkeys(end for edge in edges for end in (edge.source, edge.target))
    nodes += [DocumentNode(name, name, held=False) for name in named if name not in documents]
    return ModificationGraph(tuple(nodes), tuple(edges))


def _acts(document: CorpusDocument, names: "_Names") -> Iterator[Edge]:
    for act in document.facts.modifications:
        for target in names.documents(act.target, act.name, document):
            yield Edge(
                document.entry.id, _RELATIONS[act.kind], target, act.items, act.effective, act.proof
            )
    for told in document.facts.amended_by:
        for source in names.documents(None, told.name, document):
            # every year has its "Decision on amending some regulations": the day parts them
            by = source if names.holds(source) else f"{source} ({told.day})"
            yield Edge(by, Relation.AMENDS, document.entry.id, (), told.day, told.proof)


def _citations(document: CorpusDocument, names: "_Names") -> Iterator[Edge]:
    cited: list[tuple[int, str, WorkNumber | None, str | None]] = [
        (reference.start, reference.clause_id, reference.target, None)
        for reference in document.facts.references
    ]
    cited += [
        (citation.start, citation.clause_id, None, citation.name)
        for citation in document.facts.citations
    ]
    own_lines = {told.proof for told in document.facts.amended_by}
    for _, clause_id, work, name in sorted(cited, key=lambda found: found[0]):
        if clause_id in own_lines:
            continue  # the lines under a law's title tell of the law itself
        for target in names.documents(work, name, document):
            yield Edge(document.entry.id, Relation.CITES, target, (), None, clause_id)


def _replacements(documents: Mapping[str, CorpusDocument]) -> Iterator[Edge]:
    timeline = timeline_of(documents)
    for work in dict.fromkeys(timeline.texts_of_the_work(id_) for id_ in documents):
        dated = [id_ for id_ in work if documents[id_].expression.since is not None]
        for older, newer in pairwise(dated):
            text = documents[newer].expression
            if text.since != documents[older].expression.since:
                yield Edge(newer, Relation.REPLACES, older, (), text.since, text.proof)


class _Names:
    """Which documents of the corpus a number or a title means."""

    def __init__(self, documents: Mapping[str, CorpusDocument]) -> None:
        self._documents = documents
        self._named = NamedDocuments(
            {id_: document.entry.work for id_, document in documents.items()},
            {id_: document.entry.title for id_, document in documents.items()},
        )

    def holds(self, document_id: str) -> bool:
        return document_id in self._documents

    def documents(
        self, work: WorkNumber | None, title: str | None, citing: CorpusDocument
    ) -> list[str]:
        """Ids of the held texts of the Work meant, or the name of one that is not held;
        none for the citing document itself."""
        found = self._named.find(work, title, citing.entry.id)
        works = {self._documents[id_].entry.work_key for id_ in found}
        if works == {citing.entry.work_key}:
            return []
        if len(works) == 1:
            return found
        return [title or str(work)]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
