"""A clause as a lawyer cites it, ready to be pasted into a letter or a file note."""

from datetime import date
from urllib.parse import quote

from app.wording import (
    Language,
    citation_name,
    day_words,
    locator_in,
    status_line,
    subject_of,
)
from ingest.corpus.catalog import CatalogEntry
from ingest.facts.modifications import StatusOnDay
from ingest.structure import Clause


def legal_citation(
    entry: CatalogEntry,
    clause: Clause | None,
    status: StatusOnDay | None,
    as_of: date,
    language: Language,
) -> str:
    """ "GACC Announcement No. 8 of 2022 (“Guarantees for Exhibits”), item 2 (in force since
    1 May 2022; as of 1 June 2022)"

    A document whose name is a number is followed by what it is about; without ``clause`` the
    document as a whole is cited.
    """
    name = citation_name(entry, language)
    subject = subject_of(entry)
    if subject and subject != name:
        name += f"（{subject}）" if language == "zh" else f" (“{subject}”)"
    day = day_words(as_of, language)
    if language == "zh":
        place = f"，{locator_in(clause.locator, language)}" if clause else ""
        words = f"{status_line(status, language)}，" if status else ""
        return f"{name}{place}（{words}截至{day}）"
    place = f", {clause.locator}" if clause else ""
    words = f"{status_line(status, language)}; " if status else ""
    return f"{name}{place} ({words}as of {day})"


def quotation(quote: str, citation: str, language: Language) -> str:
    """Words of a clause with where they stand.

    >>> print(quotation("Drills are not.", "Notice No. 1 of 2020, item 2", "en"))
    “Drills are not.”
    — Notice No. 1 of 2020, item 2
    """
    return f"“{quote.strip()}”\n{'——' if language == 'zh' else '— '}{citation}"


def permanent_link(base: str, link: str) -> str:
    """The address that opens a clause or a document in whatever browser.

    >>> permanent_link("http://127.0.0.1:8501", "gacc-2016-67#3")
    'http://127.0.0.1:8501/?clause=gacc-2016-67%233'
    """
    return f"{base.rstrip('/')}/?clause={quote(link)}"
