"""A document as it is read beside an answer: the whole text, the cited place marked in it.

The page draws what stands here and decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain, pairwise

from app.answer.quoted_table import locator_of
from app.plain_text import capitalized, shortened
from app.wording import Language, citation_name, cited_name, locator_in
from ingest.corpus.cross_references import CitedClause, CitedDocument
from ingest.corpus.documents import CorpusDocument
from ingest.errors import UnknownClause
from ingest.index.units import quoted_span
from ingest.structure import Clause, ParsedDocument, SegmentKind

#: characters of a line in the table of contents
LONGEST_CONTENTS_LINE = 64
#: clauses this far below the top stand in the table of contents; headings always do
CONTENTS_DEPTH = 1


@dataclass(frozen=True, slots=True)
class Place:
    """What to open: a document, a clause in it, and the characters quoted from it.

    Without ``start`` and ``end`` the whole clause is marked, a list with its items.
    """

    document_id: str
    clause_id: str | None = None
    start: int | None = None
    end: int | None = None

    @property
    def link(self) -> str:
        """What stands behind ``?clause=`` in the page's address."""
        return self.clause_id or self.document_id


@dataclass(frozen=True, slots=True)
class OpenSource:
    """The source now open: one of several places that can be stepped through.

    ``as_of`` is the day of the answer that cites them; None follows the page's day.
    """

    places: tuple[Place, ...]
    at: int = 0
    as_of: date | None = None

    @property
    def place(self) -> Place:
        return self.places[self.at]

    def step(self, by: int) -> "OpenSource":
        """The place before (-1) or after (+1); the first and the last one stay."""
        return replace(self, at=min(max(self.at + by, 0), len(self.places) - 1))


