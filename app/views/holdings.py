"""What the corpus holds on a day, and how old the index is: the page's shelf of documents."""

from dataclasses import dataclass
from datetime import date, datetime

from app.library import Library
from app.texts import texts
from app.wording import Language, day_words, status_line
from ingest.facts.modifications import Status


@dataclass(frozen=True, slots=True)
class Holding:
    """One document of the corpus and its status as a whole."""

    document_id: str
    name: str  # as it is cited
    title: str
    status: Status
    status_words: str
    proof: str | None  # id of the clause that proves the status
    clauses: int


def holding(library: Library, document_id: str, as_of: date, language: Language) -> Holding:
    document = library.documents[document_id]
    # the path of no clause: a repeal of single items does not touch the document as a whole
    status = library.timeline.status(document_id, "", as_of)
    return Holding(
        document_id,
        document.entry.citation_name,
        document.entry.title,
        status.status,
        status_line(status, language),
        status.proof,
        document.clause_count,
    )


def holdings(library: Library, as_of: date, language: Language) -> tuple[Holding, ...]:
    return tuple(
        holding(library, document_id, as_of, language) for document_id in library.documents
    )


def held_words(library: Library, language: Language) -> str:
    """What a corpus holds, and since when, in a sentence; of one that holds something."""
    say = texts(language).text
    documents = library.documents.values()
    issued = sorted(day.year for one in documents if (day := one.facts.issued) is not None)
    built = datetime.fromisoformat(library.snapshot.manifest.built_at).astimezone().date()
    words = say(
        "ask.held",
        documents=len(documents),
        clauses=sum(one.clause_count for one in documents),
        day=day_words(built, language),
    )
    if not issued:
        return words
    first, last = issued[0], issued[-1]
    years = str(first) if first == last else say("ask.years", first=first, last=last)
    return f"{words} {say('ask.held_issued', years=years)}"


def age_words(then: datetime, now: datetime, language: Language) -> str:
    """How long ago something was, roughly.

    >>> age_words(datetime(2020, 1, 1, 8), datetime(2020, 1, 1, 10, 59), "en")
    '2 h ago'
    """
    seconds = max((now - then).total_seconds(), 0)
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= length:
            return texts(language).text(f"common.{unit}_ago", count=int(seconds // length))
    return texts(language).text("common.just_now")
