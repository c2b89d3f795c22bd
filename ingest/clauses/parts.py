"""A text as its body and what is attached to it: annexes, protocols, a second instrument.

Each part numbers anew. A list of annexes ("Annex: List of goods" above the signature) is no
part: its entries stay in the body. A table of contents is no part of anything.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from ingest.clauses.lines import DATE_LINE, TextLine, is_signature, without_signature
from ingest.clauses.numbering import UNIT, NumberAtStart, numbers_before_words, plain
from ingest.clauses.numerals import read_branch, read_ordinal
from ingest.clauses.tree import ClauseNode, NodeKind

_SPACE = r"[ \t\u2002\u2003\u3000\u00a0]"
#: the second group may stand within an annex of the first
_LATIN = (
    "(?:Specific |General )?Annexe?|Annexure|Attachment|Schedule|Exhibit|Addendum|Enclosure|Bijlage"
)
_LATIN_INNER = "Appendix"
_CHINESE = "附件|附(?=[:：])"
_CHINESE_INNER = "附表|附录|附图"
_ANNEX = re.compile(
    r"[*_]{0,3}(?:"
    rf"(?P<outer>{_LATIN}|{_LATIN.upper()})(?![a-z])|(?P<inner>{_LATIN_INNER}|{_LATIN_INNER.upper()})"
    rf"|(?P<chinese>{_CHINESE})|(?P<chinese_inner>{_CHINESE_INNER}))"
    rf"(?:{_SPACE}*(?:[Nn]o\.?{_SPACE}*)?(?P<ordinal>\d{{1,3}}|(?-i:[IVXLC]{{1,6}}|[A-Z])(?![A-Za-z])"
    r"|[一二三四五六七八九十]{1,3})(?:-?(?P<branch>\d{1,2}|[A-Za-z])(?!\w))?)?"
    r"(?P<after>[*_]{0,3}(?:" + rf"{_SPACE}*$|{_SPACE}*[:：.—–]{_SPACE}*"
    rf"|{_SPACE}+(?=to (?:the|this)\b)|{_SPACE}+(?![a-z,;)\]&/])))"
)
_ANNEXES = re.compile(rf"(?:{_LATIN}|{_LATIN_INNER}|Appendic)e?s", re.IGNORECASE)
_ANNEX_BEGINS = (*"AEGSB附*_",)
_CONTENTS = re.compile(r"目[ \t\u3000]*[录次錄]|(?:Table of )?Contents|CONTENTS|TABLE OF CONTENTS")
_PAGE_LEADER = re.compile(r"(?:\.{3,}|…+|·{3,}|[ \t\u3000]{3,}|\t)[ \t\u3000]*\d{1,4}$")
#: the last words of a treaty; what follows under a heading of its own is another instrument
_TESTIMONIUM = re.compile(r"(?:in witness whereof|done (?:at|in)\b)", re.IGNORECASE)
_INSTRUMENT = re.compile(
    r"(?:\w+ )?(?:Protocol|PROTOCOL|Final Act|FINAL ACT|Agreed Minutes?|Exchange of (?:Notes|Letters))"
    r"|.{0,12}(?:议定书|换文)"
)
#: characters in which an annex's number is looked for
_LONGEST_NAME = 100
_LONGEST_TITLE_RUN = 4


@dataclass(frozen=True, slots=True)
class AnnexNumber:
    """How a line names an annex: ``num`` as printed, ``ordinal`` ("2", "2-1") None without one."""

    num: str
    width: int
    is_inner: bool
    ordinal: str | None
    has_colon: bool


@dataclass(slots=True)
class Part:
    """Lines that number on by themselves; ``root`` is the annex they stand in, or the text."""

    root: ClauseNode
    lines: list[TextLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CutParts:
    parts: tuple[Part, ...]  # the body first
    furniture: tuple[TextLine, ...]  # tables of contents, signatures in front of an annex


def read_annex(line: TextLine) -> AnnexNumber | None:
    """Whether a line names an annex at its start: "Annex 2: Forms", "附件一", "Appendix B"."""
    if line.row is not None or line.words[:1] not in _ANNEX_BEGINS:
        return None
    match = _ANNEX.match(plain(line.words[:_LONGEST_NAME]))
    if not match:
        return None
    try:
        ordinal = str(read_ordinal(match["ordinal"])) if match["ordinal"] else None
        branch = f"-{read_branch(match['branch'])}" if match["branch"] else ""
    except ValueError:
        return None
    is_latin = bool(match["outer"] or match["inner"])
    rest = line.words[match.end() :]
    if (
        is_latin
        and not match["ordinal"]
        and rest
        and not match["after"].strip()
        and rest[:3] != "to "
    ):
        return None  # "Exhibit Transport Ltd"
    has_colon = match["after"].strip(" \t\u3000*_")[:1] in (":", "：", ".")
    # "Annex I applies to …" goes on as a sentence does
    if not line.level and rest and not has_colon and re.search(r"[.;。；，]$", rest):
        return None
    num = line.words[: match.end()].strip(" \t\u3000*_—–")
    is_inner = bool(match["inner"] or match["chinese_inner"])
    return AnnexNumber(num, match.end(), is_inner, ordinal and ordinal + branch, has_colon)


def cut_parts(lines: Sequence[TextLine], root: ClauseNode) -> CutParts:
    """The body, whose root is ``root``, and each annex, in the order of the text."""
    kept, furniture = _without_contents(lines)
    annexes = _annex_heads(kept)
    heads = annexes | _instrument_heads(kept, annexes)
    parts = [Part(root)]
    naming = _Naming(root, annexes.values())
    at = 0
    while at < len(kept):
        if at not in heads:
            parts[-1].lines.append(kept[at])
            at += 1
            continue
        if parts[-1].lines:
            parts[-1].lines, signature = without_signature(parts[-1].lines)
            furniture += signature
        title = _title_lines(kept, at, heads)
        parts.append(Part(naming.annex(heads[at], kept[at : title + 1])))
        at = title + 1
    return CutParts(tuple(parts), tuple(furniture))


class _Naming:
    """Numbers the annexes: as printed; one without a number takes the first that is free."""

    def __init__(self, root: ClauseNode, annexes: Iterable[AnnexNumber | None]) -> None:
        self._root = root
        self._outer: ClauseNode | None = None
        self._is_instrument = False  # whether what was opened last has annexes of its own
        printed = (number.ordinal for number in annexes if number and not number.is_inner)
        self._printed = {ordinal for ordinal in printed if ordinal}
        self._used: dict[ClauseNode, set[str]] = {}

    def annex(self, number: AnnexNumber | None, lines: Sequence[TextLine]) -> ClauseNode:
        """The node of an annex with its title; ``number`` None: of another instrument."""
        parent = self._parent(number)
        used = self._used.setdefault(parent, set())
        ordinal = number.ordinal if number else None
        if ordinal is None:
            taken = used | self._printed if parent is self._root else used
            ordinal = next(str(n) for n in count(1) if str(n) not in taken)
        used.add(ordinal)
        words = [
            lines[0].words[number.width if number else 0 :],
            *(line.words for line in lines[1:]),
        ]
        node = ClauseNode(
            NodeKind.ANNEX,
            lines[0].start,
            lines[-1].end,
            " ".join(words),
            num=number.num if number else lines[0].words,
            ordinal=f"annex.{ordinal}",
            is_heading=True,
            parent=parent,
        )
        if parent is self._root:
            self._outer, self._is_instrument = node, number is None
        return node

    def _parent(self, number: AnnexNumber | None) -> ClauseNode:
        """An appendix stands in its annex, the annex of a protocol in the protocol."""
        if number is None or self._outer is None:
            return self._root
        is_taken = number.ordinal in self._used[self._root]
        within = number.is_inner or (self._is_instrument and is_taken)
        return self._outer if within else self._root


def _without_contents(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """A table of contents ends where its first entry comes again."""
    contents = {
        at for at, line in enumerate(lines) if line.row is None and _PAGE_LEADER.search(line.words)
    }
    contents = contents if len(contents) >= 3 else set()
    for at, line in enumerate(lines[:-1]):
        if _CONTENTS.fullmatch(line.words.strip("*_ ")):
            end = _end_of_contents(lines, at + 1)
            contents.update(range(at, end) if end else ())
    for at in contents:
        if at + 1 < len(lines):
            lines[at + 1].apart = True
    kept = [line for at, line in enumerate(lines) if at not in contents]
    return kept, [lines[at] for at in sorted(contents)]


def _end_of_contents(lines: Sequence[TextLine], first: int) -> int | None:
    for at in range(first + 1, len(lines)):
        if _entry(lines[at]) == _entry(lines[first]):
            return at
        if len(lines[at].words) > 120 or lines[at].words.endswith(("。", ".", ";", "；")):
            return None
    return None


def _entry(line: TextLine) -> tuple[str, str]:
    number = line.numbers[0] if line.numbers else None
    return (number.style, number.ordinal) if number else ("", "".join(line.words.split()))


def _annex_heads(lines: Sequence[TextLine]) -> dict[int, AnnexNumber | None]:
    """Lines that begin an annex's text; those that only list an annex are left out."""
    named = {at: number for at, line in enumerate(lines) if (number := read_annex(line))}
    positions = [*named, len(lines)]
    heads: dict[int, AnnexNumber | None] = {}
    counted = False
    for at, end in pairwise(positions):
        number = named[at]
        if number.ordinal is None and counted:
            continue  # "Annex:" in the middle of a numbered annex is a field of a form
        if _begins_text(lines, at, end, number):
            heads[at] = number
            counted = counted or number.ordinal is not None
    return heads


