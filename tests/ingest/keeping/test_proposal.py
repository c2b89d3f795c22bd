"""What `add` proposes for a document, from its own words."""

import csv
from datetime import date
from pathlib import Path

import pytest
from real_corpus import CORPUS, catalog_entry
from small_corpus import LAW_2018, LAW_2024

from ingest.clauses.parse import parse
from ingest.corpus.catalog import NOT_STATED, document_path
from ingest.errors import CatalogError
from ingest.facts.temporal_facts import read_temporal_facts
from ingest.keeping.proposal import Corrections, Proposal, propose
from ingest.loaders import load, with_marks_read
from ingest.loaders.markdown import load_markdown
from ingest.loaders.text import load_text
from ingest.settings import Settings
from ingest.structure import SourceText


def test_the_line_under_a_title_tells_issuer_number_and_day() -> None:
    found = proposed(
        "Rules for Cold Stores\n\nNorth Quay Board of Hull Circular No. 12 of 2024, issued on "
        "3 May 2024\n\nArticle 1. Fish is stored on ice.\n"
    )
    assert found.entry.issuer == "North Quay Board of Hull"
    assert (found.entry.number, found.entry.year) == (12, 2024)
    assert "issued 2024-05-03" in found.told
    assert not {"the issuer", "the date of issue", "its number"} & set(found.untold)


@pytest.mark.parametrize(
    "text",
    [
        "Rules for Cold Stores\n\nIssued by: North Quay Board\n\nDate: 3 May 2024\n\n"
        "Effective date: 1 June 2024\n\n1. Fish is stored on ice.\n",
        "冷库须知\n\n发布单位：北港务局\n\n发布日期：2024年5月3日\n\n施行日期：2024年6月1日\n\n一、鱼应当冷藏。\n",
    ],
)
def test_labelled_lines_under_a_title_tell_issuer_and_days(text: str) -> None:
    found = proposed(text)
    assert found.entry.issuer in ("North Quay Board", "北港务局")
    assert {"issued 2024-05-03", "in force from 2024-06-01"} <= set(found.told)
    assert not found.untold


def test_a_sentence_under_a_title_on_another_document_is_not_its_own_line() -> None:
    found = proposed(
        "Rules for Cold Stores\n\nNorth Quay Board Circular No. 12 of 2024 was issued on 3 May "
        "2024 and is explained here.\n\nArticle 1. Fish is stored on ice.\n"
    )
    assert found.entry.number is None
    assert "the issuer" in found.untold
    assert not any(line.startswith("issuer") for line in found.told)


def entries_read_by_hand() -> list[dict[str, str]]:
    with Path(__file__).with_name("entries_by_hand.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def proposed(
    text: str, name: str = "a.txt", *held: Proposal, corrections: Corrections | None = None
) -> Proposal:
    entries = {proposal.entry.id: proposal.entry for proposal in held}
    source = with_marks_read(SourceText(text, "text/plain"))
    return propose(source, text.encode(), name, entries, corrections or Corrections())


@pytest.mark.parametrize("document_id", ["gacc-2016-67", "gacc-2016-68", "gacc-2018-19"])
def test_the_real_announcements_get_the_entries_they_have(document_id: str) -> None:
    entry = catalog_entry(document_id)
    path = document_path(CORPUS, entry)
    source = load(path, Settings().loading)
    found = propose(source, path.read_bytes(), path.name, {}, Corrections())
    same = found.entry.model_copy(update={"title": entry.title})
    assert same == entry
    assert found.untold == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "关于样品的公告\n\n海关总署公告2021年第45号\n\n一、样品应当申报。\n",
            ("gacc-2021-45", "announcement", "GACC", 45, 2021, "zh"),
        ),
        (
            LAW_2024,
            ("law-11928237-2024", "law", "GACC", 301, 2015, "zh"),
        ),
        (
            "Rules on Samples\n\n1. See GACC Announcement No. 67 of 2016.\n",
            ("rules-on-samples", "guidance", NOT_STATED, None, None, "en"),
        ),
        (
            "Guidelines on Samples\n\n1. Declare them.\n\nGeneral Administration of Customs\n",
            ("guidelines-on-samples", "guidelines", "GACC", None, None, "en"),
        ),
    ],
)
def test_entries(text: str, expected: tuple[object, ...]) -> None:
    entry = proposed(text).entry
    found = (entry.id, entry.kind, entry.issuer, entry.number, entry.year, entry.language)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Warehouse Rule No. 7 of 2024 on Storage\n\nIssued by the Quay Office on 3 March 2024.\n\nArticle 1. Dry.\n",
            "Warehouse Rule No. 7 of 2024 on Storage",
        ),
        (
            "Fee Schedule No. 3 of 2025 of the Quay Office\n\nArticle 1. Boats pay.\n",
            "Fee Schedule No. 3 of 2025 of the Quay Office",
        ),
        (
            "关于仓储若干问题的解释\n\n法释〔2023〕7号\n\n第一条 货物应当入库。\n",
            "关于仓储若干问题的解释",
        ),
        (
            "关于执行海关总署公告2016年第68号的通知\n\n一、各关遵照执行。\n",
            "关于执行海关总署公告2016年第68号的通知",
        ),
        (
            "Announcement No. 3 of 2025 on Boats\n\n1. Boats pay.\n",
            "Announcement No. 3 of 2025",
        ),
        (
            "Announcement on Boats\n\nNo. 3, 2025\n\n1. Boats pay.\n",
            "Announcement No. 3 of 2025",
        ),
    ],
)
def test_only_what_calls_itself_an_announcement_is_cited_as_one(text: str, name: str) -> None:
    """And an issuer that nothing tells is no part of the name."""
    assert proposed(text).entry.citation_name == name


