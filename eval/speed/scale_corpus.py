"""A corpus of as many clauses as wanted: the real ones first, then those of a folder of documents
where one is given, then generated announcements.

A generated announcement has numbered items as a real one does and goes through the same
loader, parser and units. Its sentences follow the real clauses' own word pairs, so their
vocabulary is as uneven as that of real ones, with made-up products and codes between.
The same seed gives the same corpus; a smaller one is the beginning of a larger one.
"""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate, count, pairwise
from pathlib import Path
from random import Random

from eval.errors import CannotRun
from ingest.corpus.catalog import CatalogEntry, document_path, load_catalog
from ingest.errors import ClauseDeskError
from ingest.index.expected_questions import FOLDER
from ingest.index.units import units_of
from ingest.keeping.catalog_writer import as_toml
from ingest.keeping.proposal import Corrections, propose
from ingest.loaders import LoadingLimits, load, load_bytes
from ingest.parsing import files_below
from ingest.pipeline import document_from
from ingest.settings import Settings

#: numbered items of one announcement
ITEMS = 60
#: announcements a year
_A_YEAR = 120
_FIRST_YEAR = 1980
#: shortest and longest sentence, in words
_WORDS = (12, 45)
_PRODUCTS = 20_000
#: one word in so many is a product or a code
_RARE = 12
_SYLLABLES = ("al", "ben", "cor", "dex", "fo", "gra", "hyl", "im", "ket", "lor", "mi", "nox", "pra",
              "quil", "ro", "sul", "tri", "ul", "ver", "xan", "zo")  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


def settings_of(folder: Path) -> Settings:
    """Where a size's corpus and index lie, its vectors on the Chroma server where one is set; no
    language model words its answers."""
    return Settings(corpus=folder / "corpus", var=folder / "var", llm=None, database=None, ray=None)


def write_corpus(folder: Path, real: Settings, clauses: int, more: Path | None = None) -> None:
    """Make ``folder`` a corpus of the first ``clauses`` clauses (units of the index).

    The real clauses keep the questions expected of them; those of the documents below ``more``
    come after them. A text that would give too many ends behind its last clause wanted.
    """
    (folder / "documents").mkdir(parents=True)
    for name in (FOLDER, "glossary.tsv"):
        source = real.corpus / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    entries: list[str] = []
    wanted = clauses
    for whole in _documents(real, more):
        entry, content, found = _cut(*whole, wanted)
        wanted -= found
        (folder / "documents" / entry.file).write_bytes(content)
        entries.append(as_toml(entry))
        if wanted <= 0:
            break
    (folder / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")


def documents_below(
    folder: Path, held: Sequence[CatalogEntry] = ()
) -> Iterator[tuple[CatalogEntry, bytes]]:
    """Every file below a folder with the entry that `ingest add` would propose beside ``held``.

    Raises CannotRun, naming the file, for one that cannot be read.
    """
    known = {entry.id: entry for entry in held}
    for _, path in files_below(folder):
        try:
            source, data = load(path, LoadingLimits()), path.read_bytes()
            proposed = propose(source, data, path.name, known, Corrections(), corrected_later=True)
        except (OSError, ClauseDeskError) as error:
            raise CannotRun(f"{path} cannot be read: {error}") from error
        known[proposed.entry.id] = proposed.entry
        yield proposed.entry, data


def _documents(real: Settings, more: Path | None) -> Iterator[tuple[CatalogEntry, bytes]]:
    held = load_catalog(real.corpus).document
    own = [(entry, document_path(real.corpus, entry).read_bytes()) for entry in held]
    yield from own
    if more is not None:
        yield from documents_below(more, held)
    parsed = (document_from(e, load_bytes(data, e.file, real.loading)).parsed for e, data in own)
    writer = _Writer([clause.text for document in parsed for clause in document.clauses])
    yield from map(writer.announcement, count())


def _cut(entry: CatalogEntry, content: bytes, wanted: int) -> tuple[CatalogEntry, bytes, int]:
    """A document, or its beginning with ``wanted`` units, and how many it has."""
    parsed = document_from(entry, load_bytes(content, entry.file, LoadingLimits())).parsed
    units = units_of(entry, parsed)
    if len(units) <= wanted:
        return entry, content, len(units)
    text = parsed.text[: parsed.by_id[units[wanted - 1].clause_id].end].encode("utf-8")
    of_text = {"file": f"{entry.id}.txt", "sha256": sha256(text).hexdigest()}
    return entry.model_copy(update=of_text), text, wanted


class _Writer:
    """Writes announcements in the words of ``known`` clauses."""

    def __init__(self, known: Sequence[str]) -> None:
        self._next: dict[str, list[str]] = {}
        for text in known:
            words = [word for word in text.split() if _is_plain(word)]
            for word, following in pairwise(words):
                self._next.setdefault(word, []).append(following)
        self._first = sorted(word for word in self._next if word[0].isupper())
        names = Random("products")
        self._products = ["".join(names.choices(_SYLLABLES, k=3)) for _ in range(_PRODUCTS)]
        # Zipf's law: the word of rank n comes up 1/n as often as the first
        self._weights = list(accumulate(1 / rank for rank in range(1, _PRODUCTS + 1)))

    def announcement(self, number: int) -> tuple[CatalogEntry, bytes]:
        """The announcement of that number and its text, the same each time."""
        chance = Random(number)
        year, no = _FIRST_YEAR + number // _A_YEAR, 1 + number % _A_YEAR
        subject = f"{self._product(chance).title()} and {self._product(chance).title()} Goods"
        day = date(year, 1, 1) + timedelta(days=3 * (no - 1))
        items = "\n\n".join(f"{item}. {self._sentence(chance)}" for item in range(1, ITEMS + 1))
        text = (
            f"GACC Announcement No.{no}, {year} on {subject}\n\n"
            f"In order to regulate the trade in {subject.lower()}, relevant matters are hereby "
            f"announced:\n\n{items}\n\n"
            "This Announcement shall enter into force upon its issuance.\n\n"
            "General Administration of Customs of China (GACC)\n"
            f"{_MONTHS[day.month - 1]} {day.day}, {day.year}\n"
        ).encode("ascii")
        entry = CatalogEntry(
            id=f"gacc-{year}-{no}-generated",
            kind="announcement",
            issuer="GACC",
            number=no,
            year=year,
            title=f"GACC Announcement No. {no} of {year} on {subject}",
            language="en",
            source="generated",
            file=f"gacc-{year}-{no}-generated.txt",
            sha256=sha256(text).hexdigest(),
        )
        return entry, text

    def _sentence(self, chance: Random) -> str:
        word = chance.choice(self._first)
        words = [word]
        for _ in range(chance.randint(*_WORDS)):
            if chance.randrange(_RARE) == 0:
                words.append(self._rare(chance))
            word = chance.choice(self._next.get(word) or self._first)
            words.append(word)
        return f"{' '.join(words).rstrip(',')}."

    def _rare(self, chance: Random) -> str:
        if chance.random() < 0.3:
            return f"(code {chance.randrange(1000, 9999)})"
        return self._product(chance)

    def _product(self, chance: Random) -> str:
        return chance.choices(self._products, cum_weights=self._weights)[0]


def _is_plain(word: str) -> bool:
    """Whether a word may stand in any sentence: no number, no end of a sentence, and none
    by which a document would do something to another one."""
    bare = word.removesuffix(",")
    return bare.isascii() and bare.isalpha() and bare.lower() not in _ACTS


_ACTS = frozenset({"repeal", "repealed", "abolished", "replaced", "invalid", "amended", "force"})
