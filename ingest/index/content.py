"""What an index keeps of its documents: their units and payloads, in one SQLite file."""

import hashlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from functools import lru_cache, partial
from pathlib import Path
from textwrap import shorten
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
    """A document; ``payload`` and ``head`` are the caller's own and come back byte for byte.

    ``head``: what is wanted of all documents at once, and so is read without their payloads.
    """

    id: str
    sha256: str  # of the source file
    payload: bytes
    head: bytes = b""


_Whole = tuple[IndexedDocument, list[SearchUnit]]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of a snapshot; ``read`` gives the whole of it with its units, and raises
    :class:`IndexUnusable` where it is not what was written."""

    head: bytes
    read: Callable[[], _Whole]


@dataclass(frozen=True, slots=True)
class Written:
    """What a build has written of one document."""

    sha256: str  # of the source file
    content: str  # hash of all that is kept of it
    units: int


_SELECT_UNIT = (
    "SELECT clause_id, document_id, title, headings, body, context, head, columns, "
    "questions FROM unit"
)
#: what stands behind a clause id's document; in the index of places word for word the same
_PLACE = "substr(clause_id, instr(clause_id, '#') + 1)"
#: units read at once by who reads them all
_READ_AT_ONCE = 1_000
#: units and documents kept after they were read
_KEPT = 5_000
#: characters of what is told of damage
_LONGEST_REASON = 300


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
        path: Path, documents: Iterable[tuple[IndexedDocument, Sequence[SearchUnit]]]
    ) -> dict[str, Written]:
        """Write a new file, of one document at a time; positions follow the order given.

        Raises ValueError when two units have the same clause id.
        """
        written: dict[str, Written] = {}
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "CREATE TABLE document (position INTEGER PRIMARY KEY, id TEXT, sha256 TEXT, "
                "first_unit INTEGER, end_unit INTEGER, head BLOB)"
            )
            # of its own: who reads all heads does not pass by the payloads
            connection.execute("CREATE TABLE payload (position INTEGER PRIMARY KEY, payload BLOB)")
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
                    (number, document.id, document.sha256, first, end, document.head),
                )
                connection.execute("INSERT INTO payload VALUES (?, ?)", (number, document.payload))
                content = content_hash(document, units)
                written[document.id] = Written(document.sha256, content, len(units))
                first = end
            try:
                connection.execute("CREATE UNIQUE INDEX unit_id ON unit (clause_id)")
            except sqlite3.IntegrityError as error:
                raise ValueError("two units have the same clause id") from error
            connection.execute(f"CREATE INDEX unit_place ON unit ({_PLACE})")
        return written

    def unit_count(self) -> int:
        return int(self._all("SELECT ifnull(max(position) + 1, 0) FROM unit")[0][0])

    def unit_position(self, clause_id: str) -> int | None:
        found = self._all("SELECT position FROM unit WHERE clause_id = ?", clause_id)
        return int(found[0][0]) if found else None

    def positions_at(self, place: str, limit: int) -> list[int]:
        """Positions of units whose ids end with a place ("4.2"), at most ``limit`` of them."""
        query = f"SELECT position FROM unit WHERE {_PLACE} = ? LIMIT ?"
        return [position for (position,) in self._all(query, place, limit)]

    def document_places(self) -> dict[str, tuple[int, range]]:
        """Each document's position and those of its units, by id and in order."""
        query = "SELECT id, position, first_unit, end_unit FROM document ORDER BY position"
        return {id_: (position, range(*units)) for id_, position, *units in self._all(query)}

    def heads(self) -> Iterator[tuple[str, bytes]]:
        """Each document's id and head, in order."""
        yield from self._all("SELECT id, head FROM document ORDER BY position")

    def units(self, among: range) -> Iterator[SearchUnit]:
        """The units of these positions, in order; few of them are in memory at once."""
        query = f"{_SELECT_UNIT} WHERE position BETWEEN ? AND ? ORDER BY position"
        for start in range(among.start, among.stop, _READ_AT_ONCE):
            last = min(start + _READ_AT_ONCE, among.stop) - 1
            yield from (SearchUnit(*row) for row in self._all(query, start, last))

    def unit(self, position: int) -> SearchUnit:
        return SearchUnit(*self._all(f"{_SELECT_UNIT} WHERE position = ?", position)[0])

    def document(self, position: int) -> IndexedDocument:
        query = (
            "SELECT id, sha256, payload, head FROM document JOIN payload USING (position) "
            "WHERE position = ?"
        )
        return IndexedDocument(*self._all(query, position)[0])

    def stored(self, contents: Mapping[str, str]) -> dict[str, StoredDocument]:
        """The documents by id; ``contents``: the hash of what was written of each."""

        def read(document_id: str, position: int, units: range) -> _Whole:
            document, held = self.document(position), list(self.units(units))
            if content_hash(document, held) != contents.get(document_id):
                raise damaged(self._path, f"{document_id} is not what was written")
            return document, held

        places = self.document_places()
        return {
            id_: StoredDocument(head, partial(read, id_, *places[id_]))
            for id_, head in self.heads()
        }

    def check(self) -> None:
        """Raises :class:`IndexUnusable` when the file is damaged, whatever was read of it."""
        found = self._all("PRAGMA quick_check(1)")
        if found != [("ok",)]:
            raise damaged(self._path, found[0][0])

    def _all(self, query: str, *values: int | str) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise damaged(self._path, str(error)) from error


