"""References to official documents, by number or by title, in a clause as in a question.

>>> [str(r.work) for r in find_references("subject to GACC Announcement No. 59 of 2015.")]
['GACC Announcement No. 59 of 2015']
>>> [str(r.work) for r in find_references("海关总署公告2016年第68号")]
['GACC Announcement No. 68 of 2016']
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class WorkKind(StrEnum):
    ANNOUNCEMENT = "Announcement"
    DECREE = "Decree"


@dataclass(frozen=True, slots=True)
class WorkNumber:
    """What identifies an official document: who issued it, and its number.

    Decrees are numbered on through the years, so ``year`` is None for them; a
    question may leave out year or issuer too.
    """

    kind: WorkKind
    number: int
    year: int | None = None
    issuer: str | None = None

    def __str__(self) -> str:
        issuer = f"{self.issuer} " if self.issuer else ""
        year = f" of {self.year}" if self.year else ""
        return f"{issuer}{self.kind} No. {self.number}{year}"

    def matches(self, other: "WorkNumber") -> bool:
        """Whether both can be the same document; what one of them leaves out does not part them."""
        return (
            self.kind == other.kind
            and self.number == other.number
            and (self.year == other.year or self.year is None or other.year is None)
            and (self.issuer == other.issuer or self.issuer is None or other.issuer is None)
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as it stands in a text: ``text[start:end]``."""

    start: int
    end: int
    work: WorkNumber


@dataclass(frozen=True, slots=True)
class TitleReference:
    """A document cited by its title, which stands at ``text[start:end]`` without its marks."""

    start: int
    end: int
    title: str


#: how texts call an issuer -> its short name
_ISSUERS = (
    (re.compile(r"General Administration of Quality Supervision|\bAQSIQ\b|质检总局"), "AQSIQ"),
    (re.compile(r"Certification and Accreditation Administration|\bCNCA\b|认监委"), "CNCA"),
    (re.compile(r"General Administration of Customs|\bGACC\b|海关总署|署公告|署令"), "GACC"),
    (re.compile(r"State Council|国务院"), "State Council"),
)
_NUMBER = r"(?P<number>\d{1,4})"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_NUMBER_WORD = r"(?:Nos?\.?|number|#)\s*"
_ANNOUNCEMENT = r"\bAnn(?:ouncement\b|\.)"
_PATTERNS = (
    # No. 59 of 2015 | No.67, 2016 | No. 68/2016
    re.compile(rf"{_NUMBER_WORD}{_NUMBER}\s*(?:of|,|/|\()\s*(?:the year\s+)?{_YEAR}\b", re.I),
    # Announcement 68 of 2016 | Announcement 68/2016 | Ann. 68/2016
    re.compile(
        rf"{_ANNOUNCEMENT}\s*(?:{_NUMBER_WORD})?{_NUMBER}\s*(?:of|,|/|\()\s*{_YEAR}\b", re.I
    ),
    # 2016's Announcement 68 | 2016 Announcement No. 68
    re.compile(
        rf"\b{_YEAR}(?:'s)?\s+(?:\w+\s+)?Announcement\s+(?:{_NUMBER_WORD})?{_NUMBER}\b", re.I
    ),
    # 公告2016年第68号 | 2016年第68号公告 | 〔2016〕68号
    re.compile(rf"{_YEAR}\s*年\s*第?\s*{_NUMBER}\s*号(?!令)"),
    re.compile(rf"[〔\[（(]{_YEAR}[〕\]）)]\s*第?\s*{_NUMBER}\s*号(?!令)"),
    # No. 233 Decree | Decree No. 111 | Order No. 117 | 第65号令 | 令第65号
    re.compile(rf"{_NUMBER_WORD}{_NUMBER}\s+(?P<decree>Decree)", re.I),
    re.compile(rf"(?P<decree>Decrees?)\s+(?:{_NUMBER_WORD})?{_NUMBER}\b", re.I),
    re.compile(rf"\b(?P<decree>Orders?)\s+{_NUMBER_WORD}{_NUMBER}\b", re.I),
    re.compile(rf"(?P<decree>令)\s*第\s*{_NUMBER}\s*号"),
    re.compile(rf"第\s*{_NUMBER}\s*号\s*(?P<decree>令)"),
    # without a year, in questions: Announcement No. 68 | 第68号公告
    re.compile(
        rf"Announcement\s+(?:{_NUMBER_WORD})?{_NUMBER}\b(?!\s*(?:of|,|/)\s*(?:19|20)\d\d)", re.I
    ),
    re.compile(rf"(?<!令)第?\s*{_NUMBER}\s*号\s*公告"),
    re.compile(rf"公告\s*第?\s*{_NUMBER}\s*号"),
)
#: 《海关法》; a title inside a title stands in 〈〉
_CHINESE_TITLE = re.compile(r"《(?P<title>[^《》]{2,120})》")
#: “Administrative Measures on Import of Solid Wastes”: in quotes, and named as a rule is named
_ENGLISH_TITLE = re.compile(
    r"[“\"](?P<title>(?=[^”\"]*\b(?:Measures|Regulations?|Provisions|Rules|Law|Decision|Decree"
    r"|Announcement|Notice|Interpretation)\b)[A-Z][^“”\"\n]{5,200}?)[”\"]"
)
#: "（2023年修订）", "(2020-11-29)" after a title tell the Expression, not the Work
_VERSION_MARK = re.compile(r"[（(][^（）()]*\d{4}[^（）()]*[）)]$")

