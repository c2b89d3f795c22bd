"""What a rule's small words say: duty, denial and bounds.

What the quote obliges, permits, forbids or exempts from, the sentence does too; what it denies the
sentence denies, and nothing else; before is not after, "only" and "all" are not slipped in.
"""

import re
from collections.abc import Iterator

from app.proof.reading import (
    Objection,
    Reading,
    StatedRule,
    contradicted,
    failed,
    otherwise,
    unsure,
)
from app.proof.words import Cue, closest, cues, cues_of, overlap, pattern

EXEMPT, FORBID, OBLIGE, PERMIT, WILL = "exempts", "forbids", "obliges", "permits", "announces"

#: the negated forms first: "not required" is no "required"
FORCES = {
    EXEMPT: pattern(
        r"need not", r"(?:shall|must|may|will|can) not be (?:restricted|limited)", r"none (?:is|are) (?:needed|required|necessary)", r"no (?:\w+ ){1,2}(?:is|are) (?:needed|required|necessary)", r"needs? no", r"needn['’]t", r"(?:is|are|be|being)(?: \w+)? not (?:\w+ )?(?:required|needed|obliged|necessary)",
        r"(?:isn|aren)['’]t (?:required|needed|obliged|necessary)",
        r"(?:do|does)(?: not|n['’]t) (?:have|need|require)(?: to)?", r"no longer (?:need|has|have|required|necessary|needed)(?:s? to)?",
        r"no (?:need|requirement|obligation)", r"not to send", r"(?:(?:shall|can|may|will|must|is|are) be )?(?<!not be )(?<!not )(?<!never )exempt(?:s|ed|ing)?", r"(?:is|are) (?:excepted|excluded)", r"waive\w*", r"let off", r"dispensed (?:with|from)", r"excused(?: from)?", r"relieved (?:of|from)", r"spared", r"unnecessary", r"optional",
        r"without having to", r"无需", r"无须", r"不必", r"不需要?", r"可以?不(?!得)", r"没有[^，。；]{0,4}要求", r"免予?", r"免于", r"不再",
    ),
    FORBID: pattern(
        r"no (?!later|earlier|less|more|fewer|longer|such)(?:[\w’'-]+ ){1,8}?(?:shall|may|must|can)", r"(?:must|shall|may|can|could|should)(?: only)?(?: not|n['’]t)", r"cannot", r"can['’]t", r"mustn['’]t", r"(?:is|are|be) (?:not|never) (?:to be |be )?(?:allowed|permitted|eligible)",
        r"(?:aren|isn)['’]t (?:allowed|permitted)", r"prohibit\w*", r"forbidden", r"forbids?", r"banned", r"barred", r"refused entry", r"(?:is|are) not to be",
        r"不得(?![低高少多早晚短长]于|超过)", r"禁止", r"不能", r"不可", r"不准", r"严禁",
    ),
    OBLIGE: pattern(
        r"(?:not|never) exempt(?:ed)?",
        r"must", r"shall", r"(?:has|have|having|needs?) to", r"(?:is|are|be|being|was|were) (?:\w+ )?(?:required|obliged|needed|necessary|compulsory|obligatory)", r"requires?", r"required",
        r"mandatory", r"(?:is|are) to be", r"(?:is|are) to(?= \w)", r"should", r"ought to", r"needed", r"needs?",
        r"不得(?=[低高少多早晚短长]于|超过)", r"(?<![反相供])应当?", r"必须", r"须(?!知)", r"需要?", r"(?<![得以止])要求",
    ),
    PERMIT: pattern(
        r"may", r"can", r"could", r"(?:is|are|be|being) (?:\w+ )?(?:allowed|permitted|able|entitled|free to)", r"permits? (?=\w+ to)", r"choose(?:s)?(?: to| whether)?",
        r"(?:at liberty|option) to", r"(?<![许认即方])可以?(?![能分])", r"(?:has|have|having|the|a) right to", r"有权利?", r"允许", r"准予",
    ),
    WILL: pattern(r"will", r"将"),
}  # fmt: skip

