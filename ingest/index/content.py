"""What an index keeps of its documents: their units and payloads, in one SQLite file."""

import hashlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, overload
from urllib.parse import quote

from ingest.errors import IndexUnusable
from ingest.models.clause_model import ClauseText
from ingest.text.clean_view import clean_view


@dataclass(frozen=True, slots=True)
class SearchUnit:
    """What is found as one: a clause, or a list's lead-in with its items."""

    clause_id: str
    document_id: str
    title: str
    headings: str
    body: str  # the clause as it would be quoted
    context: str  # words of the lead-in that an item needs to be understood
    head: str = ""  # a list's lead-in without its items; empty for any other clause
    columns: str = ""  # of a table's row: its caption, the names of the columns, a row across it
    questions: str = ""  # that people are expected to ask of it, one a line

    @property
    def text(self) -> ClauseText:
        """What the model embeds and reads: the words below title, headings and lead-in."""
        return ClauseText(self._above, clean_view(self.searched))

    @property
    def head_text(self) -> ClauseText | None:
        """A list's lead-in, which is also found by its own words, whatever its items say."""
        return ClauseText(self._above, clean_view(self.head)) if self.head else None

    @property
    def _above(self) -> tuple[str, ...]:
        texts = (clean_view(text) for text in (self.title, self.headings, self.context))
        return tuple(text for text in texts if text)

    @property
    def searched(self) -> str:
        """The body; that of a row below the names of its columns, without which its cells say
        nothing."""
        return f"{self.columns}\n{self.body}" if self.columns else self.body


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document; ``payload`` is the caller's own and comes back byte for byte."""

    id: str
    sha256: str  # of the source file
    payload: bytes


_SELECT_UNIT = (
    "SELECT clause_id, document_id, title, headings, body, context, head, columns, "
    "questions FROM unit"
)


class IndexContent:
    """Documents and units in one SQLite file, read by several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        # immutable: nobody writes to a snapshot, so SQLite needs no locks and no journal
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise damaged(path, str(error)) from error
        weakref.finalize(self, self._connection.close)

    @staticmethod
    def write(
        path: Path, documents: Sequence[tuple[IndexedDocument, Sequence[SearchUnit]]]
    ) -> None:
        """Write a new file; positions follow the order given."""
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "CREATE TABLE document (position INTEGER PRIMARY KEY, id TEXT, sha256 TEXT, "
                "payload BLOB, first_unit INTEGER, end_unit INTEGER)"
            )
            connection.execute(
                "CREATE TABLE unit (position INTEGER PRIMARY KEY, clause_id TEXT, "
                "document_id TEXT, title TEXT, headings TEXT, body TEXT, context TEXT, head TEXT, "
                "columns TEXT, questions TEXT)"
            )
            first = 0
            for number, (document, units) in enumerate(documents):
                connection.executemany(
                    "INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    ((position, *astuple(unit)) for position, unit in enumerate(units, first)),
                )
                end = first + len(units)
                connection.execute(
                    "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)",
                    (number, document.id, document.sha256, document.payload, first, end),
                )
                first = end

    def unit_positions(self) -> dict[str, int]:
        # alone in its index, the column could be read without the texts; 100,000 take 0.1 s so
        return dict(self._all("SELECT clause_id, position FROM unit ORDER BY position"))

    def document_positions(self) -> dict[str, int]:
        return dict(self._all("SELECT id, position FROM document ORDER BY position"))

    def all_units(self) -> list[SearchUnit]:
        return [SearchUnit(*row) for row in self._all(f"{_SELECT_UNIT} ORDER BY position")]

    def unit(self, position: int) -> SearchUnit:
        return SearchUnit(*self._all(f"{_SELECT_UNIT} WHERE position = ?", position)[0])

    def document(self, position: int) -> IndexedDocument:
        query = "SELECT id, sha256, payload FROM document WHERE position = ?"
        return IndexedDocument(*self._all(query, position)[0])

    def unit_range(self, position: int) -> range:
        query = "SELECT first_unit, end_unit FROM document WHERE position = ?"
        return range(*self._all(query, position)[0])

    def _all(self, query: str, *values: int) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise damaged(self._path, str(error)) from error


class SearchUnits(Sequence[SearchUnit]):
    """The units of a snapshot by position, read from its file when first asked for."""

    def __init__(self, content: IndexContent, count: int) -> None:
        self._content = content
        self._known: list[SearchUnit | None] = [None] * count
        self._complete = False

    def __len__(self) -> int:
        return len(self._known)

    @overload
    def __getitem__(self, position: int) -> SearchUnit: ...
    @overload
    def __getitem__(self, position: slice) -> list[SearchUnit]: ...
    def __getitem__(self, position: int | slice) -> SearchUnit | list[SearchUnit]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        unit = self._known[position]
        if unit is None:
            unit = self._content.unit(range(len(self))[position])
            self._known[position] = unit
        return unit

    def __iter__(self) -> Iterator[SearchUnit]:
        if not self._complete:
            self._known = list(self._content.all_units())
            self._complete = True
        return (unit for unit in self._known if unit is not None)


class Documents(Mapping[str, IndexedDocument]):
    """The documents of a snapshot by id, in the order they were given; read when asked for."""

    def __init__(self, content: IndexContent) -> None:
        self._content = content
        self._positions = content.document_positions()

    def __getitem__(self, document_id: str) -> IndexedDocument:
        return self._content.document(self._positions[document_id])

    def units_of(self, document_id: str) -> range:
        """Positions of a document's units, which stand side by side."""
        return self._content.unit_range(self._positions[document_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)


def content_hash(document: IndexedDocument, units: Sequence[SearchUnit]) -> str:
    """Hash of all that the index keeps of a document."""
    content = hashlib.sha256(f"{document.id}\n{document.sha256}\n".encode())
    content.update(hashlib.sha256(document.payload).digest())
    for unit in units:
        content.update(json.dumps(astuple(unit)).encode("utf-8"))
    return content.hexdigest()


def damaged(path: Path, reason: str) -> IndexUnusable:
    return IndexUnusable(f"the index in {path} is damaged ({reason}): run `python -m ingest build`")
