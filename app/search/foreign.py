"""Whether a question is in another language than English and Chinese, and what to say in it.

The language is told by py3langid (Lui and Baldwin 2012, "langid.py: An Off-the-shelf Language
Identification Tool") from the words outside quotation marks; what stands in them may be a
clause in any language. A single word tells too little.
"""

import re
from functools import cache
from pathlib import Path

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from ingest.text.language import IDEOGRAPH

SENTENCES = Path(__file__).with_name("languages.tsv")
#: the languages that questions are asked in
READ = ("en", "zh")
#: probability from which a text is taken to be in another language; where a word is English,
#: it may be a question about foreign words without quotation marks
SURE, SURE_BESIDE_ENGLISH = 0.5, 0.9
#: words of a text in Latin letters, with and without a letter that English lacks: terms such as
#: "force majeure" tell nothing
_FEWEST_WORDS, _FEWEST_PLAIN_WORDS = 3, 4

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|「[^」]*」|『[^』]*』")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_KANA = re.compile("[\u3040-\u309f\u30a1-\u30fa]")
#: words that stand in nearly every English question
_ENGLISH = re.compile(
    r"\b(?:the|is|are|what|which|how|does|when|where|who|can|must|my|with|and|of|for|to)\b",
    re.IGNORECASE,
)


@cache
def sentences_by_language() -> dict[str, str]:
    """The sentence of each language that can be told, by its code."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {code: sentence for code, _, sentence in rows}


def foreign_language(text: str) -> str | None:
    """The code of the other language that a question is in; None for English, Chinese, and
    where it cannot be told.

    >>> foreign_language("Quels documents faut-il pour importer des vins ?")
    'fr'
    >>> foreign_language("What does “Les marchandises sont admises en franchise” mean?") is None
    True
    """
    own = _ACRONYM.sub(" ", _QUOTED.sub(" ", text))
    words = _WORD.findall(own)
    english = len(_ENGLISH.findall(own))
    if not words or english > 1:
        return None
    if IDEOGRAPH.search(own) and not _KANA.search(own):
        return None
    fewest = _FEWEST_PLAIN_WORDS if own.isascii() else _FEWEST_WORDS
    if _LATIN.search(own) and len(words) < fewest:
        return None
    code, probability = _identifier().classify(own)
    sure = SURE_BESIDE_ENGLISH if english else SURE
    return code if code not in READ and probability >= sure else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*READ, *sentences_by_language()])
    return identifier
