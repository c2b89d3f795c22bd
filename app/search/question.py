"""What a question asks for: language, documents, places in them, codes, parts.

>>> read_question(Question(text="What does item 7 of No. 68 of 2016 say?")).places
('7',)
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from app.contract import Question
from app.search.places import find_places
from app.search.steering import asks_to_break_the_law, is_hostile, visible
from ingest.errors import BadQuestion
from ingest.facts.dates import find_dates
from ingest.facts.references import Reference, WorkNumber, find_references
from ingest.text.codes import named_codes
from ingest.text.language import is_chinese, language_of

#: code points; ten times the longest question an officer was seen to paste
LONGEST_QUESTION = 4000
#: that a question may name to be asked: more than anybody chooses by hand
MOST_DOCUMENTS = 500

_CODE = re.compile(r"(?<![\w.])\d[\d.,:-]*\d(?![\w])|(?<![\w.,])\d(?![\w.,]*\d)")
#: digits of a code that is asked for without a word: "5100?"
_SHORTEST_CODE = 4
_PARTS = re.compile(
    r"(?<=[?？])\s*(?=\S)"
    r"|[;；]\s*(?=\S)"
    r"|,?\s+(?:and|or)\s+(?=(?:what|which|who|whom|when|where|how|why|does|do|is|are|can|must|may)\b(?!['’]))"
    r"|[，,]\s*(?:以及|并且|同时|另外|还有)(?=\S)",
    re.IGNORECASE,
)
#: how a question begins within a sentence: "under which", "is it"; and where a sentence has borders
_BEGINS_TO_ASK = re.compile(
    r"(?:(?:and|or|so|then)\s+)?(?:\w+\s+){0,2}(?:what|which|whose|whom?|when|where|how|why)\b(?!['’])"
    r"|(?:does|do|did|is|are|was|were|can|could|must|may|will|shall|should|has|have)\b(?!['’])",
    re.IGNORECASE,
)
_ASKING_WORD = re.compile(
    r"\b(?:what|which|whose|whom?|when|where|how|why|whether)\b", re.IGNORECASE
)
_BORDER = re.compile(r"(?<=[:;,.?!])\s+|(?<=[，,：:；;。？?！])(?=[^\s\d])")
_OR = re.compile(r"\bor\b", re.IGNORECASE)
#: how a sentence ends that asks nothing
_TELLS = (".", "。", "!", "！", '"', "”")
_ASKS = re.compile(r"什么|哪|几|多少|怎|是否|能否|吗|如何|何|多久|多长")
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


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question with what could be told from its words.

    ``places`` are clause paths that it names ("item 4(2)" -> "4.2"), ``codes``
    the numbers in it that are neither a place nor a document's number.
    """

    text: str
    language: Literal["en", "zh"]
    parts: tuple[str, ...]  # at least one; the whole question if it asks one thing
    introduction: str  # what stands before the first part that asks, and is said for all of them
    works: tuple[WorkNumber, ...]
    asks_for_content_of: WorkNumber | None  # "What does No. 59 of 2015 say about ...?"
    as_of: date | None  # "... in force on 1 December 2016?"
    places: tuple[str, ...]
    codes: tuple[str, ...]
    #: the digits of those that are the long number of something: a tariff code
    named_codes: tuple[str, ...]
    hostile: bool
    documents: tuple[str, ...]  # ids of those to search; all of them where none is given
    follow_up_to: str | None  # the earlier question that this one leans on: the search tells

    def after(self, earlier: str) -> "ReadQuestion":
        """The same as a follow-up; without a code of its own it asks about the earlier one's."""
        codes = self.named_codes or _named_codes(earlier)
        return replace(self, follow_up_to=earlier, named_codes=codes)


