"""Text of a document -> clauses with exact offsets.

The parser reads lines (a line is a paragraph), in four steps:

1. ``lines``: cut the text, join lines that a source has wrapped, tell furniture
   (title, date line, page header, signature, source) from the rest;
2. ``outline``: numbered lines become a tree. A number belongs to the open list
   of its style that it continues; "1" opens a list; anything else is a number
   in a sentence and stays text;
3. ``headings``: a numbered line that only names what follows is a heading;
4. ``paragraphs``: unnumbered paragraphs and bullets are hung where they belong,
   then ids and locators are given out.

Ids follow DESIGN: ``4.2``, ``2.p2`` (second paragraph of item 2), ``s1.b3``.
Paragraphs are counted as lawyers count them: an item's own words are its first
paragraph, so the one below is ``p2``; under a heading the first is ``p1``.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from ingest.models import Clause, ParsedDocument, Segment, SegmentKind, SourceText
from ingest.numbering import STYLES, NumberAtStart, print_chinese, read_number

_MARKDOWN_HEADING = re.compile(r"(#{1,6})[ \t]+")
_BULLET = re.compile(r"(?:[-*+•·●▪◦■–—])[ \t\u3000]+(?=\S)")
_CJK = re.compile(r"[\u3400-\u9fff]")

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE_LINE = re.compile(
    rf"[\[（(【]?\s*(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?"
    rf"|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH},?\s+\d{{4}}"
    rf"|(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})年[\d一二三四五六七八九十]{{1,2}}月[\d一二三四五六七八九十]{{1,3}}日)"
    r"\s*[\]）)】]?"
)
_SOURCE_LINE = re.compile(
    r"(?:(?:Source|来源|责任编辑|编辑)\s*[:：]|(?:Content contribution|Contributed|Translated)\b)",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    r"Administration|Ministry|Customs|Commission|Council|Committee|Authority|Bureau"
    r"|总署|总局|部$|局$|委员会|国务院|办公室"
)
_ANNEX = re.compile(
    r"(?:(?:Annex|Appendix|Attachment|Schedule)\s*(?P<latin>\d{1,2})?"
    r"|(?:附件|附表|附录)\s*(?P<chinese>\d{1,2}|[一二三四五六七八九十]{1,3})?)\s*[:：.]\s*",
    re.IGNORECASE,
)
#: an announcement's last words belong to the whole of it, not to its last item
_CLOSING_FORMULA = re.compile(
    r"(?:This|These|The present) (?:\w+ ){0,3}?(?:Announcement|Decree|Measures|Provisions|Rules"
    r"|Regulations|Decision|Notice|Order)s? (?:shall|will|is to|are to)? ?"
    r"(?:enter into force|come into (?:force|effect)|take effect|be (?:effective|implemented)"
    r"|go into effect)|(?:本|此)(?:公告|通知|决定|办法|规定|条例|细则)自.{1,30}(?:施行|实施|执行|生效)"
    r"|特此公告|特此通知"
)
_TERMINAL = re.compile(r"[.;:,!?。；：，、！？…]['\"”’）)\]]*$")
_LEAD_IN = re.compile(
    r"[:：]\s*$|\b(?:following|below|as follows)\b|下列|以下|如下|之一的", re.IGNORECASE
)
#: a line that ends so has its number on the next line: "in Clause / 2. of the Measures"
_REFERENCE_AT_END = re.compile(
    r"\b(?:Clauses?|Items?|Articles?|Paragraphs?|Sections?|Schedules?|Annex|No\.?|and|or|of|in)\s*$",
    re.IGNORECASE,
)

_LONGEST_HEADING = 110
_LONGEST_CJK_HEADING = 30
_LONGEST_UNNUMBERED_HEADING = 80


class _Kind(Enum):
    NUMBERED = auto()
    SCHEDULE = auto()
    PARAGRAPH = auto()
    BULLET = auto()
    SECTION = auto()  # a heading without a number: sN
    CHAPTER = auto()  # a heading that carries no id: 第一章


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    words: str  # without Markdown's heading marks
    marks: int = 0  # level of a Markdown heading, 0: none
    blank_before: bool = False


@dataclass(slots=True, eq=False)
class _Node:
    """A clause to be, and the lists under it."""

    kind: _Kind
    start: int
    end: int
    words: str  # without num
    num: str | None = None
    style: str = ""
    ordinal: str = ""  # its part of the path
    value: int = 0
    parent: "_Node | None" = None
    items: list["_Node"] = field(default_factory=list)  # numbered, in order
    paragraphs: int = 0
    bullets: int = 0
    sections: int = 0
    is_heading: bool = False
    level: int = 0  # of a section or chapter
    lead_in: "_Node | None" = None
    opened_after: "_Node | None" = None  # what stood before the first of its list
    chapters: tuple[str, ...] = ()


def parse(source: SourceText, document_id: str) -> ParsedDocument:
    """Cut a document into clauses.

    Every character of ``source.text`` lies in exactly one clause or segment.
    Never raises on any text: what has no structure comes out as paragraphs.
    """
    parser = _Parser(source)
    return parser.run(document_id)


class _Parser:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.text = source.text
        self.title: _Line | None = None
        self.furniture: list[_Line] = []
        self.root = _Node(_Kind.PARAGRAPH, 0, 0, "", is_heading=True)
        self.nodes: list[_Node] = []

    def run(self, document_id: str) -> ParsedDocument:
        lines = self._without_furniture(_lines(self.source))
        self.nodes = _outline(lines, self.root)
        _mark_headings(self.nodes)
        chapters = _place_paragraphs(self.nodes, self.root)
        return self._finish(document_id, chapters)

    def _without_furniture(self, lines: list[_Line]) -> list[_Line]:
        page_furniture = sorted(self.source.page_furniture)
        starts = [start for start, _ in page_furniture]
        kept: list[_Line] = []
        for line in lines:
            before = bisect_right(starts, line.start) - 1
            if before >= 0 and line.start < page_furniture[before][1]:
                self.furniture.append(line)
            else:
                kept.append(line)
        if kept and _is_title(kept[0]):
            self.title = kept.pop(0)
        while kept and _DATE_LINE.fullmatch(kept[0].words):
            self.furniture.append(kept.pop(0))
        # the signature: from the end upwards, as long as lines look like one
        while len(kept) > 1 and _is_signature(kept, len(kept) - 1):
            self.furniture.append(kept.pop())
        return kept

    def _finish(self, document_id: str, chapters: Sequence[_Node]) -> ParsedDocument:
        paths = {id(self.root): ""}
        children: dict[int, list[str]] = {}
        clauses: list[Clause] = []
        seen: dict[str, int] = {}
        clause_nodes = sorted(
            (node for node in self.nodes if node.kind is not _Kind.CHAPTER),
            key=lambda node: node.start,
        )
        for node in clause_nodes:
            assert node.parent is not None
            above = paths[id(node.parent)]
            path = f"{above}.{node.ordinal}" if above else node.ordinal
            seen[path] = seen.get(path, 0) + 1
            # two laws in one file both have an article 1: the second is 1@2
            paths[id(node)] = path if seen[path] == 1 else f"{path}@{seen[path]}"
            children.setdefault(id(node.parent), []).append(f"{document_id}#{paths[id(node)]}")
        for node in clause_nodes:
            assert node.parent is not None
            clauses.append(
                Clause(
                    id=f"{document_id}#{paths[id(node)]}",
                    document_id=document_id,
                    path=paths[id(node)],
                    num=node.num,
                    locator=_locator(node),
                    headings=_headings(node, self.text),
                    is_heading=node.is_heading,
                    start=node.start,
                    end=node.end,
                    text=self.text[node.start : node.end],
                    parent=(
                        None
                        if node.parent is self.root
                        else f"{document_id}#{paths[id(node.parent)]}"
                    ),
                    children=tuple(children.get(id(node), ())),
                    lead_in=(
                        f"{document_id}#{paths[id(node.lead_in)]}"
                        if node.lead_in is not None
                        else None
                    ),
                )
            )
        segments = [Segment(SegmentKind.HEADING, node.start, node.end) for node in chapters]
        segments += [
            Segment(SegmentKind.FURNITURE, line.start, line.end) for line in self.furniture
        ]
        if self.title:
            segments.append(Segment(SegmentKind.TITLE, self.title.start, self.title.end))
        taken = [(clause.start, clause.end) for clause in clauses]
        taken += [(segment.start, segment.end) for segment in segments]
        segments += _blanks(sorted(taken), len(self.text))
        return ParsedDocument(
            text=self.text,
            title=self.title.words if self.title else None,
            clauses=tuple(clauses),
            segments=tuple(sorted(segments, key=lambda segment: segment.start)),
        )


def _lines(source: SourceText) -> list[_Line]:
    """Non-blank lines without the white space around them; wrapped ones joined."""
    lines: list[_Line] = []
    blank_before = True
    position = 0
    for raw in source.text.splitlines(keepends=True):
        words = raw.strip()
        start = position + (len(raw) - len(raw.lstrip()))
        position += len(raw)
        if not words:
            blank_before = True
            continue
        marks = 0
        if match := _MARKDOWN_HEADING.match(words):
            marks, words = len(match.group(1)), words[match.end() :]
        line = _Line(start, start + len(raw.strip()), words, marks, blank_before)
        if lines and not blank_before and _continues(lines[-1], line):
            previous = lines[-1]
            previous.end = line.end
            previous.words = source.text[previous.start : previous.end]
        else:
            lines.append(line)
        blank_before = False
    return lines


def _continues(previous: _Line, line: _Line) -> bool:
    """Whether a line goes on with the sentence that the line above left open."""
    if previous.marks or line.marks or _BULLET.match(line.words):
        return False
    if _ANNEX.match(line.words):
        return False
    if numbers := read_number(line.words):
        sentence_goes_on = line.words[numbers[0].width :][:1].islower()
        return sentence_goes_on and bool(_REFERENCE_AT_END.search(previous.words))
    return line.words[0].islower() and not _TERMINAL.search(previous.words)


def _is_title(line: _Line) -> bool:
    if line.marks == 1:
        return True
    return (
        not line.marks
        and len(line.words) <= 200
        and not _TERMINAL.search(line.words)
        and not _numbers(line.words)
        and not _BULLET.match(line.words)
        and not _DATE_LINE.fullmatch(line.words)
    )


def _is_signature(lines: Sequence[_Line], at: int) -> bool:
    words = lines[at].words
    if _SOURCE_LINE.match(words) or _DATE_LINE.fullmatch(words):
        return True
    return (
        at + 1 == len(lines)
        and len(words) <= 120
        and bool(_ISSUER.search(words))
        and not _TERMINAL.search(words)
        and not _numbers(words)
        and not _BULLET.match(words)
        and not lines[at].marks
        # a signature stands apart, or follows its own date line
        and lines[at].blank_before
    )


def _numbers(words: str) -> list[NumberAtStart]:
    """Numbers at the start that leave words behind them."""
    return [
        number
        for number in read_number(words)
        if words[number.width :].strip() or number.style in ("article", "chapter")
    ]


def _outline(lines: Sequence[_Line], root: _Node) -> list[_Node]:
    """Numbered lines as a tree; every other line a node still without a place."""
    has_articles = any(
        number.style == "article" and number.value == 1
        for line in lines
        for number in _numbers(line.words)[:1]
    )
    is_numbered = any(
        number.value == 1 and number.style not in ("colon", "chapter")
        for line in lines
        for number in _numbers(line.words)
    )
    nodes: list[_Node] = []
    open_lists: list[_Node] = []  # the last item of each open list, outermost first
    schedule: _Node | None = None
    before: _Node | None = None
    for at, line in enumerate(lines):
        node: _Node | None = None
        numbers = _numbers(line.words)
        annex = _ANNEX.match(line.words)
        if annex and not line.marks:
            node = _schedule_entry(line, annex, schedule)
            open_lists.clear()
        elif schedule is not None and (entry := _next_entry(numbers, schedule)):
            node = _numbered(line, entry, _Kind.SCHEDULE)
        elif has_articles and numbers and numbers[0].style == "chapter":
            node = _Node(_Kind.CHAPTER, line.start, line.end, line.words)
            node.level = "编章节".index(numbers[0].chapter_level)
            open_lists.clear()
        elif (entry := _first_entry(numbers, lines, at)) is not None:
            node = _numbered(line, entry, _Kind.SCHEDULE)
            open_lists.clear()
        elif chosen := _choose(numbers, open_lists, before):
            number, depth = chosen
            node = _numbered(line, number, _Kind.NUMBERED)
            node.parent = open_lists[depth - 1] if depth else root
            if depth < len(open_lists):
                node.opened_after = open_lists[depth].opened_after
            else:
                node.opened_after = before
            node.parent.items.append(node)
            del open_lists[depth:]
            open_lists.append(node)
            schedule = None
        if node is not None and node.kind is _Kind.SCHEDULE:
            node.parent = root
            schedule = node
        if node is None:
            node = _unnumbered(line, lines, at, is_numbered)
            if node.kind is _Kind.SECTION:
                open_lists.clear()
        nodes.append(node)
        before = node
    return nodes


def _numbered(line: _Line, number: NumberAtStart, kind: _Kind) -> _Node:
    insertion = f"-{number.suffix}" if number.suffix else ""
    return _Node(
        kind,
        line.start,
        line.end,
        line.words[number.width :],
        num=number.num,
        style=number.style,
        ordinal=("schedule." if kind is _Kind.SCHEDULE else "") + f"{number.value}{insertion}",
        value=number.value,
    )


def _schedule_entry(line: _Line, annex: re.Match[str], schedule: _Node | None) -> _Node:
    """ "Annex 2: ..."; an annex without a number is the next one."""
    words = line.words[annex.end() :]
    inline = next((n for n in _numbers(words) if n.style in ("arabic_dot", "colon")), None)
    printed = annex.group("latin") or annex.group("chinese")
    if printed:
        value = next((n.value for n in read_number(f"第{printed}条 ")), 1)
    elif inline and inline.value == 1:
        value, words = 1, words[inline.width :]
    else:
        value = schedule.value + 1 if schedule else 1
    return _Node(
        _Kind.SCHEDULE,
        line.start,
        line.end,
        words,
        num=annex.group().strip(),
        style="arabic_dot" if inline else "annex",
        ordinal=f"schedule.{value}",
        value=value,
    )


def _next_entry(numbers: Iterable[NumberAtStart], schedule: _Node) -> NumberAtStart | None:
    for number in numbers:
        gap = number.value - schedule.value
        if number.style == schedule.style and 0 < gap <= STYLES[number.style].gap:
            return number
    return None


def _first_entry(
    numbers: Iterable[NumberAtStart], lines: Sequence[_Line], at: int
) -> NumberAtStart | None:
    """ "1:List of ..." begins a schedule list when another such line follows it."""
    for number in numbers:
        if number.style != "colon" or number.value != 1 or at + 1 == len(lines):
            continue
        if any(next_.style == "colon" for next_ in _numbers(lines[at + 1].words)):
            return number
    return None


def _choose(
    numbers: Sequence[NumberAtStart], open_lists: Sequence[_Node], before: _Node | None
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
        if begins_anew and (before is None or before.kind is not _Kind.PARAGRAPH):
            continue  # only a paragraph can introduce a second list
        return number, len(open_lists)
    return None


def _follows(number: NumberAtStart, last: _Node) -> bool:
    gap = number.value - last.value
    if gap == 0:
        return number.suffix > 0
    return 0 < gap <= STYLES[number.style].gap


def _chain(node: _Node | None) -> tuple[int, ...]:
    """Ordinals of the numbered nodes from the top down to this one."""
    values: list[int] = []
    while node is not None and node.value:
        values.append(node.value)
        node = node.parent
    return tuple(reversed(values))


def _unnumbered(line: _Line, lines: Sequence[_Line], at: int, is_numbered: bool) -> _Node:
    if line.marks:
        node = _Node(_Kind.SECTION, line.start, line.end, line.words, is_heading=True)
        node.level = line.marks
        return node
    if bullet := _BULLET.match(line.words):
        return _Node(_Kind.BULLET, line.start, line.end, line.words[bullet.end() :])
    kind = _Kind.PARAGRAPH
    next_ = lines[at + 1] if at + 1 < len(lines) else None
    if not is_numbered and next_ is not None and line.blank_before and next_.blank_before:
        short = len(line.words) <= _LONGEST_UNNUMBERED_HEADING
        names_a_list = line.words.endswith((":", "：")) and bool(_BULLET.match(next_.words))
        if short and (names_a_list or _names_what_follows(line.words)):
            kind = _Kind.SECTION
    return _Node(kind, line.start, line.end, line.words, is_heading=kind is _Kind.SECTION, level=1)


def _names_what_follows(words: str) -> bool:
    longest = _LONGEST_CJK_HEADING if _CJK.search(words) else _LONGEST_HEADING
    return len(words) <= longest and not _TERMINAL.search(words) and not words[:1].islower()


def _mark_headings(nodes: Sequence[_Node]) -> None:
    """A numbered line is a heading if all of its list look like names and have something
    under them, or if a deeper number follows it at once."""
    following = {id(node): after for node, after in pairwise(nodes)}
    lists: dict[tuple[int, str, int], list[_Node]] = {}
    for node in nodes:
        if node.kind is _Kind.NUMBERED:
            lists.setdefault((id(node.parent), node.style, id(node.opened_after)), []).append(node)
    for siblings in lists.values():
        followed = []
        for node in siblings:
            after = following.get(id(node))
            has_paragraph = after is not None and after.kind in (_Kind.PARAGRAPH, _Kind.BULLET)
            has_items = after is not None and after.parent is node
            followed.append(has_paragraph or has_items)
            if has_items and _names_what_follows(node.words):
                node.is_heading = True
        all_names = all(_names_what_follows(node.words) for node in siblings)
        # the last of a list may be followed by what belongs to the list as a whole
        if all_names and (any(followed[:-1]) or (len(siblings) == 1 and followed[0])):
            for node, has_content in zip(siblings, followed, strict=True):
                node.is_heading = node.is_heading or has_content


def _place_paragraphs(nodes: Sequence[_Node], root: _Node) -> list[_Node]:
    """Give each paragraph, bullet and section its parent and ordinal; return the chapters."""
    chapters: list[_Node] = []
    open_chapters: list[_Node] = []
    open_sections: list[_Node] = []
    current = root  # what a paragraph would belong to
    before: _Node | None = None
    for node in nodes:
        if node.kind is _Kind.CHAPTER:
            while open_chapters and open_chapters[-1].level >= node.level:
                open_chapters.pop()
            open_chapters.append(node)
            chapters.append(node)
            current = root
        elif node.kind is _Kind.SECTION:
            while open_sections and open_sections[-1].level >= node.level:
                open_sections.pop()
            _adopt(node, open_sections[-1] if open_sections else root)
            open_sections.append(node)
            current = node
        elif node.kind is _Kind.NUMBERED:
            _place_list(node, current, open_sections)
            current = node
        elif node.kind is _Kind.SCHEDULE:
            current = node
        elif node.kind is _Kind.BULLET:
            _adopt(node, current)
            node.lead_in = _bullets_lead_in(before)
        else:
            current = _owner(current, node, root)
            _adopt(node, current)
            if current.kind is _Kind.SCHEDULE:
                node.parent, node.ordinal = root, f"schedule.p{current.paragraphs}"
        node.chapters = tuple(chapter.words for chapter in open_chapters)
        before = node
    return chapters


def _adopt(node: _Node, parent: _Node) -> None:
    node.parent = parent
    if node.kind is _Kind.BULLET:
        parent.bullets += 1
        node.ordinal = f"b{parent.bullets}"
    elif node.kind is _Kind.SECTION:
        parent.sections += 1
        node.ordinal = f"s{parent.sections}"
    else:
        if not parent.paragraphs and not parent.is_heading and parent.kind is _Kind.NUMBERED:
            parent.paragraphs = 1  # an item's own words are its first paragraph
        parent.paragraphs += 1
        node.ordinal = f"p{parent.paragraphs}"


def _place_list(node: _Node, current: _Node, open_sections: Sequence[_Node]) -> None:
    """Find a numbered node's lead-in, and move a list that a paragraph introduces to it."""
    assert node.parent is not None
    siblings = node.parent.items
    first = next(item for item in siblings if item.opened_after is node.opened_after)
    if node is not first:
        node.parent, node.lead_in = first.parent, first.lead_in
        return
    introduction = node.opened_after
    if introduction is not None and introduction.kind is _Kind.PARAGRAPH:
        earlier_list = current.items and current.items[0] is not node
        if current is not node.parent or earlier_list:
            node.parent = introduction if earlier_list else current
            node.parent.items = [*node.parent.items, node]
    elif node.parent.parent is None and open_sections:
        node.parent = open_sections[-1]
    if (
        introduction is not None
        and not introduction.is_heading
        and introduction.kind in (_Kind.PARAGRAPH, _Kind.NUMBERED)
        and _LEAD_IN.search(introduction.words)
    ):
        node.lead_in = introduction


