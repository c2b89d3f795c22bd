"""A clause as a lawyer cites it, ready to be pasted into a letter or a file note."""

from datetime import date
from urllib.parse import quote

from app.wording import Language, citation_name, day_words, locator_in, status_line
from ingest.catalog import CatalogEntry
from ingest.models import Clause
from ingest.modifications import StatusOnDay


def legal_citation(
    entry: CatalogEntry,
    clause: Clause | None,
    status: StatusOnDay | None,
    as_of: date,
    language: Language,
) -> str:
    """ "GACC Announcement No. 67 of 2016, item 3 (in force since 1 January 2017; as of 1 May 2020)"

    A document whose name is a number is followed by its title; without ``clause`` the
    document as a whole is cited.
    """
    name = citation_name(entry, language)
    if entry.title != name and entry.title not in name:
        name += f"（{entry.title}）" if language == "zh" else f" (“{entry.title}”)"
    day = day_words(as_of, language)
    if language == "zh":
        place = f"，{locator_in(clause.locator, language)}" if clause else ""
        words = f"{status_line(status, language)}，" if status else ""
        return f"{name}{place}（{words}截至{day}）"
    place = f", {clause.locator}" if clause else ""
    words = f"{status_line(status, language)}; " if status else ""
    return f"{name}{place} ({words}as of {day})"


def permanent_link(base: str, link: str) -> str:
    """The address that opens a clause or a document in whatever browser.

    >>> permanent_link("http://127.0.0.1:8501", "gacc-2016-67#3")
    'http://127.0.0.1:8501/?clause=gacc-2016-67%233'
    """
    return f"{base.rstrip('/')}/?clause={quote(link)}"


def answer_link(base: str, answer_id: str) -> str:
    """The address that opens a kept answer."""
    return f"{base.rstrip('/')}/?answer={quote(answer_id)}"
