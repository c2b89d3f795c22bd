"""A text as it was meant, for searching and for the embedding models; what is quoted stays as it is."""

import re
from functools import lru_cache

from ingest.text.word_splitting import split_run

# full-width letters, digits and the signs of numbers and codes; the Chinese comma,
# colon and semicolon stay: they mark Chinese sentences
_FULL_WIDTH = {
    code: code - 0xFEE0
    for code in range(0xFF01, 0xFF5F)
    if chr(code - 0xFEE0).isalnum() or chr(code - 0xFEE0) in "()%+-./[]#&"
} | {0x3000: " ", 0x00A0: " "}

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LOWERED = str.maketrans(_RAISED, "0123456789+-")
_POWER = re.compile(rf"(?<=[×✕*xX·])(\s*10)([{_RAISED}]+)|([A-Za-z])([{_RAISED}]+)")
_NOTE_MARK = re.compile(rf"[{_RAISED}]+")
_LINK = re.compile(r"\[([^\][]*)\]\([^()\s]*\)")
_WHITE = re.compile(r"\s+")
# left as they are: "https://…", "www.…", "name@host"
ADDRESS = re.compile(r"://|www\.|@")
_COMMA_WITHOUT_SPACE = re.compile(r"(?<=[A-Za-z])([,;:])(?=[A-Za-z])")
# "21stCentury", "2018Guangdong"
NUMBER_BORDER = re.compile(r"(\d(?:st|nd|rd|th)?)(?=[A-Z][a-z]{2})")
_LETTERS = re.compile(r"[A-Za-z]{5,}")


# the clauses that one question reads are read for the next one too
@lru_cache(maxsize=4_000)
def clean_view(text: str) -> str:
    """``text`` as it was meant, for searching only.

    Links become their text, full-width signs plain ones, white space one space,
    and words that lost the space between them get it back.

    >>> clean_view("theCustoms Clearance: 1,000Chineseyuaneach  [here](#)")
    'the Customs Clearance: 1,000 Chinese yuan each here'
    """
    chunks = _WHITE.sub(" ", plain_signs(text)).strip().split(" ")
    return " ".join(c if ADDRESS.search(c) else _words_apart(c) for c in chunks)


def plain_signs(text: str) -> str:
    """``text`` with links as their words and full-width signs as plain ones.

    A raised number is part of a unit or a power of ten, or else the mark of a footnote, which
    is left out.

    >>> plain_signs("500¹元, 2×10³ pieces on 30 m²")
    '500元, 2×10^3 pieces on 30 m2'
    """
    text = _LINK.sub(r"\1", text.translate(_FULL_WIDTH))
    return _NOTE_MARK.sub("", _POWER.sub(_power, text))


def _power(found: re.Match[str]) -> str:
    if found[1]:
        return f"{found[1]}^{found[2].translate(_LOWERED)}"
    return found[3] + found[4].translate(_LOWERED)


def _words_apart(chunk: str) -> str:
    chunk = _COMMA_WITHOUT_SPACE.sub(r"\1 ", chunk)
    chunk = NUMBER_BORDER.sub(r"\1 ", chunk)
    return _LETTERS.sub(lambda run: " ".join(split_run(run.group())), chunk)