class SearchUnits(Sequence[SearchUnit]):
    """The units of a snapshot by position, read from its file when asked for."""

    def __init__(self, content: IndexContent, count: int) -> None:
        self._content = content
        self._count = count
        self._unit = lru_cache(maxsize=_KEPT)(content.unit)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, position: int) -> SearchUnit: ...
    @overload
    def __getitem__(self, position: slice) -> list[SearchUnit]: ...
    def __getitem__(self, position: int | slice) -> SearchUnit | list[SearchUnit]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        return self._unit(range(len(self))[position])

    def __iter__(self) -> Iterator[SearchUnit]:
        return self._content.units(range(len(self)))


class UnitPositions(Mapping[str, int]):
    """The positions of a snapshot's units by clause id, looked up in its file."""

    def __init__(self, content: IndexContent) -> None:
        self._content = content
        self._count = content.unit_count()
        self._position = lru_cache(maxsize=_KEPT)(content.unit_position)

    def __getitem__(self, clause_id: str) -> int:
        position = self._position(clause_id)
        if position is None:
            raise KeyError(clause_id)
        return position

    def only_at(self, place: str) -> int | None:
        """The position of the one unit that has this place ("4.2") in its document; None where
        there is none, or several."""
        found = self._content.positions_at(place, limit=2)
        return found[0] if len(found) == 1 else None

    def __iter__(self) -> Iterator[str]:
        return (unit.clause_id for unit in self._content.units(range(len(self))))

    def __len__(self) -> int:
        return self._count


class Documents(Mapping[str, IndexedDocument]):
    """The documents of a snapshot by id, in the order they were given; read when asked for."""

    def __init__(self, content: IndexContent) -> None:
        self._content = content
        self._places = content.document_places()

    def __getitem__(self, document_id: str) -> IndexedDocument:
        return self._content.document(self._places[document_id][0])

    def heads(self) -> Iterator[tuple[str, bytes]]:
        """Each document's id and head, without its payload."""
        return self._content.heads()

    def payload_of(self, document_id: str) -> bytes:
        return self[document_id].payload

    def units_of(self, document_id: str) -> range:
        """Positions of a document's units, which stand side by side."""
        return self._places[document_id][1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def content_hash(document: IndexedDocument, units: Sequence[SearchUnit]) -> str:
    """Hash of all that the index keeps of a document."""
    content = hashlib.sha256(f"{document.id}\n{document.sha256}\n".encode())
    content.update(hashlib.sha256(document.payload).digest())
    content.update(hashlib.sha256(document.head).digest())
    for unit in units:
        content.update(json.dumps(astuple(unit)).encode("utf-8"))
    return content.hexdigest()


def damaged(path: Path, reason: str) -> IndexUnusable:
    # SQLite's own words may hold a whole text
    told = shorten(reason, _LONGEST_REASON, placeholder="…")
    return IndexUnusable(f"the index in {path} is damaged ({told}): run `python -m ingest build`")