class BlockKind(StrEnum):
    """How a stretch of a document is set."""

    TITLE = "title"
    HEADING = "heading"
    CLAUSE = "clause"
    FURNITURE = "furniture"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Link:
    """What a document points to: a place of the corpus, or a document it does not hold."""

    name: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """Characters of a block that are all quoted, or all not, and all part of one link."""

    text: str
    cited: bool
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A clause or segment; the texts of all blocks, joined, are the document."""

    kind: BlockKind
    path: str | None  # of the clause
    depth: int
    runs: tuple[SourceRun, ...]

    @property
    def cited(self) -> bool:
        return any(run.cited for run in self.runs)


@dataclass(frozen=True, slots=True)
class ContentsLine:
    path: str
    depth: int
    label: str
    current: bool  # the cited clause is this one or stands below it


@dataclass(frozen=True, slots=True)
class SourceView:
    document_id: str
    name: str  # "GACC Announcement No. 68 of 2016"
    locator: str | None  # of the cited clause: "Item 7"
    clause: Clause | None
    blocks: tuple[SourceBlock, ...]
    contents: tuple[ContentsLine, ...]
    span: tuple[int, int]  # of the cited words; empty if the document was opened as a whole

    @property
    def links(self) -> tuple[Link, ...]:
        """Each other document that is pointed to, once, in reading order."""
        runs = (run for block in self.blocks for run in block.runs)
        return tuple(
            dict.fromkeys(
                run.link
                for run in runs
                if run.link
                and (run.link.place is None or run.link.place.document_id != self.document_id)
            )
        )

    @property
    def cited_links(self) -> tuple[Link, ...]:
        """Those that stand in a clause with cited words."""
        cited = {run.link for block in self.blocks if block.cited for run in block.runs}
        return tuple(link for link in self.links if link in cited)

    @property
    def first_cited(self) -> int | None:
        """Position of the first marked block."""
        return next((at for at, block in enumerate(self.blocks) if block.cited), None)


def place_of(clause: Clause) -> Place:
    return Place(clause.document_id, clause.id)


def view_source(
    document: CorpusDocument,
    place: Place,
    language: Language = "en",
    cited: Iterable[CitedDocument] = (),
    own: Iterable[CitedClause] = (),
) -> SourceView:
    """The document with a place marked, and with links where it cites other documents
    (``cited``) or its own clauses (``own``).

    Raises UnknownClause for a clause that it does not hold.
    """
    parsed = document.parsed
    clause = None
    if place.clause_id is not None:
        clause = parsed.by_id.get(place.clause_id)
        if clause is None:
            raise UnknownClause(
                f"{document.entry.citation_name} has no clause {place.clause_id}; "
                "the corpus may have changed since: ask again"
            )
    span = _marked(parsed, place, clause)
    return SourceView(
        document_id=document.entry.id,
        name=citation_name(document.entry, language),
        locator=capitalized(locator_in(locator_of(clause, parsed), language)) if clause else None,
        clause=clause,
        blocks=_blocks(parsed, span, _links(document, cited, own, language)),
        contents=_contents(parsed, clause),
        span=span,
    )


def _links(
    document: CorpusDocument,
    cited: Iterable[CitedDocument],
    own: Iterable[CitedClause],
    language: Language,
) -> list[tuple[int, int, Link]]:
    links = [
        (
            found.start,
            found.end,
            Link(cited_name(found, language), Place(found.held[-1].id) if found.held else None),
        )
        for found in cited
    ]
    for found in own:
        clause = document.parsed.by_path[found.path]
        if not any(start < found.end and found.start < end for start, end, _ in links):
            links.append((found.start, found.end, Link(clause.locator, place_of(clause))))
    return sorted(links, key=lambda link: link[0])


def _marked(parsed: ParsedDocument, place: Place, clause: Clause | None) -> tuple[int, int]:
    if place.start is not None and place.end is not None:
        return place.start, place.end
    if clause is None:
        return 0, 0
    start, end = quoted_span(parsed, clause)
    return (start, parsed.end_of(clause)) if clause.is_heading else (start, end)


def _blocks(
    parsed: ParsedDocument, span: tuple[int, int], links: Sequence[tuple[int, int, Link]]
) -> tuple[SourceBlock, ...]:
    kinds = {
        SegmentKind.TITLE: BlockKind.TITLE,
        SegmentKind.HEADING: BlockKind.HEADING,
        SegmentKind.FURNITURE: BlockKind.FURNITURE,
        SegmentKind.BLANK: BlockKind.BLANK,
    }
    clauses = (
        (
            clause.start,
            clause.end,
            BlockKind.HEADING if clause.is_heading else BlockKind.CLAUSE,
            clause.path,
            _depth(parsed, clause),
        )
        for clause in parsed.clauses
    )
    segments = (
        (segment.start, segment.end, kinds[segment.kind], None, 0) for segment in parsed.segments
    )
    return tuple(
        SourceBlock(kind, path, depth, _runs(parsed.text, first, last, span, links))
        for first, last, kind, path, depth in sorted(chain(clauses, segments), key=lambda p: p[0])
    )


def _runs(
    text: str, first: int, last: int, span: tuple[int, int], links: Sequence[tuple[int, int, Link]]
) -> tuple[SourceRun, ...]:
    """``text[first:last]``, cut where the quote or a link begins and ends."""
    start, end = span
    inside = [link for link in links if link[0] < last and first < link[1]]
    ends = {start, end, *(at for link in inside for at in link[:2])}
    cuts = [first, *sorted(cut for cut in ends if first < cut < last), last]
    return tuple(
        SourceRun(
            text[a:b],
            cited=start <= a and b <= end and start < end,
            link=next((link for x, y, link in inside if x <= a and b <= y), None),
        )
        for a, b in pairwise(cuts)
        if a < b
    )


def _depth(parsed: ParsedDocument, clause: Clause) -> int:
    depth = 0
    while clause.parent is not None:
        clause = parsed.by_id[clause.parent]
        depth += 1
    return depth


def _contents(parsed: ParsedDocument, cited: Clause | None) -> tuple[ContentsLine, ...]:
    listed = {
        clause.id: clause
        for clause in parsed.clauses
        if (clause.is_heading and clause.read_under is None)
        or (clause.num is not None and _depth(parsed, clause) <= CONTENTS_DEPTH)
    }
    current = cited
    while current is not None and current.id not in listed:
        current = parsed.by_id.get(current.parent or "")
    return tuple(
        ContentsLine(
            clause.path,
            _depth(parsed, clause),
            shortened(clause.text, LONGEST_CONTENTS_LINE),
            clause is current,
        )
        for clause in listed.values()
    )
