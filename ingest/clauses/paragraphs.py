"""Unnumbered paragraphs, bullets and sections are hung where they belong.

Paragraphs are counted as lawyers count them: an item's own words are its first paragraph, so
the one below is ``p2``; under a heading the first is ``p1``.
"""

import re
from collections.abc import Sequence

from ingest.clauses.tree import LIST_OF_ANNEXES, ClauseNode, NodeKind

#: an announcement's last words belong to the whole of it, not to its last item
_CLOSING_FORMULA = re.compile(
    r"(?:This|These|The present) (?:\w+ ){0,3}?(?:Announcement|Decree|Measures|Provisions|Rules"
    r"|Regulations|Decision|Notice|Order)s? (?:shall|will|is to|are to)? ?"
    r"(?:enter into force|come into (?:force|effect)|take effect|be (?:effective|implemented)"
    r"|go into effect)|(?:本|此)(?:公告|通知|决定|办法|规定|条例|细则)自.{1,30}(?:施行|实施|执行|生效)"
    r"|IN WITNESS WHEREOF|In witness whereof|DONE (?:at|in)\b|Done (?:at|in)\b|特此公告|特此通知"
)
LEAD_IN = re.compile(
    r"[:：]\s*$|\b(?:following|below|as follows)\b|下列|以下|如下|之一的", re.IGNORECASE
)


def place_paragraphs(nodes: Sequence[ClauseNode], root: ClauseNode) -> list[ClauseNode]:
    """Give each paragraph, bullet and section its parent and ordinal; return the chapters."""
    chapters: list[ClauseNode] = []
    open_chapters: list[ClauseNode] = []
    open_sections: list[ClauseNode] = []
    unit: ClauseNode | None = None  # the article that is open
    current = root  # what a paragraph would belong to
    before: ClauseNode | None = None
    for node in nodes:
        if node.kind is NodeKind.CHAPTER:
            while open_chapters and not _stands_above(open_chapters[-1], node):
                open_chapters.pop()
            open_chapters.append(node)
            chapters.append(node)
            current, unit = root, None
        elif node.kind is NodeKind.SECTION:
            while open_sections and open_sections[-1].level >= node.level:
                open_sections.pop()
            _adopt(node, open_sections[-1] if open_sections else unit or root)
            open_sections.append(node)
            current = node
        elif node.kind is NodeKind.NUMBERED:
            if node.is_unit:
                open_sections.clear()
                unit = node
            else:
                _place_list(node, current, root, None if unit else open_sections)
            current = node
        elif node.kind is NodeKind.SCHEDULE:
            # a list of annexes is in none of the chapters above it
            open_chapters = [open_ for open_ in open_chapters if open_.rank == LIST_OF_ANNEXES]
            current = node
        elif node.kind is NodeKind.BULLET:
            _adopt(node, current)
            node.lead_in = _bullets_lead_in(before)
        else:
            current = _owner(current, node, root)
            _adopt(node, current)
            if current.kind is NodeKind.SCHEDULE:
                node.parent, node.ordinal = root, f"schedule.p{current.paragraphs}"
        node.chapters = tuple(" ".join(chapter.words.split()) for chapter in open_chapters)
        before = node
    return chapters


def _stands_above(open_: ClauseNode, heading: ClauseNode) -> bool:
    """Whether a heading belongs under the one that is open."""
    if open_.rank is not None and heading.rank is not None:
        return open_.rank < heading.rank
    if open_.level and heading.level:
        return open_.level < heading.level
    return open_.rank is not None


def _adopt(node: ClauseNode, parent: ClauseNode) -> None:
    node.parent = parent
    if node.kind is NodeKind.BULLET:
        parent.bullets += 1
        node.ordinal = f"b{parent.bullets}"
    elif node.kind is NodeKind.SECTION:
        parent.sections += 1
        node.ordinal = f"s{parent.sections}"
    else:
        if not parent.paragraphs and not parent.is_heading and parent.kind is NodeKind.NUMBERED:
            parent.paragraphs = 1  # an item's own words are its first paragraph
        parent.paragraphs += 1
        node.ordinal = f"p{parent.paragraphs}"


def _place_list(
    node: ClauseNode,
    current: ClauseNode,
    root: ClauseNode,
    open_sections: Sequence[ClauseNode] | None,
) -> None:
    """Find a numbered node's lead-in, and move a list that a paragraph introduces to it.

    ``open_sections``: None within an article, whose numbers run on through them.
    """
    assert node.parent is not None
    siblings = node.parent.items
    first = next(item for item in siblings if item.opened_after is node.opened_after)
    if node is not first:
        node.parent, node.lead_in = first.parent, first.lead_in
        return
    introduction = node.opened_after
    if introduction is not None and introduction.kind is NodeKind.PARAGRAPH:
        earlier_list = current.items and current.items[0] is not node
        if current is not node.parent or earlier_list:
            node.parent = introduction if earlier_list else current
            node.parent.items = [*node.parent.items, node]
    elif node.parent is root and open_sections:
        node.parent = open_sections[-1]
    if (
        introduction is not None
        and not introduction.is_heading
        and introduction.kind in (NodeKind.PARAGRAPH, NodeKind.NUMBERED)
        and LEAD_IN.search(introduction.words)
    ):
        node.lead_in = introduction


def _bullets_lead_in(before: ClauseNode | None) -> ClauseNode | None:
    if before is None:
        return None
    if before.kind is NodeKind.BULLET:
        return before.lead_in
    if before.kind is NodeKind.SECTION or LEAD_IN.search(before.words):
        return before
    return None


def _owner(current: ClauseNode, paragraph: ClauseNode, root: ClauseNode) -> ClauseNode:
    """The node that an unnumbered paragraph belongs to.

    After the last item of a list that a lead-in introduces ("... conditions:"),
    a paragraph goes on with what stands around the list; otherwise with the item.
    """
    if _CLOSING_FORMULA.match(paragraph.words):
        return root
    if current.style == "recital" and paragraph.words.endswith((":", "：")):
        return root  # "HAS ADOPTED THIS REGULATION:"
    parent = current.parent
    if (
        current.kind is NodeKind.NUMBERED
        and parent is not None
        and parent.parent is not None
        and current.lead_in is not None
        and not current.is_heading
        and current is parent.items[-1]
    ):
        return parent
    return current
