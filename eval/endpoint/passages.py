"""Words of a reply found again in the documents: which stretches of it are verbatim, and whose.

Spaces, case and punctuation do not count, as where a quotation is checked.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.text_check.quotations import Wording, find_quotations
from ingest.text.language import IDEOGRAPHS
from ingest.text.sentences import sentences

#: fewer words, or Chinese characters, that stand in a document too are no quotation of it
_FEWEST_WORDS, _FEWEST_CHARACTERS = 5, 10
#: "[1]", "[doc1]", "[1, 2]", "【1】": between two of them stands one piece of text
MARK = re.compile(r"[\[【]\s*(?P<numbers>(?:doc)?\d{1,3}(?:\s*[,，;]\s*(?:doc)?\d{1,3})*)\s*[\]】]")
_WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")
_EDGE = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Placed:
    """Where words stand in a document, in code points."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class VerbatimStretch:
    """``text[start:end]`` of a reply, and where it stands in a document."""

    start: int
    end: int
    place: Placed


class PassagePlaces:
    """Finds words in the documents of one corpus. ``texts`` by document id."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._wordings = {id_: Wording(text) for id_, text in texts.items()}

    def place(self, words: str, names: str = "") -> Placed | None:
        """Where all these words stand; first in a document whose id is part of ``names``."""
        if not _WORD.search(words):
            return None
        ids = sorted(self._texts, key=lambda id_: id_ not in names)
        return next((found for id_ in ids if (found := self._in(id_, words))), None)

    def stretches(self, text: str, named: Collection[str] = ()) -> list[VerbatimStretch]:
        """The verbatim stretches of a reply, each as long as it goes on in one document.

        ``named``: documents that the reply names; words that several have are theirs.
        """
        ids = sorted(self._texts, key=lambda id_: id_ not in named)
        found: list[VerbatimStretch] = []
        edges = [0, *(edge for mark in MARK.finditer(text) for edge in mark.span()), len(text)]
        for start, end in pairwise(edges):
            if not MARK.fullmatch(text, start, end):
                found += self._between_marks(text, start, end, ids)
        return found

    def _between_marks(
        self, text: str, start: int, end: int, ids: list[str]
    ) -> Iterator[VerbatimStretch]:
        if (whole := self._stretch(text, start, end, ids)) is not None:
            yield whole
            return
        spans = list(self._pieces(text, start, end))
        at = 0
        while at < len(spans):
            longest: VerbatimStretch | None = None
            after, candidates = at + 1, ids
            for to in range(at, len(spans)):
                begin, stop = spans[at][0], spans[to][1]
                candidates = [id_ for id_ in candidates if self._in(id_, text[begin:stop])]
                if not candidates:
                    break
                if (stretch := self._stretch(text, begin, stop, candidates)) is not None:
                    longest, after = stretch, to + 1
            if longest is not None:
                yield longest
            else:
                yield from self._quoted(text, *spans[at], ids)
            at = after

    def _pieces(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The sentences of each line."""
        at = start
        for line in text[start:end].split("\n"):
            yield from ((at + s, at + e) for s, e in sentences(line))
            at += len(line) + 1

    def _quoted(self, text: str, start: int, end: int, ids: list[str]) -> Iterator[VerbatimStretch]:
        """What stands in quotation marks is a quotation from three words on."""
        for quotation in find_quotations(text[start:end]):
            place = next((p for id_ in ids if (p := self._in(id_, quotation.words))), None)
            if place is not None:
                yield VerbatimStretch(start + quotation.start, start + quotation.end, place)

    def _stretch(self, text: str, start: int, end: int, ids: list[str]) -> VerbatimStretch | None:
        words = text[start:end]
        counted = _WORD.findall(words)
        chinese = sum(len(word) == 1 and not word.isascii() for word in counted)
        if len(counted) - chinese < _FEWEST_WORDS and chinese < _FEWEST_CHARACTERS:
            return None
        place = next((p for id_ in ids if (p := self._in(id_, words))), None)
        return VerbatimStretch(start, end, place) if place else None

    def _in(self, document_id: str, words: str) -> Placed | None:
        text = self._texts[document_id]
        start = text.find(words.strip())
        if start >= 0:  # to the letter: what Wording would take for left out may be printed so
            return Placed(document_id, start, start + len(words.strip()))
        found = self._wordings[document_id].find(words)
        if found is None or found.has_gaps:
            return None
        start, end = found.start, found.end
        while start and _EDGE.match(text, start - 1):
            start -= 1
        while end < len(text) and _EDGE.match(text, end):
            end += 1
        return Placed(document_id, start, end)
