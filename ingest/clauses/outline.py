"""The numbered lines of one part as a tree.

Articles stand at the top, headings above them carry no number of their own. Any other number
belongs to the open list of its style that it continues; "1" opens a list; anything else is a
number in a sentence and stays text. A numbered line that only names what follows is a heading.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.clauses.hierarchy import find_hierarchy, sections_run_on
from ingest.clauses.lines import BULLET, TextLine, names_what_follows
from ingest.clauses.numbering import STYLES, UNIT, NumberAtStart
from ingest.clauses.parts import AnnexNumber, first_entry, read_annex
from ingest.clauses.table_rows import row_node
from ingest.clauses.tree import LIST_OF_ANNEXES, ClauseNode, NodeKind

_LONGEST_UNNUMBERED_HEADING = 80
#: how often a remark stands below headings in a text whose editor has put it there
_FEWEST_NOTES = 5
_COLON = re.compile(r"[:：]\s*$")
_RECITALS = re.compile(
    r"(?:whereas|having regard to the following|鉴于)\s*[:：,，]?$", re.IGNORECASE
)


def outline(lines: Sequence[TextLine], root: ClauseNode) -> list[ClauseNode]:
    """Numbered lines as a tree under ``root``; every other line a node still without a place."""
    nodes = _Outline(lines, root).nodes()
    _mark_headings(nodes)
    return nodes


class _Outline:
    """Lines read in their order: which lists are open, and what stood before."""

    def __init__(self, lines: Sequence[TextLine], root: ClauseNode) -> None:
        self._lines = lines
        self._root = root
        self._hierarchy = find_hierarchy(lines)
        self._sections_run_on = not self._hierarchy.units and sections_run_on(lines)
        self._is_numbered = any(
            number.value == 1 and number.style != "colon" and number.rank is None
            for line in lines
            for number in line.numbers
        ) or bool(self._hierarchy.units)
        self._values = {(n.style, n.value) for line in lines for n in line.numbers}
        below_headings = (b.words for a, b in pairwise(lines) if a.level and not b.level)
        repeated = Counter(words for words in below_headings)
        self._notes = {words for words, times in repeated.items() if times >= _FEWEST_NOTES}
        self._open_lists: list[ClauseNode] = []  # the last item of each open list, outermost first
        self._chapters: list[ClauseNode] = []  # open headings that are clauses, outermost first
        self._schedule: ClauseNode | None = None
        self._recital: ClauseNode | None = None
        self._before: ClauseNode | None = None
        self._next = 0  # position of the line to be read

    def nodes(self) -> list[ClauseNode]:
        nodes = []
        while self._next < len(self._lines):
            at = self._next
            self._next += 1
            self._before = self._node(at)
            nodes.append(self._before)
        return nodes

    def _node(self, at: int) -> ClauseNode:
        line = self._lines[at]
        if line.row is not None:
            return row_node(line)
        if number := self._hierarchy.headings.get(at):
            return (
                self._nested(line, number)
                if self._hierarchy.nested
                else self._chapter(line, number)
            )
        if number := self._hierarchy.units.get(at):
            return self._unit(line, number)
        annex = read_annex(line)
        if annex and (annex.has_colon or annex.ordinal) and not line.level:
            return self._annex_entry(line, annex)
        if self._schedule is not None and (entry := _next_entry(line.numbers, self._schedule)):
            return self._entry(_numbered(line, entry, NodeKind.SCHEDULE))
        if (entry := self._first_entry(at)) is not None:
            self._open_lists.clear()
            return self._entry(_numbered(line, entry, NodeKind.SCHEDULE))
        if recital := self._next_recital(line):
            return recital
        if chosen := self._choose(line):
            return self._item(line, *chosen)
        return self._unnumbered(line, at)

    def _chapter(self, line: TextLine, number: NumberAtStart) -> ClauseNode:
        """A heading above articles; its name may stand on the next line."""
        # without articles, items may number on from chapter to chapter
        del self._open_lists[0 if self._hierarchy.units else 1 :]
        self._recital = None
        node = ClauseNode(
            NodeKind.CHAPTER, line.start, line.end, line.words, level=line.level, rank=number.rank
        )
        if not line.words[number.width :].strip() and (name := self._name_below(node, line)):
            node.words = f"{line.words} {name.words}"
        while (note := self._paragraph_below()) and note.words in self._notes:
            node.end = note.end
            self._next += 1
        return node

    def _unit(self, line: TextLine, number: NumberAtStart) -> ClauseNode:
        """An article stands at the top, whatever its number is."""
        self._open_lists.clear()
        self._recital = None
        node = self._top(line, number, self._chapters[-1] if self._chapters else self._root)
        node.is_unit = True
        self._open_lists.append(node)
        return node

    def _nested(self, line: TextLine, number: NumberAtStart) -> ClauseNode:
        """A heading that is a clause, since what is below it numbers anew."""
        while self._chapters and (STYLES[self._chapters[-1].style].rank or 0) >= (number.rank or 0):
            self._chapters.pop()
        self._open_lists.clear()
        parent = self._chapters[-1] if self._chapters else self._root
        node = self._top(line, number, parent)
        node.is_unit = node.is_heading = True
        self._chapters.append(node)
        return node

    def _top(self, line: TextLine, number: NumberAtStart, parent: ClauseNode) -> ClauseNode:
        """A node whose number may stand alone, with its name and first paragraph below it."""
        node = _numbered(line, number, NodeKind.NUMBERED)
        node.parent = parent
        node.chain = (*parent.chain, *number.ancestors, number.value)
        parent.items.append(node)
        self._schedule = None
        if node.words.strip():
            return node
        name = self._name_below(node, line)
        node.words = name.words if name else ""
        while paragraph := self._paragraph_below():
            node.end, node.words = paragraph.end, paragraph.words
            self._next += 1
            if paragraph.words not in self._notes:
                break
        return node

    def _name_below(self, node: ClauseNode, line: TextLine) -> TextLine | None:
        """The name of a number that stands on a line of its own; taken into its node."""
        below = self._text_below()
        if below is None:
            return None
        if not below.level:
            more = self._next + 1 < len(self._lines) and not self._is_top(self._next + 1)
            if not below.is_name or (not more and node.kind is not NodeKind.CHAPTER) or line.level:
                return None
        node.end = below.end
        self._next += 1
        return below

    def _paragraph_below(self) -> TextLine | None:
        below = self._text_below()
        if below is None or below.level:
            return None
        return below

    def _text_below(self) -> TextLine | None:
        """The next line, if it is neither numbered nor a bullet nor an annex's name."""
        if self._next >= len(self._lines) or self._is_top(self._next):
            return None
        below = self._lines[self._next]
        return below if below.is_prose and not read_annex(below) else None

    def _is_top(self, at: int) -> bool:
        return at in self._hierarchy.units or at in self._hierarchy.headings

    def _annex_entry(self, line: TextLine, annex: AnnexNumber) -> ClauseNode:
        self._open_lists.clear()
        title = line.words[annex.width :]
        if not title.strip() and not annex.ordinal:
            # "Annexes:" above their list
            self._schedule = ClauseNode(NodeKind.SCHEDULE, 0, 0, "", style="arabic_dot")
            return ClauseNode(
                NodeKind.CHAPTER, line.start, line.end, line.words, rank=LIST_OF_ANNEXES
            )
        return self._entry(_schedule_entry(line, annex, self._schedule))

    def _entry(self, node: ClauseNode) -> ClauseNode:
        """The next entry of a schedule; it stands at the top."""
        node.parent = self._root
        self._schedule = node
        return node

    def _next_recital(self, line: TextLine) -> ClauseNode | None:
        """ "(1)" after "Whereas:" and what goes on from it."""
        if self._before is not None and _RECITALS.search(self._before.words.strip("*_ ")):
            self._recital = ClauseNode(NodeKind.NUMBERED, 0, 0, "", style="arabic_paren")
        if self._recital is None:
            return None
        for number in line.numbers:
            if number.style == "arabic_paren" and 0 < number.value - self._recital.value <= 3:
                node = _numbered(line, number, NodeKind.NUMBERED)
                node.style, node.ordinal = "recital", f"recital.{number.ordinal}"
                node.parent = self._root
                node.is_unit = True
                self._open_lists[:] = [node]
                self._recital = node
                return node
        return None

    def _item(self, line: TextLine, number: NumberAtStart, depth: int) -> ClauseNode:
        """An item of the open list at ``depth``; the lists below it end."""
        node = _numbered(line, number, NodeKind.NUMBERED)
        if depth:
            node.parent = self._open_lists[depth - 1]
        elif self._open_lists:
            node.parent = self._open_lists[0].parent or self._root
        else:
            # in front of the articles a list belongs to the paragraph that introduces it
            node.parent = self._before if self._introduces() and self._hierarchy.units else None
            node.parent = node.parent or self._root
        node.chain = (*node.parent.chain, node.value)
        node.opened_after = (
            self._open_lists[depth].opened_after if depth < len(self._open_lists) else self._before
        )
        node.parent.items.append(node)
        del self._open_lists[depth:]
        self._open_lists.append(node)
        self._schedule = None
        return node

    def _first_entry(self, at: int) -> NumberAtStart | None:
        """ "1:List of ..." begins a schedule list when another such line follows it."""
        following = self._lines[at + 1].numbers if at + 1 < len(self._lines) else ()
        if not any(number.style == "colon" for number in following):
            return None
        first = (n for n in self._lines[at].numbers if n.style == "colon" and n.value == 1)
        return next(first, None)

    def _choose(self, line: TextLine) -> tuple[NumberAtStart, int] | None:
        """Which reading of the number fits, and the depth of the list it goes into.

        A number goes on with the innermost open list of its style; if none takes it,
        "1" opens a list under what is open. What fits neither stays in its sentence.
        """
        open_lists = self._open_lists
        for number in line.numbers:
            for depth in range(len(open_lists) - 1, -1, -1):
                last = open_lists[depth]
                same_list = last.style == number.style and (
                    not number.ancestors or last.chain[:-1] == number.ancestors
                )
                if same_list and _follows(number, last):
                    return number, depth
        for number in line.numbers:
            if number.style == "colon":
                continue
            if number.ancestors:
                for depth in range(len(open_lists), 0, -1):
                    if number.value == 1 and open_lists[depth - 1].chain == number.ancestors:
                        return number, depth
                continue
            if number.rank == UNIT or (number.rank is None and number.value != 1) or number.branch:
                continue
            if STYLES[number.style].weak and (number.style, 2) not in self._values:
                continue
            begins_anew = bool(open_lists) and open_lists[-1].style == number.style
            if begins_anew and not self._introduces_list():
                continue  # only a paragraph can introduce a second list
            if not open_lists and self._hierarchy.units and not self._introduces():
                continue  # outside of articles
            return number, len(open_lists)
        return None

    def _introduces(self) -> bool:
        return self._before is not None and self._before.kind is NodeKind.PARAGRAPH

    def _introduces_list(self) -> bool:
        """Whether what stands before may have a list of its own below it."""
        return self._introduces() or bool(self._before and _COLON.search(self._before.words))

    def _unnumbered(self, line: TextLine, at: int) -> ClauseNode:
        if not BULLET.match(line.words) and self._names_a_top(line, at):
            self._open_lists.clear()
            return ClauseNode(NodeKind.CHAPTER, line.start, line.end, line.words, level=line.level)
        if line.level and self._sections_run_on:
            del self._open_lists[1:]
            return ClauseNode(NodeKind.CHAPTER, line.start, line.end, line.words, level=line.level)
        if line.level:
            node = ClauseNode(NodeKind.SECTION, line.start, line.end, line.words, is_heading=True)
            node.level = line.level
        elif bullet := BULLET.match(line.words):
            return ClauseNode(NodeKind.BULLET, line.start, line.end, line.words[bullet.end() :])
        else:
            kind = NodeKind.SECTION if self._names_a_section(line, at) else NodeKind.PARAGRAPH
            is_heading = kind is NodeKind.SECTION
            node = ClauseNode(
                kind, line.start, line.end, line.words, is_heading=is_heading, level=1
            )
        # a heading within an article leaves its numbers running
        if node.kind is NodeKind.SECTION and not self._hierarchy.units:
            self._open_lists.clear()
        return node

    def _names_a_top(self, line: TextLine, at: int) -> bool:
        """Whether an unnumbered line is the heading of the articles or chapters right below it."""
        if not self._is_top(at + 1) or not line.is_name:
            return False
        if line.level:
            return True
        # in front of the first article stand titles and dates
        is_front = not any(self._is_top(above) for above in range(at))
        return line.blank_before and self._lines[at + 1].blank_before and not is_front

    def _names_a_section(self, line: TextLine, at: int) -> bool:
        below = self._lines[at + 1] if at + 1 < len(self._lines) else None
        if self._is_numbered or below is None or not (line.blank_before and below.blank_before):
            return False
        if len(line.words) > _LONGEST_UNNUMBERED_HEADING:
            return False
        names_a_list = line.words.endswith((":", "：")) and bool(BULLET.match(below.words))
        return names_a_list or line.is_name


