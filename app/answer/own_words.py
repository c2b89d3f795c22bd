"""What a language model may say in words of its own: a line in short, and translations.

What turns a rule around (a figure, a name, a duty, a denial, a party, a bound that no cited quote
has) keeps such words from being shown at all. What the check can neither prove nor contradict is
shown as the model's, not proven.
"""

import re
from collections.abc import Sequence

from app.answer.offered import harmless
from app.contract import CheckOutcome
from app.proof import CheckedStatement, CitationChecker
from app.proof.reading import ITEM_MARK, mostly_chinese
from app.search.steering import addresses_a_model, visible
from app.texts import texts
from app.wording import Language

#: characters; a longer line is not short, or never ends
LONGEST_LINE = 300
#: what only a line that leaves something out, or words of its own, does not pass
TOLERATED = frozenset(("conditions", "lists", "coverage", "one place", "language"))

#: lower-case English words in a Chinese text from which on it is only half translated
HALF_TRANSLATED = 3

_VERDICT = re.compile(
    r"^(?:yes|no(?!\. ?\d)|correct|是的?|不是|否|对|不对|可以|不可以|能|不能|要|不要|需要|不需要)"
    r"\s*[,，:：;；.。!！]\s*",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"!\[|\]\s*\(|</?[a-z!]|&#?\w+;|\b(?:https?|ftp|file|data|javascript)\s*:|\bwww\.|[`✓{}]",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\[\d{1,3}(?:\s*[,，]\s*\d{1,3})*\]")
_PLAIN_WORD = re.compile(r"(?<![A-Za-z])[a-z]{3,}(?![A-Za-z])")


def one_line(text: str) -> str:
    """Words of a model without line ends, invisible characters and marks."""
    return " ".join(_MARK.sub("", visible(text)).split())


def without_verdict(text: str) -> str:
    """A line without the "Yes," before it: no quote proves what answers the question.

    >>> without_verdict("Yes, the goods shall be treated as prohibited.")
    'The goods shall be treated as prohibited.'
    """
    rest = _VERDICT.sub("", text, count=1)
    return rest[:1].upper() + rest[1:]


def is_foreign(text: str, language: Language) -> bool:
    """Whether a text is in another language than the reader's."""
    return mostly_chinese(text) != (language == "zh")


def judge_line(
    checker: CitationChecker,
    text: str,
    language: Language,
    quotes: Sequence[str],
    sources: Sequence[str],
) -> CheckedStatement:
    """A line in short held against quotes: FAILED for one that must not be shown.

    ``language``: the reader's; ``sources``: as :meth:`CitationChecker.check` takes them.
    """
    fault = _fault(text, language)
    if len(text) > LONGEST_LINE:
        fault = "reasons.too_long"
    if "?" in text or "？" in text:
        fault = "reasons.question"
    if fault is not None:
        return CheckedStatement(CheckOutcome.FAILED, (texts(language).text(fault),))
    checked = checker.check(text, quotes, sources=sources, language=language)
    if checked.objecting <= TOLERATED:
        return checked
    return CheckedStatement(CheckOutcome.FAILED, checked.reasons, checked.objecting)


def to_translate(sentence: str) -> str:
    """A sentence without the number printed before it, which each language prints in its way."""
    mark = ITEM_MARK.match(sentence)
    return harmless(sentence[mark.end() :] if mark else sentence)


def faults_of_translation(
    checker: CitationChecker, text: str, language: Language, sentence: str
) -> tuple[str, ...]:
    """Why a translation of a sentence must not be shown, in its language; () for one that may.

    ``sentence``: as :func:`to_translate` gives it. Its figures, Latin names, denials, "all"
    and "only" are the sentence's, and it has all of the sentence's.
    """
    if (fault := _fault(text, language)) is not None:
        return (texts(language).text(fault),)
    there = checker.check(text, [sentence], language=language)
    back = checker.check(sentence, [text], language=language)
    found = () if there.objecting <= TOLERATED else there.reasons
    # a name may be translated: it stands in the sentence only
    return found if back.objecting <= {*TOLERATED, "names"} else (*found, *back.reasons)


def _fault(text: str, language: Language) -> str | None:
    """The reason's key."""
    if not any(character.isalnum() for character in text):
        return "reasons.silent"
    if is_foreign(text, language):
        return "reasons.not_readers_language"
    if language == "zh" and len(_PLAIN_WORD.findall(text)) >= HALF_TRANSLATED:
        return "reasons.half_translated"
    if _MARKUP.search(text):
        return "reasons.markup"
    if addresses_a_model(text):
        return "reasons.instruction"
    return None
