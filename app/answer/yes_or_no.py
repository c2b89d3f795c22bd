"""Yes or no, with the words of the clause that say so: whether a rule allows or demands what is
asked, told from its modal verb, what it denies, and the verb that follows.

The verdict stands before the words where the sentence names no condition and the clause holds
every word of what is asked; else the words stand alone.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from app.proof.coverage import figures_in
from app.proof.words import rows
from app.search.passages import Passage, Span
from app.wording import Language

#: code points of a sentence that can be said in short
LONGEST = 300
#: log-odds behind the best sentence of a clause within which another may say it
BEHIND_BEST = 1.0
#: words behind a modal verb among which its verb stands
VERB_WITHIN = 2

#: the first that fits tells what a sentence says of what follows it
_SAID = {
    "forbids": r"\bcannot\b|\b(?:can|may|must|shall|should|will) (?:\w+ )?not\b|\bno \w+ (?:may|shall)\b"
    r"|\bnot (?:be )?(?:allowed|permitted)\b|\b(?:prohibited|forbidden|banned) (?:from|to)\b|不得|不能|不可|禁止|严禁",
    "spares": r"\bexempt(?:ed)? from\b|\bneed not\b|\bnot (?:be )?(?:required|obliged|necessary)\b"
    r"|\b(?:do|does) not (?:need|have) to\b|免于|无需|不需要?|免予",
    "allows": r"\b(?:can|may)\b|\b(?:allowed|permitted|entitled)\b|可以|准予|允许|可",
    "demands": r"\b(?:must|shall|ha(?:s|ve) to|need(?:s|ed)? to)\b|\b(?:required|obliged) to\b|应当?|必须|须",
}
_SAYS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _SAID.items()}
_ASKS = {
    "allows": re.compile(
        r"^(?:\W*(?:and|so|but|or|then|now)\b\W*)?(?:can|could|may)\b(?!['’]t)"
        r"|^\W*(?:is|are|am)\b.*\b(?:allowed|permitted|possible)\b"
        r"|(?<!不)(?:能|可以|允许|准许)(?!不)[^，。]*吗|能否|可否|能不能|可不可以",
        re.IGNORECASE,
    ),
    "demands": re.compile(
        r"^(?:\W*(?:and|so|but|or|then|now)\b\W*)?"
        r"(?:must|should|shall|need\b|(?:do|does)\b.*\b(?:have|need) to\b|(?:is|are)\b.*\brequired\b)"
        r"|(?<!不)(?:必须|需要?|应当?|要)(?!不)[^，。]*吗|是否(?:必须|需要?|应当?)|要不要|需不需要",
        re.IGNORECASE,
    ),
}
_VERDICTS = {
    ("allows", "allows"): True,
    ("allows", "forbids"): False,
    ("demands", "demands"): True,
    ("demands", "spares"): False,
}
_CONDITION = re.compile(
    r"\b(?:if|unless|where|when|before|after|until|only|except\w*|without|provided|subject to|"
    r"however|but|with|from)\b|如|若|除|未经|但|仅|只|经.{1,10}(?:批准|同意)|前|后|的，",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.?!。？！]+[?？]")
_YES_NO = {"en": {True: "Yes: ", False: "No: "}, "zh": {True: "是：", False: "否："}}


def yes_or_no(
    question: str,
    passage: Passage,
    text: str,
    language: Language,
    tokens: Callable[[str], Iterable[str]],
) -> tuple[str, Span] | None:
    """The line, and where the sentence stands that it quotes; None where it can't be told.

    ``text``: of the passage's document; ``tokens``: stems of a text's words.
    """
    asked = _SENTENCE.findall(question)
    kind = next((kind for kind, words in _ASKS.items() if asked and words.search(asked[-1])), None)
    if kind is None:
        return None
    wanted = _roots(tokens(asked[-1].rstrip("?？吗")))
    least = max(passage.reads, default=0.0) - BEHIND_BEST
    found = {
        (verdict, span, verb)
        for n, span in enumerate(passage.own_words(text))
        if not passage.reads or passage.reads[n] >= least
        for says, verb in _said(text[slice(*span)], wanted, tokens)
        if (verdict := _VERDICTS.get((kind, says))) is not None
    }
    if len(found) != 1:
        return None
    ((verdict, (start, end), verb),) = found
    sentence = " ".join(text[start:end].split())
    if len(sentence) > LONGEST:
        return None
    line = f"“{sentence}”"
    object_ = set(wanted[wanted.index(verb) :])
    known = _roots(tokens(text[passage.start : passage.end]))
    if _CONDITION.search(sentence) or figures_in(question) or not object_ <= set(known):
        return line, (start, end)
    return f"{_YES_NO[language][verdict]}{line}", (start, end)


def _said(
    sentence: str, wanted: Sequence[str], tokens: Callable[[str], Iterable[str]]
) -> Iterable[tuple[str, str]]:
    """What a sentence says of verbs that are asked about, and the verbs."""
    taken: list[Span] = []
    for kind, words in _SAYS.items():
        for match in words.finditer(sentence):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            # its verb is the first word behind it that says something: "can each bring"
            behind = _roots(tokens(sentence[match.end() :]))[:VERB_WITHIN]
            verb = next((word for word in behind if word in wanted), None)
            if verb is not None:
                yield kind, verb


def _roots(stems: Iterable[str]) -> list[str]:
    return [_irregular().get(stem, stem) for stem in stems]


@cache
def _irregular() -> dict[str, str]:
    return {form: row.name for row in rows("irregular") for form in row.words}
