"""A catalog entry for a new document, proposed from the document itself.

What its words do not tell is put in plainly ("not stated in the document") and
told, so that a person can correct it; nothing is looked up elsewhere.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Literal

from pydantic import ValidationError

from ingest.clauses.parse import parse
from ingest.corpus.catalog import NOT_STATED, CatalogEntry, DocumentKind
from ingest.errors import CatalogError
from ingest.facts.dates import find_dates
from ingest.facts.modifications import TemporalFacts
from ingest.facts.naming import read_issuer, read_signature, read_title, stated_fields
from ingest.facts.promulgation import read_promulgation
from ingest.facts.references import (
    Reference,
    WorkKind,
    WorkNumber,
    find_references,
    issuer_named_in,
    title_key,
)
from ingest.facts.temporal_facts import read_temporal_facts
from ingest.structure import ParsedDocument, SegmentKind, SourceText
from ingest.text.language import IDEOGRAPH, is_chinese

_SUFFIXES = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
}
_SOURCE = re.compile(r"(?:Source|来源)\s*[:：]\s*(?P<name>.{1,80})", re.IGNORECASE)
_ARTICLE = re.compile(r"第.+条|Article\b", re.IGNORECASE)
_GUIDELINES = re.compile(r"\bguid(?:e|elines?)\b|指南|指引", re.IGNORECASE)
_CALLED_ANNOUNCEMENT = re.compile(r"\bann(?:ouncement\b|\.)|公告", re.IGNORECASE)
#: what a title is about stands behind these; a number in the midst of it is another document's
_ABOUT = re.compile(r"关于|\b(?:on|about|concerning|regarding)\b", re.IGNORECASE)
#: a document's own number stands on a line of its own, with little else
_LONGEST_NUMBER_LINE = 60
_LONGEST_TITLE = 400
_LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the user says of a document; it goes before what the document tells."""

    id: str | None = None
    title: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class _OwnNumber:
    """A document's number; ``called_announcement``: with this word, not only as any number is."""

    work: WorkNumber
    called_announcement: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry; ``told`` is what was read, ``untold`` what could not be read, for the user."""

    entry: CatalogEntry
    told: tuple[str, ...]
    untold: tuple[str, ...]


def propose(
    source: SourceText,
    data: bytes,
    name: str,
    held: Mapping[str, CatalogEntry],
    corrections: Corrections,
    *,
    corrected_later: bool = False,
) -> Proposal:
    """The entry for a file of this ``name``, with these bytes and this text.

    ``held`` are the documents of the corpus by id. Raises CatalogError for an id
    that is taken or is none; with ``corrected_later`` a person sees the entry before it is
    stored, and one that is taken gives way to one that is free.
    """
    return _Proposal(source, data, name, held, corrections, corrected_later).make()


def corrected(proposed: CatalogEntry, changes: Mapping[str, object]) -> CatalogEntry:
    """An entry with the fields that a person has changed; with the id the file gets its name.

    Raises CatalogError, naming the field, for a value that no entry can have.
    """
    suffix = proposed.file.rpartition(".")[2]
    values = {**proposed.model_dump(), **changes}
    try:
        entry = CatalogEntry.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        if field == "id":
            raise CatalogError(_no_id(str(values["id"]))) from error
        raise CatalogError(f"{field}: {first['msg']}") from error
    if entry.id == proposed.id:
        return entry
    return entry.model_copy(update={"file": f"{entry.id}.{suffix}"})


def _no_id(text: str) -> str:
    return f"{text} is no id; it is made of small letters, digits and hyphens"


class _Proposal:
    def __init__(
        self,
        source: SourceText,
        data: bytes,
        name: str,
        held: Mapping[str, CatalogEntry],
        corrections: Corrections,
        corrected_later: bool,
    ) -> None:
        self._source = source
        self._data = data
        self._name = unicodedata.normalize("NFC", name)
        self._held = held
        self._corrections = corrections
        self._corrected_later = corrected_later
        self._parsed = parse(source, "new")
        self._facts: TemporalFacts = read_temporal_facts(self._parsed)
        self._untold: list[str] = []

    def make(self) -> Proposal:
        language = _language(self._source.text)
        title = self._corrections.title or self._title()
        own = _own_number(self._parsed, title)
        work = own.work if own else None
        issuer = self._corrections.issuer or self._issuer(work, title)
        kind = self._kind(own, title)
        year = work.year if work else None
        if kind == "law":
            year = min((event.day.year for event in read_promulgation(self._parsed)), default=year)
        expression_date = self._expression_date()
        if work is None and kind in ("announcement", "decree"):
            self._untold.append("its number")
        if self._facts.issued is None:
            self._untold.append("the date of issue")
        if self._facts.in_force_from is None:
            self._untold.append("the entry into force, so its status is unknown")
        work_id = f"law-{_short_hash(title_key(title))}" if kind == "law" else None
        same_work = next((e.work_id for e in self._held.values() if _same(e, title, kind)), None)
        entry = CatalogEntry.model_validate(
            {
                "id": "new",
                "work": same_work or work_id,
                "kind": kind,
                "issuer": issuer,
                "number": work.number if work else None,
                "year": year,
                "title": title,
                "language": language,
                "expression_date": expression_date,
                "source": self._origin(),
                "file": "new",
                "sha256": hashlib.sha256(self._data).hexdigest(),
            }
        )
        document_id = self._id(entry)
        suffix = _SUFFIXES.get(self._source.media_type, ".txt")
        entry = entry.model_copy(update={"id": document_id, "file": f"{document_id}{suffix}"})
        return Proposal(entry, tuple(self._told(entry)), tuple(self._untold))

    def _title(self) -> str:
        cleaned = _one_line(read_title(self._source) or self._parsed.title or "")
        if cleaned and len(cleaned) <= _LONGEST_TITLE:
            return cleaned
        self._untold.append("the title; the file's name is taken")
        return _one_line(re.sub(r"\.\w{1,5}$", "", self._name)) or "untitled"

    def _issuer(self, work: WorkNumber | None, title: str) -> str:
        if work is not None and work.issuer is not None:
            return work.issuer
        stated = stated_fields(self._source)
        head = list(takewhile(lambda clause: clause.num is None, self._parsed.clauses))
        issuer = (
            stated.get("issuer")
            or stated.get("publisher")
            or read_issuer(title, [clause.text for clause in head])
            or read_signature(_furniture(self._parsed))
        )
        if issuer is None:
            self._untold.append("the issuer")
        return issuer or NOT_STATED

    def _kind(self, own: _OwnNumber | None, title: str) -> DocumentKind:
        if own is not None and own.called_announcement:
            return "announcement"
        by_decree = own is not None and own.work.kind is WorkKind.DECREE
        has_articles = any(_ARTICLE.match(clause.num or "") for clause in self._parsed.clauses)
        if has_articles and (own is None or by_decree):
            return "law"
        if by_decree:
            return "decree"
        if own is None and _CALLED_ANNOUNCEMENT.search(title):
            return "announcement"
        return "guidelines" if _GUIDELINES.search(title) else "guidance"

    def _expression_date(self) -> date | None:
        """The day that the file's name tells, if the text tells of none as late."""
        days = [day for _, day in find_dates(self._name)]
        told = max(
            filter(None, (self._facts.amended, self._facts.issued, self._facts.in_force_from)),
            default=None,
        )
        if len(days) != 1 or (told is not None and days[0] <= told):
            return None
        self._untold.append(
            f"since when this text applies: {days[0]} is from the file's name, "
            + (f"the text tells of {told} at the latest" if told else "the text tells of no day")
        )
        return days[0]

    def _origin(self) -> str:
        for words in _furniture(self._parsed):
            if match := _SOURCE.match(words):
                return _one_line(match["name"])
        return f"received as {_one_line(self._name)}"

    def _id(self, entry: CatalogEntry) -> str:
        """Raises CatalogError for an id that is taken, with what to do."""
        wanted = self._corrections.id or _proposed_id(entry, self._facts)
        choices = [wanted]
        if self._corrections.id is None:
            choices.append(f"{wanted}-{entry.language}")
            if entry.work_id is not None and (day := _expression_day(entry, self._facts)):
                choices.append(f"{entry.work_id}-{day}")
        free = [choice for choice in choices if choice not in self._held]
        taken = self._held.get(wanted)
        another_language = taken is not None and taken.language != entry.language
        if taken is not None and not another_language:
            # a second text in the same language must tell itself apart by its day
            free = [choice for choice in free if not choice.endswith(f"-{entry.language}")]
        if not free and taken is not None and self._corrected_later:
            self._untold.append(
                f"since when this text applies, for the corpus holds another of {wanted}: "
                "give the day, and an id that tells the two apart"
            )
            free = [
                id_
                for n in range(2, len(self._held) + 3)
                if (id_ := f"{wanted}-{n}") not in self._held
            ]
        if not free:
            raise CatalogError(
                f"the id {wanted} is taken by another text of "
                f"{taken.citation_name if taken else wanted}; "
                "give this one another id, or remove that one first"
            )
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", free[0]):
            raise CatalogError(_no_id(free[0]))
        return free[0]

    def _told(self, entry: CatalogEntry) -> list[str]:
        facts = self._facts
        told = [f"{entry.kind}, {entry.citation_name}"]
        if entry.issuer != NOT_STATED:
            told.append(f"issuer {entry.issuer}")
        if facts.issued:
            told.append(f"issued {facts.issued}")
        if facts.in_force_from:
            told.append(f"in force from {facts.in_force_from}")
        if facts.amended:
            told.append(f"amended {facts.amended}")
        others = [e.id for e in self._held.values() if e.work_key == entry.work_key]
        if others:
            told.append(f"another text of {', '.join(others)}")
        return told


