"""What a document does in time: issue, entry into force, end, repeals, amendments, references.

Everything is read from the document's own words and keeps the clause that
proves it. What the words do not say stays None: the corpus cannot prove it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from ingest.facts.acts import AMENDMENT, REPEAL, Formula, Target, acts, documents_named_in
from ingest.facts.dates import is_date, written_dates
from ingest.facts.modifications import (
    AmendedBy,
    CrossReference,
    Modification,
    ModificationKind,
    TemporalFacts,
    TitleCitation,
)
from ingest.facts.naming import read_title
from ingest.facts.promulgation import Enactment, Step, first_published, read_promulgation
from ingest.facts.references import find_references, find_titles
from ingest.facts.validity import entry_into_force, expiries
from ingest.structure import ParsedDocument, SegmentKind, SourceText
from ingest.text.invisible import as_printed, with_plain_spaces

#: a web site's stamp, a comment, a line for the browser
_NO_SIGNATURE = ("[", "【", "<")
#: "DONE at The Hague in duplicate on 12 October 1998": the day on which a treaty was signed
_DONE = re.compile(r"\b(?:DONE|Done)\b[^.;]{0,140}")


def read_temporal_facts(document: ParsedDocument) -> TemporalFacts:
    """Read dates, repeals, amendments and references from the clauses."""
    written, document = document, _as_printed(document)
    events = read_promulgation(document)
    title = read_title(_source_of(document)) or document.title
    issued = _issue_date(document, events)
    in_force_from, proof = _entry_into_force(document, title, events, issued)
    ends = [
        expiry
        for clause, following in zip_longest(document.clauses, document.clauses[1:])
        for expiry in expiries(clause, following, title, in_force_from)
    ]
    if in_force_from is None:
        # a term that is named from its first day to its last
        in_force_from, proof = next(
            ((end.since, end.proof) for end in ends if end.since and not end.items), (None, None)
        )
    effective = in_force_from or issued
    head = {event.proof for event in events}
    amended = max((event for event in events if event.amends), key=lambda e: e.day, default=None)
    return TemporalFacts(
        issued=issued,
        in_force_from=in_force_from,
        in_force_proof=proof,
        modifications=tuple(
            Modification(
                kind, target.work, target.title, target.items, target.since or effective, clause_id
            )
            for kind, formula in (
                (ModificationKind.REPEAL, REPEAL),
                (ModificationKind.AMENDMENT, AMENDMENT),
            )
            for clause_id, target in _acts(document, formula, head)
        ),
        references=tuple(
            CrossReference(
                clause.id, clause.start + found.start, clause.start + found.end, found.work
            )
            for clause in written.clauses
            for found in find_references(with_plain_spaces(clause.text))
        ),
        amended=amended.day if amended else None,
        amended_proof=amended.proof if amended else None,
        amended_by=tuple(
            AmendedBy(name, event.day, event.proof) for event in events for name in event.by
        ),
        citations=tuple(
            TitleCitation(
                clause.id, clause.start + found.start, clause.start + found.end, found.title
            )
            for clause in written.clauses
            for found in find_titles(with_plain_spaces(clause.text))
        ),
        expiries=tuple(ends),
    )


def _as_printed(document: ParsedDocument) -> ParsedDocument:
    """Clauses in the words that a reader sees; offsets stay those of the text as it is written."""
    clauses = tuple(
        replace(c, text=as_printed(c.text), num=c.num and as_printed(c.num))
        for c in document.clauses
    )
    return replace(document, clauses=clauses)


def _source_of(document: ParsedDocument) -> SourceText:
    furniture = [(s.start, s.end) for s in document.segments if s.kind is SegmentKind.FURNITURE]
    return SourceText(
        document.text, "", page_furniture=tuple(furniture), heading_levels=document.heading_levels
    )


def _issue_date(document: ParsedDocument, events: Iterable[Enactment]) -> date | None:
    """The day under the signature; for a law, that of its (latest) promulgation line; for a
    treaty, that of its signing.

    A stamp in square brackets under the title is when a web site published the
    text, not when the authority issued it.
    """
    signed = [
        found.day
        for segment in document.segments
        if segment.kind is SegmentKind.FURNITURE
        and not (words := document.text[segment.start : segment.end]).startswith(_NO_SIGNATURE)
        for found in written_dates(words)
    ]
    if signed:
        return signed[-1]
    told = [event.day for event in events if event.step is not Step.IN_FORCE]
    return max(told, default=None) or _signed_above_an_annex(document) or _done(document)


def _signed_above_an_annex(document: ParsedDocument) -> date | None:
    """The day under a signature that is not the end of the text, for an annex follows."""
    for clause in document.clauses:
        if clause.num is None:
            *_, last = clause.text.rstrip().splitlines() or [""]
            words = last.strip()
            if is_date(words):
                return written_dates(words)[0].day
    return None


def _done(document: ParsedDocument) -> date | None:
    """A convention that is cited was done too: the document's own day stands last."""
    days = [
        found.day
        for clause in document.clauses
        for formula in _DONE.finditer(clause.text)
        for found in written_dates(formula[0])[:1]
    ]
    return days[-1] if days else None


def _entry_into_force(
    document: ParsedDocument, title: str | None, events: list[Enactment], issued: date | None
) -> tuple[date | None, str | None]:
    """The day and the clause that proves it: a day that a clause names, else one named under
    the title, else that of the issue where a clause says so."""
    first = first_published(events) or issued
    relative: tuple[date | None, str | None] = (None, None)
    for clause in document.clauses:
        found = entry_into_force(clause, title, first)
        if found is None:
            continue
        day, is_named = found
        if is_named:
            return day, clause.id  # an annex behind it may be a rule with a day of its own
        relative = (day, clause.id)
    under_title = [event for event in events if event.step is Step.IN_FORCE]
    if under_title:
        return under_title[-1].day, under_title[-1].proof
    return relative


def _acts(
    document: ParsedDocument, formula: Formula, head: Iterable[str]
) -> Iterator[tuple[str, Target]]:
    """What the document does to others, with the id of the clause that does it.

    The lines under a law's title (``head``) tell what was done to the law itself.
    """
    for clause in document.clauses:
        if clause.id in head:
            continue
        found = list(acts(clause.text, formula))
        lists_them = formula.passive.search(clause.text) or formula.active.search(clause.text)
        if not found and lists_them:
            # "the following are repealed:"
            found = [
                target
                for item in document.list_items(clause)
                for target in documents_named_in(item.text)
            ]
        yield from ((clause.id, target) for target in dict.fromkeys(found))
