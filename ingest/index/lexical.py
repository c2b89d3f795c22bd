"""Exact words: BM25F over the fields of every unit, in files that open at once.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple
weighted fields", CIKM 2004): a word's counts in the fields are weighed and made
independent of the fields' lengths, added, and only then saturated, so that a
word in both title and body is not counted as two hits. A unit without a word counts for
nothing: how many others have none must not change the score of one that has. Everything but the
question is known when the index is built, so each pair of word and unit keeps
its finished score, and a question is a few additions over memory-mapped arrays.

A folder holds arrays that are read where they lie: opening costs the same whatever
their size, and the processes that have them open share the pages that they read.
"""

import json
import os
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from heapq import merge
from itertools import groupby, pairwise
from math import log
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexUnusable

#: pairs of word and unit that a build counts in memory before it puts them aside
_COUNTED_AT_ONCE = 2_000_000
_ARRAYS = ("letters", "spelled", "starts", "units", "impacts")
_FACTS = "index.json"
#: part of the fingerprint: to be raised when the formula changes beside its parameters
_VERSION = 2


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
        words: "_Words",
        starts: NDArray[np.int64],
        units: NDArray[np.int32],
        impacts: NDArray[np.float32],
        unit_count: int,
        counted: int,
    ) -> None:
        self._words = words
        self._starts = starts  # of each word's postings, and the end of the last: (words + 1,)
        self._units = units  # (postings,)
        self._impacts = impacts  # (postings,): BM25F of one word in one unit
        self._unit_count = unit_count
        self._counted = counted  # units that have words

    @classmethod
    def build(
        cls, units: Iterable[Sequence[Sequence[str]]], parameters: Bm25f | None = None
    ) -> "LexicalIndex":
        """Index units given as one list of words for each of ``parameters.fields``, in files that
        go with the index."""
        with TemporaryDirectory() as passing:
            folder = Path(passing) / "index"
            builder = LexicalBuilder(folder, parameters)
            for fields in units:
                builder.add(fields)
            builder.finish()
            return cls.open(folder)  # what is mapped stays when its name goes

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """Open what a :class:`LexicalBuilder` wrote. Raises :class:`IndexUnusable` when it is
        damaged."""
        try:
            facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
            letters, spelled, starts, units, impacts = (
                np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS
            )
            told = [facts[name] for name in ("letters", "words", "postings")]
            fits = (
                told == [len(letters), len(starts) - 1, len(units)]
                and (spelled[-1], starts[-1]) == (len(letters), len(units))
                and len(spelled) == len(starts)
                and len(impacts) == len(units)
            )
            index = cls(
                _Words(letters, spelled), starts, units, impacts, facts["units"], facts["counted"]
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
            raise _unusable(folder, " ".join(str(error).split())) from error
        if not fits:
            raise _unusable(folder, "its files do not fit each other")
        return index

    def __len__(self) -> int:
        """Number of units."""
        return self._unit_count

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and self._words.number(token) is not None

    def document_frequency(self, token: str) -> int:
        """How many units hold the word, in any field."""
        number = self._words.number(token)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def with_words(self) -> NDArray[np.bool_]:
        """Which units have a word: ``(units,)``."""
        found = np.zeros(self._unit_count, dtype=np.bool_)
        found[self._units] = True
        return found

    def idf(self, token: str) -> float:
        """How telling a word is: ``log(1 + (N - df + 0.5) / (df + 0.5))``, 0 or more, of the N
        units that have words.

        A word that no unit holds is the most telling one of all.
        """
        return _idf(self.document_frequency(token), self._counted)

    def scores(
        self,
        tokens: Mapping[str, float] | Iterable[str],
        out: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """One score a unit, float32 ``(units,)``; 0 where no word fits.

        A mapping gives each word's weight; a list counts each word as often as it
        stands there. ``out``: an array for the scores, a new one where none is given.
        """
        weights = tokens if isinstance(tokens, Mapping) else Counter(tokens)
        scores = np.empty(self._unit_count, dtype=np.float32) if out is None else out
        scores.fill(0)
        for token, weight in weights.items():
            number = self._words.number(token)
            if number is not None:
                span = slice(self._starts[number], self._starts[number + 1])
                # a unit stands once in a word's postings, so this adds to each once
                scores[self._units[span]] += np.float32(weight) * self._impacts[span]
        return scores


class _Words:
    """The words of an index in the order of their bytes: ``letters``, one word behind the other,
    uint8 ``(letters,)``; ``spelled``: where each begins, and the end of the last, int64."""

    def __init__(self, letters: NDArray[np.uint8], spelled: NDArray[np.int64]) -> None:
        # an element of a view is a plain number, and its slice no array of its own
        self._letters, self._spelled = letters.data, spelled.data

    def number(self, word: str) -> int | None:
        """The word's place among all; None for one that is not there."""
        sought = _spelling(word)
        number = bisect_left(self, sought)
        return number if number < len(self) and self[number] == sought else None

    def __len__(self) -> int:
        return len(self._spelled) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._letters[self._spelled[number] : self._spelled[number + 1]])


def _spelling(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")


def word_pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring words as one: what stands side by side in a question and in a clause
    tells more than the same words apart (Metzler and Croft, "A Markov random field model
    for term dependencies", SIGIR 2005: the ordered pairs of sequential dependence).

    >>> word_pairs(["solid", "wast", "transit"])
    ['solid wast', 'wast transit']
    """
    return [f"{first} {second}" for first, second in pairwise(words)]


@dataclass(frozen=True, slots=True)
class _Block:
    """Counts put aside: of each word, in order, its units, and how often each field holds it."""

    words: Path  # a word a line
    found_in: NDArray[np.int32]  # units that hold each word: (words,)
    units: Path  # int32 (rows,)
    counts: Path  # float32 (rows, fields)

    def spelled(self, number: int) -> Iterator[tuple[bytes, int, int]]:
        """Each word with the block's own number and how many units hold it."""
        with self.words.open("rb") as lines:
            for line, found_in in zip(lines, self.found_in.tolist(), strict=True):
                yield bytes.fromhex(line.decode()), number, found_in


class LexicalBuilder:
    """Writes an index to a new folder, in memory that hardly grows with the number of units.

    Counts are put aside a block at a time, each sorted by word, and merged when the last unit
    is known (Heinz and Zobel, "Efficient single-pass index construction for text databases",
    JASIST 2003).
    """

    def __init__(self, folder: Path, parameters: Bm25f | None = None) -> None:
        folder.mkdir()
        self._folder = folder
        self._parameters = parameters or Bm25f()
        self._lengths = [array("i") for _ in self._parameters.fields]
        self._counted = 0
        self._blocks: list[_Block] = []
        self._begin_block()

    def _begin_block(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words, self._units, self._counts = array("i"), array("i"), array("f")

    def add(self, fields: Sequence[Sequence[str]]) -> None:
        """The next unit, as one list of words for each field."""
        unit = len(self._lengths[0])
        self._counted += any(fields)
        counts: dict[str, list[int]] = {}
        for field, tokens in enumerate(fields):
            self._lengths[field].append(len(tokens))
            for token in tokens:
                if token not in counts:
                    counts[token] = [0] * len(fields)
                counts[token][field] += 1
        for token, of_fields in counts.items():
            self._words.append(self._numbers.setdefault(token, len(self._numbers)))
            self._units.append(unit)
            self._counts.extend(of_fields)
        if len(self._words) >= _COUNTED_AT_ONCE:
            self._put_aside()

    def finish(self) -> None:
        """Write the index of all units added."""
        self._put_aside()
        places, found_in = self._merge_words()
        starts = np.zeros(len(found_in) + 1, dtype=np.int64)
        np.cumsum(found_in, out=starts[1:])
        np.save(self._folder / "starts.npy", starts)
        self._write_postings(starts, places)
        for block in self._blocks:
            for path in (block.words, block.units, block.counts):
                path.unlink()
        facts = {
            "units": len(self._lengths[0]),
            "counted": self._counted,
            "words": len(found_in),
            "letters": len(np.load(self._folder / "letters.npy", mmap_mode="r")),
            "postings": int(starts[-1]),
        }
        (self._folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")

    def _put_aside(self) -> None:
        """Sort what was counted by word, in the order of the units, and write it."""
        spelled = sorted((_spelling(word), number) for word, number in self._numbers.items())
        rank = np.empty(len(spelled), dtype=np.int32)
        rank[[number for _, number in spelled]] = np.arange(len(spelled))
        words = rank[np.frombuffer(self._words, dtype=np.int32)]
        order = np.argsort(words, kind="stable")
        counts = np.frombuffer(self._counts, dtype=np.float32).reshape(
            len(words), len(self._lengths)
        )
        place = self._folder / f"block-{len(self._blocks)}"
        block = _Block(
            words=place.with_suffix(".words"),
            found_in=np.bincount(words, minlength=len(spelled)).astype(np.int32),
            units=place.with_suffix(".units.npy"),
            counts=place.with_suffix(".counts.npy"),
        )
        with block.words.open("w", encoding="ascii") as lines:
            lines.writelines(f"{word.hex()}\n" for word, _ in spelled)  # a word may have any sign
        np.save(block.units, np.frombuffer(self._units, dtype=np.int32)[order])
        np.save(block.counts, counts[order])
        self._blocks.append(block)
        self._begin_block()

    def _merge_words(self) -> tuple[list[NDArray[np.int32]], NDArray[np.int64]]:
        """Write the words of all blocks, each once; gives, for each block, the numbers of its
        words in the index, and in how many units each word of the index is."""
        places = [array("i") for _ in self._blocks]
        found_in, spelled = array("q"), array("q", [0])
        letters = bytearray()
        held = merge(*(block.spelled(number) for number, block in enumerate(self._blocks)))
        for word, alike in groupby(held, key=itemgetter(0)):
            units = 0
            for _, block, of_block in alike:
                places[block].append(len(found_in))
                units += of_block
            found_in.append(units)
            letters += word
            spelled.append(len(letters))
        np.save(self._folder / "letters.npy", np.frombuffer(letters, dtype=np.uint8))
        np.save(self._folder / "spelled.npy", np.frombuffer(spelled, dtype=np.int64))
        return (
            [np.frombuffer(of_block, dtype=np.int32) for of_block in places],
            np.frombuffer(found_in, dtype=np.int64),
        )

    def _write_postings(
        self, starts: NDArray[np.int64], places: Sequence[NDArray[np.int32]]
    ) -> None:
        """Each word's units and scores, a block behind the other."""
        units_file = _new_array(self._folder / "units.npy", np.int32, int(starts[-1]))
        impacts_file = _new_array(self._folder / "impacts.npy", np.float32, int(starts[-1]))
        norms = [*map(self._norms, range(len(self._lengths)))]
        # few numbers of units are many words' own
        numbers, number_of = np.unique(np.diff(starts), return_inverse=True)
        idfs = np.array([_idf(int(n), self._counted) for n in numbers], dtype=np.float64)
        idf = idfs[number_of]
        free = starts[:-1].copy()
        for block, place in zip(self._blocks, places, strict=True):
            units, counts = np.load(block.units), np.load(block.counts)
            sums = np.zeros(len(units), dtype=np.float64)
            for field, norm in enumerate(norms):
                if norm is not None:
                    sums += self._parameters.fields[field].weight * counts[:, field] / norm[units]
            words = np.repeat(place, block.found_in)
            of_word = np.arange(len(units)) - np.repeat(
                np.cumsum(block.found_in) - block.found_in, block.found_in
            )
            at = free[words] + of_word
            units_file[at] = units
            impacts_file[at] = idf[words] * sums / (self._parameters.saturation + sums)
            free[place] += block.found_in

    def _norms(self, field: int) -> NDArray[np.float64] | None:
        """What a field's counts are divided by, to be free of its length; None if it is empty."""
        lengths = np.frombuffer(self._lengths[field], dtype=np.int32)
        if not lengths.sum():
            return None
        share = self._parameters.fields[field].length_norm
        mean = lengths.sum() / self._counted
        return np.asarray(1 - share + share * (lengths / mean), dtype=np.float64)


def _new_array(path: Path, of: type[np.generic], length: int) -> NDArray[Any]:
    """A new file to be filled through memory; an empty one cannot be mapped. Its room is taken
    first: a disk that fills up under mapped memory kills the process, without a word."""
    if not length:
        np.save(path, np.empty(0, dtype=of))
        return np.empty(0, dtype=of)
    filled = np.lib.format.open_memmap(path, mode="w+", dtype=of, shape=(length,))
    with path.open("r+b") as file:
        os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return filled


def fingerprint(parameters: Bm25f) -> str:
    """What the index's fingerprint records of the formula."""
    return json.dumps({"version": _VERSION, **asdict(parameters)}, sort_keys=True)


def _idf(document_frequency: int, unit_count: int) -> float:
    return log(1 + (unit_count - document_frequency + 0.5) / (document_frequency + 0.5))


def _unusable(folder: Path, reason: str) -> IndexUnusable:
    return IndexUnusable(
        f"the word index in {folder} is damaged ({reason}): run `python -m ingest build`"
    )
