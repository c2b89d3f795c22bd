"""What an utterance wants that is no question about a clause: told from its words alone, in one
place, before anything is searched.

Every word must be one of ``intents.toml``, but for the name of one held document, or the subject
of "which documents do you hold on …". So what says anything of a rule stays a question of law.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.contract import Purpose, Question
from app.search.document_names import DocumentNames
from app.search.foreign import foreign_language
from app.search.steering import is_hostile, visible
from ingest.corpus.catalog import CatalogEntry
from ingest.facts.dates import find_dates, written_dates
from ingest.facts.references import find_references
from ingest.text.language import IDEOGRAPHS, is_chinese

FILE = Path(__file__).with_name("intents.toml")

#: code points; whoever writes more has something to ask
LONGEST = 400
#: words or characters of a subject
_LONGEST_SUBJECT = 8
_LONGEST_CHINESE_SUBJECT = 16

SMALL_TALK = frozenset(
    (Purpose.GREETING, Purpose.THANKS, Purpose.FAREWELL, Purpose.IDENTITY, Purpose.HELP)
)
#: these speak of one document; the others may
_OF_A_DOCUMENT = frozenset((Purpose.OUTLINE, Purpose.REPEALS, Purpose.CITES))
_MAY_NAME_ONE = _OF_A_DOCUMENT | {Purpose.CHANGES, Purpose.IN_FORCE}

_PIECE = re.compile(
    rf"(?P<chinese>[{IDEOGRAPHS}])|(?P<word>\d+|[^\W\d_{IDEOGRAPHS}]+)(?:['’](?P<rest>[a-z]+))?"
)
_CONTRACTIONS = {
    "s": "is", "m": "am", "re": "are", "ve": "have", "d": "would", "ll": "will", "t": "not",
}  # fmt: skip
#: stands in a form for a name or a subject
_MARK = "§"
#: what is no word in a form
_SIGNS = {_MARK, "..", "^", "$"}


@dataclass(frozen=True, slots=True)
class Intent:
    """``documents``: the texts of the Work that is spoken of; ``day``: the one that is named;
    ``subject``: of "which documents do you hold on …"; ``tongue``: code of another language."""

    purpose: Purpose
    documents: tuple[str, ...] = ()
    day: date | None = None
    subject: str = ""
    tongue: str = ""

    @property
    def is_talk(self) -> bool:
        """No question about a rule, or none that can be read."""
        return self.purpose in SMALL_TALK or self.purpose is Purpose.FOREIGN


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or a Chinese phrase at ``text[start:end]``; ``known``: one of the vocabulary."""

    word: str
    start: int
    end: int
    known: bool


