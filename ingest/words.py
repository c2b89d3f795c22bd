"""From text to the words it is searched by, and to its sentences.

Nothing here changes what is quoted: :func:`clean_view` is a view for searching
and for the embedding models, :meth:`Tokenizer.tokens` gives search words, and
:func:`sentences` gives offsets into the text as it stands.
"""

import gzip
import hashlib
import importlib.util
import logging
import re
import threading
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from math import inf, log
from pathlib import Path
from typing import Any, Literal

from ingest.errors import ConfigError

# --- a view for searching -------------------------------------------------------------

# full-width letters, digits and the signs of numbers and codes; the Chinese comma,
# colon and semicolon stay: they mark Chinese sentences
_FULL_WIDTH = {
    code: code - 0xFEE0
    for code in range(0xFF01, 0xFF5F)
    if chr(code - 0xFEE0).isalnum() or chr(code - 0xFEE0) in "()%+-./[]#&"
} | {0x3000: " ", 0x00A0: " "}

_LINK = re.compile(r"\[([^\][]*)\]\([^()\s]*\)")
_WHITE = re.compile(r"\s+")
# left as they are: "https://…", "www.…", "name@host"
_ADDRESS = re.compile(r"://|www\.|@")
_COMMA_WITHOUT_SPACE = re.compile(r"(?<=[A-Za-z])([,;:])(?=[A-Za-z])")
# "21stCentury", "2018Guangdong"
_NUMBER_BORDER = re.compile(r"(\d(?:st|nd|rd|th)?)(?=[A-Z][a-z]{2})")
_LETTERS = re.compile(r"[A-Za-z]{5,}")


def clean_view(text: str) -> str:
    """``text`` as it was meant, for searching only.

    Links become their text, full-width signs plain ones, white space one space,
    and words that lost the space between them get it back.

    >>> clean_view("theCustoms Clearance: 1,000Chineseyuaneach  [here](#)")
    'the Customs Clearance: 1,000 Chinese yuan each here'
    """
    text = _LINK.sub(r"\1", text.translate(_FULL_WIDTH))
    chunks = _WHITE.sub(" ", text).strip().split(" ")
    return " ".join(c if _ADDRESS.search(c) else _words_apart(c) for c in chunks)


def _words_apart(chunk: str) -> str:
    chunk = _COMMA_WITHOUT_SPACE.sub(r"\1 ", chunk)
    chunk = _NUMBER_BORDER.sub(r"\1 ", chunk)
    return _LETTERS.sub(lambda run: " ".join(split_run(run.group())), chunk)


# --- words that lost the space between them ---------------------------------------------

# words that English cannot do without: a run of letters with one of them in it, and
# nothing but words beside it, has lost its spaces ("Quarantineand", "Chineseyuaneach")
_FUNCTION_WORDS = frozenset((
    "the", "and", "for", "shall", "are", "with", "from", "that", "this", "these", "those",
    "upon", "under", "during", "into", "each", "any", "all", "not", "may", "must", "will",
    "which", "who", "whose", "when", "where", "here", "there", "have", "has", "been", "was",
    "were", "its", "their", "per", "via", "such", "other", "than", "after", "before", "within",
    "without", "between", "of", "to", "in", "on", "by", "is", "as", "at", "an", "or", "be",
))  # fmt: skip
_PREFIXES = (
    "counter", "inter", "multi", "trans", "under", "anti", "over", "non", "out", "pre", "sub",
    "dis", "mis", "un", "re", "de", "co", "im", "in",
)  # fmt: skip
_SUFFIXES = ("s", "es", "d", "ed", "ing", "ly", "r", "er", "or", "ee", "ment", "ness", "able")
#: words of the list rarer than this are names and slips of the pen more than words
_COMMON = 50_000
_LONGEST_WORD = 24
_LONGEST_RUN = 60

# "ofQuarantine", "theCCC": lower case, then a capital
_LOWER_BORDER = re.compile(r"([a-z]{2,})([A-Z].+)")
# "TheApplication", "ConsigneeAgent"; not "YouTube", "PayPal", "McDonald"
_TITLE_BORDER = re.compile(r"([A-Z][a-z]{2,})([A-Z][a-z]{3,}.*)")
# "MSRExpo"
_ACRONYM_BORDER = re.compile(r"([A-Z]{2,})([A-Z][a-z]{3,}.*)")
# "CCCand"
_ACRONYM_TAIL = re.compile(r"([A-Z]{2,})([a-z]{2,})")