#: which force of the quote proves which force of the sentence
_PROVED_BY = {
    EXEMPT: {EXEMPT},
    FORBID: {FORBID},
    OBLIGE: {OBLIGE, WILL},
    PERMIT: {PERMIT, EXEMPT},
    WILL: {WILL, OBLIGE},
}
_PURPOSE = re.compile(r"\b(?:so that|in order that)\b[^,;]*$", re.I)
_CONDITION = re.compile(r"\b(?:if|unless|where|in case)\b[^,;]*$", re.I)
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+$", re.I)
#: behind the force of which things are meant, which is not the sentence's own: 应当报废的车
_ATTRIBUTIVE = re.compile(r"[^,，。;；]{1,12}的(?![,，。;；]|$)")
_LIMIT = pattern(r"only", r"unless", r"before", r"until", r"without", r"not", r"except")
_NOT_BEFORE = pattern(r"until", r"before", r"unless", r"without")
_ONLY = pattern(r"only")
_EXEMPTION = pattern(r"(?<!no )(?<!an )exemptions?")
#: a rule that speaks of exemptions does not grant them: "is exempt" says more than "may be"
_GRANTED = re.compile(r"\b(?:is|are|shall be|will be) exempt", re.I)
_LATER = pattern(r"only", r"once", r"after", r"until", r"as soon as", r"when", r"if")
#: a modal that often means no permission: "the review can last weeks"
_WEAK = ("can", "could", "choose", "needed", "needs", "need", "should")
_LOSES = pattern(
    r"not", r"no(?!\.)", r"n['’]t", r"without", r"no longer", r"never", r"nor", r"不", r"无"
)


def check_force(reading: Reading) -> Iterator[Objection]:
    for part in reading.parts:
        stated = cues(part, FORCES)
        quoted = cues_of(part.support, FORCES)
        elsewhere = cues_of(reading.quotes, FORCES)
        for cue in stated:
            if _PURPOSE.search(part.text[: cue.start]) or _CONDITION.search(part.text[: cue.start]):
                continue  # "so that the accounts can be deleted", "if it cannot": no rule
            finding = _compare(cue, quoted, elsewhere, part)
            if finding is not None:
                own = _ATTRIBUTIVE.match(part.text, cue.end) is None
                yield finding if own else unsure(finding.key, **finding.values)


def _compare(
    cue: Cue, quoted: list[Cue], elsewhere: list[Cue], part: StatedRule
) -> Objection | None:
    proofs = _PROVED_BY[cue.kind]
    if cue.text.lower() in _WEAK and any(cue.text.lower() in s.text.lower() for s in part.support):
        return None  # the quote's own word
    if cue.text == "should":  # not "Should something come up, …"
        return unsure("reasons.should")
    if cue.text.lower() == "can" and _RELATIVE.search(part.text[: cue.start]):
        return None  # "goods that can be traced": which goods, no permission
    matches = closest(cue, quoted) or quoted
    core = {(c.kind, c.near) for c in cues_of(part.drawn[:1], FORCES)}
    grants = cue.kind == EXEMPT and _GRANTED.search(part.text) is not None
    if grants and _only_speaks_of_exemption(part):
        return unsure("reasons.not_granted")
    if any(kind in proofs for kind, _ in core) and all(
        (m.kind, m.near) not in core for m in matches
    ):
        return None  # what it is about proves it; the like words stand in another rule
    if any(match.kind in proofs for match in matches):
        return None
    text = " ".join(segment.text for segment in part.support)
    if cue.kind == FORBID and _NOT_BEFORE.search(part.text) and _ONLY.search(text):
        return None  # "not until approval" is "only after approval"
    if (cue.kind == FORBID and _LIMIT.search(text)) or (cue.kind == EXEMPT and _LOSES.search(text)):
        # "can only be used after approval": not before; "without sending lists": need not
        return (
            None
            if any(m.kind not in {PERMIT} for m in matches) or not matches
            else unsure("reasons.conclusion", words=cue.text)
        )
    if cue.kind == FORBID and DENIALS["not"].search(text):
        return unsure("reasons.conclusion", words=cue.text)  # "that no fee be borne": not charged
    if cue.kind == EXEMPT and _EXEMPTION.search(text):
        return unsure("reasons.not_granted") if grants else None
    if cue.kind == WILL:
        return None
    if cue.kind == PERMIT and _LATER.search(part.text) and all(m.kind == FORBID for m in matches):
        return None  # "cannot be sold before" is "can be sold once"
    if not matches or all(match.kind == WILL for match in matches):
        if cue.kind == PERMIT and not matches:
            return None
        return unsure(f"reasons.nothing_{cue.kind}", words=cue.text)
    said = matches[0]
    weak = cue.text.lower() in _WEAK or any(other.kind in proofs for other in elsewhere)
    if weak:
        return unsure("reasons.otherwise", said=cue.text, quoted=said.text)
    if _NOT_BEFORE.search(part.text) and (_NOT_BEFORE.search(text) or _ONLY.search(text)):
        return unsure("reasons.otherwise", said=cue.text, quoted=said.text)
    return contradicted(part, "reasons.otherwise", said=cue.text, quoted=said.text)


