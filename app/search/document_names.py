"""Which held document a few words name: its number, its title, or a short name of it.

A short name is proven, not guessed: each of its words is the document's own, they are most of one
of its names, and no other Work of the corpus has them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ingest.corpus.catalog import CatalogEntry
from ingest.facts.references import WorkNumber, find_references, title_key
from ingest.text.language import is_chinese

#: share of a name's words that a short name has
MOST_OF_A_NAME = 0.6
#: share of a Chinese title's characters, where the kind of document ends both
PART_OF_A_TITLE = 0.25
_SHORTEST_CHINESE = 3

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ALIAS = re.compile(r"[（(](?P<alias>[^（()）]{2,60})[)）]")
_BARE_NUMBER = re.compile(
    r"(?:nos?\.?|number|#|第)\s*(?P<number>\d{1,4})(?!\d)|(?P<slashed>\d{1,4})\s*(?:/|of)\s*(?:19|20)\d\d|^[a-z]+\s+(?P<last>\d{1,4})$|(?P<numbered>\d{1,4})\s*号",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
#: words that stand in names and part none of them
_LIGHT = frozenset(("the", "a", "an", "of", "on", "in", "for", "to", "and", "no", "nos", "number", "by", "s", "as"))  # fmt: skip
#: what laws and what is issued like them are called in Chinese
CHINESE_KINDS = (
    "法", "条例", "办法", "规定", "规则", "细则", "公告", "通知", "须知", "指南", "指引",
)  # fmt: skip
_CHINESE_KIND = re.compile(rf"(?:{'|'.join(sorted(CHINESE_KINDS, key=len, reverse=True))})$")
_CHINESE_LIGHT = re.compile(r"[《》〈〉“”\"的第号年\s]|中?华人民共和国|海关总署|总署|海关")


@dataclass(frozen=True, slots=True)
class _Names:
    """``words``: all that may stand in a name; ``names``: the telling words of each of them;
    ``kinds``: words for what kind of document it is."""

    words: frozenset[str]
    names: tuple[frozenset[str], ...]
    kinds: frozenset[str]
    title: str  # its key


@dataclass(frozen=True, slots=True)
class _Said:
    """A few words, taken apart once for all documents: ``works``, official numbers in them; else
    ``number``, a bare one; and the telling ``words``."""

    text: str
    works: tuple[WorkNumber, ...]
    number: int | None
    years: tuple[int, ...]
    words: frozenset[str]
    is_chinese: bool


class DocumentNames:
    """Tells which document of a corpus a few words name; ``kinds`` gives, for each kind of the
    catalog, what people call one."""

    def __init__(
        self, entries: Iterable[CatalogEntry], kinds: Mapping[str, Collection[str]]
    ) -> None:
        self._entries = tuple(entries)
        self._names = {
            entry.id: _names_of(entry, frozenset(kinds.get(entry.kind, ())))
            for entry in self._entries
        }
        self._titled: dict[str, list[CatalogEntry]] = {}
        for entry in self._entries:
            self._titled.setdefault(self._names[entry.id].title, []).append(entry)

    def meant_by(self, words: str) -> tuple[str, ...]:
        """Ids of the texts of the one Work that is named, in the corpus's order; () if it is
        none or may be several."""
        named = words.strip(" .,?!？。！，:：")
        if not named:
            return ()
        found = self._titled.get(title_key(named.strip('《》“”" ')))
        if not found:
            said = _said(named)
            found = [entry for entry in self._entries if self._is(said, entry)]
        # a 法 that is not held has the characters of a 办法 that is
        if len({entry.work_key for entry in found}) != 1 or _other_kind(named, found[0].title):
            return ()
        return tuple(entry.id for entry in found)

    def may_mean(self, words: str) -> tuple[str, ...]:
        """Ids of the texts of the only Work that has all of some words in its names, few as they may
        be: "the Expo guidelines"; () if none or several have them. Likely, and no proof."""
        telling = _telling(words)
        found = [
            entry
            for entry in self._entries
            if telling <= self._names[entry.id].words
            and any(not word.isdigit() for word in telling - self._names[entry.id].kinds)
        ]
        if len({entry.work_key for entry in found}) != 1:
            return ()
        return tuple(entry.id for entry in found)

    def _is(self, said: _Said, entry: CatalogEntry) -> bool:
        if said.text.casefold() == entry.id:
            return True
        numbered = _has_number(said, entry)
        if numbered is not None:
            return numbered and self._says_no_more(said.text, entry)
        if said.is_chinese:
            return self._is_chinese_name(said.text, entry)
        names, words = self._names[entry.id], said.words
        if not words or not words <= names.words:
            return False
        return any(len(words & name) >= MOST_OF_A_NAME * len(name) for name in names.names if name)

    def _says_no_more(self, named: str, entry: CatalogEntry) -> bool:
        names = self._names[entry.id]
        rest = _CHINESE_LIGHT.sub(" ", _without_kinds(named, names.kinds))
        return all(
            word.isdigit() or word in names.words or (is_chinese(word) and word in names.title)
            for word in _telling(rest)
        )

    def _is_chinese_name(self, named: str, entry: CatalogEntry) -> bool:
        """A short name has the title's characters in their order and its kind: 商检法."""
        if not is_chinese(entry.title):
            return False
        title, short = self._names[entry.id].title, title_key(_CHINESE_LIGHT.sub("", named))
        plain = _CHINESE_LIGHT.sub("", title)
        characters = iter(plain)
        return (
            len(short) >= _SHORTEST_CHINESE
            and all(character in characters for character in short)
            and len(short) >= PART_OF_A_TITLE * len(plain)
            and (plain.endswith(short[-1]) or len(short) >= MOST_OF_A_NAME * len(plain))
        )


