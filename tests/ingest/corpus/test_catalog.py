"""The catalog tells what is wrong and where, in one line."""

import shutil
from pathlib import Path

import pytest
from real_corpus import CORPUS

from ingest.corpus.catalog import load_catalog
from ingest.errors import CatalogError


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus"))


def edit(corpus: Path, old: str, new: str) -> None:
    path = corpus / "catalog.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_five_documents_are_there_byte_for_byte() -> None:
    names = {entry.id: entry.citation_name for entry in load_catalog(CORPUS).document}
    assert list(names) == [
        "ccc-exemption",
        "gacc-2016-67",
        "gacc-2016-68",
        "gacc-2018-19",
        "msr-expo-2018",
    ]
    assert names["gacc-2016-68"] == "GACC Announcement No. 68 of 2016"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('language = "en"', 'language = "en"\ncolour = "red"', "ccc-exemption: colour: Extra"),
        ('language = "en"', 'language = "fr"', "ccc-exemption: language"),
        ("number = 67", 'number = "x"', "gacc-2016-67: number"),
        ('id = "gacc-2016-68"', 'id = "gacc-2016-67"', "gacc-2016-67: the id is taken"),
        ('id = "gacc-2016-68"', 'id = "GACC 68"', "GACC 68: id"),
        ("gacc-2016-67.txt", "no-such.txt", "gacc-2016-67: .*cannot be read"),
        ("gacc-2016-67.txt", "../catalog.toml", "gacc-2016-67: file ../catalog.toml is not in"),
        ('sha256 = "654c', 'sha256 = "0000', "gacc-2016-67: gacc-2016-67.txt has sha256 654c"),
        ("[[document]]", "[[document", "cannot be read"),
    ],
)
def test_a_wrong_entry_is_named(corpus: Path, old: str, new: str, complaint: str) -> None:
    edit(corpus, old, new)
    with pytest.raises(CatalogError, match=complaint) as error:
        load_catalog(corpus)
    assert "\n" not in str(error.value)


def test_a_changed_document_is_told(corpus: Path) -> None:
    with (corpus / "documents" / "gacc-2016-67.txt").open("a") as file:
        file.write(" ")
    with pytest.raises(CatalogError, match=r"gacc-2016-67.*restore the file"):
        load_catalog(corpus)


def test_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no catalog at"):
        load_catalog(tmp_path)
