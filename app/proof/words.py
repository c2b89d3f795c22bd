"""Words, as the checks compare them: what they are known by, and which steer a rule.

The words that the checks know are data: words/*.txt, which this module alone reads. One format
for all: a line is a row of words that count as one, parted by "|", in whatever inflection where
they are compared by stem. What a row is called stands before a colon, a table of rows begins with
its name in brackets, "#" begins a comment.

    [trade]
    import: import* | 进口
    export: export*

Where words are looked for as written (:func:`expression`), "*" stands for any ending, " #" for a
number that follows, and a plural is meant too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from ingest.corpus.glossary import Glossary
from ingest.text.clean_view import clean_view
from ingest.text.language import IDEOGRAPHS, is_chinese
from ingest.text.tokenizer import Tokenizer

_FOLDER = Path(__file__).with_name("words")
_TABLE = re.compile(r"\[(?P<name>[^\]]+)\]")
_ROW = re.compile(r"(?:(?P<name>[^:|]+):\s+)?(?P<words>.+)")


@dataclass(frozen=True, slots=True)
class WordRow:
    """``table`` and ``name`` are "" in a file that has none."""

    table: str
    name: str
    words: tuple[str, ...]


def rows(file: str) -> tuple[WordRow, ...]:
    """The rows of words/FILE.txt, in their order."""
    found: list[WordRow] = []
    table = ""
    for line in (_FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if head := _TABLE.fullmatch(line):
            table = head["name"]
        elif (row := _ROW.fullmatch(line)) and not line.startswith("#"):
            parts = tuple(word.strip() for word in row["words"].split("|"))
            found.append(WordRow(table, row["name"] or "", parts))
    return tuple(found)


def words(file: str, table: str = "") -> frozenset[str]:
    """All words of a file's table."""
    return frozenset(word for row in rows(file) if row.table == table for word in row.words)


def expression(word: str) -> str:
    r"""A word as a regular expression.

    >>> expression("import*"), expression("client company"), expression("within #")
    ('import\\w*', 'client\\ compan(?:y|ies)', 'within(?=\\ \\d)')
    """
    word, number, _ = word.partition(" #")
    stem, ending, _ = word.partition("*")
    found = re.escape(stem)
    if ending:
        found += r"\w*"
    elif not number and word[-1].isalpha() and not is_chinese(word):
        found = f"{found[:-1]}(?:y|ies)" if re.search("[^aeiou]y$", word) else f"{found}(?:e?s)?"
    return f"{found}(?=\\ \\d)" if number else found


# --- words of a text ---

WORD = re.compile(rf"[{IDEOGRAPHS}]+|[^\W_{IDEOGRAPHS}]+(?:[.'’/\-][^\W_{IDEOGRAPHS}]+)*")
#: of a concept's names the first say the same; those behind them are narrower ("parrot")
SURE_NAMES = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a pair of Chinese characters; ``keys``: by what it is known to another word
    (its stem, its glossary concept, its group of synonyms); none for a function word."""

    start: int
    end: int
    text: str
    keys: frozenset[str]
    light: bool = False  # carries no rule: see words/light.txt

    @property
    def telling(self) -> bool:
        """Whether it says something by itself, not only as part of a name ("set up")."""
        return any(" " not in key for key in self.keys)


@dataclass(frozen=True)
class Phrase:
    """A stretch of text with its words."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def content(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.keys)

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(key for word in self.words for key in word.keys)

    def near(self, start: int, end: int, before: int, after: int) -> tuple[Word, ...]:
        """The content words beside ``text[start:end]``."""
        left = [word for word in self.content if word.end <= start]
        right = [word for word in self.content if word.start >= end]
        return (*left[len(left) - min(before, len(left)) :], *right[:after])


#: past forms that no stemmer leads back to their verb
_IRREGULAR = {form: row.name for row in rows("irregular") for form in row.words}


