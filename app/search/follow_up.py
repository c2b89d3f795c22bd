"""A question in a conversation: what it means after the earlier ones.

One that points back ("does it have to be paid?") cannot be understood alone, and the earlier one
counts for more. Another that lacks a subject of its own, since it joins on ("and for materials?")
or has few telling words, is searched alone and with it; where that finds another best clause, or
one that then reads better, it is a follow-up. One of a word or two goes on with the document that
answered before. Any other is a whole question.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.contract import Question
from app.search.leaning import DEPTH, leaning
from app.search.question import ReadQuestion, read_question
from app.search.retriever import Query, Retriever, SearchResult
from ingest.errors import BadQuestion
from ingest.text.language import is_chinese, language_of

#: what the search for both questions weighs beside that for the last one, and where that points
#: back; measured, as the others here, by `python -m eval follow-ups` and the topics' follow-ups
BOTH_WEIGHT = 1.3
POINTING_WEIGHT = 2.0
#: what the document gets that answers the earlier question, at most and by the telling words of
#: the last one: the fewer, the less it says of its subject
MOST_OF_DOCUMENT = 1.2
DOCUMENT_BONUS = 2.0
#: telling words of a question that goes on with the document of the earlier one
FEW_WORDS = 2
#: telling words from which on a question has a subject of its own, and where it is in another
#: language than the one before: who goes over to another rarely goes on with it
OWN_SUBJECT = 4
OWN_SUBJECT_CHANGED = 2
#: earlier questions that are looked at
_REACH = 3
_REMEMBERED = 256
#: the words of a language that stand for what was said before; a long question may say it itself
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|ours|mine|those|these|this|that|ones?|the same|he|she|him|her)\b"
    r"|它|他们|其(?!他)|[这那](?!么)|上述|同样",
    re.IGNORECASE,
)
#: how a question joins on to what was said before
_JOINS_ON = re.compile(
    r"^\W*(?:(?:and|but|or|then|so|also)\b|(?:what|how) about\b|那|另外|还有)|呢\W*$", re.IGNORECASE
)
_POINTING_WORDS = 12
_POINTING_CHARACTERS = 18

#: puts what was found in its order on the day, and reads it with a text
Read = Callable[[SearchResult, str], SearchResult]


@dataclass(frozen=True, slots=True)
class Understood:
    """``earlier``: what the question leans on, None: it stands alone; ``result``: with what."""

    earlier: str | None
    result: SearchResult


class FollowUps:
    """Understands questions of conversations; safe in several threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._known: OrderedDict[tuple[tuple[str, ...], tuple[str, ...]], str] = OrderedDict()

    def understand(
        self, read: ReadQuestion, history: tuple[str, ...], alone: SearchResult, find: Read
    ) -> Understood:
        """``alone``: what the question finds without the earlier ones."""
        stands_alone = (
            not history
            or not alone.candidates
            or alone.candidates[0].named
            or read.works
            or has_own_subject(read, alone.query, history[-1])
        )
        earlier = None if stands_alone else self._whole(history[-_REACH:], read, find)
        if earlier is None:
            return Understood(None, alone)
        before = self._search(earlier, read)
        both = self._retriever.search(read.after(earlier), read.text, DEPTH)
        words = max(len(alone.query.terms), 1)
        bonus = min(DOCUMENT_BONUS / words**2, MOST_OF_DOCUMENT)
        answering = before.candidates[0].unit.document_id

        def of_document(document: str) -> float:
            return bonus if document == answering else 0.0

        points = points_back(read.text)
        weight = POINTING_WEIGHT if points else BOTH_WEIGHT
        found = leaning(self._retriever.search(read, read.text, DEPTH), both, weight, of_document)
        result = find(found, read.text)
        best, best_alone = result.candidates[0], alone.candidates[0]
        if points and _telling_words(alone.query) >= OWN_SUBJECT:
            points = False  # it may point to what it says itself: "write off its account"
        if not points and best.unit.clause_id == best_alone.unit.clause_id:
            goes_on = words <= FEW_WORDS and best.unit.document_id == answering
            again = find(replace(found, candidates=(best,)), both.query.text).candidates[0]
            if not goes_on and (again.read or 0.0) <= (best_alone.read or 0.0):
                return Understood(None, alone)
        return Understood(earlier, replace(result, query=both.query))

    def _whole(self, history: tuple[str, ...], of: ReadQuestion, find: Read) -> str | None:
        """The last of the earlier questions of one, behind what it leans on itself; None: it was
        none."""
        key = (history, of.documents)
        if key in self._known:
            return self._known[key]
        try:
            read = read_question(Question(text=history[-1], documents=of.documents))
        except BadQuestion:
            return None
        alone = find(self._retriever.search(read, read.text, DEPTH), read.text)
        understood = self.understand(read, history[:-1], alone, find)
        whole = f"{understood.earlier} {read.text}" if understood.earlier else read.text
        self._known[key] = whole
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return whole

    def _search(self, text: str, of: ReadQuestion) -> SearchResult:
        read = read_question(Question(text=text, documents=of.documents))
        return self._retriever.search(read, text, DEPTH)


def points_back(text: str) -> bool:
    """Whether a question is short and one of its words stands for what was said before.

    >>> points_back("Does it have to be paid?"), points_back("Who pays the duty?")
    (True, False)
    """
    return _is_short(text) and _POINTS_BACK.search(text) is not None


def has_own_subject(read: ReadQuestion, query: Query, before: str) -> bool:
    """Whether a question says itself what it asks about: it neither points back nor joins on,
    and names a code or has enough telling words. ``query``: it alone."""
    if _is_short(read.text) and (_POINTS_BACK.search(read.text) or _JOINS_ON.search(read.text)):
        return False
    goes_over = language_of(read.text) != language_of(before)
    enough = OWN_SUBJECT_CHANGED if goes_over else OWN_SUBJECT
    return bool(read.codes) or _telling_words(query) >= enough


def _telling_words(query: Query) -> float:
    """Words of a question alone; a Chinese one has two search words for each."""
    return len(query.own_words) / (2 if is_chinese(query.text) else 1)


def _is_short(text: str) -> bool:
    if is_chinese(text):
        return len(text) <= _POINTING_CHARACTERS
    return len(text.split()) <= _POINTING_WORDS