#: ２０２３年第１８５号
_PLAIN_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}

#: "Decrees No. 111 and 218"
_FURTHER_DECREE = re.compile(
    r"(?:\s*,\s*|\s+and\s+|、|和)(?:No\.?\s*)?(?P<number>\d{1,4})\b(?!\s*(?:of|,)\s*\d{4})"
)


def find_references(text: str) -> list[Reference]:
    """References to announcements and decrees, in reading order, without overlaps.

    The issuer is the one named nearest in the same sentence, else None; an
    announcement that names none is taken as it stands and matches any issuer.
    """
    text = text.translate(_PLAIN_DIGITS)
    found: list[Reference] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < old.end and old.start < match.end() for old in found):
                continue
            groups = match.groupdict()
            kind = WorkKind.DECREE if groups.get("decree") else WorkKind.ANNOUNCEMENT
            year = int(groups["year"]) if groups.get("year") else None
            issuer = _issuer_near(text, match.start(), match.end())
            work = WorkNumber(kind, int(groups["number"]), year, issuer)
            found.append(Reference(match.start(), match.end(), work))
            if kind is WorkKind.DECREE and groups["decree"].isascii():
                found += _further_decrees(text, match.end(), work)
    return sorted(found, key=lambda reference: reference.start)


def find_titles(text: str) -> list[TitleReference]:
    """Documents that a text cites by title, in reading order.

    >>> [cited.title for cited in find_titles("依照《中华人民共和国海关法》的规定")]
    ['中华人民共和国海关法']
    """
    matches = [*_CHINESE_TITLE.finditer(text), *_ENGLISH_TITLE.finditer(text)]
    return [
        TitleReference(match.start("title"), match.end("title"), match["title"])
        for match in sorted(matches, key=re.Match.start)
    ]


def title_key(title: str) -> str:
    """What two ways of writing one title have in common.

    >>> title_key("中华人民共和国海关法") == title_key("海关法")
    True
    """
    words = _VERSION_MARK.sub("", "".join(title.split()).casefold())
    return words.removeprefix("中华人民共和国") or words


def issuer_named_in(text: str) -> str | None:
    """The short name of the authority that a text names last; None if it names none."""
    found = [
        (match.start(), name) for pattern, name in _ISSUERS for match in pattern.finditer(text)
    ]
    return max(found)[1] if found else None


def _further_decrees(text: str, position: int, first: WorkNumber) -> list[Reference]:
    further = []
    while match := _FURTHER_DECREE.match(text, position):
        work = WorkNumber(first.kind, int(match["number"]), first.year, first.issuer)
        further.append(Reference(match.start("number"), match.end(), work))
        position = match.end()
    return further


def _issuer_near(text: str, start: int, end: int) -> str | None:
    """The issuer named nearest to the number within its sentence.

    One that stands right after ("No. 146 Decree of General Administration of
    Quality Supervision") goes before one that stands further in front.
    """
    sentence_start = max(text.rfind(mark, 0, start) for mark in ("; ", "。", "；", "\n")) + 1
    sentence_end = min(
        (at for mark in ("; ", "。", "；", "\n") if (at := text.find(mark, end)) >= 0),
        default=len(text),
    )
    nearest: tuple[int, str] | None = None
    for pattern, name in _ISSUERS:
        for match in pattern.finditer(text, sentence_start, sentence_end):
            distance = start - match.end() if match.end() <= start else match.start() - end
            if nearest is None or distance < nearest[0]:
                nearest = (distance, name)
    return nearest[1] if nearest else None
