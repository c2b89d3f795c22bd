"""Numbered lines as a tree.

A number belongs to the open list of its style that it continues; "1" opens a list; anything
else is a number in a sentence and stays text. A numbered line that only names what follows
is a heading.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.clauses.lines import ANNEX, BULLET, TERMINAL, TextLine
from ingest.clauses.numbering import STYLES, NumberAtStart, numbers_before_words, read_number
from ingest.clauses.table_rows import row_node
from ingest.clauses.tree import ClauseNode, NodeKind
from ingest.text.language import is_chinese

_LONGEST_HEADING = 110
_LONGEST_CJK_HEADING = 30
_LONGEST_UNNUMBERED_HEADING = 80


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
        self._numbers = [_numbers_of(line) for line in lines]
        self._has_articles = any(
            number.style == "article" and number.value == 1
            for numbers in self._numbers
            for number in numbers[:1]
        )
        self._is_numbered = any(
            number.value == 1 and number.style not in ("colon", "chapter")
            for numbers in self._numbers
            for number in numbers
        )
        self._open_lists: list[ClauseNode] = []  # the last item of each open list, outermost first
        self._schedule: ClauseNode | None = None
        self._before: ClauseNode | None = None

    def nodes(self) -> list[ClauseNode]:
        nodes = []
        for at in range(len(self._lines)):
            self._before = self._node(at)
            nodes.append(self._before)
        return nodes

    def _node(self, at: int) -> ClauseNode:
        line, numbers = self._lines[at], self._numbers[at]
        if line.row is not None:
            return row_node(line)
        annex = ANNEX.match(line.words)
        if annex and not line.marks:
            self._open_lists.clear()
            return self._entry(_schedule_entry(line, annex, self._schedule))
        if self._schedule is not None and (entry := _next_entry(numbers, self._schedule)):
            return self._entry(_numbered(line, entry, NodeKind.SCHEDULE))
        if self._has_articles and numbers and numbers[0].style == "chapter":
            self._open_lists.clear()
            chapter = ClauseNode(NodeKind.CHAPTER, line.start, line.end, line.words)
            chapter.level = "编章节".index(numbers[0].chapter_level)
            return chapter
        if (entry := self._first_entry(at)) is not None:
            self._open_lists.clear()
            return self._entry(_numbered(line, entry, NodeKind.SCHEDULE))
        if chosen := _choose(numbers, self._open_lists, self._before):
            return self._item(line, *chosen)
        node = _unnumbered(line, self._lines, at, self._is_numbered)
        if node.kind is NodeKind.SECTION:
            self._open_lists.clear()
        return node

    def _entry(self, node: ClauseNode) -> ClauseNode:
        """The next entry of a schedule; it stands at the top."""
        node.parent = self._root
        self._schedule = node
        return node

    def _item(self, line: TextLine, number: NumberAtStart, depth: int) -> ClauseNode:
        """An item of the open list at ``depth``; the lists below it end."""
        node = _numbered(line, number, NodeKind.NUMBERED)
        node.parent = self._open_lists[depth - 1] if depth else self._root
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
        following = self._numbers[at + 1] if at + 1 < len(self._lines) else ()
        if not any(number.style == "colon" for number in following):
            return None
        first = (n for n in self._numbers[at] if n.style == "colon" and n.value == 1)
        return next(first, None)


def _numbers_of(line: TextLine) -> tuple[NumberAtStart, ...]:
    return () if line.row is not None else tuple(numbers_before_words(line.words))


def _numbered(line: TextLine, number: NumberAtStart, kind: NodeKind) -> ClauseNode:
    insertion = f"-{number.suffix}" if number.suffix else ""
    return ClauseNode(
        kind,
        line.start,
        line.end,
        line.words[number.width :],
        num=number.num,
        style=number.style,
        ordinal=("schedule." if kind is NodeKind.SCHEDULE else "") + f"{number.value}{insertion}",
        value=number.value,
    )


def _schedule_entry(
    line: TextLine, annex: re.Match[str], schedule: ClauseNode | None
) -> ClauseNode:
    """ "Annex 2: ..."; an annex without a number is the next one."""
    words = line.words[annex.end() :]
    inline = next(
        (n for n in numbers_before_words(words) if n.style in ("arabic_dot", "colon")), None
    )
    printed = annex.group("latin") or annex.group("chinese")
    if printed:
        value = next((n.value for n in read_number(f"第{printed}条 ")), 1)
    elif inline and inline.value == 1:
        value, words = 1, words[inline.width :]
    else:
        value = schedule.value + 1 if schedule else 1
    return ClauseNode(
        NodeKind.SCHEDULE,
        line.start,
        line.end,
        words,
        num=annex.group().strip(),
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


def _choose(
    numbers: Sequence[NumberAtStart], open_lists: Sequence[ClauseNode], before: ClauseNode | None
) -> tuple[NumberAtStart, int] | None:
    """Which reading of the number fits, and the depth of the list it goes into.

    A number goes on with the innermost open list of its style; if none takes it,
    "1" opens a list under what is open. What fits neither stays in its sentence.
    """
    for number in numbers:
        for depth in range(len(open_lists) - 1, -1, -1):
            last = open_lists[depth]
            same_list = last.style == number.style and (
                number.style != "decimal" or _chain(last)[:-1] == number.ancestors
            )
            if same_list and _follows(number, last):
                return number, depth
    for number in numbers:
        if number.style == "colon":
            continue
        if number.style == "decimal":
            for depth in range(len(open_lists), 0, -1):
                if number.value == 1 and _chain(open_lists[depth - 1]) == number.ancestors:
                    return number, depth
            continue
        if number.style == "article":
            return number, 0  # whatever it is, an article stands at the top
        if number.value != 1:
            continue
        begins_anew = bool(open_lists) and open_lists[-1].style == number.style
        if begins_anew and (before is None or before.kind is not NodeKind.PARAGRAPH):
            continue  # only a paragraph can introduce a second list
        return number, len(open_lists)
    return None


def _follows(number: NumberAtStart, last: ClauseNode) -> bool:
    gap = number.value - last.value
    if gap == 0:
        return number.suffix > 0
    return 0 < gap <= STYLES[number.style].gap


def _chain(node: ClauseNode | None) -> tuple[int, ...]:
    """Ordinals of the numbered nodes from the top down to this one."""
    values: list[int] = []
    while node is not None and node.value:
        values.append(node.value)
        node = node.parent
    return tuple(reversed(values))


def _unnumbered(
    line: TextLine, lines: Sequence[TextLine], at: int, is_numbered: bool
) -> ClauseNode:
    if line.marks:
        node = ClauseNode(NodeKind.SECTION, line.start, line.end, line.words, is_heading=True)
        node.level = line.marks
        return node
    if bullet := BULLET.match(line.words):
        return ClauseNode(NodeKind.BULLET, line.start, line.end, line.words[bullet.end() :])
    kind = NodeKind.PARAGRAPH
    next_ = lines[at + 1] if at + 1 < len(lines) else None
    if not is_numbered and next_ is not None and line.blank_before and next_.blank_before:
        short = len(line.words) <= _LONGEST_UNNUMBERED_HEADING
        names_a_list = line.words.endswith((":", "：")) and bool(BULLET.match(next_.words))
        if short and (names_a_list or _names_what_follows(line.words)):
            kind = NodeKind.SECTION
    return ClauseNode(
        kind, line.start, line.end, line.words, is_heading=kind is NodeKind.SECTION, level=1
    )


def _names_what_follows(words: str) -> bool:
    longest = _LONGEST_CJK_HEADING if is_chinese(words) else _LONGEST_HEADING
    return len(words) <= longest and not TERMINAL.search(words) and not words[:1].islower()


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
            if has_items and _names_what_follows(node.words):
                node.is_heading = True
        all_names = all(_names_what_follows(node.words) for node in siblings)
        # the last of a list may be followed by what belongs to the list as a whole
        if all_names and (any(followed[:-1]) or (len(siblings) == 1 and followed[0])):
            for node, has_content in zip(siblings, followed, strict=True):
                node.is_heading = node.is_heading or has_content