def _same(held: CatalogEntry, title: str, kind: DocumentKind) -> bool:
    """Whether a held law is another text of the same Work, and says so in the catalog."""
    return held.kind == kind == "law" and title_key(held.title) == title_key(title)


def _own_number(parsed: ParsedDocument, title: str) -> _OwnNumber | None:
    """The document's own number: in its title, on a line of its own above the first
    clause, or in the line of its promulgation; a number further down is a citation."""
    for found in find_references(title)[:1]:
        begins, rest = title[: found.start], title[found.end :]
        if not (_ABOUT.search(begins) and re.search(r"\w", rest)):
            return _own(found, title, title, parsed)
    promulgated = {event.proof for event in read_promulgation(parsed) if not event.amends}
    head = takewhile(lambda clause: clause.num is None, parsed.clauses)
    lines = [clause.text for clause in head if clause.id in promulgated or _is_alone(clause.text)]
    lines += [words for words in _furniture(parsed) if len(words) <= _LONGEST_NUMBER_LINE]
    for line in lines:
        for found in find_references(line)[:1]:
            return _own(found, line, title, parsed)
    return None


def _is_alone(line: str) -> bool:
    return len(line) <= _LONGEST_NUMBER_LINE and not line.endswith(("。", ".", "：", ":"))


def _own(found: Reference, line: str, title: str, parsed: ParsedDocument) -> _OwnNumber:
    """The number in a ``line``; one that has no word for its kind there has that of the title."""
    has_words = re.search(r"[^\W\d_]", line[: found.start])
    called = f"{line[: found.end + len('公告')]} {'' if has_words else title}"
    is_announcement = found.work.kind is WorkKind.ANNOUNCEMENT
    return _OwnNumber(
        _with_issuer(found.work, parsed),
        is_announcement and bool(_CALLED_ANNOUNCEMENT.search(called)),
    )