def read_question(question: Question) -> ReadQuestion:
    """Take a question apart.

    Raises BadQuestion for one that is empty, too long, or has neither a word nor a code.
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
    if not any(map(str.isalpha, text)) and sum(map(str.isdigit, text)) < _SHORTEST_CODE:
        raise BadQuestion("the question has no words; write what you want to know")
    references = find_references(text)
    places = find_places(text)
    parts = _parts(text)
    days = find_dates(text)
    asks_of_force = len(days) == 1 and _IN_FORCE.search(text)
    taken = [(reference.start, reference.end) for reference in references]
    taken += [(place.start, place.end) for place in places]
    codes = tuple(
        match.group().rstrip(".,:-")
        for match in _CODE.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    )
    return ReadQuestion(
        text=text,
        language=language_of(text),
        parts=parts,
        introduction=_introduction(parts[0]) if len(parts) > 1 else "",
        works=tuple(reference.work for reference in references),
        asks_for_content_of=_content_of(text, references),
        as_of=days[0][1] if asks_of_force else None,
        places=tuple(dict.fromkeys(path for place in places for path in place.paths)),
        codes=codes,
        named_codes=_named_codes(text),
        hostile=is_hostile(text) or asks_to_break_the_law(text),
        documents=question.documents,
        follow_up_to=None,
    )


def _named_codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named_codes(text)))


def asks_for_content(text: str, start: int, end: int) -> bool:
    """Whether a question asks what the document says that it names from ``start`` to ``end``."""
    before, after = text[:start].rstrip('《“"'), text[end:].lstrip('》”"')
    return bool(_CONTENT_BEFORE.search(before) or _CONTENT_AFTER.match(after))


def _parts(text: str) -> tuple[str, ...]:
    pieces = [piece for part in _PARTS.split(text) if part for piece in _asking_pieces(part)]
    parts = [part.strip() for part in pieces if part.strip()]
    # what stands behind a question without one of its own tells something, and asks nothing
    while len(parts) > 1 and parts[-2].endswith(("?", "？")) and _tells(parts[-1]):
        parts.pop()
    for at in range(len(parts) - 1, 0, -1):
        if _names_choices(parts[at]):
            parts[at - 1 : at + 1] = [f"{parts[at - 1]} {parts[at]}"]
    # a fragment of one or two words is no question of its own
    if len(parts) < 2 or any(_is_fragment(part) for part in parts):
        return (text,)
    return tuple(parts)


def _introduction(part: str) -> str:
    """What stands before the words that ask, up to the last border before them.

    >>> _introduction("For a barge that is empty: who pays")
    'For a barge that is empty: '
    """
    asks = _ASKS.search if is_chinese(part) else _BEGINS_TO_ASK.match
    borders = [border.end() for border in _BORDER.finditer(part)]
    return next((part[:at] for at in reversed(borders) if asks(part[at:])), "")


def _asking_pieces(text: str) -> list[str]:
    """A Chinese sentence at each comma between two questions: 办什么申报，申报什么内容."""
    pieces = [""]
    for piece in re.split(r"(?<=[，,])", text) if is_chinese(text) else [text]:
        if _ASKS.search(pieces[-1]) and _ASKS.search(piece):
            pieces.append(piece)
        else:
            pieces[-1] += piece
    return pieces


def _names_choices(part: str) -> bool:
    """Whether a part only says between what the question before it is to choose.

    >>> _names_choices("The maker or the buyer?"), _names_choices("Is it the maker or the buyer?")
    (True, False)
    """
    if is_chinese(part):
        return "还是" in part and _ASKS.search(part) is None
    return _OR.search(part) is not None and _BEGINS_TO_ASK.match(part) is None


def _tells(part: str) -> bool:
    """Whether a part asks nothing.

    >>> _tells("A small table would be nice"), _tells("What if it is late")
    (True, False)
    """
    if part.endswith(_TELLS) or is_chinese(part):
        return part.endswith(_TELLS)
    return (
        not part.endswith("?")
        and _ASKING_WORD.search(part) is None
        and _BEGINS_TO_ASK.match(part) is None
    )


def _is_fragment(part: str) -> bool:
    return len(part) < 4 if is_chinese(part) else len(part.split()) < 4


def _content_of(text: str, references: list[Reference]) -> WorkNumber | None:
    """The one document whose content is asked for; None if documents are only mentioned."""
    asked = (ref.work for ref in references if asks_for_content(text, ref.start, ref.end))
    return next(asked, None)
