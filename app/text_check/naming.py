"""Where a running text names documents: by number, by title, by a short name, or as the one just
named ("the said Announcement", 该公告, "ibid.").

What is no name of one held Work stays unresolved: it is never guessed which document is meant.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.search.document_names import CHINESE_KINDS, DocumentNames
from app.search.intent import vocabulary
from app.search.named_documents import MissingTitles
from app.search.places import find_places
from app.search.searcher import Searcher
from app.text_check.translated import TranslatedTitles
from ingest.facts.references import WorkNumber, find_references, find_titles
from ingest.text.language import IDEOGRAPHS, is_chinese

#: words of the longest short name that is looked for
_MOST_WORDS = 12
#: around a title
_MARKS = {"《": "》", "“": "”", '"': '"'}
#: what stands before a number and belongs to the name: "GACC Announcement", 海关总署公告
_BEFORE_NUMBER = re.compile(
    r"(?:(?!(?:Under|In|By|Per|See|As|To|With|From|The|This|That|Pursuant|According|However|But|And)\b)"
    r"[A-Z][\w’'-]*\s+(?:of\s+(?=[A-Z]))?)+$"
    rf"|[{IDEOGRAPHS}]{{0,10}}(?:署|局|院|部|委|公告|令|通知|第)$"
)
_LEADS_IN = re.compile(
    r"(?:[依根]据|[按依参]照|违反|适用|(?:同时|并)?(?:废止|取代|替代|代替|修[改订])了?|已?被|[见对由在从及和与])+"
)
_NAME_WORD = re.compile(r"[\w’'-]+")
#: "Guidelines for the MSR Expo"
_NAME_GOES_ON = re.compile(
    r"\s+(?:for|of|on|to|at)\s+(?:the\s+)?[A-Z\d][\w’'-]*(?:\s+(?:(?:and|of|for|the)\s+)?[A-Z\d][\w’'-]*)*"
)
#: why a document is not sure whose name has only words of its own
MAY_BE_NAMED = "reasons.may_be_named"
_BEHIND_NUMBER = re.compile(r"\s*(?:公告|令|通知)|\s+\([A-Z]{2,8}\)")
#: what laws, rules and treaties are called, whatever kind the catalog makes of them
_KINDS = ("law", "act", "code", "regulation", "measure", "provision", "rule", "convention",
          "agreement", "treaty", "protocol", "directive", "ordinance")  # fmt: skip
_TREATIES = ("公约", "协定", "条约", "议定书")
_KIND = re.compile(rf"\b(?:{'|'.join(kind.title() for kind in _KINDS)})s?\b")
#: a title in English by its form: words with a capital and small ones between them, a year or a number
_CAPITAL = r"(?![IVXL]+\b)[A-Z][\w’'&–-]*"
_SMALL = "of|on|and|for|the|to|in|by|with|between|concerning|regarding|governing"
_TITLE = re.compile(
    rf"(?<![\w’'–-])(?:(?:19|20)\d\d\s+)?(?P<title>{_CAPITAL}"
    rf"(?:(?:\s+(?:{_SMALL})){{0,3}}\s+{_CAPITAL}|(?:,\s+{_CAPITAL})+,?\s+and\s+{_CAPITAL})*)"
    r"(?:,?\s+(?:of\s+)?(?:19|20)\d\d(?![\d/])|\s*\([A-Z][A-Z\d-]{1,9}\)|\s+(?:No\.?\s*)?\d{1,4}/\d{1,4})*"
)
#: its first words that are none of its own
_LEADING = re.compile(
    rf"(?:(?:{_SMALL}|this|that|see|per|as|from|under|pursuant|according|however|but|our|your)\s+)+",
    re.IGNORECASE,
)
#: a place stands there, as :data:`_PLACE` marks it
_PLACE = "\0"
_PLACE_BEFORE = re.compile(rf"{_PLACE}\s*,?\s+(?:of|in|to|under)\s+(?:the\s+)?$")
_PLACE_BEHIND = re.compile(rf"\s*[,:]?\s*[(（]?\s*{_PLACE}")
#: with a place of it behind
_CHINESE_LAW = re.compile(
    rf"(?:[依根按][据照]?|依照|违反|适用|参照|符合|执行|以及|[、，。；：和及与])?"
    rf"(?P<title>[{IDEOGRAPHS}]{{1,28}}?(?:{'|'.join((*CHINESE_KINDS, *_TREATIES))}))"
    r"(?=第[一二三四五六七八九十百千零〇\d]+(?:[条项]|部分)|[一二三四五六七八九十]{1,3}[（(])"
)
#: without one
_CHINESE_TREATY = re.compile(rf"关于(?P<title>[{IDEOGRAPHS}]{{4,40}}(?:{'|'.join(_TREATIES)}))")
_FINITE = re.compile(
    r"\b(?:shall|may|must|can|cannot|will|is|are|was|were|be|has|have|does|do|need)\b",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"\s*[（(]\s*(?:hereinafter|hereafter|“|\"|the\s+[“\"]|以下简称|下称|简称)[^“”\"「（()）]{0,40}"
    r"[“\"「]?(?P<alias>[^“”\"「」（()）]{2,60})[”\"」]\s*[）)]",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:ibid(?:em)?\b\.?|idem\b|id\.(?=[,\s])|thereof\b|therein\b|(?<=[\d)] )there\b|(?:the|th[eo]se|this|that)\s+(?:said|same|above|latter)?\s*"
    r"(?:{english})\b(?!\s*(?:no\b|nos\b|number|\d|of\b|on\b)))|(?:该|上述|前述|同一?|本|此)(?:{chinese})|(?:(?<![{ideographs}])|(?<=[按据照反见和与及]))(?P<bare>{chinese})(?=第)|同上|[同该这]一?[条款项]|[同该]部分(?=第)|该文(?!件)"
    r"|\b(?:(?:the\s+)?same|that)\s+(?:article|clause|item|paragraph|point|provision|section)\b",
    re.IGNORECASE,
)
#: these mean the clause cited last, not only its document
_SAME_CLAUSE = re.compile(
    r"ibid|idem|id\.|同上|[同该这]一?[条款项]|[同该]部分"
    r"|(?:(?:the\s+)?same|that)\s+(?:article|clause|item|paragraph|point|provision|section)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document named at ``text[start:end]``.

    ``documents``: ids of the texts of the one Work that is meant, () if none is held or several
    may be; ``work``: the number by which it is named; ``back``: it is the document, or
    ("clause") the clause, that was cited last, if any was; ``unsure``: why nothing can be said of it, as the key
    of its text.
    """

    start: int
    end: int
    documents: tuple[str, ...] = ()
    work: WorkNumber | None = None
    back: str = ""
    unsure: str = ""


