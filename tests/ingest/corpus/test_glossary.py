from pathlib import Path

import pytest
from real_corpus import CORPUS, parsed

from ingest.corpus.glossary import Glossary
from ingest.errors import CatalogError

GLOSSARY = Glossary.load(CORPUS)


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        ("May consumables be sold?", ["expendable materials"]),
        ("耗材内销", ["expendable materials", "domestic sale"]),
        ("海关特殊监管区域", ["Customs special control areas"]),  # not also 区域
        ("the 3C mark", ["China Compulsory Certification"]),
        ("fairly unfair affairs", []),  # "fair" only as a word
        ("no term here", []),
        ("", []),
    ],
)
def test_the_terms_a_text_mentions_in_the_corpus_wording(text: str, wordings: list[str]) -> None:
    assert [mention.concept.corpus_wording for mention in GLOSSARY.mentions(text)] == wordings


def test_mentions_stand_where_they_say() -> None:
    text = "Are offcuts of the zone plant taxed?"
    mentions = [text[m.start : m.end] for m in GLOSSARY.mentions(text)]
    assert mentions == ["offcuts", "zone plant", "taxed"]


def test_the_corpus_wording_is_the_corpus_wording() -> None:
    """The first English name of nearly every term is found in a document to the letter."""
    corpus = "\n".join(
        parsed(id_).text.lower()
        for id_ in (
            "ccc-exemption",
            "gacc-2016-67",
            "gacc-2016-68",
            "gacc-2018-19",
            "msr-expo-2018",
        )
    )
    absent = [c.corpus_wording for c in GLOSSARY.concepts if c.corpus_wording.lower() not in corpus]
    assert len(absent) <= len(GLOSSARY.concepts) // 20, absent


def test_a_line_without_two_columns_is_named(tmp_path: Path) -> None:
    (tmp_path / "glossary.tsv").write_text("zh\ten\n耗材\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="line 2: two columns"):
        Glossary.load(tmp_path)


def test_no_glossary_is_an_empty_one(tmp_path: Path) -> None:
    assert Glossary.load(tmp_path).concepts == ()
