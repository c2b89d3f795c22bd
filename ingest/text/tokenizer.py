"""From text to the words it is searched by."""

import hashlib
import logging
import re
import threading
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from ingest.text.clean_view import NUMBER_BORDER, plain_signs
from ingest.text.codes import codes_as_digits, subheading
from ingest.text.language import IDEOGRAPHS
from ingest.text.word_splitting import split_run

# Function words and the words that only ask. "not" is one: BM25 cannot deny.
_STOP_WORDS = frozenset((
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "but",
    "by", "can", "could", "did", "do", "does", "doing", "e.g", "eg", "for", "from", "had", "has",
    "have", "having", "he", "her", "here", "hereby", "herein", "hereof", "hereto", "hers", "him",
    "his", "how", "i", "i.e", "ie", "if", "in", "into", "is", "it", "its", "me", "my", "no",
    "nor", "not", "of", "off", "on", "or", "our", "ours", "shall", "she", "should", "so", "some",
    "such", "than", "that", "the", "their", "theirs", "them", "then", "there", "thereby",
    "therein", "thereof", "thereto", "these", "they", "this", "those", "to", "too", "us", "very",
    "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "whose",
    "why", "will", "with", "would", "you", "your", "yours", "can't", "won't", "shan't",
))  # fmt: skip

_ALNUM = rf"[^\W_{IDEOGRAPHS}]"  # a letter or digit of any other script
_TOKEN = re.compile(
    rf"""
    (?P<number> \d+ (?:,\d{{3}})* (?:\.\d+)* (?:st|nd|rd|th)? (?! {_ALNUM} | [-/]{_ALNUM} ) )
  | (?P<initials> (?<!{_ALNUM}) (?:[A-Za-z]\.){{2,}} )  # U.S.
  | (?P<chinese> [{IDEOGRAPHS}]+ )
  | (?P<word> {_ALNUM}+ (?: ['’]{_ALNUM}+ )* (?: [-/]{_ALNUM}+ )* )  # H986, re-export
    """,
    re.VERBOSE,
)


class Tokenizer:
    """Text to search words, the same way for clauses and for questions.

    English words are lower-cased, stemmed (Snowball) and stripped of stop words;
    numbers and codes stay whole ("5,461" is "5461", "8507.60.00" is "85076000",
    "0769-22004507" and its two halves); words that lost their space give both what stands there and the words
    meant; Chinese is cut by jieba, which knows ``terms`` (Chinese words of the
    trade), and by pairs of characters, which find what jieba cuts differently.

    Safe in several threads. jieba (one second) is loaded by the first Chinese text.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = tuple(sorted(set(terms)))
        self._lock = threading.Lock()
        self._jieba: Any = None
        self._tagger: Any = None

    @property
    def fingerprint(self) -> str:
        """Another string whenever the same text may give other words."""
        terms = "\n".join([_VERSION, *self._terms]).encode("utf-8", "surrogatepass")
        return hashlib.sha256(terms).hexdigest()[:16]

    def tokens(self, text: str) -> list[str]:
        """Search words in reading order, repeated as often as they stand there.

        >>> Tokenizer([]).tokens("The traders paid 5,461 yuan for theCustoms forms.")
        ['trader', 'paid', '5461', 'yuan', 'thecustom', 'custom', 'form']
        """
        out: list[str] = []
        text = NUMBER_BORDER.sub(r"\1 ", codes_as_digits(plain_signs(text)))
        for found in _TOKEN.finditer(text):
            value = found.group()
            match found.lastgroup:
                case "number":
                    out.append(value.replace(",", "").rstrip("stndrh"))
                    if (code := subheading(value)) is not None:
                        out.append(code)
                case "initials":
                    out.append(value.lower().rstrip("."))
                case "chinese":
                    out += self._chinese(value)
                case _:
                    out += _latin(value)
        return [token for token in out if token not in _STOP_WORDS]

    def chinese_names(self, text: str) -> list[str]:
        """Names of places, bodies and works in Chinese words, by jieba's tagger.

        >>> Tokenizer([]).chinese_names("韩国KC认证向哪个机构申请")
        ['韩国']
        """
        runs = [found.group() for found in _TOKEN.finditer(text) if found.lastgroup == "chinese"]
        if not runs:
            return []
        with self._lock:
            if self._tagger is None:
                self._tagger = _load_tagger(self._terms)
            return [
                pair.word
                for run in runs
                for pair in self._tagger.lcut(run)
                if pair.flag in _NAME_TAGS and len(pair.word) > 1
            ]

    def _chinese(self, run: str) -> list[str]:
        if len(run) == 1:
            return [run]
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        with self._lock:
            if self._jieba is None:
                self._jieba = _load_jieba(self._terms)
            words = self._jieba.lcut(run)
        return [*(word for word in words if len(word) > 2), *pairs]


#: jieba's tags (ICTCLAS): place, organisation, foreign person's name
_NAME_TAGS = frozenset(("ns", "nt", "nrt"))

#: part of the fingerprint: to be raised when the rules of this module change
_VERSION = "2"


_CONTRACTION = re.compile(r"(?:n't|'(?:s|re|ve|ll|d|m)?)$")
_MEASURE = re.compile(r"(\d+)([a-z]{3,})")  # "30days"


@lru_cache(maxsize=200_000)
def _latin(value: str) -> tuple[str, ...]:
    """The search words of one word, code or hyphenated compound."""
    pieces = re.split(r"[-/]", value)
    if len(pieces) == 1:
        return _word(value)
    joined: list[str] = []
    if any(character.isdigit() for character in value):
        joined = [value.lower()]  # a code: "0769-22004507", "2018-03-06"
    elif "/" not in value:
        joined = [_stem("".join(pieces).lower())]  # "re-export" is also "reexport"
    return (*joined, *(token for piece in pieces for token in _word(piece)))


def _word(word: str) -> tuple[str, ...]:
    lower = word.replace("’", "'").lower()
    if lower not in _STOP_WORDS:
        lower = _CONTRACTION.sub("", lower)
    if found := _MEASURE.fullmatch(lower):
        return (lower, found[1], _stem(found[2]))
    if not lower.isascii() or not lower.isalpha():
        return (lower,)
    parts = split_run(word[: len(lower)])
    return tuple(dict.fromkeys(_stem(part) for part in (lower, *map(str.lower, parts))))


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    # stop words are known by their full form
    if word in _STOP_WORDS:
        return word
    with _STEMMER_LOCK:
        return str(_stemmer().stemWord(word))


_STEMMER_LOCK = threading.Lock()  # PyStemmer's objects must not be shared between threads


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def _load_tagger(terms: tuple[str, ...]) -> Any:
    import jieba.posseg

    return jieba.posseg.POSTokenizer(_load_jieba(terms))


@lru_cache(maxsize=2)  # a corpus whose glossary is being changed has two
def _load_jieba(terms: tuple[str, ...]) -> Any:
    """One segmenter for all tokenizers of the same terms; cutting words changes nothing in it."""
    import jieba

    jieba.setLogLevel(logging.WARNING)  # it reports its loading on stderr
    segmenter = jieba.Tokenizer()
    for term in terms:
        if re.fullmatch(f"[{IDEOGRAPHS}]{{2,}}", term):
            segmenter.add_word(term)
    return segmenter