class DocumentFinder:
    """Finds the documents that texts name, for one corpus."""

    def __init__(self, searcher: Searcher) -> None:
        self._library = library = searcher.library
        self._translated = TranslatedTitles(searcher)
        entries = [document.entry for document in library.documents.values()]
        kinds = vocabulary().kinds
        self._names = DocumentNames(entries, kinds)
        self._missing = MissingTitles(library.documents)
        words = {word for written in kinds.values() for word in written}
        self._english = sorted(filter(str.isascii, words), key=len, reverse=True)
        self._chinese = sorted((w for w in words if is_chinese(w)), key=len, reverse=True)
        self._kind = re.compile(rf"\b(?:{'|'.join(self._english)})s?\b", re.IGNORECASE)
        self._same = re.compile(
            _SAME.pattern.replace(
                "{english}", "|".join(f"{word}s?" for word in (*self._english, *_KINDS))
            )
            .replace("{chinese}", "|".join((*self._chinese, *CHINESE_KINDS, *_TREATIES)))
            .replace("{ideographs}", IDEOGRAPHS),
            re.IGNORECASE,
        )
        self._titles = [(entry.id, entry.title) for entry in entries]

    def find(self, text: str) -> list[NamedDocument]:
        """The documents that a text names, in its order, without overlaps."""
        found: list[NamedDocument] = []
        for named in (
            *self._full_titles(text),
            *self._numbered(text),
            *self._marked(text),
            *self._short(text),
            *self._laws(text),
            *map(self._said_again, self._same.finditer(text)),
        ):
            _add(found, named)
        found.sort(key=lambda named: named.start)
        found = list(self._joined(text, found))
        return self._with_defined(text, found)

    def _said_again(self, same: re.Match[str]) -> NamedDocument:
        """The one cited last; where none is, a bare kind (协定第三条) may be a held one's title."""
        back = "clause" if _SAME_CLAUSE.match(same[0]) else "document"
        documents, unsure = self._may_be(same["bare"]) if same["bare"] else ((), "")
        return NamedDocument(*same.span(), documents, back=back, unsure=unsure)

    def is_title(self, words: str) -> bool:
        """Whether words in quotation marks name a document, and say nothing."""
        return bool(self._names.meant_by(words)) or (
            any(found.title == words for found in find_titles(f"“{words}”"))
            and not _FINITE.search(words)
        )

    def texts_of(self, document_ids: Iterable[str]) -> tuple[str, ...]:
        """All texts of the Work, if the ids are of one; () otherwise."""
        keys = {self._library.documents[id_].entry.work_key for id_ in document_ids}
        if len(keys) != 1:
            return ()
        return tuple(id_ for id_, d in self._library.documents.items() if d.entry.work_key in keys)

    def _full_titles(self, text: str) -> Iterator[NamedDocument]:
        folded = text.casefold()
        for id_, title in self._titles:
            words = title.casefold().split()
            if not all(word in folded for word in words) or (
                len(words) < 3 and not is_chinese(title)
            ):
                continue
            for match in re.finditer(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE):
                start, end = match.span()
                if text[start - 1 : start] in _MARKS and text[end : end + 1] in _MARKS.values():
                    start, end = start - 1, end + 1
                yield NamedDocument(start, end, self.texts_of([id_]))

    def _numbered(self, text: str) -> Iterator[NamedDocument]:
        last = 0
        for reference in find_references(text):
            begin, last = max(last, reference.start - 80), reference.end
            before = _BEFORE_NUMBER.search(text, begin, reference.start)
            behind = _BEHIND_NUMBER.match(text, reference.end)
            held = self._library.works.holding(reference.work)
            meant = self.texts_of(held)
            start = before.start() if before else reference.start
            if leads_in := _LEADS_IN.match(text, start, reference.start):
                start = leads_in.end()
            yield NamedDocument(
                start,
                behind.end() if behind else reference.end,
                meant,
                reference.work,
                unsure="" if meant or not held else "reasons.several_documents",
            )

    def _marked(self, text: str) -> Iterator[NamedDocument]:
        for title in find_titles(text):
            start, end = title.start - 1, title.end + 1
            if meant := self.texts_of(self._names.meant_by(title.title)):
                yield NamedDocument(start, end, meant)
            else:
                may_be, unsure = self._may_be(title.title)
                yield NamedDocument(start, end, may_be, unsure=unsure if may_be else "")

    def _short(self, text: str) -> Iterator[NamedDocument]:
        """The longest words around one that says what kind of document it is."""
        for kind in self._kind.finditer(text):
            line = max(text.rfind(mark, 0, kind.start()) for mark in '.;:!?\n(“"') + 1
            words = [word.start() for word in _NAME_WORD.finditer(text, line, kind.start())]
            ends = [kind.end()]
            if goes_on := _NAME_GOES_ON.match(text, kind.end()):
                ends.insert(0, goes_on.end())
            names = [
                (start, end)
                for end in ends
                for start in (*words[-_MOST_WORDS:], kind.start())
                if not text[start:end].casefold().startswith("the ")
            ]
            for start, end in names:
                if meant := self.texts_of(self._names.meant_by(text[start:end])):
                    yield NamedDocument(start, end, meant)
                    break
            else:
                for start, end in names:
                    if may_be := self.texts_of(self._names.may_mean(text[start:end])):
                        yield NamedDocument(start, end, may_be, unsure=MAY_BE_NAMED)
                        break

    def _laws(self, text: str) -> Iterator[NamedDocument]:
        for start, end, _ in self._missing.cited_in(text):
            yield NamedDocument(start, end)
        for start, end in self._missing.unknown_in(text):
            yield NamedDocument(start, end)
        yield from self._titled(text)
        for law in (*_CHINESE_LAW.finditer(text), *_CHINESE_TREATY.finditer(text)):
            begin, end = law.span("title")
            if any(same.end() == end for same in self._same.finditer(text, begin, end + 1)):
                continue
            # Chinese has no blanks: a name may begin behind words that are none of it
            named = (
                (at, self.texts_of(self._names.meant_by(text[at:end])))
                for at in range(begin, end - 1)
            )
            at, meant = next((one for one in named if one[1]), (begin, ()))
            unsure = ""
            if not meant:
                meant, unsure = self._may_be(law["title"])
            if meant or law.re is not _CHINESE_TREATY:
                yield NamedDocument(at, end, meant, unsure=unsure)

    def _titled(self, text: str) -> Iterator[NamedDocument]:
        """Titles by their form, which stand beside a place or have a word for a kind of document
        and another one of their own."""
        marked = text
        for place in find_places(text):
            marked = (
                f"{marked[: place.start]}{_PLACE * (place.end - place.start)}{marked[place.end :]}"
            )
        for run in _TITLE.finditer(marked):
            start, (begin, end) = run.start(), run.span("title")
            if leading := _LEADING.match(text, begin, end):
                start = begin = leading.end()
            title = text[begin:end]
            # "paragraph 4 of the Annex" is of a part of a document
            is_behind = (
                not title[1:].islower() and _PLACE_BEFORE.search(marked, 0, start) is not None
            )
            is_law = _KIND.search(title) is not None and " " in title
            if self._same.fullmatch(f"the {title}"):
                continue
            if meant := self.texts_of(self._names.meant_by(title)):
                if is_law or is_behind or _PLACE_BEHIND.match(marked, run.end()):
                    yield NamedDocument(start, run.end(), meant)
            elif is_law or is_behind:
                meant, unsure = self._may_be(title)
                yield NamedDocument(start, run.end(), meant, unsure=unsure)

    def _may_be(self, title: str) -> tuple[tuple[str, ...], str]:
        """The texts of the document that a title may be of, and why that is not sure."""
        if may_be := self.texts_of(self._names.may_mean(title)):
            return may_be, MAY_BE_NAMED
        if (translated := self._translated.meant_by(title)) is not None:
            return self.texts_of([translated]), "reasons.may_be_translated"
        return (), "reasons.name_not_proven"

    def _joined(self, text: str, found: list[NamedDocument]) -> Iterator[NamedDocument]:
        """A title with the number behind it is one name; they must mean the same document."""
        at = 0
        while at < len(found):
            named = found[at]
            after = found[at + 1] if at + 1 < len(found) else None
            if (
                after
                and after.work
                and not named.back
                and not named.work
                and re.fullmatch(r"\s*[（(]\s*(?:in\s+)?", text[named.end : after.start])
            ):
                both = named.documents if named.documents == after.documents else ()
                unsure = (
                    ""
                    if both or not named.documents or not after.documents
                    else "reasons.two_documents"
                )
                if named.documents and not after.documents:
                    both, unsure = (), "reasons.another_number"
                named = NamedDocument(named.start, after.end, both, after.work, unsure=unsure)
                at += 1
            yield named
            at += 1

    def _with_defined(self, text: str, found: list[NamedDocument]) -> list[NamedDocument]:
        """With the later places of names that the text itself gives: (hereinafter the “Notice”)."""
        for named in list(found):
            defined = _DEFINED.match(text, named.end)
            if named.back or defined is None:
                continue
            found = [one for one in found if not (defined.start() <= one.start < defined.end())]
            alias = re.escape(defined["alias"].strip().removeprefix("the "))
            for match in re.finditer(rf"(?<!\w){alias}(?!\w)" if alias.isascii() else alias, text):
                if match.start() >= defined.end():
                    _add(
                        found, replace(named, start=match.start(), end=match.end()), over_back=True
                    )
        return sorted(found, key=lambda one: one.start)


def _add(found: list[NamedDocument], new: NamedDocument, *, over_back: bool = False) -> None:
    overlapping = [old for old in found if new.start < old.end and old.start < new.end]
    if over_back and all(old.back for old in overlapping):
        for old in overlapping:
            found.remove(old)
        overlapping = []
    if not overlapping:
        found.append(new)
