"""Coverage: what a sentence says stands in the quote, in the same or in other words."""

import re
from collections.abc import Iterator, Set

from app.proof.figures import figures_in
from app.proof.names import is_short_for
from app.proof.objection import Objection, failed, unsure
from app.proof.reading import Reading
from app.proof.vocabulary import expression, words

#: share of a sentence's content words that the quotes must hold; see docs/citation-check.md
COVERED = 0.6
#: characters of grammar, not of meaning
_GRAMMAR = frozenset(
    "的了在自于与和或及其之以为应当须必可得不能无未将被把由向对从至到起内后前经时者该此这那并且也还都均只仅就则若如"
)
#: letters that make two words one root
ROOT = 6
#: words that any rule may call its things by
_GENERIC = re.compile("|".join(map(expression, words("things", "generic"))))
#: "such materials": what they are stands in another sentence
_POINTS_BACK = re.compile(
    r"\b(?:such|thereof|therein|these|those|they|them|their|it|aforesaid)\b", re.I
)
#: so few words of a sentence of its own are no rule of its own
STRAY = 1
#: below it the quotes are about something else
UNRELATED = 0.2


def check_support(reading: Reading) -> Iterator[Objection]:
    keys = frozenset(key for segment in reading.quotes for key in segment.keys)
    keys |= frozenset(key for source in reading.sources for key in source.keys)
    content = [w for w in reading.statement.content if w.telling and not figures_in(w.text)]
    if reading.chinese:  # a pair of characters across a function word is no word
        content = [word for word in content if not _GRAMMAR.intersection(word.text)]
    if not content:
        return
    quoted = {word.text for segment in reading.quotes for word in segment.content if word.telling}
    missing = [
        w
        for w in content
        if not w.keys & keys
        and not _same_root(w.text, quoted)
        and not any(is_short_for(w.text, segment) for segment in reading.quotes)
    ]
    share = 1 - len(missing) / len(content)
    words = ", ".join(dict.fromkeys(word.text for word in missing))
    if share < UNRELATED:
        yield failed(f"the quote says nothing of: {words}")
    elif share < COVERED or not (reading.chinese or all(word.light for word in missing)):
        yield unsure(f"not in the quote: {words}")


def check_one_place(reading: Reading) -> Iterator[Objection]:
    """A rule is not put together from two sentences of the quotes by a stray word of one."""
    for part in reading.parts:
        if len(part.drawn) < 2:
            continue
        core = part.drawn[0]
        if _POINTS_BACK.search(core.text):
            continue
        left = [word for word in part.content if not word.keys & core.whole_keys]
        for segment in part.drawn[1:]:
            added = [word for word in left if word.keys & segment.keys]
            left = [word for word in left if not word.keys & segment.whole_keys]
            stray = [word.text for word in added if word.telling and not word.text[0].isdigit()]
            listed = segment.head is not None and segment.root is core.root
            if not listed and 0 < len(added) <= STRAY and stray and not _GENERIC.match(stray[0]):
                yield unsure(f"stands in another sentence of the quote: {', '.join(stray)}")


def _same_root(word: str, others: Set[str]) -> bool:
    """ "provincial" and "province": what the stemmer leaves apart."""
    root = word[:ROOT]
    return len(root) == ROOT and any(
        other.startswith(root) and abs(len(other) - len(word)) <= 4 for other in others
    )
