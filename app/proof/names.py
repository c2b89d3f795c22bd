"""Names: proper names, names of forms, and what stands in quotation marks, are the quote's own."""

import itertools
import re
from collections.abc import Iterator, Sequence

from app.proof.objection import Objection, failed, unsure
from app.proof.reading import Phrase, Reading, Word
from app.proof.vocabulary import words

_QUOTED = re.compile(r"[“\"«「『《]([^”\"»」』》]{2,})[”\"»」』》]")
_CAPITAL = re.compile(r"[A-Z]")
#: between the words of one name
_WITHIN = re.compile(r"(?:\s|,?\s*&|/|-|\s(?:of|the|and|for|in|or|on|by)(?=\s))+")
_ACRONYM = re.compile(r"[A-Z0-9]{2,}")
_NO_NAMES = words("capitals")
_JOINING = ("of", "the", "and", "for")
_LATIN = re.compile(r"[A-Z][A-Za-z0-9]*")


def check_names(reading: Reading) -> Iterator[Objection]:
    known: tuple[Phrase, ...] = (*reading.quotes, *reading.sources)
    for match in _QUOTED.finditer(reading.statement.text):
        inside = [w for w in reading.statement.words if match.start() < w.start < match.end()]
        if inside and not any(_stands_in(inside, span) for span in known):
            yield failed(f"the name “{match.group(1)}” stands in no cited quote")
    for part in reading.parts:
        for run in _names(part):
            name = part.text[run[0].start : run[-1].end]
            if not all(
                any(
                    _holds(
                        span,
                        word,
                        acronym=_ACRONYM.fullmatch(part.text[word.start : word.end]) is not None,
                    )
                    for span in known
                )
                for word in run
            ):
                yield failed(f"the name {name} stands in no cited quote")
            elif not all(
                any(_side_by_side(piece, span) for span in known)
                for piece in _listed(run, part.text, known)
            ):
                yield unsure(f"the quote does not name it so: {name}")


def check_latin_names(reading: Reading) -> Iterator[Objection]:
    """Of a Chinese sentence over English quotes: its names in Latin letters."""
    known = " ".join((*reading.quote_texts, *(s.text for s in reading.sources))).lower()
    for match in _LATIN.finditer(reading.statement.text):
        if len(match.group()) > 1 and match.group().lower() not in known:
            yield failed(f"the name {match.group()} stands in no cited quote")


def _names(part: Phrase) -> Iterator[list[Word]]:
    """Runs of capitalised words, the word that opens the sentence left out."""
    run: list[Word] = []
    for place, word in enumerate(part.words):
        text = part.text[word.start : word.end]
        capital = bool(_CAPITAL.match(text)) and (
            text.removesuffix("'s").removesuffix("’s") not in _NO_NAMES
        )
        opening = place == 0 and not (text.isupper() and len(text) > 1)
        if capital and not opening:
            if run and not _WITHIN.fullmatch(part.text[run[-1].end : word.start]):
                yield run
                run = []
            run.append(word)
    if run:
        yield run


def _listed(run: list[Word], text: str, known: Sequence[Phrase]) -> list[list[Word]]:
    """A run that is no name as a whole, taken apart at "and" and "or"."""
    if any(_side_by_side(run, span) for span in known):
        return [run]
    pieces: list[list[Word]] = [[run[0]]]
    for before, word in itertools.pairwise(run):
        if re.search(r"\b(?:and|or)\b", text[before.end : word.start]):
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _holds(span: Phrase, word: Word, *, acronym: bool) -> bool:
    if acronym and is_short_for(word.text, span):
        return True
    exact = {key for key in word.keys if acronym or not key.startswith("concept")}
    return bool(exact & span.keys) or any(word.text == other.text for other in span.words)


def is_short_for(acronym: str, span: Phrase) -> bool:
    """Whether words that stand side by side begin with its letters: "value added tax", VAT."""
    initials = "".join(word.text[0] for word in span.words if word.text not in _JOINING)
    return len(acronym) > 2 and acronym in initials


def _stands_in(words: Sequence[Word], span: Phrase) -> bool:
    """Whether the words stand there one behind the other."""
    mine = [word for word in words if word.keys]
    if not mine:
        return True
    theirs = span.content
    return any(
        all(mine[n].keys & theirs[place + n].keys for n in range(len(mine)))
        for place in range(len(theirs) - len(mine) + 1)
    )


def _side_by_side(words: Sequence[Word], span: Phrase) -> bool:
    """Whether each word and the next one stand close together there, in this order."""
    places = [
        [
            n
            for n, other in enumerate(span.words)
            if word.keys & other.keys or word.text == other.text
        ]
        for word in words
    ]
    return all(
        any(0 <= b - a <= 3 for a in first for b in second)
        for first, second in itertools.pairwise(places)
    )
