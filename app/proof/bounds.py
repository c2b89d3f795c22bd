"""Bounds: before is not after, at most is not at least, "only" and "all" are not slipped in."""

import re
from collections.abc import Iterator

from app.proof.cues import Cue, closest, cues, cues_of, pattern
from app.proof.objection import Objection, contradicted, unsure
from app.proof.reading import Reading, StatedRule

TIMES = {
    "before": pattern(r"before(?:hand)?", r"prior to", r"in advance(?: of)?", r"ahead of(?: schedule)?", r"(?:by|until)(?= (?:the )?(?:end|\w+ end|\d|close|expiry))", r"until", r"by (?=the (?:\d|deadline))", r"previously", r"之?前|以前"),
    "after": pattern(r"after(?:wards?)?(?!-sales| that\b|,)", r"later(?! than)", r"following(?= (?:the|its|their|remov|clos|entry))", r"as (?:from|of)", r"once(?! per| a| for)", r"upon", r"from(?= (?:its|their|the)? ?(?:removal|issuance|date|day|\d|January|February|March|April|May|June|July|August|September|October|November|December))", r"as soon as", r"since", r"之?后|以后|起"),
}  # fmt: skip
#: what says the same in a quote
_QUOTED_TIMES = {
    "before": pattern(TIMES["before"].pattern, r"within(?= (?:the )?(?:time|period|deadline|limit))", r"deadline", r"expir\w+", r"pre-?approved"),
    "after": pattern(TIMES["after"].pattern, r"already", r"ha(?:s|ve) been", r"having"),
}  # fmt: skip
#: proves the opposite: "X only after approval" is "approval before X"
_TURNS = pattern(
    r"only",
    r"not(?! (?:earlier|later|less|more|longer|older))",
    r"cannot",
    r"no(?!\.)(?! (?:earlier|later|less|more|longer|older))",
    r"until",
    r"unless",
)

SCOPE = {
    "all": pattern(r"(?<!above )all(?! of the following)(?! exempted)", r"every(?! (?:year|month|day))", r"(?:for|of|to|by|into|in|at|from|with|on|under|take) any(?! case)",  r"always", r"whatever(?= (?:the|\w+ (?:of|is|are)))", r"of (?:whatever|any) (?:kind|sort|type)", r"regardless", r"no matter", r"both", r"entire(?:ly)?", r"in (?:every|any|all) cases?", r"unlimited", r"as long as .{0,20} likes?", r"at any time", r"without (?:any )?(?:limit|formalities)", r"所有|全部|一切|任何|均|都"),
    "even": pattern(r"even(?! though)"),
    "except": pattern(r"except(?:ing)?(?: for| by| in)?", r"unless", r"other than", r"exclud\w+"),
    "only": pattern(r"only", r"solely", r"exclusively", r"exclusive", r"just(?! (?:because|like|as|a|an|the))", r"merely(?! because)", r"at most", r"at least", r"仅|只"),
}  # fmt: skip
#: these must stand by the same words
_EACH = ("all", "every", "always", "both")
_QUOTED = {
    "all": pattern(r"all", r"every(?! (?:year|month|day))", r"any",  r"both", r"either", r"per", r"whether .* or not", r"nationally", r"not be restricted", r"no", r"never", r"所有|全部|一切|任何|均|都"),
    "except": pattern(r"except\w*", r"exclud\w*", r"unless", r"without", r"not", r"no", r"however", r"only", r"before", r"exempt\w*", r"other than"),
    "even": pattern(r"even", r"however", r"but", r"still", r"although", r"regardless", r"whether"),
    "only": pattern(r"only", r"solely", r"exclusively", r"exclusive", r"merely", r"rather than", r"unless", r"until", r"before", r"仅|只"),
}  # fmt: skip
_DUTY = pattern(r"ha(?:s|ve) to", r"must", r"shall", r"needs? to", r"first")


def check_bounds(reading: Reading) -> Iterator[Objection]:
    for part in reading.parts:
        yield from _check_times(part)
        yield from _check_scope(part)


def _check_times(part: StatedRule) -> Iterator[Objection]:
    quoted = cues_of(part.support, _QUOTED_TIMES)
    for cue in cues(part, TIMES):
        others = closest(cue, quoted) or quoted
        if not others and cue.text.lower() != "once":
            yield unsure(f"no cited quote says “{cue.text}”")
        elif others and all(other.kind != cue.kind for other in others):
            text = " ".join(segment.text for segment in part.support)
            turned, quote_turned = bool(_TURNS.search(part.text)), bool(_TURNS.search(text))
            if cue.kind == "before" and _DUTY.search(part.text):
                turned = True  # "must approve before": only after approval
            if cue.kind == "before" and not turned and quote_turned:
                yield contradicted(
                    part, f"the sentence says “{cue.text}” where the quote says “{others[0].text}”"
                )
            elif _TURNS.search(part.text) or _TURNS.search(text):
                if turned and not quote_turned:
                    yield unsure(f"the quote says “{others[0].text}”, the sentence “{cue.text}”")
            else:
                yield contradicted(
                    part, f"the sentence says “{cue.text}” where the quote says “{others[0].text}”"
                )


#: "a, b and c all", "both a and b": the sentence itself says which
_NAMED_BEFORE = re.compile(r"\b(?:and|or)\s+(?:[\w'’-]+\s+){1,5}?(?:are\s+)?$", re.I)
_NAMED_BEHIND = re.compile(r"\s+[^,;.]{2,60}?\band\b", re.I)


def _names_its_own(text: str, cue: Cue) -> bool:
    word = cue.text.lower()
    return (word in ("all", "both") and bool(_NAMED_BEFORE.search(text[: cue.start]))) or (
        word == "both" and bool(_NAMED_BEHIND.match(text, cue.end))
    )


_ALL_LISTED = pattern(
    r"all (?:the )?(?:\w+ ){1,4}(?:aforesaid|aforementioned|above|listed|below|following|concerned)",
    r"all (?:the )?(?:aforesaid|aforementioned|above|listed|following)",
)
_LIMITED = pattern(r"listed", r"named", r"these", r"those", r"above\w*", r"aforesaid", r"following", r"concerned", r"such", r"in question", r"mentioned", r"applicable")  # fmt: skip


def _limited_all(part: StatedRule) -> bool:
    return any(_ALL_LISTED.search(segment.text) for segment in part.support)


def _check_scope(part: StatedRule) -> Iterator[Objection]:
    for cue in cues(part, SCOPE):
        if cue.kind == "all" and _names_its_own(part.text, cue):
            continue
        same = list(cues_of(part.support, {cue.kind: _QUOTED[cue.kind]}))
        if cue.kind == "all" and _limited_all(part) and not _LIMITED.search(part.text):
            yield unsure(f"the quote means those listed, not “{cue.text}”")
        if not same or (cue.text.lower() in _EACH and not closest(cue, same)):
            yield unsure(f"the quote does not say “{cue.text}”")
