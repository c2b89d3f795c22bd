"""The customs glossary: Chinese terms, the corpus's English wording, and other words for it."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.errors import CatalogError

_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing and its names; the first English one is the corpus's own wording."""

    chinese: tuple[str, ...]
    english: tuple[str, ...]

    @property
    def corpus_wording(self) -> str:
        return self.english[0]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a concept as it stands in a text: ``text[start:end]``."""

    start: int
    end: int
    concept: Concept


class Glossary:
    """Concepts, and which of them a text names."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)

    @classmethod
    def load(cls, corpus: Path) -> "Glossary":
        """Read ``glossary.tsv`` (columns zh and en, names parted by "|"); none is an empty one.

        Raises CatalogError, naming the line, for one that has not two columns.
        """
        path = corpus / "glossary.tsv"
        if not path.exists():
            return cls(())
        concepts = []
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines, delimiter="\t")
            next(reader, None)  # the names of the columns
            for row in reader:
                if len(row) != 2 or not all(row):
                    raise CatalogError(
                        f"{path}, line {reader.line_num}: two columns are needed, zh and en"
                    )
                concepts.append(Concept(tuple(row[0].split("|")), tuple(row[1].split("|"))))
        return cls(concepts)

    @property
    def terms(self) -> tuple[str, ...]:
        """Every Chinese term, for the word segmentation."""
        return tuple(term for concept in self.concepts for term in concept.chinese)

    def mentions(self, text: str) -> list[Mention]:
        """Where a text names a concept, in reading order.

        A longer name hides a shorter one inside it: 海关特殊监管区域 is not also 区域.
        """
        lowered = text.lower()
        taken = [False] * len(text)
        found: list[Mention] = []
        for name, concept in self._by_length:
            for start, end in _occurrences(lowered, name):
                if not any(taken[start:end]):
                    taken[start:end] = [True] * (end - start)
                    found.append(Mention(start, end, concept))
        return sorted(found, key=lambda mention: mention.start)

    def in_corpus_wording(self, text: str) -> str:
        """A text with each name of a concept replaced by the corpus's own wording."""
        pieces: list[str] = []
        position = 0
        for mention in self.mentions(text):
            pieces += [text[position : mention.start], f" {mention.concept.corpus_wording} "]
            position = mention.end
        return " ".join("".join([*pieces, text[position:]]).split())

    @cached_property
    def _by_length(self) -> list[tuple[str, Concept]]:
        names = [
            (name.lower(), concept)
            for concept in self.concepts
            for name in (*concept.chinese, *concept.english)
        ]
        return sorted(names, key=lambda entry: -len(entry[0]))


def _occurrences(text: str, name: str) -> Iterable[tuple[int, int]]:
    """(start, end) of a name in a text; an English one only as whole words, or its plural."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if _CJK.search(name):
            yield start, end
        elif not text[max(start - 1, 0) : start].isalnum():
            if text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum():
                yield start, end + 1
            elif not _LATIN.match(text[end : end + 1]):
                yield start, end
        start = text.find(name, end)