@lru_cache(maxsize=200_000)
def split_run(run: str) -> tuple[str, ...]:
    """The words that a run of ASCII letters is made of; itself, when it is a word or a name.

    Capitals inside it are borders when what stands before them is a word;
    otherwise it is cut into the most probable words (Zipf's law over the word
    list of package ``wordninja``), and only if one of them is a function word
    or all are long, so that names ("Dongguan", "carnet") stay whole.

    >>> split_run("theCustoms"), split_run("duringthe"), split_run("GACC"), split_run("eBay")
    (('the', 'Customs'), ('during', 'the'), ('GACC',), ('eBay',))
    """
    if len(run) > _LONGEST_RUN or run.isupper():
        return (run,)
    if (found := _LOWER_BORDER.fullmatch(run)) and _is_word(found[1]):
        return (*split_run(found[1]), *split_run(found[2]))
    if (found := _TITLE_BORDER.fullmatch(run)) and _are_words(found[1], found[2]):
        return (*split_run(found[1]), *split_run(found[2]))
    if (found := _ACRONYM_TAIL.fullmatch(run)) and found[2] in _FUNCTION_WORDS:
        return (found[1], found[2])
    if (found := _ACRONYM_BORDER.fullmatch(run)) and _is_word(found[2].lower()):
        return (found[1], found[2])
    if len(run) < 6 or not run[1:].islower() or _is_word(run.lower()):
        return (run,)
    return _most_probable_words(run)


def _most_probable_words(run: str) -> tuple[str, ...]:
    ranks, scale = _word_ranks(), log(len(_word_ranks()))
    lower = run.lower()
    # best[i]: least cost of cutting the first i letters, and where its last word begins
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(lower) + 1):
        costs: list[tuple[float, int]] = []
        for start in range(max(0, end - _LONGEST_WORD), end):
            word = lower[start:end]
            if word in _FUNCTION_WORDS:  # as the commonest word: "form shall", not "forms hall"
                costs.append((best[start][0] + log(scale), start))
            elif word in ranks:
                costs.append((best[start][0] + log((ranks[word] + 1) * scale), start))
        best.append(min(costs, default=(inf, end - 1)))
    parts: list[str] = []
    end = len(run)
    while end:
        start = best[end][1]
        parts.insert(0, run[start:end])
        end = start
    if best[-1][0] == inf or not _plausible([part.lower() for part in parts], ranks):
        return (run,)
    return tuple(parts)


def _plausible(parts: list[str], ranks: dict[str, int]) -> bool:
    content = [part for part in parts if part not in _FUNCTION_WORDS]
    # "of", "in" at an end are more often part of a name: "Toshiba", "Berlin"
    outer = (part for part in (parts[0], parts[-1]) if part in _FUNCTION_WORDS)
    return (
        (bool(content) or parts[0] not in {"here", "there", "where"})  # "hereinafter"
        and all(len(part) >= 4 and ranks[part] < _COMMON for part in content)
        and all(len(part) >= 3 for part in outer)
        and (len(content) < len(parts) or sum(map(len, parts)) >= 10)
    )


def _are_words(left: str, right: str) -> bool:
    left, right = left.lower(), right.lower()
    first = left in _FUNCTION_WORDS or (len(left) >= 4 and _is_word(left))
    return first and (_is_word(right) or len(split_run(right)) > 1)


def _is_word(lower: str) -> bool:
    """Whether it is in the list, with or without a common ending or beginning."""
    ranks = _word_ranks()
    if lower in ranks or lower in _FUNCTION_WORDS:
        return True
    stems = [lower.removesuffix(end) for end in _SUFFIXES if lower.endswith(end)]
    stems += [lower.removeprefix(start) for start in _PREFIXES if lower.startswith(start)]
    return any(len(stem) >= 4 and stem in ranks and stem not in _FUNCTION_WORDS for stem in stems)