def _only_speaks_of_exemption(part: StatedRule) -> bool:
    """Whether the rule that the part is worded after, or its list's head, has "exemption" as
    a name only."""
    rule = part.drawn[0].with_head if part.drawn else ()
    granted = any(cue.kind == EXEMPT for cue in cues_of(rule, FORCES))
    return not granted and any(_EXEMPTION.search(segment.text) for segment in rule)


# --- denial ---

#: words that turn what follows into its opposite
DENIALS = {
    "not": pattern(
        r"(?<!or )not(?! (?:be )?(?:earlier|later|less|more|longer|older|only|exceed|forget|fail))", r"\w+n['’]t(?! (?:forget|fail))", r"no(?!\.)(?! (?:earlier|later|less|more|longer than|older))", r"cannot", r"never", r"without", r"neither", r"nor", r"none", r"nothing", r"no longer(?! than)",
        r"rather than", r"instead of", r"free (?:of|from)(?! charge)", r"(?:ir)?regardless", r"irrespective", r"opposite",
        r"不(?![少低多高早迟晚短长]于|超过)", r"无", r"未", r"非", r"没有", r"勿",
    ),
    "negative": pattern(r"non",
        r"exempt(?:s|ed|ing)?", r"waive\w*", r"let off", r"dispensed (?:with|from)", r"excused", r"relieved", r"spared", r"duty-free", r"tax-free", r"prohibit\w*", r"forb[ia]d\w*", r"banned", r"barred", r"exclud\w*", r"except\w*", r"refus\w*", r"den(?:y|ied|ies)", r"reject\w*",
        r"un(?!der|it|iform|accompanied)[a-z]{3,}ed", r"un(?:able|used|broken|necessary)", r"missing", r"freed", r"absen\w+", r"fail\w*", r"lack\w*", r"other than", r"outside the scope", r"incomplete", r"irregular\w*", r"deficient", r"stop\w*", r"cease\w*", r"remov\w*", r"loses?", r"disqualif\w*", r"only", r"alone", r"separate\w*", r"apart", r"until", r"unless",
        r"禁止", r"免", r"除",
    ),
}  # fmt: skip


def check_polarity(reading: Reading) -> Iterator[Objection]:
    for part in reading.parts:
        stated = cues(part, DENIALS)
        quoted = cues_of(part.support, DENIALS)
        for cue in stated:
            if cue.kind == "not":
                yield from _denied(cue, quoted, part)
        said = {_family(cue) for cue in quoted if cue.kind != "not"}
        # "prohibited" in both denies nothing that the quote does not
        own = [cue for cue in stated if _family(cue) not in said]
        for cue in quoted:
            if cue.kind == "not" and _stated(cue, part) and not own:
                words = f"{cue.text} {_tail(cue)}"
                open_ = any(
                    _LIMITED.search(s.text) or _DENIED_TWICE.search(s.text) for s in part.drawn
                ) or ("whether" in part.text)
                told = failed if part.close and not open_ else unsure
                yield told("reasons.denied", words=words)
                return
        yield from _lost_negative(part, stated, quoted)


#: a denial with a way out: "not, only after", "unless"
_LIMITED = pattern(r"only", r"unless", r"until", r"except", r"whether")
#: "none without one" is "each with one"
_DENIED_TWICE = re.compile(
    r"\b(?:no|not|never|nor|none|cannot)\b[^.;]*\b(?:without|unless)\b|[不未无非没][^，。；]*[不未无非没]",
    re.I,
)
_FORBIDS = ("prohi", "forbi", "forba", "banne", "barre")


