"""Exact words: BM25F over the fields of every unit, in files that open at once.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple
weighted fields", CIKM 2004): a word's counts in the fields are weighed and made
independent of the fields' lengths, added, and only then saturated, so that a
word in both title and body is not counted as two hits. Everything but the
question is known when the index is built, so each pair of word and unit keeps
its finished score, and a question is a few additions over memory-mapped arrays.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexUnusable


@dataclass(frozen=True, slots=True)
class Field:
    """A field's weight, and how far long fields are made equal to short ones (0 to 1)."""

    weight: float
    length_norm: float


@dataclass(frozen=True, slots=True)
class Bm25f:
    """Parameters of the formula. The defaults are the paper's usual ones: saturation
    1.2, body 0.75; titles, headings and lead-ins repeat in every clause below them,
    so they weigh less than the clause's own words and their length hardly counts."""

    saturation: float = 1.2
    fields: tuple[Field, ...] = (Field(0.8, 0.3), Field(0.3, 0.5), Field(1.0, 0.6))


class LexicalIndex:
    """Scores of all units for a bag of words. Safe in several threads: it never changes."""

    def __init__(
        self,
        vocabulary: dict[str, int],
        starts: NDArray[np.int64],
        units: NDArray[np.int32],
        impacts: NDArray[np.float32],
        unit_count: int,
    ) -> None:
        self._vocabulary = vocabulary
        self._starts = starts  # of each word's postings, and the end of the last: (words + 1,)
        self._units = units  # (postings,)
        self._impacts = impacts  # (postings,): BM25F of one word in one unit
        self._unit_count = unit_count

    @classmethod
    def build(
        cls, units: Iterable[Sequence[Sequence[str]]], parameters: Bm25f | None = None
    ) -> "LexicalIndex":
        """Index units given as one list of words for each of ``parameters.fields``."""
        parameters = parameters or Bm25f()
        builder = LexicalBuilder(parameters)
        for fields in units:
            builder.add(fields)
        return builder.index()

    def save(self, folder: Path) -> None:
        """Write the index to a new folder."""
        folder.mkdir()
        np.save(folder / "starts.npy", self._starts)
        np.save(folder / "units.npy", self._units)
        np.save(folder / "impacts.npy", self._impacts)
        facts = {"unit_count": self._unit_count, "vocabulary": list(self._vocabulary)}
        (folder / "words.json").write_text(json.dumps(facts), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """Open what :meth:`save` wrote. Raises :class:`IndexUnusable` when it is damaged."""
        try:
            facts = json.loads((folder / "words.json").read_text(encoding="utf-8"))
            index = cls(
                {word: number for number, word in enumerate(facts["vocabulary"])},
                np.load(folder / "starts.npy"),
                np.load(folder / "units.npy", mmap_mode="r"),
                np.load(folder / "impacts.npy", mmap_mode="r"),
                facts["unit_count"],
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise _unusable(folder, " ".join(str(error).split())) from error
        postings = int(index._starts[-1]) if len(index._starts) else -1
        if (
            len(index._starts) != len(index._vocabulary) + 1
            or index._units.shape != (postings,)
            or index._impacts.shape != (postings,)
        ):
            raise _unusable(folder, "its files do not fit each other")
        return index

    def __len__(self) -> int:
        """Number of units."""
        return self._unit_count

    def has_words(self) -> NDArray[np.bool_]:
        """Which units hold any word at all, bool ``(units,)``."""
        return np.bincount(self._units, minlength=self._unit_count) > 0

    def __contains__(self, token: object) -> bool:
        return token in self._vocabulary

    def document_frequency(self, token: str) -> int:
        """How many units hold the word, in any field."""
        number = self._vocabulary.get(token)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def idf(self, token: str) -> float:
        """How telling a word is: ``log(1 + (N - df + 0.5) / (df + 0.5))``, 0 or more.

        A word that no unit holds is the most telling one of all.
        """
        return _idf(self.document_frequency(token), self._unit_count)

    def scores(self, tokens: Mapping[str, float] | Iterable[str]) -> NDArray[np.float32]:
        """One score a unit, float32 ``(units,)``; 0 where no word fits.

        A mapping gives each word's weight; a list counts each word as often as it
        stands there.
        """
        weights = tokens if isinstance(tokens, Mapping) else Counter(tokens)
        scores = np.zeros(self._unit_count, dtype=np.float32)
        for token, weight in weights.items():
            number = self._vocabulary.get(token)
            if number is not None:
                span = slice(self._starts[number], self._starts[number + 1])
                # a unit stands once in a word's postings, so this adds to each once
                scores[self._units[span]] += np.float32(weight) * self._impacts[span]
        return scores


def word_pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring words as one: what stands side by side in a question and in a clause
    tells more than the same words apart (Metzler and Croft, "A Markov random field model
    for term dependencies", SIGIR 2005: the ordered pairs of sequential dependence).

    >>> word_pairs(["solid", "wast", "transit"])
    ['solid wast', 'wast transit']
    """
    return [f"{first} {second}" for first, second in pairwise(words)]


class LexicalBuilder:
    """Word counts while the index is built: three numbers a pair of word and unit and field."""

    def __init__(self, parameters: Bm25f | None = None) -> None:
        self._parameters = parameters or Bm25f()
        field_count = len(self._parameters.fields)
        self._vocabulary: dict[str, int] = {}
        self._words = [array("i") for _ in range(field_count)]
        self._units = [array("i") for _ in range(field_count)]
        self._frequencies = [array("f") for _ in range(field_count)]
        self._lengths = [array("i") for _ in range(field_count)]

    def add(self, fields: Sequence[Sequence[str]]) -> None:
        """The next unit, as one list of words for each field."""
        for field, tokens in enumerate(fields):
            unit = len(self._lengths[field])
            for token, frequency in Counter(tokens).items():
                self._words[field].append(self._vocabulary.setdefault(token, len(self._vocabulary)))
                self._units[field].append(unit)
                self._frequencies[field].append(frequency)
            self._lengths[field].append(len(tokens))

    def index(self) -> LexicalIndex:
        """The index of all units added."""
        parameters = self._parameters
        unit_count = len(self._lengths[0])
        words = np.concatenate([np.frombuffer(column, dtype=np.int32) for column in self._words])
        units = np.concatenate([np.frombuffer(column, dtype=np.int32) for column in self._units])
        weighed = np.concatenate(
            [self._weighed(number, field) for number, field in enumerate(parameters.fields)]
        )
        # the same word and unit may come from several fields: sorted together and added up
        keys = words.astype(np.int64) * max(unit_count, 1) + units
        pairs, place = np.unique(keys, return_inverse=True)
        sums = np.bincount(place, weights=weighed, minlength=len(pairs))
        pair_words = pairs // max(unit_count, 1)
        starts = np.searchsorted(pair_words, np.arange(len(self._vocabulary) + 1))
        found_in = np.diff(starts)
        idf = np.array([_idf(int(count), unit_count) for count in found_in], dtype=np.float64)
        impacts = idf[pair_words] * sums / (parameters.saturation + sums)
        return LexicalIndex(
            self._vocabulary,
            starts.astype(np.int64),
            (pairs % max(unit_count, 1)).astype(np.int32),
            impacts.astype(np.float32),
            unit_count,
        )

    def _weighed(self, number: int, field: Field) -> NDArray[np.float64]:
        """Counts of one field, weighed and freed of the field's length."""
        lengths = np.frombuffer(self._lengths[number], dtype=np.int32)
        if not lengths.sum():
            return np.empty(0)
        relative = lengths / lengths.mean()
        norm = 1 - field.length_norm + field.length_norm * relative
        units = np.frombuffer(self._units[number], dtype=np.int32)
        frequencies = np.frombuffer(self._frequencies[number], dtype=np.float32)
        return np.asarray(field.weight * frequencies / norm[units], dtype=np.float64)


def fingerprint(parameters: Bm25f) -> str:
    """What the index's fingerprint records of the formula."""
    return json.dumps(asdict(parameters), sort_keys=True)


def _idf(document_frequency: int, unit_count: int) -> float:
    return log(1 + (unit_count - document_frequency + 0.5) / (document_frequency + 0.5))


def _unusable(folder: Path, reason: str) -> IndexUnusable:
    return IndexUnusable(
        f"the word index in {folder} is damaged ({reason}): run `python -m ingest build`"
    )
