"""corpus/catalog.toml: which documents the corpus holds and what they are called."""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.errors import CatalogError
from ingest.facts.references import WorkKind, WorkNumber

CATALOG = "catalog.toml"

#: stands for an issuer or a source that nothing tells
NOT_STATED = "not stated in the document"

#: "internal" is a document that is no law (a house manual): it is never in force
DocumentKind = Literal["announcement", "decree", "law", "guidelines", "guidance", "internal"]
#: promulgated by decree, and cited by that number or by its title; what bears any other number
#: ("Circular No. 12 of 2024") is looked up as an announcement is, which a bare number means
_BY_DECREE = frozenset(("decree", "law"))
#: named by its number; all else is named by its title
_NAMED_BY_NUMBER = frozenset(("decree", "announcement"))
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class CatalogEntry(BaseModel):
    """One document. What it says of dates and repeals is read from its text, not kept here.

    ``work_id`` (``work`` in the file) is shared by the texts of one Work;
    ``expression_date`` is the day on which this text began to apply, for a text
    that does not tell of its last amendment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Annotated[str, StringConstraints(pattern=_ID)]
    work_id: Annotated[str, StringConstraints(pattern=_ID)] | None = Field(
        default=None, alias="work"
    )
    kind: DocumentKind
    issuer: str
    number: int | None = None
    year: int | None = None
    title: Annotated[str, StringConstraints(min_length=1)]
    language: Literal["en", "zh"]
    expression_date: date | None = None
    source: str
    file: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @property
    def work(self) -> WorkNumber | None:
        """The number by which other documents cite this one."""
        if self.number is None:
            return None
        kind = WorkKind.DECREE if self.kind in _BY_DECREE else WorkKind.ANNOUNCEMENT
        issuer = self.issuer if self.issuer != NOT_STATED else None
        return WorkNumber(kind, self.number, self.year, issuer)

    @property
    def work_key(self) -> str:
        """The same for all texts of one Work: its id, else its number, else the document's own id."""
        if self.work_id is not None:
            return self.work_id
        return f"{self.kind}: {self.work}" if self.work else self.id

    @property
    def cited_number(self) -> WorkNumber | None:
        """The number that names the document; None if its title does."""
        return self.work if self.kind in _NAMED_BY_NUMBER else None

    @property
    def citation_name(self) -> str:
        """How people cite the document: "GACC Announcement No. 68 of 2016", or its title."""
        return str(self.cited_number or self.title)


class Catalog(BaseModel):
    """The documents of a corpus folder, in the order of the file; none in a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: tuple[CatalogEntry, ...] = ()


def load_catalog(corpus: Path) -> Catalog:
    """Read and prove ``corpus/catalog.toml``.

    Raises CatalogError, naming the entry, for an unknown key, a wrong value, an
    id that is taken, a missing file or a file whose sha256 is another.
    """
    catalog = read_catalog(corpus)
    for entry in catalog.document:
        prove_file(corpus, entry)
    return catalog


def read_catalog(corpus: Path) -> Catalog:
    """Read ``corpus/catalog.toml`` without looking at the documents.

    Raises CatalogError, naming the entry, for an unknown key, a wrong value or
    an id that is taken.
    """
    path = corpus / CATALOG
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CatalogError(f"no catalog at {path}: is this a corpus folder?") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} cannot be read: {error}") from error
    return parse_catalog(text, path)


def parse_catalog(text: str, path: Path) -> Catalog:
    """A catalog's text, read; raises CatalogError like :func:`read_catalog`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{path} cannot be read: {error}") from error
    try:
        catalog = Catalog.model_validate(content)
    except ValidationError as error:
        raise CatalogError(_explain(content, error)) from error
    seen: set[str] = set()
    for entry in catalog.document:
        if entry.id in seen:
            raise CatalogError(f"catalog entry {entry.id}: the id is taken; give it another")
        seen.add(entry.id)
    return catalog


def document_path(corpus: Path, entry: CatalogEntry) -> Path:
    return corpus / "documents" / entry.file


def prove_file(corpus: Path, entry: CatalogEntry) -> None:
    """Raises CatalogError when an entry's file is missing, elsewhere or another than it was."""
    path = document_path(corpus, entry)
    if path.resolve().parent != (corpus / "documents").resolve():
        raise CatalogError(
            f"catalog entry {entry.id}: file {entry.file} is not in {corpus / 'documents'}"
        )
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CatalogError(
            f"catalog entry {entry.id}: {path} cannot be read ({error.strerror}); "
            "put the file back or remove the entry"
        ) from error
    if digest != entry.sha256:
        raise CatalogError(
            f"catalog entry {entry.id}: {entry.file} has sha256 {digest}, not {entry.sha256}; "
            "restore the file or correct the entry"
        )


def _explain(content: dict[str, object], error: ValidationError) -> str:
    first = error.errors()[0]
    location = list(first["loc"])
    documents = content.get("document")
    where = "catalog"
    if len(location) >= 2 and isinstance(location[1], int) and isinstance(documents, list):
        raw = documents[location[1]]
        name = raw.get("id") if isinstance(raw, dict) else None
        where = f"catalog entry {name or location[1] + 1}"
    key = ".".join(
        str(part) for part in location if part != "document" and not isinstance(part, int)
    )
    return f"{where}: {key or 'document'}: {first['msg']}"
