"""Polarity: what the quote denies the sentence denies, and nothing else."""

from collections.abc import Iterator

from app.proof.cues import Cue, cues, cues_of, pattern
from app.proof.objection import Objection, contradicted, unsure
from app.proof.reading import Reading, StatedRule, overlap

#: words that turn what follows into its opposite
DENIALS = {
    "not": pattern(
        r"(?<!or )not(?! (?:earlier|later|less|more|longer|older|only|exceed))", r"\w+n['’]t", r"no(?!\.)(?! (?:earlier|later|less|more|longer than|older))", r"cannot", r"never", r"without", r"neither", r"nor", r"none", r"nothing", r"no longer(?! than)",
        r"rather than", r"instead of", r"free (?:of|from)(?! charge)", r"(?:ir)?regardless", r"irrespective", r"opposite",
        r"不", r"无", r"未", r"非", r"没有", r"勿",
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
                reason = f"the quote denies it: “{cue.text} {_tail(cue)}”"
                open_ = any(_LIMITED.search(s.text) for s in part.drawn) or "whether" in part.text
                yield unsure(reason) if open_ else contradicted(part, reason)
                return
        yield from _lost_negative(part, stated, quoted)


#: a denial with a way out: "not, only after", "unless"
_LIMITED = pattern(r"only", r"unless", r"until", r"except", r"whether")
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
        reason = f"the quote does not deny it: “{cue.text}”"
        yield unsure(reason) if proofs else contradicted(part, reason)
    elif not any(_same_scope(cue, other) for other in proofs):
        yield unsure(f"the quote denies something else: “{cue.text} {_tail(cue)}”")
    elif (
        cue.text == "without"
        and all(other.text == "only" for other in proofs if _same_scope(cue, other))
        and sum(other.kind == "not" for other in cues(part, DENIALS)) == 1
    ):
        yield contradicted(part, "the sentence says “without” where the quote says “only”")


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
        yield unsure(f"the quote says “{lost[0].text}”, the sentence does not")


def _tail(cue: Cue) -> str:
    return " ".join(word.text for word in cue.after[:2])
