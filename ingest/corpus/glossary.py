"""The customs glossary: Chinese terms, the corpus's English wording, and other words for it."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.errors import CatalogError
from ingest.text.language import is_chinese


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
        An English name is found as whole words, in any case and in the plural.
        """
        found = []
        for match in self._names.finditer(text):
            name = match.group().lower()
            concept = self._concept_of.get(name) or self._concept_of[name.removesuffix("s")]
            found.append(Mention(match.start(), match.end(), concept))
        return found

    @cached_property
    def _concept_of(self) -> dict[str, Concept]:
        """By lower-case name; of two concepts with one name the first has it."""
        by_name: dict[str, Concept] = {}
        for concept in self.concepts:
            for name in (*concept.chinese, *concept.english):
                by_name.setdefault(name.lower(), concept)
        return by_name

    @cached_property
    def _names(self) -> re.Pattern[str]:
        # the longest first: an alternation takes the first that fits
        names = sorted(self._concept_of, key=len, reverse=True)
        chinese = [re.escape(name) for name in names if is_chinese(name)]
        english = [re.escape(name) for name in names if not is_chinese(name)]
        alternatives = [*chinese]
        if english:
            alternatives.append(rf"(?<![a-z0-9])(?:{'|'.join(english)})s?(?![a-z0-9])")
        return re.compile("|".join(alternatives) or r"(?!)", re.IGNORECASE)