def _begins_text(lines: Sequence[TextLine], at: int, end: int, number: AnnexNumber) -> bool:
    title = lines[at].words[number.width :]
    if any(n.value == 1 for n in numbers_before_words(title) if n.rank is None):
        return False  # "Annex: 1. List of goods"
    content = list(lines[at + 1 : end])
    while content and is_signature(content, len(content) - 1):
        content.pop()
    if not content:
        return not title.strip() and not number.has_colon
    is_list = number.has_colon and number.ordinal is None and not title.strip()
    return not (is_list and all(line.numbers and line.is_name for line in content))


def _instrument_heads(
    lines: Sequence[TextLine], annexes: dict[int, AnnexNumber | None]
) -> dict[int, AnnexNumber | None]:
    """Headings under which another instrument begins: a protocol, a second convention."""
    heads: dict[int, AnnexNumber | None] = {}
    is_signed = False
    last_unit: int | None = None
    annex: int | None = None
    heading: int | None = None  # in an annex, one that has something in front of it
    for at, line in enumerate(lines):
        if at in annexes:
            is_signed, last_unit, annex, heading = False, None, at, None
        elif _TESTIMONIUM.match(line.words):
            is_signed = True
        elif line.numbers and line.numbers[0].rank == UNIT:
            if last_unit is not None:
                heading = _restart(lines, last_unit, at)
            if heading is not None:
                heads[heading] = None
            last_unit, annex, heading = at, None, None
        elif _ANNEXES.fullmatch(line.words):
            is_signed = False  # "Attachments" above their list
        elif not line.numbers and (
            (is_signed and line.level)
            or (
                (last_unit is not None or annex is not None)
                and _INSTRUMENT.fullmatch(line.words.strip("*_ "))
            )
        ):
            heads[at] = None
            is_signed, last_unit = False, None
        elif annex is not None and not line.numbers:
            heading = at if 0 < line.level <= lines[annex].level else heading
    # a heading above annexes ("Attachments") is nothing by itself
    return {at: None for at in heads if at + 1 not in annexes}