def _numbered(line: TextLine, number: NumberAtStart, kind: NodeKind) -> ClauseNode:
    return ClauseNode(
        kind,
        line.start,
        line.end,
        line.words[number.width :],
        num=number.num,
        style=number.style,
        ordinal=f"schedule.{number.ordinal}" if kind is NodeKind.SCHEDULE else _ordinal(number),
        value=number.value,
        branch=number.branch,
    )


def _ordinal(number: NumberAtStart) -> str:
    """A decimal stands under its ancestors; "Standard 3.5" does not."""
    return number.ordinal if number.rank is not None else number.ordinal.rpartition(".")[2]


def _schedule_entry(line: TextLine, annex: AnnexNumber, schedule: ClauseNode | None) -> ClauseNode:
    """ "Annex 2: ..."; an annex without a number is the next one."""
    words = line.words[annex.width :]
    inline = first_entry(annex, line.words)
    if annex.ordinal:
        value = int(annex.ordinal.partition("-")[0])
    elif inline and inline.value == 1:
        value, words = 1, words[inline.width :]
    else:
        value = schedule.value + 1 if schedule else 1
    return ClauseNode(
        NodeKind.SCHEDULE,
        line.start,
        line.end,
        words,
        num=annex.num,
        style="arabic_dot" if inline else "annex",
        ordinal=f"schedule.{value}",
        value=value,
    )


