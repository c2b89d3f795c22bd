"""Polarity: what the quote denies the sentence denies, and nothing else."""

from collections.abc import Iterator

from app.checks.cues import Cue, cues, cues_of, pattern
from app.checks.finding import Finding, failed, unsure
from app.checks.reading import Part, Reading, overlap

#: words that turn what follows into its opposite
DENIALS = {
    "not": pattern(
        r"not", r"\w+n['’]t", r"no", r"cannot", r"never", r"without", r"neither", r"nor", r"none", r"nothing", r"no longer",
        r"rather than", r"instead of", r"free (?:of|from)", r"(?:ir)?regardless", r"irrespective", r"non", r"un(?:able|used|consumed|broken|packed|necessary)", r"opposite",
        r"不", r"无", r"未", r"非", r"没有", r"勿",
    ),
    "negative": pattern(
        r"exempt\w*", r"waive\w*", r"prohibit\w*", r"forb[ia]d\w*", r"banned", r"barred", r"exclud\w*", r"except\w*", r"refus\w*", r"den(?:y|ied|ies)", r"reject\w*",
        r"fail\w*", r"lack\w*", r"other than", r"outside the scope", r"incomplete", r"irregular\w*", r"deficient", r"stop\w*", r"cease\w*", r"remov\w*", r"loses?", r"disqualif\w*", r"only", r"alone", r"separate\w*", r"apart", r"until", r"unless",
        r"禁止", r"免", r"除",
    ),
}  # fmt: skip


def check_polarity(reading: Reading) -> Iterator[Finding]:
    for part in reading.parts:
        stated = cues(part, DENIALS)
        quoted = cues_of(part.support, DENIALS)
        for cue in stated:
            if cue.kind == "not" and not any(_same(cue, other) for other in quoted):
                yield failed(f"the quote does not deny it: “{cue.text}”")
        for cue in quoted:
            if cue.kind == "not" and _stated(cue, part) and not stated:
                yield failed(f"the quote denies it: “{cue.text} {_tail(cue)}”")
                return
        yield from _lost_negative(part, stated, quoted)


def _same(cue: Cue, other: Cue) -> bool:
    return overlap(cue.near, other.near) > 0


def _stated(cue: Cue, part: Part) -> bool:
    """Whether the part states what the quote denies: the words right behind the denial."""
    denied = cue.after[:3]
    return bool(denied) and overlap(denied[:2], part.content) >= min(2, len(denied))


def _lost_negative(part: Part, stated: list[Cue], quoted: list[Cue]) -> Iterator[Finding]:
    lost = [
        cue
        for cue in quoted
        if cue.text.lower().startswith(("exempt", "waive", "prohibit", "forb", "exclud", "except"))
        and overlap(cue.near, part.content) >= 3
    ]
    if lost and not stated:
        yield unsure(f"the quote says “{lost[0].text}”, the sentence does not")


def _tail(cue: Cue) -> str:
    return " ".join(word.text for word in cue.after[:2])