def _bullets_lead_in(before: _Node | None) -> _Node | None:
    if before is None:
        return None
    if before.kind is _Kind.BULLET:
        return before.lead_in
    if before.kind is _Kind.SECTION or _LEAD_IN.search(before.words):
        return before
    return None


def _owner(current: _Node, paragraph: _Node, root: _Node) -> _Node:
    """The node that an unnumbered paragraph belongs to.

    After the last item of a list that a lead-in introduces ("... conditions:"),
    a paragraph goes on with what stands around the list; otherwise with the item.
    """
    if _CLOSING_FORMULA.match(paragraph.words):
        return root
    parent = current.parent
    if (
        current.kind is _Kind.NUMBERED
        and parent is not None
        and parent.parent is not None
        and current.lead_in is not None
        and not current.is_heading
        and current is parent.items[-1]
    ):
        return parent
    return current


def _locator(node: _Node) -> str:
    """Where to look, for people: "item 4(2)", "item 二(一)2(5)", "第十条(四)"."""
    chain: list[_Node] = []
    step: _Node | None = node
    while step is not None and step.parent is not None:
        chain.append(step)
        step = step.parent
    written = ""
    for step in reversed(chain):
        number = (step.num or "").rstrip(".、．: ：")
        if step.kind is _Kind.SCHEDULE:
            name = number if step.style == "annex" else f"schedule {step.value}"
            written = name[:1].lower() + name[1:]
        elif step.kind is _Kind.NUMBERED and step.style == "article":
            written = number
        elif step.kind is _Kind.NUMBERED and not written:
            written = f"item {number}"
        elif step.kind is _Kind.NUMBERED:
            spaced = written[-1] not in ")）" and not number.startswith(("(", "（"))
            written += f" {number}" if spaced else number
        elif step.kind is _Kind.SECTION:
            name = f"“{step.words.rstrip(':： ')}”"
            written = f"{written}, section {name}" if written else f"section {name}"
        elif step.ordinal.startswith("schedule."):
            written = f"schedules, paragraph {step.ordinal.removeprefix('schedule.p')}"
        elif step.kind is _Kind.PARAGRAPH and chain[-1].style == "article":
            written += f"第{print_chinese(int(step.ordinal[1:]))}款"
        else:
            word = "bullet" if step.kind is _Kind.BULLET else "paragraph"
            written += f"{', ' if written else ''}{word} {step.ordinal[1:]}"
    return written


def _headings(node: _Node, text: str) -> tuple[str, ...]:
    above: list[str] = []
    step = node.parent
    while step is not None and step.parent is not None:
        if step.is_heading:
            words = text[step.start : step.end].lstrip("# ").strip()
            above.append(words)
        step = step.parent
    return (*node.chapters, *reversed(above))


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