class WordReader:
    """Knows words by stem, glossary concept and synonym; safe in several threads."""

    def __init__(self, tokenizer: Tokenizer, glossary: Glossary) -> None:
        self._tokenizer = tokenizer
        self._glossary = glossary
        empty = words("empty")
        self._empty = empty.union(*map(tokenizer.tokens, empty))
        self._stem = lru_cache(maxsize=50_000)(self._stem_of)
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for place, concept in enumerate(glossary.concepts):
            self._add(concept.english[:SURE_NAMES], f"concept {place}")
        for place, row in enumerate(rows("synonyms")):
            self._add(row.words, f"synonym {place}")
        self._light = frozenset(
            key for word in words("light") for key in self._stem(word) or (word,)
        )
        self._place = {concept: f"concept {n}" for n, concept in enumerate(glossary.concepts)}

    def phrase(self, text: str) -> Phrase:
        return Phrase(text, self.words(text))

    def words(self, text: str) -> tuple[Word, ...]:
        found: list[tuple[int, int, str, frozenset[str]]] = []
        for match in WORD.finditer(text):
            if is_chinese(match.group()):
                found += _pairs(match)
            else:
                keys = self._stem(match.group())
                found.append((match.start(), match.end(), match.group().lower(), keys))
        named = self._named(found)
        if is_chinese(text):
            for mention in self._glossary.mentions(text):
                key = self._place[mention.concept]
                for place, (start, end, *_) in enumerate(found):
                    if mention.start <= start and end <= mention.end:
                        named.setdefault(place, set()).add(key)
        return tuple(
            Word(
                start, end, word, keys | frozenset(named.get(place, ())), self._is_light(word, keys)
            )
            for place, (start, end, word, keys) in enumerate(found)
        )

    def _named(self, found: Sequence[tuple[int, int, str, frozenset[str]]]) -> dict[int, set[str]]:
        """Keys of the concepts and synonyms whose names stand there, by place of the word."""
        forms = [keys | {word} for _, _, word, keys in found]
        named: dict[int, set[str]] = {}
        for place, own in enumerate(forms):
            longest: dict[str, int] = {}  # by table: a longer name hides a shorter one
            begun = [phrase for form in own for phrase in self._phrases.get(form, ())]
            for phrase, key in sorted(begun, key=lambda phrase: -len(phrase[0])):
                table, size = key.split()[0], len(phrase)
                if size < longest.get(table, 0) or place + size > len(forms):
                    continue
                if all(phrase[n] in forms[place + n] for n in range(1, size)):
                    longest[table] = size
                    meant = [n for n in range(place, place + size) if found[n][3]]
                    for n in meant or range(place, place + size):
                        named.setdefault(n, set()).add(key)
        return named

    def _add(self, names: Iterable[str], key: str) -> None:
        for name in names:
            forms = []
            for match in WORD.finditer(clean_view(name)):
                stems = self._stem(match.group())
                # of two stems the first by letters: a set has another order in each process
                shortest = min(stems, key=lambda stem: (len(stem), stem), default="")
                forms.append(shortest or match.group().lower())
            if forms:
                self._phrases.setdefault(forms[0], []).append((tuple(forms), key))

    def _is_light(self, word: str, keys: frozenset[str]) -> bool:
        return word in self._light or bool(keys & self._light)

    def _stem_of(self, word: str) -> frozenset[str]:
        if "." in word and not word[-1].isdigit():
            return frozenset((word.lower(),)) - self._empty  # "i.e", "U.S"
        lemma = _IRREGULAR.get(word.lower(), word)
        return frozenset(self._tokenizer.tokens(lemma)) - self._empty


def overlap(words: Iterable[Word], others: Iterable[Word]) -> int:
    """How many of the words stand among the others, in the same or in other words."""
    keys = frozenset(key for word in others for key in word.keys)
    return sum(bool(word.keys & keys) for word in words)


def _pairs(run: re.Match[str]) -> Iterator[tuple[int, int, str, frozenset[str]]]:
    text = run.group()
    if len(text) == 1:
        yield run.start(), run.end(), text, frozenset((text,))
    for place in range(len(text) - 1):
        pair = text[place : place + 2]
        yield run.start() + place, run.start() + place + 2, pair, frozenset((pair,))


# --- words that steer a rule: "must", "not", "before" ---

#: content words that belong to a cue: those that follow, and those before
AFTER, BEFORE = 5, 4
#: the row of phrases in which a word of the table's other rows is no cue
NEITHER = "-"


@dataclass(frozen=True, slots=True)
class Cue:
    kind: str
    text: str
    start: int
    end: int
    before: tuple[Word, ...]
    after: tuple[Word, ...]

    @property
    def near(self) -> tuple[Word, ...]:
        return (*self.before, *self.after)


def cues(span: Phrase, table: Mapping[str, re.Pattern[str]]) -> list[Cue]:
    """Cues in reading order; where two rows of the table meet, the earlier row has it."""
    found: list[Cue] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in table.items():
        for match in pattern.finditer(span.text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            near = span.near(start, end, BEFORE, AFTER)
            before = tuple(word for word in near if word.end <= start)
            after = tuple(word for word in near if word.start >= end)
            if kind != NEITHER:
                found.append(Cue(kind, match.group(), start, end, before, after))
    return sorted(found, key=lambda cue: cue.start)


def cues_of(spans: Iterable[Phrase], table: Mapping[str, re.Pattern[str]]) -> list[Cue]:
    return [cue for span in spans for cue in cues(span, table)]


def agreement(cue: Cue, other: Cue) -> int:
    """How far two cues steer the same words; what follows a cue tells twice as much."""
    return 2 * overlap(cue.after, other.after) + overlap(cue.near, other.near)


def closest(cue: Cue, others: Sequence[Cue]) -> list[Cue]:
    """Those of the others that steer the same words most; none if none shares a word."""
    best = max((agreement(cue, other) for other in others), default=0)
    return [other for other in others if best and agreement(cue, other) == best]


def pattern(*alternatives: str) -> re.Pattern[str]:
    """One pattern of alternatives; English ones as whole words, in any case, but for the month
    of "5 May" and "May 2017"."""
    english = [
        r"(?<!\d )may(?! \d)" if a == "may" else a for a in alternatives if not is_chinese(a)
    ]
    chinese = [a for a in alternatives if is_chinese(a)]
    joined = [*chinese, *([rf"\b(?:{'|'.join(english)})\b"] if english else [])]
    return re.compile("|".join(joined), re.I)


def word_patterns(rows: Iterable[WordRow]) -> dict[str, re.Pattern[str]]:
    """A table of cues from rows of words."""
    # the longest first: an alternation takes the first that fits
    return {
        row.name: pattern(*map(expression, sorted(row.words, key=len, reverse=True)))
        for row in rows
    }
