"""What a document is about: its status, its scope, its parts, and what it does to others."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from app.answer.extractive import Composed
from app.answer.whole_documents.acts import add_acts, add_citations
from app.answer.whole_documents.whole import WholeAnswer
from app.answer.whole_documents.whole_wording import whole
from app.plain_text import shortened
from ingest.corpus.documents import CorpusDocument
from ingest.structure import Clause, ParsedDocument
from ingest.text.clean_view import clean_view

#: levels of headings that an outline shows, if they are not too many
_DEEPEST = 2
_MOST_PARTS = 24
_LONGEST_HEADING = 100
#: clauses, from the beginning, of which one may say what the document is for
_WHERE_SCOPE_STANDS = 6
_SCOPE = re.compile(
    r"\b(?:in order to|appl(?:y|ies|icable) to|purpose|scope|object(?:ive)? of)\b"
    r"|为了|为\S{1,40}，|适用于?|目的",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading (a clause of its own, or a mere line above ``first`` to ``last``), or a clause
    that stands alone; ``level``: 0 for the outermost."""

    heading: str
    level: int
    first: Clause
    last: Clause


def outline(answer: WholeAnswer, document: CorpusDocument) -> Composed | None:
    answer.add_status(document)
    scope = _scope(document.parsed)
    if scope is not None:
        answer.add_quoted(whole("scope", answer.language), scope)
    for part in _parts(document.parsed):
        if part.heading or not answer.cites(part.first):
            _add_part(answer, part)
    add_acts(answer, document.entry.id, made_to_it=True)
    add_citations(answer, document)
    return answer.composed(answer.head(document))


def _add_part(answer: WholeAnswer, part: _Part) -> None:
    place = answer.locator(part.first)
    if not part.heading:
        answer.add_quoted(place, part.first)
        return
    if part.last is not part.first:
        last = answer.locator(part.last)
        place = whole("all_of", answer.language, first=place, last=last)
    heading = f"{'– ' * part.level}{shortened(part.heading, _LONGEST_HEADING)}"
    words = f"{heading}（{place}）" if answer.language == "zh" else f"{heading} ({place})"
    answer.add(words, [part.first])


def _scope(document: ParsedDocument) -> Clause | None:
    """The clause that says for what, or to what, the document applies; else its first words."""
    said = [clause for clause in document.clauses if not clause.is_heading]
    telling = (clause for clause in said[:_WHERE_SCOPE_STANDS] if _SCOPE.search(clause.text))
    first = next((clause for clause in said[:1] if clause.num is None), None)
    return next(telling, first)


def _parts(document: ParsedDocument) -> list[_Part]:
    """The parts of a document: its headings down to the level that leaves it readable, and the
    numbered clauses that stand under none."""
    for depth in range(_DEEPEST, 0, -1):
        parts = list(_parts_to(document, depth))
        if len(parts) <= _MOST_PARTS:
            return parts
    return parts


def _parts_to(document: ParsedDocument, depth: int) -> Iterator[_Part]:
    told: set[tuple[str, ...]] = set()
    for at, clause in enumerate(document.clauses):
        above = tuple(map(clean_view, clause.headings))
        if clause.is_heading:
            own = (*above, _heading_words(clause))
            told.add(own)
            if len(own) <= depth:
                yield _Part(own[-1], len(above), clause, clause)
            continue
        if not above and clause.num is not None and clause.parent is None:
            yield _Part("", 0, clause, clause)
        for level in range(min(len(above), depth)):
            chain = above[: level + 1]
            if chain not in told:
                told.add(chain)
                last = _last_under(document.clauses[at:], clause.headings[: level + 1])
                yield _Part(chain[-1], level, clause, last)


def _heading_words(clause: Clause) -> str:
    """A heading as it stands above its clauses, in one line."""
    return clean_view(" ".join(line.strip() for line in clause.text.splitlines()))


def _last_under(clauses: Sequence[Clause], headings: tuple[str, ...]) -> Clause:
    """The last of the clauses, from the first on, that stand under these headings."""
    under = takewhile(lambda clause: clause.headings[: len(headings)] == headings, clauses)
    return next(iter(deque(under, maxlen=1)))
