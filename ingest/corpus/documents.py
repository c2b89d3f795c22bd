"""A document as the index keeps it: what it is, its dates, its clauses, its pages.

It is kept in two parts. The head is one line that tells from what the document was made and by
which program, which is enough to see that nothing has changed, then as JSON what is wanted of
all documents at once: catalog entry, facts, warnings, number of clauses. The payload is the text with its clauses,
read when a clause of the document is wanted.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.corpus.catalog import CatalogEntry
from ingest.corpus.parser_version import parser_version
from ingest.errors import IndexUnusable
from ingest.facts.modifications import CrossReference, Expression, TemporalFacts, Timeline
from ingest.facts.references import WorkKind, WorkNumber, title_key
from ingest.structure import Box, ParsedDocument
from ingest.text.language import IDEOGRAPHS, is_chinese

#: texts that stay in memory after they were read; what an answer touches is far fewer
_TEXTS_KEPT = 256

_TITLE_GOES_ON = re.compile(rf"[,，]|[（(](?=[^）)]*[{IDEOGRAPHS}])")
#: characters of a title, without spaces, that are enough to name a document
_SHORTEST_NAME = 12
_SHORTEST_CHINESE_NAME = 3


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One document, read and cut into clauses; ``boxes`` lead back to a PDF's pages."""

    entry: CatalogEntry
    parsed: ParsedDocument
    facts: TemporalFacts
    boxes: tuple[Box, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def clause_count(self) -> int:
        return len(self.parsed.clauses)

    @property
    def expression(self) -> Expression:
        """Of which Work this is a text, and since when it applies.

        The text's own word goes first. A later day in the catalog adds to it: a text may
        leave out its last amendment, but cannot be older than one of which it tells.
        """
        facts, told = self.facts, self.entry.expression_date
        amended = max(filter(None, (facts.amended, told)), default=None)
        began = max(filter(None, (amended, facts.in_force_from)), default=facts.issued)
        if amended is None:
            proof = facts.in_force_proof
        else:
            proof = facts.amended_proof if amended == facts.amended else None
        is_law = self.entry.kind != "internal"
        language = self.entry.language
        return Expression(self.entry.work_key, began, amended, proof, is_law, language)


@dataclass(frozen=True, slots=True)
class _Head:
    entry: CatalogEntry
    facts: TemporalFacts
    warnings: tuple[str, ...]
    clause_count: int


@dataclass(frozen=True, slots=True)
class _Text:
    parsed: ParsedDocument
    boxes: tuple[Box, ...]


class _KeptDocument(CorpusDocument):
    """A document whose text is read whenever it is asked for."""

    __slots__ = ("_text", "clause_count")
    _text: Callable[[], _Text]
    clause_count: int

    @classmethod
    def of(cls, head: _Head, text: Callable[[], _Text]) -> "CorpusDocument":
        document = cls.__new__(cls)
        for name in ("entry", "facts", "warnings", "clause_count"):
            object.__setattr__(document, name, getattr(head, name))
        object.__setattr__(document, "_text", text)
        return document

    def __getattr__(self, name: str) -> Any:
        # called for what was not set, so that a changed copy has its own
        if name in ("parsed", "boxes"):
            return getattr(self._text(), name)
        if name == "clause_count":
            return len(self.parsed.clauses)
        raise AttributeError(name)


_HEAD = TypeAdapter(_Head)
_TEXT = TypeAdapter(_Text)
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Origin:
    """``recipe``: hash of the catalog entry (with its file's hash) and the program's version;
    ``words``: hash of the text without its white space."""

    recipe: str
    words: str


def recipe(entry: CatalogEntry) -> str:
    """What decides how a document is read; the same recipe gives the same document."""
    return _sha256(f"{parser_version()}\n{entry.model_dump_json()}")


def words_hash(text: str) -> str:
    """The same for two texts that differ in white space only."""
    return _sha256("".join(text.split()))


def dump_document(document: CorpusDocument) -> tuple[bytes, bytes]:
    """A document's payload and head."""
    origin = {"recipe": recipe(document.entry), "words": words_hash(document.parsed.text)}
    head = _HEAD.dump_json(
        _Head(document.entry, document.facts, document.warnings, document.clause_count)
    )
    text = _TEXT.dump_json(_Text(document.parsed, document.boxes))
    return text, json.dumps(origin).encode() + b"\n" + head


class Works:
    """Official documents by number and title: which the corpus holds, and where it cites them.

    Looked up, so that a question costs the same whatever the size of the corpus.
    """

    #: characters of a title by which it is looked up
    _TITLE_START = 3

    def __init__(self, documents: Mapping[str, CorpusDocument]) -> None:
        self._held: dict[tuple[WorkKind, int], list[tuple[WorkNumber, str]]] = {}
        self._cited: dict[tuple[WorkKind, int], list[CrossReference]] = {}
        self._titled: dict[str, dict[str, list[str]]] = {}  # by their first characters
        for document_id, document in documents.items():
            for title in _names_in(document.entry.title):
                titles = self._titled.setdefault(title[: self._TITLE_START], {})
                titles.setdefault(title, []).append(document_id)
            if (work := document.entry.work) is not None:
                self._held.setdefault((work.kind, work.number), []).append((work, document_id))
            for reference in document.facts.references:
                target = reference.target
                self._cited.setdefault((target.kind, target.number), []).append(reference)

    def holding(self, work: WorkNumber) -> list[str]:
        """Ids of the documents that can be the one of this number, in the corpus's order."""
        held = self._held.get((work.kind, work.number), ())
        return [document_id for number, document_id in held if number.matches(work)]

    def titled_in(self, text: str) -> list[str]:
        """Ids of the documents whose titles stand in a text, in its order; of titles that
        begin alike the longest."""
        written, found, at = title_key(text), dict[str, None](), 0
        while at < len(written):
            titles = self._titled.get(written[at : at + self._TITLE_START], {})
            title = max((t for t in titles if written.startswith(t, at)), key=len, default="")
            found |= dict.fromkeys(titles.get(title, ()))
            at += len(title) or 1
        return list(found)

    def references_to(self, work: WorkNumber) -> list[CrossReference]:
        """Where the corpus cites the document of this number, in reading order."""
        cited = self._cited.get((work.kind, work.number), ())
        return [reference for reference in cited if reference.target.matches(work)]


def _names_in(title: str) -> set[str]:
    """Keys of the ways to name a document by its title: the whole, and what stands in front of
    a comma or a Chinese remark in brackets; what is short is no name.

    >>> sorted(_names_in("Agreement between Oz and Utopia, for air services"))
    ['agreementbetweenozandutopia', 'agreementbetweenozandutopia,forairservices']
    """
    beginning = _TITLE_GOES_ON.split(title, maxsplit=1)[0]
    shortest = _SHORTEST_CHINESE_NAME if is_chinese(title) else _SHORTEST_NAME
    return {key for key in (title_key(title), title_key(beginning)) if len(key) >= shortest}


def load_document(payload: bytes, head: bytes) -> CorpusDocument:
    """Raises IndexUnusable for what this version of the program did not write."""
    told, text = _load_head(head), _load(_TEXT, payload)
    return CorpusDocument(told.entry, text.parsed, told.facts, text.boxes, told.warnings)


def kept_documents(
    heads: Iterable[tuple[str, bytes]], payload_of: Callable[[str], bytes]
) -> dict[str, CorpusDocument]:
    """Documents by id, of which the heads are read at once and a payload, by ``payload_of``, when
    the text is asked for; of the texts the last few hundred stay in memory.

    Raises IndexUnusable, then too, for what this version of the program did not write.
    """

    @lru_cache(maxsize=_TEXTS_KEPT)
    def text_of(document_id: str) -> _Text:
        return _load(_TEXT, payload_of(document_id))

    return {id_: _KeptDocument.of(_load_head(head), partial(text_of, id_)) for id_, head in heads}


def _load_head(head: bytes) -> _Head:
    return _load(_HEAD, head.partition(b"\n")[2])


def _load(form: TypeAdapter[_Part], content: bytes) -> _Part:
    try:
        return form.validate_json(content)
    except ValidationError as error:
        raise IndexUnusable(
            "the index was built by another version of this program: run `python -m ingest build`"
        ) from error


def origin_of(head: bytes) -> Origin | None:
    """From what a document was made, without reading the rest; None for an unknown layout."""
    try:
        return Origin(**json.loads(head.partition(b"\n")[0]))
    except (ValueError, TypeError):
        return None


def timeline_of(documents: Mapping[str, CorpusDocument]) -> Timeline:
    """The documents of a corpus in time, by id."""
    return Timeline(
        {id_: document.facts for id_, document in documents.items()},
        {id_: document.entry.work for id_, document in documents.items()},
        {id_: document.entry.title for id_, document in documents.items()},
        {id_: document.expression for id_, document in documents.items()},
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
