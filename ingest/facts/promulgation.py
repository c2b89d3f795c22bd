"""The lines under a Chinese law's title: when it was promulgated, and each amendment since.

    2003年9月3日 中华人民共和国国务院令第390号公布
    2023年7月20日 《国务院关于修改和废止部分行政法规的决定》第三次修订

The latest amendment is the date of this Expression: the text as it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.facts.dates import find_dates
from ingest.facts.references import find_titles
from ingest.structure import Clause, ParsedDocument

_EVENT = re.compile(r"公布|发布|颁布|令第|修订|修正|通过")
_AMENDED = re.compile(r"修订|修正")
#: a line of the head begins with its date; "根据" may stand before an amendment's
_BEGINS = re.compile(r"[（(【\[]?\s*(?P<by>根据)?\s*(?=\d{4}\s*年)")
#: so ends an amendment that begins with 根据; a preamble that begins so goes on
_ENDS_AMENDED = re.compile(r"(?:修订|修正)\s*[）)】\]]?\s*$")


@dataclass(frozen=True, slots=True)
class Enactment:
    """One step in the life of a law, as its head tells it."""

    day: date
    amends: bool
    #: titles of the documents by which it was amended
    by: tuple[str, ...]
    proof: str  # clause id


def read_promulgation(document: ParsedDocument) -> list[Enactment]:
    """The events that stand above the first numbered clause, in reading order."""
    events: list[Enactment] = []
    for clause in document.clauses:
        if clause.num is not None:
            break
        events += _events(clause)
    return events


def _events(clause: Clause) -> Iterator[Enactment]:
    begins = _BEGINS.match(clause.text)
    if begins is None or (begins["by"] and not _ENDS_AMENDED.search(clause.text)):
        return
    dates = find_dates(clause.text)
    ends = [at for at, _ in dates[1:]] + [len(clause.text)]
    for (at, day), end in zip(dates, ends, strict=True):
        words = clause.text[at:end]
        if _EVENT.search(words):
            amends = bool(_AMENDED.search(_without_titles(words)))
            by = tuple(title.title for title in find_titles(words)) if amends else ()
            yield Enactment(day, amends, by, clause.id)


def _without_titles(words: str) -> str:
    """A title may say 修正案, 修订: it is the verb outside the titles that counts."""
    kept, position = "", 0
    for title in find_titles(words):
        kept += words[position : title.start]
        position = title.end
    return kept + words[position:]
