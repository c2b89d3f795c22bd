"""What a document does in time: issue, entry into force, repeals, cross-references.

Everything is read from the document's own words and keeps the clause that
proves it. What the words do not say stays None: the corpus cannot prove it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ingest.models import Clause, ParsedDocument, SegmentKind
from ingest.references import Reference, WorkNumber, find_references

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "(?P<month>" + "|".join(month.capitalize() for month in _MONTHS) + ")"
_DATES = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})", re.I
    ),
    re.compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.I),
    re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
)
_IN_FORCE = re.compile(
    r"enters? into force|comes? into (?:force|effect)|takes? effect|shall be (?:effective|implemented)"
    r"|起\s*(?:施行|实施|执行|生效)",
    re.IGNORECASE,
)
_UPON_ISSUE = re.compile(
    r"(?:up)?on (?:its|the date of(?: its)?|the day of(?: its)?) (?:issuance|issue|promulgation|publication)"
    r"|as (?:from|of) (?:its|the date of(?: its)?) (?:issuance|issue|promulgation|publication)"
    r"|自(?:发布|公布|印发)之日起",
    re.IGNORECASE,
)
_REPEAL = re.compile(
    r"repeals?(?:ed|ing)?\b|abolish(?:ed|es)?\b|abrogat(?:ed|es)\b|同时废止|予以废止|即行废止",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"(?:items?|clauses?|articles?|paragraphs?)\s+(?P<items>\d+(?:\(\d+\))?(?:\s*(?:,|and|to)\s*\d+(?:\(\d+\))?)*)"
    r"\s+(?:of|in)\s+(?:the\s+)?(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_NAMED_WORK = re.compile(r"《(?P<name>[^《》]{2,80})》")
_PROMULGATED = re.compile(r"公布|发布|颁布|令第|修订|修正|通过")


def find_dates(text: str) -> list[tuple[int, date]]:
    """Calendar dates in English and Chinese writing, with the offset of each, in reading order.

    A date that no calendar has (31 June) is left out.
    """
    found: dict[int, date] = {}
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month = match["month"]
            number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
            try:
                found[match.start()] = date(int(match["year"]), number, int(match["day"]))
            except ValueError:
                continue
    return sorted(found.items())


@dataclass(frozen=True, slots=True)
class Repeal:
    """A document made void by another: ``target`` or, for a law cited by name, ``name``.

    ``items`` holds the paths of a partial repeal ("items 3 and 5 of ..."), empty for the whole.
    """

    target: WorkNumber | None
    name: str | None
    items: tuple[str, ...]
    effective: date | None
    proof: str  # clause id


@dataclass(frozen=True, slots=True)
class CrossReference:
    clause_id: str
    start: int  # offset in the document's text
    end: int
    target: WorkNumber


@dataclass(frozen=True, slots=True)
class TemporalFacts:
    """What one document says of its own time; None where it does not say."""

    issued: date | None
    in_force_from: date | None
    in_force_proof: str | None  # clause id
    repeals: tuple[Repeal, ...]
    references: tuple[CrossReference, ...]


def read_temporal_facts(document: ParsedDocument) -> TemporalFacts:
    """Read issue date, entry into force, repeals and references from the clauses."""
    issued = _issue_date(document)
    in_force_from, proof = None, None
    repealing: list[tuple[Clause, list[Reference]]] = []
    references: list[CrossReference] = []
    for clause in document.clauses:
        cited = find_references(clause.text)
        if _IN_FORCE.search(clause.text) and (day := _entry_into_force(clause, issued)):
            in_force_from, proof = day, clause.id
        repealing.append((clause, cited))
        references += [
            CrossReference(
                clause.id, clause.start + found.start, clause.start + found.end, found.work
            )
            for found in cited
        ]
    repeals = [
        repeal
        for clause, cited in repealing
        for repeal in _repeals(clause, cited, in_force_from or issued)
    ]
    return TemporalFacts(issued, in_force_from, proof, tuple(repeals), tuple(references))


def _issue_date(document: ParsedDocument) -> date | None:
    """The date under the signature; for a law, the date of its (latest) promulgation line.

    A stamp in square brackets under the title is when a web site published the
    text, not when the authority issued it.
    """
    signed = [
        day
        for segment in document.segments
        if segment.kind is SegmentKind.FURNITURE
        and not (words := document.text[segment.start : segment.end]).startswith(("[", "【"))
        for _, day in find_dates(words)
    ]
    if signed:
        return signed[-1]
    promulgated = []
    for clause in document.clauses:
        if clause.num is not None:
            break
        if _PROMULGATED.search(clause.text):
            promulgated += [day for at, day in find_dates(clause.text) if at <= 1]
    return max(promulgated, default=None)


def _entry_into_force(clause: Clause, issued: date | None) -> date | None:
    formula = _IN_FORCE.search(clause.text)
    assert formula is not None
    # only the sentence that holds the formula: a law names other days in the next
    begin = max(
        clause.text.rfind("。", 0, formula.start()), clause.text.rfind(". ", 0, formula.start())
    )
    end = clause.text.find("。", formula.end())
    sentence = clause.text[begin + 1 : end if end >= 0 else len(clause.text)]
    if _UPON_ISSUE.search(sentence):
        return issued
    dates = find_dates(sentence)
    return dates[0][1] if dates else None


def _repeals(
    clause: Clause, cited: Iterable[Reference], in_force_from: date | None
) -> Iterable[Repeal]:
    repeal = _REPEAL.search(clause.text)
    if not repeal:
        return
    chinese = repeal.group().endswith("废止")
    for found in cited:
        before = found.end <= repeal.start()
        # English: "repeal of X" or "X is repealed"; Chinese: 《X》同时废止
        if chinese and not before:
            continue
        partial = _PARTIAL.search(clause.text[: found.start])
        items = tuple(re.findall(r"\d+(?:\(\d+\))?", partial["items"])) if partial else ()
        paths = tuple(item.replace("(", ".").rstrip(")") for item in items)
        yield Repeal(found.work, None, paths, in_force_from, clause.id)
    if chinese:
        for match in _NAMED_WORK.finditer(clause.text, 0, repeal.start()):
            yield Repeal(None, match["name"], (), in_force_from, clause.id)


class Status(StrEnum):
    """Whether a rule applies on a day, as far as the corpus proves it."""

    IN_FORCE = "in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    REPEALED = "repealed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StatusOnDay:
    """A status with the day it began (or begins) and the clause that proves it."""

    status: Status
    since: date | None
    proof: str | None


class Timeline:
    """The corpus in time: which document is in force on which day.

    ``works`` gives each document's number (None for one without), ``titles``
    the names by which a Chinese law is cited.
    """

    def __init__(
        self,
        facts: Mapping[str, TemporalFacts],
        works: Mapping[str, WorkNumber | None],
        titles: Mapping[str, str],
    ) -> None:
        self._facts = facts
        self._repealed_by: dict[str, list[Repeal]] = {document: [] for document in facts}
        for repealing, made in facts.items():
            for repeal in made.repeals:
                for document in facts:
                    work = works.get(document)
                    by_number = (
                        repeal.target is not None
                        and work is not None
                        and repeal.target.matches(work)
                    )
                    by_name = repeal.name is not None and repeal.name == titles.get(document)
                    if document != repealing and (by_number or by_name):
                        self._repealed_by[document].append(repeal)

    def status(self, document_id: str, path: str, as_of: date) -> StatusOnDay:
        """Status of one clause on a day. A partial repeal touches only its items."""
        for repeal in self._repealed_by[document_id]:
            touched = not repeal.items or any(
                path == item or path.startswith(f"{item}.") for item in repeal.items
            )
            if touched and repeal.effective is not None and repeal.effective <= as_of:
                return StatusOnDay(Status.REPEALED, repeal.effective, repeal.proof)
        facts = self._facts[document_id]
        if facts.in_force_from is None:
            return StatusOnDay(Status.UNKNOWN, None, None)
        status = Status.IN_FORCE if facts.in_force_from <= as_of else Status.NOT_YET_IN_FORCE
        return StatusOnDay(status, facts.in_force_from, facts.in_force_proof)
