"""Changes to corpus/catalog.toml that leave every other byte of it as it is.

The file is a person's: comments and order stay. Entries are appended as text, or
cut out as text; what comes out is read back and compared before it is written,
in one step that cannot be seen half done.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.corpus.catalog import CATALOG, CatalogEntry, parse_catalog
from ingest.errors import CatalogError, ClauseDeskError, some_of
from ingest.whole_file import replace_file

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*document[ \t]*\]\][ \t]*(?:#.*)?")
#: seconds that one command waits for another that changes the corpus
_PATIENCE = 60.0


@contextmanager
def changing(corpus: Path, var: Path) -> Iterator[None]:
    """Hold the corpus against other commands that change it; on any failure the catalog
    gets its old text back.

    Raises ClauseDeskError when another command keeps it for long, or it cannot be read.
    """
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = FileLock(var / "corpus.lock")
        lock.acquire(timeout=_PATIENCE)
    except Timeout:
        raise ClauseDeskError(
            f"another command is changing {corpus}: wait until it has ended and try again"
        ) from None
    except OSError as error:
        raise ClauseDeskError(
            f"cannot write in {var} ({error.strerror}): make the folder writable"
        ) from error
    try:
        before = read_text(corpus)
        try:
            yield
        except BaseException:
            if read_text(corpus) != before:
                _write(corpus, before)
            raise
    finally:
        lock.release()


def read_text(corpus: Path) -> str:
    """The catalog's text, line ends kept; raises CatalogError when it cannot be read."""
    path = corpus / CATALOG
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CatalogError(f"no catalog at {path}: is this a corpus folder?") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} cannot be read: {error}") from error


def append_entries(corpus: Path, entries: Sequence[CatalogEntry]) -> None:
    """Write new entries behind the last one.

    Raises CatalogError when the catalog would not read back as it should.
    """
    text = read_text(corpus)
    new_line = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith("\n") else new_line
    blocks = [as_toml(entry).replace("\n", new_line) for entry in entries]
    _replace(
        corpus,
        text + gap + "".join(f"{new_line}{block}" for block in blocks),
        [*parse_catalog(text, corpus / CATALOG).document, *entries],
    )


def replace_entry(corpus: Path, entry: CatalogEntry) -> None:
    """Change the lines of an entry that say something else now; comments and the rest stay.

    Raises CatalogError for an id that is not there, and when the catalog would not read
    back as it should.
    """
    lines, entries, places = _read(corpus)
    place = _place(entries, entry.id)
    old, new = _values(entries[place]), _values(entry)
    begin, end = places[place]
    block = lines[begin:end]
    new_line = "\r\n" if "\r\n" in lines[begin] else "\n"
    for key in old.keys() | new.keys():
        if old.get(key) == new.get(key):
            continue
        at = next(
            (n for n, line in enumerate(block) if re.match(rf"[ \t]*{key}[ \t]*=", line)), None
        )
        written = [f"{key} = {new[key]}{new_line}"] if key in new else []
        if at is None:
            at = (
                next(n for n, line in enumerate(block) if _HEADER.fullmatch(line.rstrip("\r\n")))
                + 1
            )
            block[at:at] = written
        else:
            block[at : at + 1] = written
    expected = [*entries[:place], entry, *entries[place + 1 :]]
    _replace(corpus, "".join([*lines[:begin], *block, *lines[end:]]), expected)


def remove_entry(corpus: Path, document_id: str) -> None:
    """Cut an entry out, with the comment lines that stand right above it.

    Raises CatalogError for an id that is not there, for the last entry, and when
    the catalog would not read back as it should.
    """
    lines, entries, places = _read(corpus)
    place = _place(entries, document_id)
    if len(entries) == 1:
        raise CatalogError(
            f"{document_id} is the last document, and a corpus needs one: add another first"
        )
    begin, end = places[place]
    kept = "".join([*lines[:begin], *lines[end:]])
    if end == len(lines):
        kept = kept.rstrip() + "\n"
    _replace(corpus, kept, [entry for entry in entries if entry.id != document_id])


def _read(corpus: Path) -> tuple[list[str], Sequence[CatalogEntry], list[tuple[int, int]]]:
    """The catalog's lines, its entries, and the lines (begin, end) of each."""
    text = read_text(corpus)
    entries = parse_catalog(text, corpus / CATALOG).document
    lines = text.splitlines(keepends=True)
    begins = _beginnings(lines)
    if len(begins) != len(entries):
        raise _cannot_edit(corpus)
    return lines, entries, list(pairwise([*begins, len(lines)]))


def _place(entries: Sequence[CatalogEntry], document_id: str) -> int:
    place = next((n for n, entry in enumerate(entries) if entry.id == document_id), None)
    if place is None:
        held = some_of(entry.id for entry in entries)
        raise CatalogError(f"the catalog has no document {document_id}; it has {held}")
    return place


def _beginnings(lines: Sequence[str]) -> list[int]:
    """First line of each entry: its [[document]], or the comment right above that."""
    begins = []
    for number, line in enumerate(lines):
        if _HEADER.fullmatch(line.rstrip("\r\n")):
            while number > 0 and lines[number - 1].startswith("#"):
                number -= 1
            begins.append(number)
    return begins


def as_toml(entry: CatalogEntry) -> str:
    """An entry as it stands in the catalog."""
    lines = ["[[document]]", *(f"{key} = {value}" for key, value in _values(entry).items())]
    return "\n".join(lines) + "\n"


def _values(entry: CatalogEntry) -> dict[str, str]:
    """The keys of an entry that say something, with their values as TOML."""
    return {
        key: toml_string(value) if isinstance(value, str) else str(value)
        for key, value in entry.model_dump(by_alias=True, exclude_none=True).items()
    }


def _replace(corpus: Path, text: str, expected: Sequence[CatalogEntry]) -> None:
    """Write the catalog if its text says what it is meant to say."""
    if list(parse_catalog(text, corpus / CATALOG).document) != list(expected):
        raise _cannot_edit(corpus)
    _write(corpus, text)


def _write(corpus: Path, text: str) -> None:
    path = corpus / CATALOG
    try:
        replace_file(path, text)
    except OSError as error:
        raise CatalogError(
            f"{path} cannot be written ({error.strerror}): make the folder writable"
        ) from error


def _cannot_edit(corpus: Path) -> CatalogError:
    return CatalogError(
        f"{corpus / CATALOG} is written in a way that no program should edit: change it by hand"
    )


def toml_string(text: str) -> str:
    """A JSON string is a TOML string, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
