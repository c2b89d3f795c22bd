"""Deontic force: what the quote obliges, permits, forbids or exempts from, the sentence does too."""

import re
from collections.abc import Iterator

from app.proof.cues import Cue, closest, cues, cues_of, pattern
from app.proof.objection import Objection, contradicted, unsure
from app.proof.reading import Reading, StatedRule

EXEMPT, FORBID, OBLIGE, PERMIT, WILL = "exempts", "forbids", "obliges", "permits", "announces"

#: the negated forms first: "not required" is no "required"
FORCES = {
    EXEMPT: pattern(
        r"need not", r"(?:shall|must|may|will|can) not be (?:restricted|limited)", r"none (?:is|are) (?:needed|required|necessary)", r"no (?:\w+ ){1,2}(?:is|are) (?:needed|required|necessary)", r"needs? no", r"needn['’]t", r"(?:is|are|be|being)(?: \w+)? not (?:\w+ )?(?:required|needed|obliged|necessary)",
        r"(?:isn|aren)['’]t (?:required|needed|obliged|necessary)",
        r"(?:do|does)(?: not|n['’]t) (?:have|need|require)(?: to)?", r"no longer (?:need|has|have|required|necessary|needed)(?:s? to)?",
        r"no (?:need|requirement|obligation)", r"not to send", r"(?:(?:shall|can|may|will|must|is|are) be )?(?<!not be )(?<!not )(?<!never )exempt(?:s|ed|ing)?", r"(?:is|are) (?:excepted|excluded)", r"waive\w*", r"let off", r"dispensed (?:with|from)", r"excused(?: from)?", r"relieved (?:of|from)", r"spared", r"unnecessary", r"optional",
        r"without having to", r"无需", r"无须", r"不必", r"不需要?", r"免予?", r"免于", r"不再",
    ),
    FORBID: pattern(
        r"(?:must|shall|may|can|could|should)(?: only)?(?: not|n['’]t)", r"cannot", r"can['’]t", r"mustn['’]t", r"(?:is|are|be) (?:not|never) (?:to be |be )?(?:allowed|permitted|eligible)",
        r"(?:aren|isn)['’]t (?:allowed|permitted)", r"prohibit\w*", r"forbidden", r"forbids?", r"banned", r"barred", r"refused entry", r"(?:is|are) not to be",
        r"不得", r"禁止", r"不能", r"不可", r"不准", r"严禁",
    ),
    OBLIGE: pattern(
        r"(?:not|never) exempt(?:ed)?",
        r"must", r"shall", r"(?:has|have|having|needs?) to", r"(?:is|are|be|being|was|were) (?:\w+ )?(?:required|obliged|needed|necessary|compulsory|obligatory)", r"requires?", r"required",
        r"mandatory", r"(?:is|are) to be", r"(?:is|are) to(?= \w)", r"should", r"ought to", r"needed", r"needs?",
        r"应当?", r"必须", r"须", r"需要?", r"要求",
    ),
    PERMIT: pattern(
        r"may", r"can", r"could", r"(?:is|are|be|being) (?:\w+ )?(?:allowed|permitted|able|entitled|free to)", r"permits? (?=\w+ to)", r"choose(?:s)?(?: to| whether)?",
        r"(?:at liberty|option) to", r"可以?", r"允许", r"准予", r"有权",
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
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+$", re.I)
_LIMIT = pattern(r"only", r"unless", r"before", r"until", r"without", r"not", r"except")
_NOT_BEFORE = pattern(r"until", r"before", r"unless", r"without")
_ONLY = pattern(r"only")
_EXEMPTION = pattern(r"(?<!no )(?<!an )exemptions?")
#: a rule that speaks of exemptions does not grant them: "is exempt" says more than "may be"
_GRANTED = re.compile(r"\b(?:is|are|shall be|will be) exempt", re.I)
_NOT_GRANTED = "the quote speaks of an exemption and does not grant it"
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
            if _PURPOSE.search(part.text[: cue.start]):
                continue  # "so that the accounts can be deleted": what for, no permission
            finding = _compare(cue, quoted, elsewhere, part)
            if finding is not None:
                yield finding


def _compare(
    cue: Cue, quoted: list[Cue], elsewhere: list[Cue], part: StatedRule
) -> Objection | None:
    proofs = _PROVED_BY[cue.kind]
    if cue.text.lower() in _WEAK and any(cue.text.lower() in s.text.lower() for s in part.support):
        return None  # the quote's own word
    if cue.text == "should":  # not "Should something come up, …"
        return unsure("the sentence says “should”, which the quote does not")
    if cue.text.lower() == "can" and _RELATIVE.search(part.text[: cue.start]):
        return None  # "goods that can be traced": which goods, no permission
    matches = closest(cue, quoted) or quoted
    core = {(c.kind, c.near) for c in cues_of(part.drawn[:1], FORCES)}
    grants = cue.kind == EXEMPT and _GRANTED.search(part.text) is not None
    if grants and _only_speaks_of_exemption(part):
        return unsure(_NOT_GRANTED)
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
            else unsure(f"“{cue.text}” is the reader's conclusion from the quote")
        )
    if cue.kind == EXEMPT and _EXEMPTION.search(text):
        return unsure(_NOT_GRANTED) if grants else None
    if cue.kind == WILL:
        return None
    if cue.kind == PERMIT and _LATER.search(part.text) and all(m.kind == FORBID for m in matches):
        return None  # "cannot be sold before" is "can be sold once"
    if not matches or all(match.kind == WILL for match in matches):
        if cue.kind == PERMIT and not matches:
            return None
        return unsure(f"no cited quote {cue.kind}: “{cue.text}”")
    said = matches[0]
    weak = cue.text.lower() in _WEAK or any(other.kind in proofs for other in elsewhere)
    if weak:
        return unsure(f"the sentence says “{cue.text}” where the quote says “{said.text}”")
    if _NOT_BEFORE.search(part.text) and (_NOT_BEFORE.search(text) or _ONLY.search(text)):
        return unsure(f"the sentence says “{cue.text}” where the quote says “{said.text}”")
    return contradicted(part, f"the sentence says “{cue.text}” where the quote says “{said.text}”")


def _only_speaks_of_exemption(part: StatedRule) -> bool:
    """Whether the rule that the part is worded after, or its list's head, has "exemption" as
    a name only."""
    rule = part.drawn[0].with_head if part.drawn else ()
    granted = any(cue.kind == EXEMPT for cue in cues_of(rule, FORCES))
    return not granted and any(_EXEMPTION.search(segment.text) for segment in rule)