@cache
def _word_ranks() -> dict[str, int]:
    """English words by how common they are, 0 first; read once (50 ms)."""
    spec = importlib.util.find_spec("wordninja")
    if spec is None or spec.origin is None:
        raise ConfigError(
            "package wordninja is not installed: run `pip install -c constraints.txt -e .`"
        )
    path = Path(spec.origin).parent / "wordninja" / "wordninja_words.txt.gz"
    words = gzip.decompress(path.read_bytes()).decode("utf-8").split()
    return {word: rank for rank, word in enumerate(words)}


# --- search words -------------------------------------------------------------------------

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

_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ALNUM = rf"[^\W_{_IDEOGRAPHS}]"  # a letter or digit of any other script
_TOKEN = re.compile(
    rf"""
    (?P<number> \d+ (?:,\d{{3}})* (?:\.\d+)* (?:st|nd|rd|th)? (?! {_ALNUM} | [-/]{_ALNUM} ) )
  | (?P<initials> (?<!{_ALNUM}) (?:[A-Za-z]\.){{2,}} )  # U.S.
  | (?P<chinese> [{_IDEOGRAPHS}]+ )
  | (?P<word> {_ALNUM}+ (?: ['’]{_ALNUM}+ )* (?: [-/]{_ALNUM}+ )* )  # H986, re-export
    """,
    re.VERBOSE,
)


_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character.

    >>> is_chinese("内销怎么办?"), is_chinese("Item 7 of No. 68?")
    (True, False)
    """
    return _IDEOGRAPH.search(text) is not None


def language_of(text: str) -> Literal["en", "zh"]:
    """A question's language, which decides the models that read it."""
    return "zh" if is_chinese(text) else "en"


def in_languages(questions: Iterable[str], languages: Collection[str]) -> list[str]:
    """The questions in one of the languages, each once, in their order."""
    return [q for q in dict.fromkeys(questions) if language_of(q) in languages]


class Tokenizer:
    """Text to search words, the same way for clauses and for questions.

    English words are lower-cased, stemmed (Snowball) and stripped of stop words;
    numbers and codes stay whole ("5,461" is "5461", "0769-22004507" and its two
    halves); words that lost their space give both what stands there and the words
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
        text = _LINK.sub(r"\1", text.translate(_FULL_WIDTH))
        text = _NUMBER_BORDER.sub(r"\1 ", text)
        for found in _TOKEN.finditer(text):
            value = found.group()
            match found.lastgroup:
                case "number":
                    out.append(value.replace(",", "").rstrip("stndrh"))
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
_VERSION = "1"


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
        if re.fullmatch(f"[{_IDEOGRAPHS}]{{2,}}", term):
            segmenter.add_word(term)
    return segmenter


# --- sentences ----------------------------------------------------------------------------

# a full stop after these does not end a sentence when a number (or a bracket) follows
_BEFORE_NUMBER = frozenset((
    "no", "nos", "art", "arts", "sec", "sect", "para", "paras", "ch", "fig", "figs", "sch",
    "schs", "vol", "p", "pp", "tel", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
))  # fmt: skip
# a full stop after these never ends one
_NEVER_LAST = frozenset((
    "e.g", "i.e", "eg", "ie", "cf", "vs", "viz", "al", "approx", "co", "mr", "mrs", "ms", "dr",
    "prof", "st", "dept",
))  # fmt: skip
_CLOSING = "\"'”’)]}」』》】）"

_MARKER = re.compile(
    r"""
    [（(] \s* (?: \d{1,3} | [A-Za-z] | [ivxlIVXL]{1,5} | [一二三四五六七八九十百]{1,4} ) \s* [)）]
  | \d{1,3} (?:\.\d{1,3})* [.．、:：)]                   # 1.  4:  2、  3)
  | (?: [A-Za-z] | [IVXL]{1,5} ) [.)] (?=\s)
  | [\u2160-\u217f] [.．、]?                            # Ⅱ
  | [一二三四五六七八九十百]{1,4} [、.．]
  | 第 [一二三四五六七八九十百零]{1,6} [章节条]
  | [-*•·●○▪–—] (?=\s)
    """,
    re.VERBOSE,
)
_STOP = re.compile(r"[.!?。！？]+|\n")
_LAST_WORD = re.compile(r"[\w.]*\Z")
_INLINE_NUMBER = re.compile(r"[:;,：；，]\s*\d{1,2}\Z")
_RUN_ON = re.compile(r"[A-Z][a-z]|[A-Z]\s")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` of the sentences of ``text``, in reading order.

    They begin and end with a visible character, do not overlap, and leave out
    nothing but white space. A printed number ("1.", "(2)", "Ⅱ") belongs to its
    sentence. The end of a line is the end of a sentence when a blank line, the
    next line's number, a mark (``. ; : ! ?``) or the line's shortness shows it;
    otherwise the line was only broken to fit a page.

    >>> text = "1. See No. 68, i.e. this one. It weighs 0.5 kg; no more."
    >>> [text[start:end] for start, end in sentences(text)]
    ['1. See No. 68, i.e. this one.', 'It weighs 0.5 kg; no more.']
    """
    spans: list[tuple[int, int]] = []
    start, own_words = _sentence_start(text, 0)
    width = max(map(len, text.split("\n")))
    for stop in _STOP.finditer(text):
        if stop.start() < own_words:
            continue
        end = stop.end()
        while end < len(text) and text[end] in _CLOSING:
            end += 1
        if stop[0] == "\n":
            ends = _ends_line(text, stop.start(), width)
        else:
            ends = _ends_sentence(text, start, stop, end)
        if ends:
            spans.append((start, start + len(text[start:end].rstrip())))
            start, own_words = _sentence_start(text, end)
    if start < len(text):
        spans.append((start, len(text.rstrip())))
    return spans