def _other_kind(named: str, title: str) -> bool:
    """Whether a Chinese name and a title each tell what kind of document it is, and another one."""
    kinds = {kind[0] for one in (named, title_key(title)) if (kind := _CHINESE_KIND.search(one))}
    return is_chinese(title) and len(kinds) > 1


def _said(named: str) -> _Said:
    bare = _BARE_NUMBER.search(named)
    return _Said(
        text=named,
        works=tuple(found.work for found in find_references(named)),
        number=int(next(filter(None, bare.groups()))) if bare else None,
        years=tuple(map(int, _YEAR.findall(named))),
        words=_telling(named),
        is_chinese=is_chinese(named),
    )


def _has_number(said: _Said, entry: CatalogEntry) -> bool | None:
    """Whether words name a document by the number of this one; None: by no number."""
    if said.works:
        work = entry.work
        return work is not None and any(found.matches(work) for found in said.works)
    if said.number is None:
        return None
    return entry.number == said.number and (not said.years or entry.year in said.years)


def _names_of(entry: CatalogEntry, kinds: frozenset[str]) -> _Names:
    title = entry.title
    aliases = [match["alias"] for match in _ALIAS.finditer(title)]
    plain = _ALIAS.sub(" ", title)
    references = find_references(plain)
    subject = plain[references[0].end :] if references else ""
    own = _telling(f"{title} {entry.issuer} {entry.number or ''} {entry.year or ''}")
    names = [plain, subject, plain.partition(",")[0], *aliases]
    return _Names(
        words=own | kinds | {"document", "text"},
        names=tuple(
            dict.fromkeys(
                name
                for written in names
                for name in (_telling(written) - kinds, _shortened(written, aliases) - kinds)
                if name and any(character.isalpha() for word in name for character in word)
            )
        ),
        kinds=kinds,
        title=title_key(title),
    )


def _shortened(name: str, aliases: Iterable[str]) -> frozenset[str]:
    """A name's words with an abbreviation in place of those that it stands for."""
    words = [word for word in _words(name) if word not in _LIGHT]
    for alias in (alias.casefold() for alias in aliases):
        initials = "".join(word[0] for word in words)
        if alias.isalpha() and (at := initials.find(alias)) >= 0:
            words[at : at + len(alias)] = [alias]
    return frozenset(words)


def _without_kinds(named: str, kinds: Iterable[str]) -> str:
    for kind in sorted(filter(is_chinese, kinds), key=len, reverse=True):
        named = named.replace(kind, " ")
    return named


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in _words(text) if word not in _LIGHT)
