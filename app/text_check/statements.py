"""The sentences of a text that state a rule, and what each states without its citations."""

import re
from collections.abc import Iterator, Sequence

from app.proof.coverage import dates_in, figures_in
from app.proof.force import FORCES, WILL
from app.proof.reading import ITEM_MARK, mostly_chinese
from app.text_check.citations import NamedCitation
from app.text_check.quotations import Quotation
from ingest.text.sentences import sentences

#: words of an English sentence, characters of a Chinese one
_FEWEST_WORDS, _SHORTEST_CHINESE = 3, 8
#: what the writer will do is no rule
_OF_THE_WRITER = re.compile(r"(?:I|We|You)\b")
#: where a sentence may go on with another rule; behind a place in brackets it does so at any joint
_GOES_ON = re.compile(
    r"[;；]|,\s+(?:and|but|while|whereas)\b|\s(?:while|whereas|but)\s|，(?=但|而|同时|并)"
    r"|(?<=[)）\]])(?:,|，|、|\s+and\b|而|并)"
)
_PLACE = "\ue000"
#: where a citation stands beside a rule, and is no part of it
_LEADING = re.compile(
    rf"^\W*(?:(?:as\s+)?(?:according to|under|pursuant to|in accordance with|in line with|by virtue of|as per|per|by|in|stated in|set out in|see(?:\s+also)?|[参详另]?见|[根依]据|[按依]照|按|依)\s*)?"
    rf"(?:the\s+)?{_PLACE}(?:\s*(?:,|and|、|和|及)\s*{_PLACE})*\s*,?\s*"
    r"(?:(?:also|further|expressly|clearly|明确)?\s*(?:says|say|states?|provides?|requires?|stipulates?|prescribes?|reads?|lays down)\b\s*(?:that\b)?|(?:的?规定|规定|指出|要求|明确))?\s*[,，:：]?\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\s*(?:[（(\[]\s*(?:see|cf\.?|as per|见|参见)?\s*{_PLACE}(?:\s*[,;，；、]?\s*(?:and\s*)?{_PLACE})*\s*[)）\]]"
    rf"|,?\s*(?:under|pursuant to|according to|in accordance with|as (?:provided|stated|required|set out) (?:in|by|under)|as per|see|per)\s+(?:the\s+)?{_PLACE})",
    re.IGNORECASE,
)
#: a sentence that is a quotation and nothing else
_QUOTED_ALONE = re.compile(r"[“\"「『]([^“”\"「」『』]+)[”\"」』]\s*[.。,，;；]?", re.DOTALL)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千]+[个日天月年元倍]")
_VERB = re.compile(r"\b(?:shall|must|may|can|cannot|will|should|need|is|are|was|were|has|have|does|do|enters?|takes?|applies|apply|means?|refers?|includes?|requires?)\b|[为是应须可得由不免]", re.IGNORECASE)  # fmt: skip


def sentences_of(text: str, quotations: Sequence[Quotation]) -> list[tuple[int, int]]:
    """Spans of the sentences; what stands in quotation marks tears none apart."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        torn = spans and any(
            q.start < start < q.end and spans[-1][0] <= q.start for q in quotations
        )
        if torn:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def parted(
    text: str,
    spans: Sequence[tuple[int, int]],
    citations: Sequence[NamedCitation],
    quotations: Sequence[Quotation],
) -> list[tuple[int, int]]:
    """The sentences, one that cites several places for a rule each in its parts, so that each rule
    is held against its own place."""
    held = [(one.start, one.end) for one in citations]
    held += [(one.start, one.end) for one in quotations]
    parts: list[tuple[int, int]] = []
    for start, end in spans:
        places = [one.start for one in citations if one.paths and start <= one.start < end]
        for joint in _GOES_ON.finditer(text, start, end):
            at = joint.start()
            if any(begin < at < stop for begin, stop in held):
                continue
            both = (start, at), (joint.end(), end)
            if all(
                any(a <= place < b for place in places) and _VERB.search(text, a, b)
                for a, b in both
            ):
                parts.append((start, at))
                start = joint.end()
        parts.append((start, end))
    return parts


def statement_of(
    text: str, start: int, end: int, beside: Sequence[NamedCitation]
) -> tuple[str, str]:
    """A sentence without the citations of ``beside`` that stand in front of its rule, behind it
    or in brackets, where one that is part of the rule stays; and the same without that one."""
    pieces: list[str] = []
    kept: list[str] = []
    at = start
    for citation in sorted(beside, key=lambda one: (one.start, -one.end)):
        if citation.start < at or citation.end > end:
            continue
        pieces += [text[at : citation.start], _PLACE]
        kept.append(text[citation.start : citation.end])
        at = citation.end
    sentence = "".join([*pieces, text[at:end]])
    if number := ITEM_MARK.match(sentence):  # the text's own, which is printed before it
        sentence = sentence[number.end() :]
    if sentence.strip(" \n.。;；") in ("", _PLACE):
        return "", ""
    sentence = _without(_LEADING, sentence, kept, first=True)
    sentence = _without(_TRAILING, sentence, kept, first=False)
    return _unquoted("".join(_restored(sentence, kept))), _unquoted(sentence.replace(_PLACE, ""))


def _unquoted(statement: str) -> str:
    quoted = _QUOTED_ALONE.fullmatch(statement.strip())
    return quoted[1] if quoted else statement.strip()


def _without(pattern: re.Pattern[str], sentence: str, kept: list[str], *, first: bool) -> str:
    """The sentence without what a pattern finds; ``kept`` loses the citations within."""
    at = 0
    while match := pattern.search(sentence, at):
        number = sentence[: match.start()].count(_PLACE)
        del kept[number : number + match[0].count(_PLACE)]
        sentence = sentence[: match.start()] + sentence[match.end() :]
        if first:
            break
        at = match.start()
    return sentence


def _restored(sentence: str, kept: Sequence[str]) -> Iterator[str]:
    words = iter(kept)
    for character in sentence:
        yield next(words) if character == _PLACE else character


def may_state_a_rule(statement: str) -> bool:
    """Whether a sentence obliges, permits, forbids, exempts, or tells a figure of something."""
    forces = (name for name, force in FORCES.items() if force.search(statement))
    if any(name != WILL or not _OF_THE_WRITER.match(statement) for name in forces):
        return True
    _, rest = dates_in(statement)
    return any(one.unit for one in figures_in(rest)) or bool(
        _FIGURE.search(statement) and _VERB.search(statement)
    )


def tells(statement: str) -> bool:
    """Whether it is a sentence at all, and no heading, no question, no head of a list."""
    if statement.rstrip("”\"' \n").endswith(("?", "？", ":", "：")):
        return False
    ended = statement.rstrip("”\"'’」』)） \n").endswith((".", "!", ";", "。", "！", "；"))
    size = len(statement.split()) / _FEWEST_WORDS
    if mostly_chinese(statement):
        size = len(statement) / _SHORTEST_CHINESE
    return size >= 1 and (ended or bool(_VERB.search(statement)))
