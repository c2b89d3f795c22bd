"""Documents that a question names and the corpus does not hold, by number or by title."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.search.question import ReadQuestion, asks_for_content
from ingest.corpus.catalog import CatalogEntry
from ingest.corpus.documents import CorpusDocument, Works
from ingest.facts.modifications import TitleCitation
from ingest.facts.references import WorkNumber, find_titles, title_key
from ingest.text.language import language_of

_WORD = re.compile(r"\S+")
_CLOSING = ".,;:?!”\"'"
#: how laws and what is promulgated by decree are named
_STATUTE = re.compile(
    r"\b(?:Law|Regulations?|Measures|Provisions|Rules)\b|(?:法|条例|办法|规定|规则|细则)$"
)
#: "the Food Safety Law": named without quotation marks; "the Chinese Law" names none
_LAW = re.compile(r"\bthe (?P<title>(?!(?:Chinese|PRC|China) Law)(?:[A-Z][\w-]+ )+Law)\b")


@dataclass(frozen=True, slots=True)
class NotHeld:
    """``cited_at``: ids of the clauses that cite it, in reading order; () if none does.

    ``content_asked``: the question asks what it says, and does not only mention it.
    """

    named: WorkNumber | str  # its number, or its title
    cited_at: tuple[str, ...]
    content_asked: bool


class MissingTitles:
    """Tells which titles in a question are of documents that a corpus does not hold."""

    def __init__(self, documents: Mapping[str, CorpusDocument]) -> None:
        entries = [document.entry for document in documents.values()]
        held = {title_key(entry.title) for entry in entries}
        self._statutes = [
            entry
            for entry in entries
            if entry.kind in ("law", "decree") or _STATUTE.search(entry.title)
        ]
        self._cited: dict[str, list[TitleCitation]] = {}
        for document in documents.values():
            for citation in document.facts.citations:
                if (key := title_key(citation.name)) not in held:
                    self._cited.setdefault(key, []).append(citation)
        names = [cited[0].name.casefold().split() for cited in self._cited.values()]
        self._most_words = max(map(len, names), default=0)
        self._first_words = {words[0] for words in names if words}

    def cited_in(self, text: str) -> Iterator[tuple[int, int, list[TitleCitation]]]:
        """Where a text names one that the corpus cites, marked as a title or not, and where."""
        end = 0
        for start, stop in sorted(self._spans(text), key=lambda span: (span[0], -span[1])):
            cited = self._cited.get(title_key(text[start:stop]))
            if cited and start >= end:
                end = stop
                yield start, stop, cited

    def unknown_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text names a law or a decree that can be none of those held."""
        marked = [(title.start, title.end) for title in find_titles(text)]
        for start, end in [*marked, *(law.span("title") for law in _LAW.finditer(text))]:
            title = text[start:end]
            if _STATUTE.search(title) and not any(
                _may_be(title, statute) for statute in self._statutes
            ):
                yield start, end

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """What may be a title: one that is marked, and the words from one that begins a title."""
        yield from ((title.start, title.end) for title in find_titles(text))
        words = [(word.start(), word.group().rstrip(_CLOSING)) for word in _WORD.finditer(text)]
        for first, (start, word) in enumerate(words):
            if word.casefold() in self._first_words:
                for last, written in words[first : first + self._most_words]:
                    yield start, last + len(written)


def not_held(read: ReadQuestion, works: Works, titles: MissingTitles) -> tuple[NotHeld, ...]:
    """The documents that a question names and that are not held, or not to be asked."""
    found: list[NotHeld] = []
    for work in read.works:
        holding = works.holding(work)
        if not holding:
            cited = works.references_to(work)
            # the corpus may tell the issuer or the year that the question leaves out
            named = cited[0].target if cited else work
            places = tuple(reference.clause_id for reference in cited)
            found.append(NotHeld(named, places, work == read.asks_for_content_of))
        elif read.documents and not set(holding) & set(read.documents):
            found.append(NotHeld(work, (), work == read.asks_for_content_of))
    told = []
    for start, end, citations in titles.cited_in(read.text):
        told.append((start, end))
        places = tuple(citation.clause_id for citation in citations)
        asked = asks_for_content(read.text, start, end)
        found.append(NotHeld(citations[0].name, places, asked))
    for start, end in titles.unknown_in(read.text):
        if not any(start < stop and begin < end for begin, stop in told):
            asked = asks_for_content(read.text, start, end)
            found.append(NotHeld(read.text[start:end], (), asked))
    return tuple(found)


def _may_be(title: str, statute: CatalogEntry) -> bool:
    """Whether a title may be that of a statute, which is known only within Chinese.

    A short name has its characters in their order: 商检法, 进出口商品检验法.
    """
    if language_of(title) != "zh" or statute.language != "zh":
        return True
    characters = iter(title_key(statute.title))
    return all(character in characters for character in title_key(title))
