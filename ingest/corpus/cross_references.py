"""What a document cites, where in its text, and whether the corpus holds it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.clauses.numerals import read_chinese
from ingest.corpus.catalog import CatalogEntry
from ingest.corpus.documents import CorpusDocument
from ingest.facts.modifications import NamedDocuments
from ingest.facts.references import WorkNumber
from ingest.structure import Clause, ParsedDocument

#: a place in the document itself; one of another document is followed by its name
_OWN_PLACE = re.compile(
    r"\b(?P<what>Articles?|Clauses?|Items?|Paragraphs?|Schedules?|Annex)\s+(?P<number>\d{1,3})\b"
    r"(?!\s*(?:of|in|to)\s+(?!this\b|the present\b))(?!\.?\d|\s?[(（]\d)",
    re.IGNORECASE,
)
_OWN_ARTICLE = re.compile(
    r"(?:本(?:法|条例|办法|规定|公告|通知))?第(?P<number>[一二三四五六七八九十百零〇\d]{1,7})条(?!例)"
)
#: "《海关法》第十条": the article of the document named before it
_NAMED_BEFORE = re.compile(r"》\s*(?:[（(][^）)]*[）)])?\s*$")


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A citation at ``text[start:end]`` of the citing document.

    ``named``: by its number or its title, as it is cited; ``held``: the texts of the
    Work meant, the newest last; empty if the corpus holds none.
    """

    clause_id: str
    start: int
    end: int
    named: WorkNumber | str
    held: tuple[CatalogEntry, ...]


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A place of the document itself that one of its clauses points to."""

    clause_id: str
    start: int
    end: int
    path: str


class CrossReferences:
    """The citations between the documents of a corpus."""

    def __init__(self, documents: Mapping[str, CorpusDocument]) -> None:
        self._documents = documents
        self._named = NamedDocuments(
            {id_: document.entry.work for id_, document in documents.items()},
            {id_: document.entry.title for id_, document in documents.items()},
        )

    def of(self, document: CorpusDocument) -> tuple[CitedDocument, ...]:
        """What a document cites, in reading order, without itself and without overlaps."""
        cited: list[tuple[int, int, str, WorkNumber | None, str | None]] = [
            (found.start, found.end, found.clause_id, found.target, None)
            for found in document.facts.references
        ]
        cited += [
            (found.start, found.end, found.clause_id, None, found.name)
            for found in document.facts.citations
        ]
        found: list[CitedDocument] = []
        for start, end, clause_id, work, title in sorted(cited, key=lambda c: (c[0], -c[1])):
            if found and start < found[-1].end:
                continue
            held = tuple(self._named.find(work, title, document.entry.id))
            keys = {self._documents[id_].entry.work_key for id_ in held}
            if document.entry.work_key in keys:
                continue
            if len(keys) > 1:
                held = ()  # a name that fits several Works is not guessed at
            named = work if work is not None else title or ""
            texts = tuple(self._documents[id_].entry for id_ in held)
            found.append(CitedDocument(clause_id, start, end, named, texts))
        return tuple(found)


def own_places(document: ParsedDocument) -> tuple[CitedClause, ...]:
    """Where clauses point to others of the same document: "Article 10", "第十条"."""
    return tuple(
        CitedClause(clause.id, clause.start + start, clause.start + end, path)
        for clause in document.clauses
        for start, end, path in _places_in(document, clause)
    )


def _places_in(document: ParsedDocument, clause: Clause) -> Iterator[tuple[int, int, str]]:
    own_number = len(clause.num or "")
    for match in _OWN_PLACE.finditer(clause.text, own_number):
        what, number = match["what"].lower(), match["number"]
        if what.startswith(("schedule", "annex")):
            named = (f"annex.{number}", f"schedule.{number}")
            path = next((path for path in named if path in document.by_path), None)
        elif what.startswith("article"):
            path = number  # articles number on through the whole document
        else:
            path = _nearest_level(document, clause, number)
        if path in document.by_path and document.by_path[path] is not clause:
            yield match.start(), match.end(), path
    for match in _OWN_ARTICLE.finditer(clause.text, own_number):
        if _NAMED_BEFORE.search(clause.text[: match.start()]):
            continue
        number = match["number"]
        try:
            path = str(int(number) if number.isdigit() else read_chinese(number))
        except ValueError:
            continue
        if path in document.by_path and document.by_path[path] is not clause:
            yield match.start(), match.end(), path


def _nearest_level(document: ParsedDocument, clause: Clause, number: str) -> str | None:
    """ "Clause 2" said in 3.2 (5) is 3.2 (2); said in item 4, it is item 2."""
    levels = clause.path.split(".")[:-1]
    for depth in range(len(levels), -1, -1):
        path = ".".join([*levels[:depth], number])
        if path in document.by_path:
            return path
    return None
