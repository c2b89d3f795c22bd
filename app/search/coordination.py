"""The sides of a question: what it joins by "and", "or", "versus", 和, 与, each asked alone.

>>> [side.question for side in joined("What is filed inside and outside the area?")[0].sides]
['What is filed inside the area?', 'What is filed outside the area?']

Only the grammar of joining is read here. Whether the sides have clauses of their own, or are
one thing with two names ("terms and conditions"), the search tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.facts.references import find_references, find_titles
from ingest.text.language import is_chinese

_PREPOSITION = (
    r"(?:for|in|by|under|of|on|at|to|from|with|without|within|into|out of|during|before|after|per"
    r"|inside|outside|above|below|over)"
)
_JOINS = re.compile(
    rf",?\s+(?:and|or|as well as)\s+(?!(?:(?:{_PREPOSITION}|as)\s+)?(?:what|which|whom?|how|when|where|why)\b)"
    r"|,?\s+(?P<against>versus|vs\.?|against|as opposed to|(?:as )?compared (?:to|with)|unlike)\s+"
    r"|\s+(?P<differs>differs?(?: in any way)? from|(?:is|are) different from)\s+",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b(?:between|both|either|whether)\s+", re.IGNORECASE)
#: what the same word before both sides begins: "by the seller and by the buyer"
_OPENING = re.compile(
    rf"(?:{_PREPOSITION}|an?|the|how|if|that|their|our|its|[a-z]+ing)$", re.IGNORECASE
)
_BEFORE_A_SIDE = re.compile(
    rf"(?<!\S)(?:{_PREPOSITION}|an?|the|is|are|do|does|can|must|may|compare)\s+", re.IGNORECASE
)
#: "how does a permit differ from a licence"
_DOES = re.compile(r"(?<!\S)(?:does|do|did|how|in what way)\s+", re.IGNORECASE)
#: "compared to that in the zone": the noun stands on the other side
_STANDS_FOR_A_NOUN = re.compile(rf"(?:that|those|the ones?)\s+(?={_PREPOSITION}\b)", re.IGNORECASE)
_ENDS_WITH_PREPOSITION = re.compile(rf"(?<!\S){_PREPOSITION}$", re.IGNORECASE)
_BEGINS_WITH_PREPOSITION = re.compile(rf"{_PREPOSITION}(?!\S)", re.IGNORECASE)
#: words of a side before a comma
_LONGEST_ITEM = 4
_BORDER = re.compile(r"(?:[:;,?!]|(?<!\bno)(?<!\bnos)\.)(?=\s|$)", re.IGNORECASE)

_CHINESE_JOINS = re.compile(
    r"以及|还是|(?<!共)和(?!解)|(?<!参)与(?!否)|(?<![涉普顾])及(?![时其])|或者?|、|跟|相比"
)
_CHINESE_BORDER = re.compile(r"[,，;；:：?？。！]")
_CHINESE_BEFORE = re.compile(r"[在对从向为按于](?=.)")
_CHINESE_AFTER = re.compile(
    r"各|分别|有什么|有何|有哪些|哪|怎么|怎样|如何|下|之间|的(?:区别|不同|差异)|是否|都|均"
)
#: what follows a noun and is said of it
_GOES_ON_ABOUT = re.compile(r"[的对在从向按]")
_ASKS = re.compile(
    r"\s*(?:what|which|who|how|when|where|why|is|are|do|does|can|must|may)\b", re.IGNORECASE
)
_COMPARES = re.compile(
    r"\b(?:compar\w+|differ\w*|contrast\w*|respective\w*|each|versus|vs|both|between)\b"
    r"|\bwhich\b.*\bor\b|比较|区别|不同|差异|相比|分别|各",
    re.IGNORECASE,
)


#: how a question names a document by its number or its kind alone, without marks
_NAMED = re.compile(
    r"(?:\b[A-Z][\w-]*\s+){0,3}\bNos?\.?\s*\d{1,4}\b(?:(?:\s+of\s+|,\s*|/)(?:19|20)\d\d)?"
    r"|(?:\b[A-Z][\w-]*\s+(?:(?:of|on|and|for)\s+)?)+(?:Law|Act|Code|Order|Regulations?|Measures"
    r"|Rules|Convention|Agreement|Treaty|Protocol)\b"
    r"|(?:(?:19|20)\d\d\s*年)?第?\s*\d{1,4}\s*号(?:公告|令|通知|文件|文)?"
    r"|(?![与和及或以])[^\W\d_a-zA-Z]{1,20}?(?:法|条例|办法|细则)(?=[对在关中里的规下如是有怎第，,、和与及]|$)"
)
#: stands about the name of a document
_OPENING_MARKS, _CLOSING_MARKS = '《“‘「『"', '》”’」』"'
#: two words that ask, joined: "when and where", 在什么时间、向哪个机构
_ASKING = (
    r"(?:how (?:much|many|long|soon|early|often)|(?:what|which)\s+\w+|whom?|when|where|why|how)"
)
_ASKING_TWICE = re.compile(
    rf"\b(?P<first>(?:{_PREPOSITION}\s+)?{_ASKING})\s+(?:and|or)\s+"
    rf"(?P<second>(?:{_PREPOSITION}\s+)?{_ASKING})(?=\s)",
    re.IGNORECASE,
)
_CHINESE_ASKING = r"[在向由以按从用]?(?:什么|哪[个些种家一]?|何|多少|谁)[^\s，,、。？?]{0,2}?"
_CHINESE_ASKING_TWICE = re.compile(
    rf"(?P<first>{_CHINESE_ASKING})(?:、|以及|和|及)(?P<second>{_CHINESE_ASKING.removesuffix('?')})"
)


@dataclass(frozen=True, slots=True)
class Side:
    """``words``: as the question names it; ``question``: the question about it alone."""

    words: str
    question: str


@dataclass(frozen=True, slots=True)
class Sides:
    """What one place of a question joins, in the order of its words.

    ``frame``: the question without them; ``set_apart``: the question sets them against each
    other, so that each has a clause of its own, and does not only name several.
    """

    sides: tuple[Side, ...]
    frame: str
    set_apart: bool


def joined(question: str) -> list[Sides]:
    """What a question joins, once for each place; [] if it joins nothing.

    Where it says "versus", that parts it, and not an "and" within a side.
    """
    if asking := _asking_twice(question):
        return [asking]
    spans = _chinese_spans if is_chinese(question) else _english_spans
    compares = _COMPARES.search(question) is not None
    chains = _chained(spans(question))
    if any(against for against, _ in chains):
        chains = [(against, sides) for against, sides in chains if against]
    found = []
    for against, spanned in chains:
        sides = _around(question, _ended_alike(question, _documents(question, spanned)), spanned)
        if not sides.frame and _ASKS.match(question):
            continue  # "How small must a pack be compared with others?": the other asks nothing
        if compares or against or _alike([side.words for side in sides.sides]):
            found.append(sides)
        elif len(spanned) > 2:
            found.append(replace(sides, set_apart=False))
    return found


def _around(question: str, sides: Sequence["_Span"], spanned: Sequence["_Span"]) -> Sides:
    """Sides with the words that stand about all of them; ``spanned``: with what belongs to the
    last one or the first one by its place alone."""
    before = question[: sides[0][0]]
    after = f"{question[sides[0][1] : spanned[0][1]]}{question[sides[-1][1] :]}"
    return Sides(
        tuple(
            Side(question[a:b].strip(_MARKS), f"{before}{question[a:b]}{after}") for a, b in sides
        ),
        f"{before}{after}".strip(" ?？.。,，:："),
        set_apart=True,
    )


def _documents(question: str, spanned: Sequence["_Span"]) -> list["_Span"]:
    """Where each of the sides holds the name of a document, these names; else the sides."""
    names = [
        *((title.start, title.end) for title in find_titles(question)),
        *((reference.start, reference.end) for reference in find_references(question)),
        *(match.span() for match in _NAMED.finditer(question)),
    ]
    found = []
    for start, end in spanned:
        within = [(a, b) for a, b in names if start <= a and b <= end]
        if not within:
            return list(spanned)
        begin, stop = min(within, key=lambda span: (span[0], -span[1]))
        marked = begin > start and question[begin - 1] in _OPENING_MARKS
        found.append((begin - marked, stop + (marked and question[stop] in _CLOSING_MARKS)))
    return found


def _ended_alike(question: str, sides: list["_Span"]) -> list["_Span"]:
    """The last side up to where it ends as the first does: in 船和快船的费用, 的费用 is of both."""
    (first, first_end), *_, (last, last_end) = sides
    written = question[last:last_end]
    for start in range(first, first_end):
        ending = question[start:first_end]
        at = written.find(ending, 1)
        stop = at + len(ending)
        if at > 0 and _GOES_ON_ABOUT.match(written, stop):
            return [*sides[:-1], (last, last + stop)]
    return sides


def _asking_twice(question: str) -> Sides | None:
    """Each of two words that ask, with the rest of the question."""
    pattern = _CHINESE_ASKING_TWICE if is_chinese(question) else _ASKING_TWICE
    found = pattern.search(question)
    if found is None:
        return None
    spans = [found.span("first"), found.span("second")]
    return replace(_around(question, spans, spans), set_apart=False)


def _alike(sides: Sequence[str]) -> bool:
    """Whether sides are set apart: each begins with a preposition, or names a document."""
    return all(
        _BEGINS_WITH_PREPOSITION.match(side)
        or find_references(side)
        or find_titles(side)
        or _NAMED.fullmatch(side)
        for side in sides
    )


_Span = tuple[int, int]
#: stands about a side and is none of its words
_MARKS = " \t\n\"'“”‘’「」『』《》〈〉,，、;；:："


def _chained(
    pairs: list[tuple[bool, _Span, _Span]],
) -> list[tuple[bool, list[_Span]]]:
    """Pairs of which the second side of one is the first side of the next, as one."""
    chains: list[tuple[bool, list[_Span]]] = []
    for against, left, right in pairs:
        if chains and chains[-1][1][-1][0] == left[0]:
            chains[-1] = (against or chains[-1][0], [*chains[-1][1][:-1], left, right])
        else:
            chains.append((against, [left, right]))
    return chains


def _english_spans(text: str) -> list[tuple[bool, _Span, _Span]]:
    pairs: list[tuple[bool, _Span, _Span]] = []
    for join in _JOINS.finditer(text):
        start = _border_before(_BORDER, text, join.start())
        end = _border_after(_BORDER, text, join.end())
        before = _ENDS_WITH_PREPOSITION.search(text[start : join.start()])
        after = _BEGINS_WITH_PREPOSITION.match(text[join.end() : end])
        if before and after:  # "inside and outside the area"
            left = (start + before.start(), join.start())
            pairs.append((False, left, (join.end(), join.end() + after.end())))
            continue
        noun = _STANDS_FOR_A_NOUN.match(text, join.end(), end)
        right = (noun.end() if noun else join.end(), end)
        begin = start + _side_begins(text[start : join.start()], text[slice(*right)], join)
        if text[begin : join.start()].strip() and text[slice(*right)].strip():
            first = (begin, join.start())
            pairs += [(False, one, other) for one, other in _before_commas(text, first)]
            pairs.append((join["against"] is not None or join["differs"] is not None, first, right))
    return pairs


def _side_begins(left: str, right: str, join: re.Match[str]) -> int:
    """Where in ``left`` the side begins whose other side is ``right``."""
    if pairs := list(_PAIR.finditer(left)):
        return pairs[-1].end()
    word, *next_word = right.split()[:2]
    same = [
        *re.finditer(rf"(?<!\S){re.escape(word)}(?!\S)", left, re.IGNORECASE),
        # "the boat of the guild and the boat of the town" begins with the first "the"
        *re.finditer(
            rf"(?<!\S){re.escape(' '.join((word, *next_word)))}(?!\S)", left, re.IGNORECASE
        ),
    ]
    if same and _OPENING.match(word):
        return same[-1].start()
    if _BEGINS_WITH_PREPOSITION.match(word) and (
        before := list(re.finditer(rf"\b{_PREPOSITION}\b", left, re.IGNORECASE))
    ):
        return before[-1].start()
    if join["differs"] is not None:
        verbs = list(_DOES.finditer(left))
        return verbs[-1].end() if verbs else len(left) - len(left.lstrip())
    if join["against"] is None and (before := list(_BEFORE_A_SIDE.finditer(left))):
        return before[-1].end()
    return len(left) - len(left.lstrip())


def _before_commas(text: str, first: _Span) -> list[tuple[_Span, _Span]]:
    """In "the A, B and C" what stands before B."""
    comma = text[: first[0]].rstrip()
    if not comma.endswith(",") or not text[first[1] :].lstrip(" ,").lower().startswith(
        ("and", "or")
    ):
        return []
    stop = len(comma) - 1
    start = _border_before(_BORDER, text, stop)
    side = text[slice(*first)]
    if _OPENING.match(side.split()[0]):
        opening = re.escape(side.split()[0])
        begins = [found.start() for found in re.finditer(rf"(?<!\S){opening}\s", text[start:stop])]
    else:
        begins = [found.end() for found in _BEFORE_A_SIDE.finditer(text[start:stop])]
    if not begins or not 0 < len(text[start + begins[-1] : stop].split()) <= _LONGEST_ITEM:
        return []
    return [((start + begins[-1], stop), first)]


def _chinese_spans(text: str) -> list[tuple[bool, _Span, _Span]]:
    pairs: list[tuple[bool, _Span, _Span]] = []
    for join in _CHINESE_JOINS.finditer(text):
        start = _border_before(_CHINESE_BORDER, text, join.start())
        if pairs and pairs[-1][2][1] == join.start():
            start = pairs[-1][2][0]
        else:
            before = list(_CHINESE_BEFORE.finditer(text, start, join.start()))
            start = before[-1].end() if before else start
        end = _border_after(_CHINESE_BORDER, text, join.end())
        after = _CHINESE_AFTER.search(text, join.end() + 1, end)
        next_join = _CHINESE_JOINS.search(text, join.end() + 1, after.start() if after else end)
        end = next_join.start() if next_join else after.start() if after else end
        if join.start() - start >= 2 and end - join.end() >= 2:
            pairs.append((False, (start, join.start()), (join.end(), end)))
    return pairs


def _border_before(border: re.Pattern[str], text: str, at: int) -> int:
    return max((found.end() for found in border.finditer(text, 0, at)), default=0)


def _border_after(border: re.Pattern[str], text: str, at: int) -> int:
    found = border.search(text, at)
    return found.start() if found else len(text)
