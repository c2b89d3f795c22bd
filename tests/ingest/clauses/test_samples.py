"""Real documents that officers hold: printed announcements and Chinese laws, whole."""

import re
from pathlib import Path

import pytest
from real_corpus import parsed

from ingest.clauses.parse import parse
from ingest.loaders import load
from ingest.settings import Settings
from ingest.structure import ParsedDocument


def read(path: Path) -> ParsedDocument:
    return parse(load(path, Settings().loading), "sample")


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", text)


@pytest.mark.parametrize(
    ("name", "document_id", "clauses"),
    [
        ("gacc-2016-68.pdf", "gacc-2016-68", 20),
        # the printed file ends after the first 41 of the document's 88 clauses
        ("msr-expo-2018-two-columns.pdf", "msr-expo-2018", 41),
    ],
)
def test_a_pdf_gives_the_clauses_of_its_text_version(
    samples: Path, name: str, document_id: str, clauses: int
) -> None:
    from_pdf = [(c.path, squeezed(c.text)) for c in read(samples / "pdf" / name).clauses]
    from_text = [(c.path, squeezed(c.text)) for c in parsed(document_id).clauses]
    assert len(from_pdf) == clauses
    assert from_pdf == from_text[:clauses]


@pytest.mark.parametrize(
    ("name", "articles", "chapters"),
    [
        ("保税区海关监管办法(2011-01-08).md", 30, 7),
        ("海关事务担保条例(2018-03-19).md", 26, 0),
        ("认证认可条例(2020-11-29).md", 77, 7),
        ("认证认可条例(2023-07-20).md", 77, 7),
        ("货物进出口管理条例(2001-12-10).md", 77, 8),
    ],
)
def test_articles_are_counted_without_a_gap(
    samples: Path, name: str, articles: int, chapters: int
) -> None:
    document = read(samples / "zh-laws" / name)
    numbered = [c for c in document.clauses if re.fullmatch(r"第.+条", c.num or "")]
    assert [c.path for c in numbered] == [str(n) for n in range(1, articles + 1)]
    above = {c.headings[0] for c in numbered if c.headings}
    assert len(above) == chapters