def test_what_the_text_does_not_tell_is_said() -> None:
    untold = " | ".join(proposed("1. Dogs bark.\n\n2. Cats do not.\n", "dogs.txt").untold)
    for what in ("the title", "the issuer", "the date of issue", "the entry into force"):
        assert what in untold


def test_corrections_go_before_what_the_text_tells() -> None:
    corrections = Corrections(id="dogs", title="Dogs", issuer="The Kennel")
    entry = proposed("Rules on Samples\n\n1. Bark.\n", corrections=corrections).entry
    assert (entry.id, entry.title, entry.issuer, entry.file) == (
        "dogs", "Dogs", "The Kennel", "dogs.txt",
    )  # fmt: skip


def test_texts_of_one_law_share_the_work() -> None:
    old = proposed(LAW_2018)
    new = proposed(LAW_2024, "b.txt", old)
    assert old.entry.work_id == new.entry.work_id
    assert (old.entry.id, new.entry.id) == ("law-11928237-2018", "law-11928237-2024")
    assert f"another text of {old.entry.id}" in new.told


def test_two_texts_of_one_year_are_told_apart_by_the_day() -> None:
    old = proposed(LAW_2024)
    new = proposed(LAW_2024.replace("2024年2月1日", "2024年9月1日"), "b.txt", old)
    assert new.entry.id == "law-11928237-2024-09-01"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("样品检验办法(2020-11-29).md", date(2020, 11, 29)),
        ("样品检验办法(2018-06-01).md", None),  # the text tells of it
        ("样品检验办法(2016-01-01).md", None),  # the text tells of a later one
        ("样品检验办法.md", None),
    ],
)
def test_a_later_day_in_the_files_name_dates_the_text(name: str, expected: date | None) -> None:
    found = proposed(LAW_2018, name)
    assert found.entry.expression_date == expected
    assert any("from the file's name" in line for line in found.untold) == (expected is not None)


def test_a_translation_gets_its_language_in_the_id() -> None:
    english = proposed("GACC Announcement No. 45 of 2021 on Samples\n\n1. Declare them.\n")
    chinese = proposed(
        "关于样品的公告\n\n海关总署公告2021年第45号\n\n一、样品应当申报。\n", "b.txt", english
    )
    assert chinese.entry.id == "gacc-2021-45-zh"
    assert chinese.entry.work_key == english.entry.work_key


@pytest.mark.parametrize(
    ("document_id", "complaint"),
    [
        (None, "the id rules-on-samples is taken by another text of Rules on Samples"),
        ("Rules!", "Rules! is no id"),
    ],
)
def test_ids_that_will_not_do(document_id: str | None, complaint: str) -> None:
    held = proposed("Rules on Samples\n\n1. One.\n")
    with pytest.raises(CatalogError, match=complaint):
        proposed(
            "Rules on Samples\n\n1. Two.\n", "b.txt", held, corrections=Corrections(document_id)
        )


def test_a_second_text_that_is_corrected_before_it_is_stored_gets_a_free_id() -> None:
    text = "GACC Announcement No. 45 of 2021 on Samples\n\n1. Declare them.\n"
    held = proposed(text)
    second = SourceText(text.replace("Declare", "Show"), "text/plain")
    found = propose(
        second, b"", "b.txt", {held.entry.id: held.entry}, Corrections(), corrected_later=True
    )
    assert found.entry.id == "gacc-2021-45-2"
    assert found.entry.work_key == held.entry.work_key
    assert any("since when this text applies" in line for line in found.untold)


def test_no_message_names_a_flag() -> None:
    assert "--" not in " ".join(proposed("1. Dogs bark.\n", "dogs.txt").untold)


def test_front_matter_names_title_and_issuer() -> None:
    text = "---\ntitle: On Dogs\nissuer: The Kennel\n---\n\n1. Dogs bark.\n"
    source = load_markdown(SourceText(text, "text/plain"))
    entry = propose(source, b"", "a.md", {}, Corrections()).entry
    assert (entry.title, entry.issuer) == ("On Dogs", "The Kennel")


@pytest.mark.parametrize("row", entries_read_by_hand(), ids=lambda row: row["file"][-40:])
def test_entries_of_files_read_by_hand(row: dict[str, str]) -> None:
    """A day with "?" is told by the file, and not read from it yet."""
    path = CORPUS.parent.parent / "shared" / "corpora" / row["file"]
    if not path.exists():
        pytest.skip("the collections beside the project are not on this machine")
    source = load_markdown(load_text(path.read_bytes(), path.name))
    facts = read_temporal_facts(parse(source, "x"))
    entry = propose(source, b"", path.name, {}, Corrections()).entry
    assert entry.title == row["title"]
    assert entry.issuer == row["issuer"].replace("-", NOT_STATED)
    assert entry.language == row["language"]
    for key, read in (("issued", facts.issued), ("in_force_from", facts.in_force_from)):
        wanted = row[key]
        assert (str(read) if read else "-") == ("-" if wanted.endswith("?") else wanted)


def test_the_sample_laws(samples: Path) -> None:
    found = {}
    for path in sorted((samples / "zh-laws").glob("认证认可*.md")):
        source = load(path, Settings().loading)
        entry = propose(source, path.read_bytes(), path.name, {}, Corrections()).entry
        found[path.stem] = (entry.work_id, entry.issuer, entry.number, entry.expression_date)
    [old, new] = found.values()
    assert old == ("law-bb3c6722", "State Council", 390, date(2020, 11, 29))
    assert new == ("law-bb3c6722", "State Council", 390, None)
