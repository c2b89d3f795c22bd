"""A clause to be, with the lists under it: what the parser's steps hand to each other."""

from dataclasses import dataclass, field
from enum import Enum, auto

#: rank of "Annexes:" above their list: above all others
LIST_OF_ANNEXES = -1


class NodeKind(Enum):
    NUMBERED = auto()
    SCHEDULE = auto()  # an entry of a list of schedules: schedule.N
    ANNEX = auto()  # the head of an annex that stands in the document itself: annex.N
    PARAGRAPH = auto()
    BULLET = auto()
    SECTION = auto()  # a heading without a number: sN
    CHAPTER = auto()  # a heading that carries no id: 第一章


@dataclass(slots=True, eq=False)
class ClauseNode:
    """A clause to be, and the lists under it."""

    kind: NodeKind
    start: int
    end: int
    words: str  # without num
    num: str | None = None
    style: str = ""
    ordinal: str = ""  # its part of the path
    value: int = 0
    branch: int = 0
    chain: tuple[int, ...] = ()  # values of the numbered nodes from the top down to this one
    parent: "ClauseNode | None" = None
    items: list["ClauseNode"] = field(default_factory=list)  # numbered, in order
    paragraphs: int = 0
    bullets: int = 0
    sections: int = 0
    is_heading: bool = False
    is_unit: bool = False  # an article: numbered on through the whole of its part
    level: int = 0  # of a section
    rank: int | None = None  # of a chapter, None without a number
    lead_in: "ClauseNode | None" = None
    opened_after: "ClauseNode | None" = None  # what stood before the first of its list
    chapters: tuple[str, ...] = ()
    row: int | None = None  # of a table: its place among all rows of the document
