"""The customs glossary: Chinese terms, the corpus's English wording, and other words for it."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.errors import CatalogError

_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing and its names; the first English one is the corpus's own wording."""

    chinese: tuple[str, ...]
    english: tuple[str, ...]


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

    def named_in(self, text: str) -> list[tuple[str, Concept]]:
        """(name as it stands in the glossary, its concept) for each concept that a text names.

        A longer name hides a shorter one inside it: 海关特殊监管区域 is not also 区域.
        """
        lowered = text.lower()
        taken = [False] * len(text)
        found: list[tuple[int, str, Concept]] = []
        for name, concept in self._by_length:
            for start in _occurrences(lowered, name):
                end = start + len(name)
                if not any(taken[start:end]):
                    taken[start:end] = [True] * (end - start)
                    found.append((start, name, concept))
        return [(name, concept) for _, name, concept in sorted(found, key=lambda entry: entry[0])]

    @cached_property
    def _by_length(self) -> list[tuple[str, Concept]]:
        names = [
            (name.lower(), concept)
            for concept in self.concepts
            for name in (*concept.chinese, *concept.english)
        ]
        return sorted(names, key=lambda entry: -len(entry[0]))


def _occurrences(text: str, name: str) -> Iterable[int]:
    """Starts of a name in a text; an English one only as whole words."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        whole = _CJK.search(name) or (
            not text[start - 1 : start].isalnum() and not text[end : end + 1].isalpha()
        )
        if whole or text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum():
            yield start
        start = text.find(name, end)
