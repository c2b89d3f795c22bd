"""Faults of a model's sentence that show without reading the clause closely.

They stand before and beside the citation check: links and orders, sentences that never end,
the question's own words given back as an answer, translations that turn a rule around.
"""

import re
from collections.abc import Sequence

from app.proof.force import EXEMPT, FORCES, OBLIGE
from app.proof.polarity import DENIALS
from app.search.steering import addresses_a_model
from ingest.corpus.glossary import Glossary
from ingest.text.language import IDEOGRAPHS, is_chinese
from ingest.text.tokenizer import Tokenizer

#: characters; a longer statement is no single sentence, or one that never ends
LONGEST_STATEMENT = 400
#: English words in a Chinese sentence from which on it is only half translated
HALF_TRANSLATED = 3

#: characters at the end of a statement that tell where in a quote it was copied from
_COPIED = 24

_PLAIN_WORD = re.compile(r"(?<![A-Za-z])[a-z]{3,}(?![A-Za-z])")
#: "the largest import volume … shall be the largest import volume"
_TWICE = re.compile(r"\b(.{20,})\b(?=.*\b\1\b)", re.DOTALL)
#: no sentence ends with these
_OPEN_END = re.compile(r"\b(?:an?|the|of|and|or|within|under|from|with)\s*$")
#: a phrase that comes three times
_REPEATED = re.compile(rf"(.{{16,}}?)(?=.*\1.*\1)|([{IDEOGRAPHS}].{{8,}}?)(?=.*\2.*\2)", re.DOTALL)
_VERDICT = re.compile(
    r"^(?:yes|no|correct|是的?|不是|否|对|不对|可以|不可以|能|不能|要|不要|需要|不需要)\s*[,，:：;；.。!！]\s*",
    re.IGNORECASE,
)
#: "(1)", "（一）", "2." at the head of an item; not the "(s)" of "document(s)"
_LIST_MARK = re.compile(
    r"(?<![A-Za-z])[（(]\s*(\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3})\s*[)）]"
    r"|(?:^|[:：;；]\s*)(\d{1,2})\s?[.、)）](?!\d)(?=\s*\S)"
)
_MARKUP = re.compile(
    r"!\[|\]\s*\(|</?[a-z!]|&#?\w+;|\b(?:https?|ftp|file|data|javascript)\s*:|\bwww\.|`|\|\s*-{2,}",
    re.IGNORECASE,
)


def without_verdict(text: str) -> str:
    """A statement without the "Yes," before it: no quote proves what answers the question.

    >>> without_verdict("Yes, the goods shall be treated as prohibited.")
    'The goods shall be treated as prohibited.'
    """
    rest = _VERDICT.sub("", text, count=1)
    return rest[:1].upper() + rest[1:] if rest != text else text


def fault_of(text: str) -> str | None:
    """What is wrong with a statement, whatever it cites; None: nothing that shows."""
    if not any(character.isalnum() for character in text):
        return "it says nothing"
    if len(text) >= LONGEST_STATEMENT:
        return "it is too long for one sentence, or breaks off"
    if (
        text.endswith(("...", "…", ",", "，"))
        or _OPEN_END.search(text)
        or any(
            text.count(opening) != text.count(closing)
            for opening, closing in ("“”", "()", "（）", "《》")
        )
    ):
        return "it breaks off"
    if _REPEATED.search(text):
        return "it repeats itself"
    if _MARKUP.search(text):
        return "it holds a link or markup"
    if addresses_a_model(text):
        return "it is an instruction, no statement of a rule"
    if "?" in text or "？" in text:
        return "it is a question"
    if is_chinese(text) and len(_PLAIN_WORD.findall(text)) >= HALF_TRANSLATED:
        return "it is only half translated"
    return None


def fault_of_end(text: str, quotes: Sequence[str]) -> str | None:
    """Where a statement copies a quote and stops in the middle of its sentence, or, behind a
    full stop of its own, in the middle of a name ("the local." for "the local Customs House")."""
    goes_on = rf"\s*[a-z(（“{IDEOGRAPHS}]" if text[-1].isalnum() else r"\s+[A-Z]"
    copied = text.rstrip(".")[-_COPIED:]
    if len(copied) == _COPIED and any(
        re.match(goes_on, quote[at + _COPIED :])
        for quote in quotes
        if (at := quote.find(copied)) >= 0
    ):
        return "it breaks off"
    if last := re.search(r"[A-Za-z]+$", text):
        # no full stop, and the quotes have this word, but never at the end of a phrase
        ends = [
            re.match(r"\s*(?:[^\w\s“(（]|\n|$)", quote[found.end() :]) is not None
            for quote in quotes
            for found in re.finditer(rf"\b{last[0]}\b", quote)
        ]
        if ends and not any(ends) and not is_chinese(text):
            return "it breaks off"
    return None


def fault_of_repetition(text: str, quotes: Sequence[str]) -> str | None:
    """Where a statement says a long phrase twice that no quote says twice."""
    twice = _TWICE.search(text)
    if twice and not any(quote.count(twice[1]) > 1 for quote in quotes):
        return "it repeats itself"
    return None


def fault_of_numbering(text: str, quotes: Sequence[str]) -> str | None:
    """Where a statement numbers a list itself: a reader takes "(1)" for an item of the rule."""
    printed = {mark for quote in quotes for mark in _list_marks(quote)}
    own = [mark for mark in _list_marks(text) if mark not in printed]
    return f"it numbers a list itself: ({own[0]})" if own else None


def fault_of_translation(text: str, quotes: Sequence[str]) -> str | None:
    """Where a translation turns a rule around: it denies what no quote denies, or obliges
    where the quotes only exempt."""
    if _denies(text) and not any(map(_denies, quotes)):
        return "it denies or exempts, which no cited quote does"
    quoted = "\n".join(quotes)
    exempts = FORCES[EXEMPT].search(quoted) and not FORCES[EXEMPT].search(text)
    if exempts and FORCES[OBLIGE].search(text) and not FORCES[OBLIGE].search(quoted):
        return "it obliges where the cited quote exempts"
    return None


def _list_marks(text: str) -> list[str]:
    return [match[1] or match[2] for match in _LIST_MARK.finditer(text)]


class EchoFinder:
    """Finds words that a sentence has from the question and not from its quotes: a model
    that answers with the question's own words has proven nothing by them."""

    def __init__(self, tokenizer: Tokenizer, glossary: Glossary) -> None:
        self._tokenizer = tokenizer
        self._glossary = glossary

    def echoes(self, statement: str, question: str, proof: Sequence[str]) -> list[str]:
        """Those words, stemmed, in the statement's order."""
        asked, proven = self._words(question), self._words("\n".join(proof))
        words = self._tokenizer.tokens(self._glossary.in_corpus_wording(statement))
        return [word for word in dict.fromkeys(words) if word in asked and word not in proven]

    def _words(self, text: str) -> frozenset[str]:
        wording = self._glossary.in_corpus_wording(text)
        return frozenset(self._tokenizer.tokens(f"{text}\n{wording}"))


def _denies(text: str) -> bool:
    return any(pattern.search(text) for pattern in DENIALS.values())
