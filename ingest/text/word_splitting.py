"""Words that lost the space between them: "theCustoms", "duringthe"."""

import gzip
import importlib.util
import re
from functools import cache, lru_cache
from math import inf, log
from pathlib import Path

from ingest.errors import ConfigError

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