def _next_entry(numbers: Iterable[NumberAtStart], schedule: ClauseNode) -> NumberAtStart | None:
    for number in numbers:
        gap = number.value - schedule.value
        if number.style == schedule.style and 0 < gap <= STYLES[number.style].gap:
            return number
    return None


def _follows(number: NumberAtStart, last: ClauseNode) -> bool:
    gap = number.value - last.value
    if gap == 0:
        return number.branch > last.branch
    return 0 < gap <= STYLES[number.style].gap


def _mark_headings(nodes: Sequence[ClauseNode]) -> None:
    """A numbered line is a heading if all of its list look like names and have something
    under them, or if a deeper number follows it at once."""
    following = {id(node): after for node, after in pairwise(nodes)}
    lists: dict[tuple[int, str, int], list[ClauseNode]] = {}
    for node in nodes:
        if node.kind is NodeKind.NUMBERED:
            lists.setdefault((id(node.parent), node.style, id(node.opened_after)), []).append(node)
    for siblings in lists.values():
        followed = []
        for node in siblings:
            after = following.get(id(node))
            has_paragraph = after is not None and after.kind in (
                NodeKind.PARAGRAPH,
                NodeKind.BULLET,
            )
            has_items = after is not None and after.parent is node
            followed.append(has_paragraph or has_items)
            if has_items and names_what_follows(node.words):
                node.is_heading = True
        all_names = all(names_what_follows(node.words) for node in siblings)
        # the last of a list may be followed by what belongs to the list as a whole
        if all_names and (any(followed[:-1]) or (len(siblings) == 1 and followed[0])):
            for node, has_content in zip(siblings, followed, strict=True):
                node.is_heading = node.is_heading or has_content