def _sentence_start(text: str, position: int) -> tuple[int, int]:
    """Where the next sentence begins, and where its words begin, behind its number."""
    while position < len(text) and text[position].isspace():
        position += 1
    marker = _MARKER.match(text, position)
    return position, marker.end() if marker else position


#: a line shorter than this share of the longest was not broken to fit a page
_BROKEN_LINE = 0.6


def _ends_line(text: str, line_end: int, width: int) -> bool:
    """Whether the line feed at ``line_end`` ends a sentence; ``width``: the longest line."""
    line = text[text.rfind("\n", 0, line_end) + 1 : line_end].rstrip()
    following, _ = _sentence_start(text, line_end + 1)
    return (
        line.rstrip(_CLOSING).endswith(tuple(".;:!?。；：！？…"))
        or "\n" in text[line_end + 1 : following]
        or _MARKER.match(text, following) is not None
        or (len(line) < width * _BROKEN_LINE and not text[following : following + 1].islower())
    )


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the marks ``stop``, with the closing brackets up to ``end``, end a sentence."""
    if stop[0].strip(".!?"):
        return True  # a Chinese mark
    following, _ = _sentence_start(text, end)
    if following == len(text):
        return True
    spaced = following > end
    if stop[0].strip("."):  # "!", "?"; not in an address: "?id=1"
        return spaced or not text[end].isascii()
    before = text[max(start, stop.start() - 20) : stop.start()]
    word = _LAST_WORD.search(before)
    last = word[0].lower() if word else ""
    if last in _NEVER_LAST or (len(last.rpartition(".")[2]) == 1 and last[-1].isalpha()):
        return False  # "e.g.", "U.S.", "J. Smith"
    if last in _BEFORE_NUMBER and (text[following].isdigit() or text[following] in "[(（〔"):
        return False
    if not spaced:
        return not text[end].isascii() or (
            # "registration.The": a space was lost
            before[-1:].islower()
            and _RUN_ON.match(text, end) is not None
            and not _in_address(text, stop.start())
        )
    if text[following] in "(（" and _MARKER.match(text, following) is None:
        return False  # "… as exhibits. (See Schedule 1)"
    return not text[following].islower() and _INLINE_NUMBER.search(before) is None


def _in_address(text: str, position: int) -> bool:
    before = text[max(0, position - 100) : position].rsplit(None, 1)
    after = text[position : position + 100].split(None, 1)
    return _ADDRESS.search("".join([*before[-1:], *after[:1]])) is not None
