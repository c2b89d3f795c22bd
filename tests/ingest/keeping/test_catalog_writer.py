"""The catalog is a person's file: a change leaves every other byte of it alone."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import corpus_of

from ingest.corpus.catalog import CatalogEntry, load_catalog, parse_catalog, read_catalog
from ingest.errors import CatalogError
from ingest.keeping.catalog_writer import (
    append_entries,
    as_toml,
    changing,
    read_text,
    remove_entry,
    replace_entry,
)


def entry(document_id: str, title: str = "Notice on Dogs") -> CatalogEntry:
    return CatalogEntry.model_validate(
        {
            "id": document_id,
            "work": "dogs",
            "kind": "guidance",
            "issuer": "the hall",
            "title": title,
            "language": "en",
            "expression_date": "2020-01-02",
            "source": "a test",
            "file": f"{document_id}.txt",
            "sha256": "0" * 64,
        }
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return corpus_of(tmp_path).corpus


def test_an_entry_is_written_behind_the_others(corpus: Path) -> None:
    before = read_text(corpus)
    append_entries(corpus, [entry("dogs-1"), entry("dogs-2")])
    after = read_text(corpus)
    assert after.startswith(before)
    assert [e.id for e in read_catalog(corpus).document] == ["hours", "dogs-1", "dogs-2"]
    assert 'work = "dogs"' in after and "expression_date = 2020-01-02" in after


def test_an_unknown_id_is_told_in_a_short_line_however_many_there_are(corpus: Path) -> None:
    append_entries(corpus, [entry(f"dogs-{number}") for number in range(2_000)])
    with pytest.raises(CatalogError) as refused:
        remove_entry(corpus, "cats")
    told = str(refused.value)
    assert told.startswith("the catalog has no document cats; it has hours, dogs-0, dogs-1, ")
    assert told.endswith(", dogs-8 and 1,991 more")


def test_what_was_added_and_removed_leaves_the_file_as_it_was(corpus: Path) -> None:
    before = read_text(corpus)
    append_entries(corpus, [entry("dogs-1"), entry("dogs-2")])
    remove_entry(corpus, "dogs-1")
    assert [e.id for e in read_catalog(corpus).document] == ["hours", "dogs-2"]
    remove_entry(corpus, "dogs-2")
    assert read_text(corpus) == before


def test_an_entry_goes_with_the_comment_above_it_and_no_other(corpus: Path) -> None:
    append_entries(corpus, [entry("dogs")])
    remove_entry(corpus, "hours")
    text = read_text(corpus)
    assert "# A person wrote this." in text
    assert "# the hall" not in text


def test_a_corrected_entry_changes_its_own_lines_only(corpus: Path) -> None:
    append_entries(corpus, [entry("dogs")])
    before = read_text(corpus)
    held = read_catalog(corpus).document[0]
    replace_entry(corpus, held.model_copy(update={"title": "Hours", "year": 2020}))
    after = read_text(corpus)
    assert after == before.replace('"Notice on Opening Hours"', '"Hours"').replace(
        "[[document]]\n", "[[document]]\nyear = 2020\n", 1
    )
    replace_entry(corpus, held)
    assert read_text(corpus) == before


@pytest.mark.parametrize("end", ["", "\n", "\n# no more"])
def test_any_end_of_the_file_will_do(corpus: Path, end: str) -> None:
    path = corpus / "catalog.toml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + end, encoding="utf-8")
    append_entries(corpus, [entry("dogs")])
    assert [e.id for e in read_catalog(corpus).document] == ["hours", "dogs"]


def test_windows_line_ends_stay(corpus: Path) -> None:
    path = corpus / "catalog.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    append_entries(corpus, [entry("dogs")])
    assert not re.search(rb"[^\r]\n", path.read_bytes())


@pytest.mark.parametrize(
    ("document_id", "complaint"),
    [("cats", "no document cats; it has hours"), ("hours", "is the last document")],
)
def test_what_cannot_be_removed(corpus: Path, document_id: str, complaint: str) -> None:
    before = read_text(corpus)
    with pytest.raises(CatalogError, match=complaint):
        remove_entry(corpus, document_id)
    assert read_text(corpus) == before


def test_a_catalog_that_no_program_should_edit(corpus: Path) -> None:
    append_entries(corpus, [entry("dogs")])
    path = corpus / "catalog.toml"
    text = read_text(corpus).replace('source = "a test"', 'source = """\n[[document]]\n"""', 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match="change it by hand"):
        remove_entry(corpus, "dogs")
    assert read_text(corpus) == text


def test_a_failure_gives_the_catalog_its_old_text_back(corpus: Path, tmp_path: Path) -> None:
    before = read_text(corpus)

    def stopped_midway() -> None:
        with changing(corpus, tmp_path / "var"):
            append_entries(corpus, [entry("dogs")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_midway()
    assert read_text(corpus) == before
    assert not list(corpus.glob(".catalog*"))
    load_catalog(corpus)


@given(st.text(min_size=1).filter(lambda t: "\r" not in t), st.text())
def test_every_title_reads_back(title: str, source: str) -> None:
    written = entry("dogs", title).model_copy(update={"source": source})
    try:
        title.encode(), source.encode()
    except UnicodeEncodeError:
        return  # lone surrogates cannot be written to any file
    assert parse_catalog(as_toml(written), Path("catalog.toml")).document == (written,)
