"""The lines under a rule's title: when it was passed, published and amended, and since when it
applies.

    2003年9月3日 中华人民共和国国务院令第390号公布
    2023年7月20日 《国务院关于修改和废止部分行政法规的决定》第三次修订
    2023年12月1日 施行
    (Published by Order No. 117 on 5 June 2004 and revised by Order No. 198 on 1 July 2010)

The latest amendment is the date of this Expression: the text as it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from ingest.facts.dates import written_dates
from ingest.facts.references import find_titles
from ingest.structure import Clause, ParsedDocument


class Step(Enum):
    """What happened to a rule on a day."""

    PASSED = auto()
    PUBLISHED = auto()
    AMENDED = auto()
    IN_FORCE = auto()


#: the verb outside the titles tells; the first that fits
_CHINESE_STEPS = (
    (Step.AMENDED, re.compile(r"修订|修正|修改")),
    (Step.PUBLISHED, re.compile(r"公布|发布|颁布|印发|成文|令第|公告第")),
    (Step.PASSED, re.compile(r"通过")),
    (Step.IN_FORCE, re.compile(r"施行|实施|生效")),
)
_ENGLISH_STEPS = (
    (Step.AMENDED, re.compile(r"\b(?:revis|amend|modif)\w*", re.IGNORECASE)),
    (Step.IN_FORCE, re.compile(r"\beffective\b|\b(?:in|into) force\b|\binto effect\b", re.IGNORECASE)),
    (Step.PUBLISHED, re.compile(r"\b(?:promulgat|publish|issu|announc|releas)\w*|^date\b|\b(?:Order|Decree)\s+No", re.IGNORECASE)),
    (Step.PASSED, re.compile(r"\b(?:adopt|approv|pass)\w*", re.IGNORECASE)),
)  # fmt: skip
#: a line of the head begins with its date; "根据" may stand before an amendment's, and 发布日期：
_CHINESE_LINE = re.compile(
    r"[（(【\[]?\s*(?:(?P<by>根据)|(?P<label>(?:发布|公布|印发|成文|施行|实施|生效)(?:日期|时间)\s*[:：]))?\s*(?=\d{4}\s*年|[〇零○一二三四五六七八九]{4}年)"
)
#: the whole head in brackets, with the meeting in front of the first day
_BRACKETED = re.compile(r"[（(](?P<by>根据)?[^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*[)）]")
#: a line of the head is no sentence, a preamble is one
_ENDS_SENTENCE = ("。", "：", ":", "；")
#: so ends an amendment that begins with 根据; a preamble that begins so goes on
_ENDS_AMENDED = re.compile(r"(?:修订|修正)\s*[）)】\]]?\s*$")
#: a line of the head begins with its verb or its order; a preamble begins with what it rests on
_ENGLISH_LINE = re.compile(
    r"[(\[]?\s*(?:(?:these|this)\s+\w+\s+(?:was|were|is|are)\s+|(?:as\s+)?(?:first|originally)\s+)?"
    r"(?:promulgated|published|issued|announced|released|adopted|approved|passed|revised|amended"
    r"|(?:date|effective)(?:\s+\w+){0,3}\s*:"
    r"|(?:[A-Z]\w*\s+){0,6}(?:Order|Decree)\s+No\.?\s*\d)",
    re.IGNORECASE,
)
#: or with what numbers it: "Harbour Board Notice No. 3 of 2025, issued on 12 March 2025"
_NUMBERED_LINE = re.compile(
    r"[(\[]?\s*(?:[A-Z][\w’'&.-]*\s+(?:(?:of|the|and|for)\s+)*){1,10}No\.?\s*\d"
)


@dataclass(frozen=True, slots=True)
class Enactment:
    """One step in the life of a law, as its head tells it."""

    day: date
    step: Step
    #: titles of the documents by which it was amended
    by: tuple[str, ...]
    proof: str  # clause id

    @property
    def amends(self) -> bool:
        return self.step is Step.AMENDED


def read_promulgation(document: ParsedDocument) -> list[Enactment]:
    """The events that stand above the first numbered clause, in reading order."""
    events: list[Enactment] = []
    for clause in document.clauses:
        if clause.num is not None:
            break
        events += _chinese_events(clause)
        events += _english_events(clause)
    return events


def first_published(events: list[Enactment]) -> date | None:
    """When the rule was first made known; a law that applies from its promulgation does so
    from that day, not from an amendment's."""
    published = [event.day for event in events if event.step is Step.PUBLISHED]
    passed = [event.day for event in events if event.step is Step.PASSED]
    return published[0] if published else max(passed, default=None)


def _chinese_events(clause: Clause) -> Iterator[Enactment]:
    begins = _CHINESE_LINE.match(clause.text) or _BRACKETED.fullmatch(clause.text)
    if begins is None or clause.text.endswith(_ENDS_SENTENCE):
        return
    if begins["by"] and not _ENDS_AMENDED.search(clause.text):
        return
    dates = written_dates(clause.text)
    ends = [*(found.start for found in dates[1:]), len(clause.text)]
    labelled = begins.re is _CHINESE_LINE and begins["label"] is not None
    for found, end in zip(dates, ends, strict=False):  # a bracketed line may name no day
        words = clause.text[0 if labelled else found.start : end]
        yield from _event(found.day, words, _CHINESE_STEPS, clause)


def tells_of_enactment(line: str) -> bool:
    """Whether a line of the head tells in English of its own rule's enactment.

    >>> tells_of_enactment("(Promulgated by GACC Decree No. 999 on March 1, 2023)")
    True
    >>> tells_of_enactment("Harbour Board Notice No. 3 of 2025, issued on 12 March 2025")
    True
    """
    line = line.strip()
    if _ENGLISH_LINE.match(line):
        return True
    return _NUMBERED_LINE.match(line) is not None and not line.endswith((*_ENDS_SENTENCE, "."))


def _english_events(clause: Clause) -> Iterator[Enactment]:
    if not tells_of_enactment(clause.text):
        return
    last = 0
    for found in written_dates(clause.text):
        yield from _event(found.day, clause.text[last : found.end], _ENGLISH_STEPS, clause)
        last = found.end


def _event(
    day: date, words: str, steps: tuple[tuple[Step, re.Pattern[str]], ...], clause: Clause
) -> Iterator[Enactment]:
    own = _without_titles(words)
    step = next((step for step, verb in steps if verb.search(own)), None)
    if step is not None:
        by = tuple(title.title for title in find_titles(words)) if step is Step.AMENDED else ()
        yield Enactment(day, step, by, clause.id)


def _without_titles(words: str) -> str:
    """A title may say 修正案, 修订: it is the verb outside the titles that counts."""
    kept, position = "", 0
    for title in find_titles(words):
        kept += words[position : title.start]
        position = title.end
    return kept + words[position:]