def _family(cue: Cue) -> str:
    stem = cue.text.lower()[:5]
    return "prohi" if stem in _FORBIDS else stem


def _denied(cue: Cue, quoted: list[Cue], part: StatedRule) -> Iterator[Objection]:
    """What the part denies the quote denies too: "must not be sold" proves "cannot be sold"."""
    # "will not remove": the quote's "remove" is no denial of it
    proofs = [o for o in quoted if o.kind == "not" or not _repeated(o, quoted, part)]
    if not any(overlap(cue.near, other.near) for other in proofs):
        # a denial may be worded as something else ("does without"), but not come from nowhere
        told = failed if part.close and not proofs else unsure
        yield told("reasons.not_denied", words=cue.text)
    elif not any(_same_scope(cue, other) for other in proofs):
        yield unsure("reasons.other_denied", words=f"{cue.text} {_tail(cue)}")
    elif (
        cue.text == "without"
        and all(other.text == "only" for other in proofs if _same_scope(cue, other))
        and sum(other.kind == "not" for other in cues(part, DENIALS)) == 1
    ):
        yield contradicted(part, "reasons.otherwise", said="without", quoted="only")


def _same_scope(cue: Cue, other: Cue) -> bool:
    behind = other.near if other.kind == "negative" else other.after[:4] or other.before[-3:]
    return overlap(cue.after[:4], behind) > 0 or overlap(cue.before[-2:], other.after[:3]) > 0


def _repeated(cue: Cue, quoted: list[Cue], part: StatedRule) -> bool:
    """Whether the part has the quote's word as often as the quote."""
    stem = cue.text.lower()[:5]
    here = sum(word.text.startswith(stem) for word in part.words)
    return here >= sum(other.text.lower().startswith(stem) for other in quoted)


def _stated(cue: Cue, part: StatedRule) -> bool:
    """Whether the part states what the quote denies: the words right behind the denial."""
    denied = cue.after[:4]
    return bool(denied) and overlap(denied, part.content) >= min(2, len(denied))


def _lost_negative(part: StatedRule, stated: list[Cue], quoted: list[Cue]) -> Iterator[Objection]:
    lost = [
        cue
        for cue in quoted
        if cue.text.startswith(("exempt", "waive", "prohibit", "forb", "exclud", "except"))
        and overlap(cue.near, part.content) >= 3
    ]
    if lost and not stated:
        yield unsure("reasons.says_alone", words=lost[0].text)


def _tail(cue: Cue) -> str:
    return " ".join(word.text for word in cue.after[:2])


# --- bounds ---

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
            yield unsure("reasons.nothing_says", words=cue.text)
        elif others and all(other.kind != cue.kind for other in others):
            text = " ".join(segment.text for segment in part.support)
            turned, quote_turned = bool(_TURNS.search(part.text)), bool(_TURNS.search(text))
            if cue.kind == "before" and _DUTY.search(part.text):
                turned = True  # "must approve before": only after approval
            if cue.kind == "before" and not turned and quote_turned:
                yield contradicted(part, "reasons.otherwise", said=cue.text, quoted=others[0].text)
            elif _TURNS.search(part.text) or _TURNS.search(text):
                if turned and not quote_turned:
                    yield unsure("reasons.otherwise", said=cue.text, quoted=others[0].text)
            else:
                yield contradicted(part, "reasons.otherwise", said=cue.text, quoted=others[0].text)


#: "a, b and c all", "both a and b", 甲、乙均: the sentence itself says which
_NAMED_BEFORE = re.compile(
    r"\b(?:and|or)\s+(?:[\w'’-]+\s+){1,5}?(?:are\s+)?$|[、和与及][^。；]*$", re.I
)
_NAMED_BEHIND = re.compile(r"\s+[^,;.]{2,60}?\band\b", re.I)


def _names_its_own(text: str, cue: Cue) -> bool:
    word = cue.text.lower()
    return (
        word in ("all", "both", "均", "都") and bool(_NAMED_BEFORE.search(text[: cue.start]))
    ) or (word == "both" and bool(_NAMED_BEHIND.match(text, cue.end)))