class _Vocabulary:
    """The words and forms of ``intents.toml``."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        forms: Mapping[str, Sequence[str]] = content["forms"]
        self.forms = {
            Purpose(purpose): re.compile("|".join(map(_pattern, written)))
            for purpose, written in forms.items()
        }
        in_forms = {
            purpose: {word for form in written for word in re.split(r"[ |]+", form)} - _SIGNS
            for purpose, written in forms.items()
        }
        light = {*content["words"].split(), *content["words_zh"].split()}
        talk = {*content["beside"]["talk"].split(), *content["beside"]["talk_zh"].split()}
        greetings = in_forms["greeting"] | in_forms["thanks"] | in_forms["farewell"]
        of_talk = light | talk | greetings | in_forms["help"] | in_forms["identity"]
        nouns = {*content["nouns"].split(), *content["nouns_zh"].split()}
        of_documents = light | greetings | nouns
        self._words = {
            Purpose(purpose): of_talk if Purpose(purpose) in SMALL_TALK else of_documents | own
            for purpose, own in in_forms.items()
        }
        #: characters of the longest Chinese word of each
        self._longest = {
            purpose: max(len(word) for word in words if is_chinese(word))
            for purpose, words in self._words.items()
        }
        self.law = {*content["law"].split(), *content["law_zh"].split()}
        #: words that only ask: that no clause has them tells nothing
        self.asking = light | self.law
        self.subject_after = frozenset(content["subject_after"].split())
        self.subject_before = frozenset(content["subject_before"].split())
        self.pronouns = {*content["pronouns"].split(), *content["pronouns_zh"].split()}
        self.nouns = nouns
        self.kinds = {kind: words.split() for kind, words in content["kinds"].items()}

    def pieces(self, text: str, purpose: Purpose) -> list[_Piece]:
        words, longest = self._words[purpose], self._longest[purpose]
        found: list[_Piece] = []
        at = 0
        while (match := _PIECE.search(text, at)) is not None:
            start, at = match.span()
            if match["chinese"]:
                ends = range(min(start + longest, len(text)), start, -1)
                end = next((end for end in ends if text[start:end] in words), None)
                at = end or start + 1
                found.append(_Piece(text[start:at], start, at, end is not None))
                continue
            word, rest = match["word"], match["rest"]
            if rest == "t" and word not in words:
                word = word.removesuffix("n")  # "do" of "don't"
            found.append(_Piece(word, start, match.end("word"), word in words))
            if rest:
                word = _CONTRACTIONS.get(rest, rest)
                found.append(_Piece(word, match.start("rest"), at, word in words))
        return found


class IntentReader:
    """Tells what an utterance wants, for the documents of one corpus."""

    def __init__(self, entries: Iterable[CatalogEntry]) -> None:
        self._vocabulary = vocabulary()
        self._names = DocumentNames(entries, self._vocabulary.kinds)

    def read(self, question: Question) -> Intent:
        """What a question wants; of kind "clauses" unless all its words say something else."""
        text = visible(question.text).strip()
        clauses = Intent(Purpose.CLAUSES)
        if not text or len(text) > LONGEST or is_hostile(text):
            return clauses
        told = self._told(text, question.history)
        if told is not None:
            return told
        tongue = foreign_language(text)
        return Intent(Purpose.FOREIGN, tongue=tongue) if tongue else clauses

    def alone(self, question: Question) -> Question:
        """A question without the small talk before it, on which no follow-up leans."""
        kept = (text for text in question.history if not self.read(Question(text=text)).is_talk)
        return question.model_copy(update={"history": tuple(kept)})

    def _told(self, text: str, history: Sequence[str]) -> Intent | None:
        days = find_dates(text)
        lower = _lower(text)
        for purpose, form in self._vocabulary.forms.items():
            pieces = self._vocabulary.pieces(lower, purpose)
            if not pieces:
                return None
            unknown = [at for at, piece in enumerate(pieces) if not piece.known]
            span = (unknown[0], unknown[-1] + 1) if unknown else None
            words = [piece.word for piece in pieces]
            if span is not None:
                words[self._with_noun(pieces, span[0], purpose) : span[1]] = [_MARK]
            if not form.search(f" {' '.join(words)} "):
                continue
            day = days[0][1] if len(days) == 1 else None
            intent = self._meant(purpose, text, pieces, span, day, history)
            if intent is not None:
                return intent
        return None

    def _with_noun(self, pieces: Sequence[_Piece], first: int, purpose: Purpose) -> int:
        """Where the name of a document begins: at the noun before its number, if there is one."""
        is_name = purpose in _MAY_NAME_ONE and first > 0
        return first - (is_name and pieces[first - 1].word in self._vocabulary.nouns)

    def _meant(
        self,
        purpose: Purpose,
        text: str,
        pieces: Sequence[_Piece],
        span: tuple[int, int] | None,
        day: date | None,
        history: Sequence[str],
    ) -> Intent | None:
        if purpose in SMALL_TALK:
            return Intent(purpose) if span is None and day is None else None
        if purpose is Purpose.HOLDINGS:
            subject = self._subject(text, pieces, span)
            return None if subject is None else Intent(purpose, subject=subject)
        if span is not None:
            documents = self._named(text, pieces, span)
            return Intent(purpose, documents, day) if documents else None
        if self._vocabulary.pronouns & {piece.word for piece in pieces} or (
            purpose in _OF_A_DOCUMENT
        ):
            documents = self._named_before(history)
            return Intent(purpose, documents, day) if documents else None
        return Intent(purpose, (), day)

    def _named(self, text: str, pieces: Sequence[_Piece], span: tuple[int, int]) -> tuple[str, ...]:
        """The document that the unknown words name, with or without a noun beside them."""
        first, last = span
        left, right = first, last
        while left > 0 and pieces[left - 1].word in self._vocabulary.nouns:
            left -= 1
        while right < len(pieces) and pieces[right].word in self._vocabulary.nouns:
            right += 1
        for a, b in dict.fromkeys([(left, right), (first, right), (left, last), (first, last)]):
            words = text[pieces[a].start : pieces[b - 1].end]
            found = self._names.meant_by(words)
            # with its number a document is named as a whole: "announcement" of No. 68 counts
            if found or find_references(words):
                return found
        return ()

    def _named_before(self, history: Sequence[str]) -> tuple[str, ...]:
        for earlier in reversed(history):
            told = self._told(visible(earlier).strip(), ())
            if told is not None and told.documents:
                return told.documents
        return ()

    def _subject(
        self, text: str, pieces: Sequence[_Piece], span: tuple[int, int] | None
    ) -> str | None:
        """The subject asked for, "" for all; None if this asks for what must be done."""
        if span is None:
            return ""
        first, last = span
        subject = text[pieces[first].start : pieces[last - 1].end]
        longest = _LONGEST_CHINESE_SUBJECT if is_chinese(subject) else _LONGEST_SUBJECT
        if last - first > longest or any(piece.word in self._vocabulary.law for piece in pieces):
            return None
        if is_chinese(subject):
            return None if any(word in subject for word in self._vocabulary.law) else subject
        is_said = first > 0 and pieces[first - 1].word in self._vocabulary.subject_after
        is_last = self._vocabulary.subject_before.issuperset(p.word for p in pieces[last:])
        return subject if is_said and is_last else None


@cache
def vocabulary() -> _Vocabulary:
    return _Vocabulary(tomllib.loads(FILE.read_text(encoding="utf-8")))


def _pattern(form: str) -> str:
    """A form as a pattern for words with a blank before and behind each.

    >>> re.search(_pattern("who are|r .. you"), " so who are all of you ") is not None
    True
    """
    marks = {"..": r"(?:\S+ )*", "^": "^ ", "$": "$"}
    parts = [
        marks.get(part) or f"(?:{'|'.join(map(re.escape, part.split('|')))}) "
        for part in form.split()
    ]
    return f"{'' if form.startswith('^') else ' '}{''.join(parts)}"


def _lower(text: str) -> str:
    """In small letters, each at its place; days left out."""
    letters = list(text)
    for found in written_dates(text):
        letters[found.start : found.end] = " " * (found.end - found.start)
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in letters)