def _with_issuer(work: WorkNumber, parsed: ParsedDocument) -> WorkNumber:
    issuer = work.issuer or issuer_named_in(" ".join(_furniture(parsed)))
    return WorkNumber(work.kind, work.number, work.year, issuer)


def _proposed_id(entry: CatalogEntry, facts: TemporalFacts) -> str:
    if entry.work_id is not None:
        day = _expression_day(entry, facts)
        return f"{entry.work_id}-{day.year}" if day else entry.work_id
    number = entry.cited_number
    if number is None:
        return _slug(entry.title) or f"{entry.kind}-{_short_hash(title_key(entry.title))}"
    issuer: str = entry.kind
    if number.issuer is not None:
        issuer = _slug(number.issuer) or f"{entry.kind}-{_short_hash(number.issuer)}"
    printed = f"{number.year}-{number.number}" if number.year else str(number.number)
    return f"{issuer}-{printed}" if entry.kind == "announcement" else f"{issuer}-decree-{printed}"


def _expression_day(entry: CatalogEntry, facts: TemporalFacts) -> date | None:
    days = filter(None, (facts.amended, entry.expression_date))
    return max(days, default=facts.in_force_from or facts.issued)


def _furniture(parsed: ParsedDocument) -> list[str]:
    return [
        parsed.text[segment.start : segment.end]
        for segment in parsed.segments
        if segment.kind is SegmentKind.FURNITURE
    ]


def _language(text: str) -> Literal["en", "zh"]:
    letters = sum(character.isalpha() for character in text)
    return "zh" if len(IDEOGRAPH.findall(text)) * 4 > letters else "en"


def _slug(text: str) -> str:
    """ASCII words joined by hyphens; "" for a text that has none to speak of."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    slug = ""
    for word in words:
        if len(slug) + len(word) > _LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug if re.search(r"[a-z]{2}", slug) and not is_chinese(text) else ""


def _one_line(text: str) -> str:
    printable = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") else character
        for character in text
    )
    return " ".join(printable.split())


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