_ALL_LISTED = pattern(
    r"all (?:the )?(?:\w+ ){1,4}(?:aforesaid|aforementioned|above|listed|below|following|concerned)",
    r"all (?:the )?(?:aforesaid|aforementioned|above|listed|following)",
)
_OF_A_LIST = pattern(r"listed", r"named", r"these", r"those", r"above\w*", r"aforesaid", r"following", r"concerned", r"such", r"in question", r"mentioned", r"applicable")  # fmt: skip


def _limited_all(part: StatedRule) -> bool:
    return any(_ALL_LISTED.search(segment.text) for segment in part.support)


def _check_scope(part: StatedRule) -> Iterator[Objection]:
    for cue in cues(part, SCOPE):
        if cue.kind == "all" and _names_its_own(part.text, cue):
            continue
        same = list(cues_of(part.support, {cue.kind: _QUOTED[cue.kind]}))
        if cue.kind == "all" and _limited_all(part) and not _OF_A_LIST.search(part.text):
            yield unsure("reasons.those_listed", words=cue.text)
        if not same or (cue.text.lower() in _EACH and not closest(cue, same)):
            # what is said of all is said of more than the quote says it of, where it is said of the same
            told = otherwise if cue.kind == "all" and part.close else unsure
            yield told("reasons.not_said", words=cue.text)


# --- in another language than the quote ---

#: the quote's side of a scope; of what a sentence denies, any denial
_ACROSS = {
    EXEMPT: (FORCES[EXEMPT],),
    FORBID: (FORCES[FORBID], DENIALS["not"]),
    "denies": (*DENIALS.values(), FORCES[EXEMPT], FORCES[FORBID]),
    "all": (_QUOTED["all"],),
    "only": (_QUOTED["only"],),
}
_STATED_ACROSS = {
    EXEMPT: FORCES[EXEMPT],
    FORBID: FORCES[FORBID],
    "denies": DENIALS["not"],
    "all": SCOPE["all"],
    "only": SCOPE["only"],
}


def check_turned_around(reading: Reading) -> Iterator[Objection]:
    """What exempts, forbids, denies, or says "all" or "only" in one language does so in the other.

    Words are not compared: it is enough that some cited quote does.
    """
    stated = cues(reading.statement, _STATED_ACROSS)
    for cue in stated:
        proofs = _ACROSS[cue.kind]
        if not any(proof.search(text) for proof in proofs for text in reading.quote_texts):
            yield unsure("reasons.nothing_says_so", words=cue.text)
    turned = (FORCES[EXEMPT], FORCES[FORBID], DENIALS["not"])
    yield from _other_force(reading)
    if all(any(p.search(text) for p in turned) for text in reading.quote_texts) and not any(
        p.search(reading.statement.text) for p in (*turned, *DENIALS.values(), _LIMIT)
    ):
        yield unsure("reasons.turned")


#: the forces of a rule with which another one cannot agree
_AGAINST = {OBLIGE: {PERMIT, EXEMPT}, PERMIT: {OBLIGE, FORBID}, FORBID: {PERMIT}, EXEMPT: {OBLIGE}}
#: what denies a verb or sets a bound to what is denied; 非 and "non" deny a name
_DENIES = pattern(
    r"not", r"n['’]t", r"no(?!\.)", r"cannot", r"never", r"without", r"unless", r"before", r"until", r"only",
    r"不|未|没|无|除|前|擅自|自行",
)  # fmt: skip


def _other_force(reading: Reading) -> Iterator[Objection]:
    """A sentence of one force, where the quotes have only forces that cannot agree with it, and
    deny nothing beside them."""
    stated = [cue for cue in cues(reading.statement, FORCES) if cue.kind != WILL]
    quoted = [cue for cue in cues_of(reading.quotes, FORCES) if cue.kind != WILL]
    kinds = {cue.kind for cue in quoted}
    if len({cue.kind for cue in stated}) != 1 or not kinds or not kinds <= _AGAINST[stated[0].kind]:
        return
    rest = " ".join(reading.quote_texts)
    if EXEMPT in kinds:
        rest += reading.statement.text
    for cue in (*stated, *quoted):
        rest = rest.replace(cue.text, " ")
    if not _DENIES.search(rest):
        yield otherwise("reasons.otherwise", said=stated[0].text, quoted=quoted[0].text)