def _restart(lines: Sequence[TextLine], last: int, at: int) -> int | None:
    """The heading of the instrument whose first article stands at ``at``; None: it goes on."""
    before, number = lines[last].numbers[0], lines[at].numbers[0]
    if number.value != 1 or number.branch or before.value < 2:
        return None
    between = range(last + 1, at)
    if any(n.rank is not None and n.value > 1 for i in between for n in lines[i].numbers[:1]):
        return None  # each chapter numbers its articles anew
    names_itself = not lines[last].words[before.width :].strip()
    for head in between:
        line = lines[head]
        is_title = line.level > 0 or (line.blank_before and line.is_name)
        if line.numbers or not is_title or DATE_LINE.fullmatch(line.words):
            continue
        if names_itself and head == last + 1:
            continue  # the name of the article above
        return head
    return None


def _title_lines(lines: Sequence[TextLine], at: int, heads: dict[int, AnnexNumber | None]) -> int:
    """Position of the last line of an annex's title; the number may stand on a line of its own."""
    number = heads[at]
    if number is None or lines[at].words[number.width :].strip():
        return at
    run = list(_names_after(lines, at, heads))
    if not run:
        return at
    if lines[run[0]].level or len(run) > _LONGEST_TITLE_RUN or run[-1] + 1 == len(lines):
        return run[0]
    return run[-1]


def _names_after(
    lines: Sequence[TextLine], at: int, heads: dict[int, AnnexNumber | None]
) -> Iterator[int]:
    for below in range(at + 1, len(lines)):
        line = lines[below]
        if not line.is_prose or below in heads:
            return
        # a heading is a name whatever its words are; figures are a table's
        if not line.level and (not line.is_name or re.search(r"\d", line.words)):
            return
        # a heading as high as the annex's own is not its name
        if line.level and (below > at + 1 or 0 < line.level <= lines[at].level):
            return
        yield below


def first_entry(number: AnnexNumber, words: str) -> NumberAtStart | None:
    """The "1." of "Annex: 1. List of goods"."""
    numbers = numbers_before_words(words[number.width :])
    return next((n for n in numbers if n.style in ("arabic_dot", "colon")), None)
