"""A corpus of as many clauses as wanted: the real ones first, then generated announcements.

A generated announcement has numbered items as a real one does and goes through the same
loader, parser and units. Its sentences follow the real clauses' own word pairs, so their
vocabulary is as uneven as that of real ones, with made-up products and codes between.
The same seed gives the same corpus; a smaller one is the beginning of a larger one.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate, count, pairwise
from pathlib import Path
from random import Random

from ingest.corpus.catalog import CatalogEntry, load_catalog
from ingest.corpus.documents import CorpusDocument
from ingest.index.expected_questions import FOLDER
from ingest.index.units import units_of
from ingest.pipeline import document_from, read_document
from ingest.settings import Settings
from ingest.structure import SourceText

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
    """Where a size's corpus and index lie, in files; no language model words its answers."""
    return Settings(
        corpus=folder / "corpus", var=folder / "var", llm=None, database=None, chroma=None, ray=None
    )


def write_corpus(folder: Path, real: Settings, clauses: int) -> None:
    """Make ``folder`` a corpus of the first ``clauses`` clauses (units of the index).

    The real clauses keep the questions expected of them. A text that would give too many
    ends behind its last clause wanted.
    """
    (folder / "documents").mkdir(parents=True)
    for name in (FOLDER, "glossary.tsv"):
        source = real.corpus / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    entries: list[str] = []
    wanted = clauses
    for document in _documents(real):
        entry, (text, found) = document.entry, _cut(document, wanted)
        wanted -= found
        content = text.encode("utf-8")
        (folder / "documents" / f"{entry.id}.txt").write_bytes(content)
        kept = {"file": f"{entry.id}.txt", "sha256": sha256(content).hexdigest()}
        entries.append(as_toml(entry.model_copy(update=kept)))
        if wanted <= 0:
            break
    (folder / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")


def _documents(real: Settings) -> Iterator[CorpusDocument]:
    known: list[str] = []
    for entry in load_catalog(real.corpus).document:
        document = read_document(entry, real)
        known += (clause.text for clause in document.parsed.clauses)
        yield document
    writer = _Writer(known)
    for number in count():
        yield document_from(*writer.announcement(number))


def _cut(document: CorpusDocument, wanted: int) -> tuple[str, int]:
    """A document's text, or its beginning with ``wanted`` units, and how many it has."""
    units = units_of(document.entry, document.parsed)
    if len(units) <= wanted:
        return document.parsed.text, len(units)
    last = document.parsed.by_id[units[wanted - 1].clause_id]
    return document.parsed.text[: last.end], wanted


def as_toml(entry: CatalogEntry) -> str:
    facts = entry.model_dump(mode="json", by_alias=True, exclude_none=True)
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items())
    return "[[document]]\n" + "\n".join(lines) + "\n"


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

    def announcement(self, number: int) -> tuple[CatalogEntry, SourceText]:
        """The announcement of that number, the same each time."""
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
        )
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
            sha256="0" * 64,
        )
        return entry, SourceText(text, "text/plain")

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
