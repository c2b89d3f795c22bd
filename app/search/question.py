"""What a question asks for: language, documents, places in them, codes, parts.

>>> read_question(Question(text="What does item 7 of No. 68 of 2016 say?")).places
('7',)
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.contract import Question
from app.search.places import find_places
from app.search.steering import is_hostile, visible
from ingest.errors import BadQuestion
from ingest.facts.dates import find_dates
from ingest.facts.references import Reference, WorkNumber, find_references
from ingest.text.codes import named_codes
from ingest.text.language import is_chinese, language_of

#: code points; ten times the longest question an officer was seen to paste
LONGEST_QUESTION = 4000

_CODE = re.compile(r"(?<![\w.])\d[\d.,:-]*\d(?![\w])|(?<![\w.,])\d(?![\w.,]*\d)")
_PARTS = re.compile(
    r"(?<=[?？])\s*(?=\S)"
    r"|[;；]\s*(?=\S)"
    r"|,?\s+(?:and|or)\s+(?=(?:what|which|who|whom|when|where|how|why|does|do|is|are|can|must|may)\b)"
    r"|[，,]\s*(?:以及|并且|同时|另外|还有)(?=\S)",
    re.IGNORECASE,
)
_CONTENT_BEFORE = re.compile(
    r"\b(?:under|according to|pursuant to|in|by|of|does|do|per|with|from)\s+(?:the\s+)?(?:\w+\s+){0,3}$"
    r"|(?:根据|按照|依据|依照)\S{0,8}$",
    re.IGNORECASE,
)
_CONTENT_AFTER = re.compile(
    r"\s*(?:say|state|require|provide|prescribe|contain|regulate|cover|mean|allow|regard)s?\b"
    r"|(?:公告|通知|决定|令)?(?:[里中内]"
    r"|.{0,8}?(?:说了什么|规定了?什么|内容|的规定|如何规定|怎么规定|有何规定|规定|要求|禁止|允许)"
    r"|的.{0,12}?(?:原文|条文|全文))",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(
    r"in force|valid|effective|appl(?:y|ies|icable)|in effect|生效|有效|施行|适用|实施",
    re.IGNORECASE,
)
#: begins or ends as only a follow-up does
_FOLLOW_UP = re.compile(
    r"^\s*(?:and|but|so|or|then|also|what about|how about|what if|if so|in that case|same for|ours)\b"
    r"|^(?:那|那么|还有|另外|再|换成|改成)|(?:呢|怎么办|怎样办)[?？]?$",
    re.IGNORECASE,
)
#: points back to something, if the question is short; a long one explains itself
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|those|these|this|that|one|ones|the same|he|she|ours)\b"
    r"|它|他们|其(?!他)|这个|那个|这种|这些|那些|上述|同样",
    re.IGNORECASE,
)
_SHORT_WORDS = 12
_SHORT_CHARACTERS = 18
#: so short that it cannot stand alone
_FRAGMENT_WORDS = 3
_FRAGMENT_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question with what could be told from its words.

    ``places`` are clause paths that it names ("item 4(2)" -> "4.2"), ``codes``
    the numbers in it that are neither a place nor a document's number.
    """

    text: str
    language: Literal["en", "zh"]
    parts: tuple[str, ...]  # at least one; the whole question if it asks one thing
    works: tuple[WorkNumber, ...]
    asks_for_content_of: WorkNumber | None  # "What does No. 59 of 2015 say about ...?"
    as_of: date | None  # "... in force on 1 December 2016?"
    places: tuple[str, ...]
    codes: tuple[str, ...]
    #: the digits of those that are the long number of something: a tariff code
    named_codes: tuple[str, ...]
    hostile: bool
    follow_up_to: str | None  # the earlier question that this one leans on


def read_question(question: Question) -> ReadQuestion:
    """Take a question apart.

    Raises BadQuestion for one that is empty, too long, or has no letter or digit.
    """
    # a question may come from a clipboard with any character in it
    text = visible(question.text).strip()
    if not text:
        raise BadQuestion("the question is empty; write what you want to know")
    if len(text) > LONGEST_QUESTION:
        raise BadQuestion(
            f"the question has {len(text):,} characters, at most {LONGEST_QUESTION:,} are read; "
            "ask for one rule at a time"
        )
    if not any(character.isalnum() for character in text):
        raise BadQuestion("the question has no words; write what you want to know")
    references = find_references(text)
    places = find_places(text)
    days = find_dates(text)
    asks_of_force = len(days) == 1 and _IN_FORCE.search(text)
    taken = [(reference.start, reference.end) for reference in references]
    taken += [(place.start, place.end) for place in places]
    codes = tuple(
        match.group().rstrip(".,:-")
        for match in _CODE.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    )
    earlier = _leans_on(text, question.history, bool(references))
    return ReadQuestion(
        text=text,
        language=language_of(text),
        parts=_parts(text),
        works=tuple(reference.work for reference in references),
        asks_for_content_of=_content_of(text, references),
        as_of=days[0][1] if asks_of_force else None,
        places=tuple(dict.fromkeys(path for place in places for path in place.paths)),
        codes=codes,
        named_codes=_named_codes(text) or _named_codes(earlier or ""),
        hostile=is_hostile(text),
        follow_up_to=earlier,
    )


def _named_codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named_codes(text)))


def asks_for_content(text: str, start: int, end: int) -> bool:
    """Whether a question asks what the document says that it names from ``start`` to ``end``."""
    before, after = text[:start].rstrip('《“"'), text[end:].lstrip('》”"')
    return bool(_CONTENT_BEFORE.search(before) or _CONTENT_AFTER.match(after))


def _parts(text: str) -> tuple[str, ...]:
    parts = [part.strip() for part in _PARTS.split(text) if part and part.strip()]
    # a fragment of one or two words is no question of its own
    if len(parts) < 2 or any(_is_fragment(part) for part in parts):
        return (text,)
    return tuple(parts)


def _is_fragment(part: str) -> bool:
    return len(part) < 4 if is_chinese(part) else len(part.split()) < 4


def _content_of(text: str, references: list[Reference]) -> WorkNumber | None:
    """The one document whose content is asked for; None if documents are only mentioned."""
    asked = (ref.work for ref in references if asks_for_content(text, ref.start, ref.end))
    return next(asked, None)


def _leans_on(text: str, history: tuple[str, ...], names_a_document: bool) -> str | None:
    """The latest earlier question, if this one can't be understood alone."""
    if not history or names_a_document:
        return None
    length, short, fragment = (
        (len(text), _SHORT_CHARACTERS, _FRAGMENT_CHARACTERS)
        if is_chinese(text)
        else (len(text.split()), _SHORT_WORDS, _FRAGMENT_WORDS)
    )
    leans = (
        length <= fragment
        or _FOLLOW_UP.search(text)
        or (length <= short and _POINTS_BACK.search(text))
    )
    return history[-1] if leans else None
