from datetime import date
from pathlib import Path

import pytest
from conftest import catalog_entry, parsed

from ingest.clause_parser import parse
from ingest.loaders import load
from ingest.models import SourceText
from ingest.modifications import (
    Status,
    TemporalFacts,
    Timeline,
    find_dates,
    read_temporal_facts,
)
from ingest.references import WorkKind, WorkNumber
from ingest.settings import Settings


@pytest.mark.parametrize(
    ("document_id", "issued", "in_force_from", "proof"),
    [
        ("gacc-2016-67", date(2016, 11, 24), date(2017, 1, 1), "gacc-2016-67#9"),
        ("gacc-2016-68", date(2016, 11, 25), date(2016, 11, 25), "gacc-2016-68#p2"),
        ("gacc-2018-19", date(2018, 2, 26), date(2018, 3, 5), "gacc-2018-19#p2"),
        ("msr-expo-2018", None, None, None),
        ("ccc-exemption", None, None, None),
    ],
)
def test_dates_come_from_the_documents_own_words(
    document_id: str, issued: date | None, in_force_from: date | None, proof: str | None
) -> None:
    facts = read_temporal_facts(parsed(document_id))
    assert (facts.issued, facts.in_force_from, facts.in_force_proof) == (
        issued,
        in_force_from,
        proof,
    )


@pytest.mark.parametrize(
    ("document_id", "repealed"),
    [
        ("gacc-2016-67", [("GACC Announcement No. 2 of 2011", date(2017, 1, 1), "gacc-2016-67#9")]),
        (
            "gacc-2018-19",
            [("GACC Announcement No. 29 of 2017", date(2018, 3, 5), "gacc-2018-19#p2")],
        ),
        ("gacc-2016-68", []),
        ("msr-expo-2018", []),
        ("ccc-exemption", []),
    ],
)
def test_repeals_made_by_the_document(
    document_id: str, repealed: list[tuple[str, date, str]]
) -> None:
    facts = read_temporal_facts(parsed(document_id))
    assert [(str(r.target), r.effective, r.proof) for r in facts.repeals] == repealed


def test_cross_references_keep_clause_and_offsets() -> None:
    document = parsed("gacc-2016-68")
    found = {
        str(r.target): (r.clause_id, document.text[r.start : r.end])
        for r in read_temporal_facts(document).references
    }
    assert found == {
        "GACC Announcement No. 59 of 2015": ("gacc-2016-68#2.p2", "No. 59 of 2015"),
        "GACC Announcement No. 20 of 2016": ("gacc-2016-68#10", "No. 20 of 2016"),
    }


@pytest.mark.parametrize(
    ("name", "issued", "in_force_from", "repealed"),
    [
        ("保税区海关监管办法(2011-01-08).md", date(1997, 8, 1), date(1997, 8, 1), 1),
        ("海关事务担保条例(2018-03-19).md", date(2010, 9, 14), date(2011, 1, 1), 0),
        ("认证认可条例(2023-07-20).md", date(2023, 7, 20), date(2003, 11, 1), 1),
        ("货物进出口管理条例(2001-12-10).md", date(2001, 12, 10), date(2002, 1, 1), 5),
    ],
)
def test_chinese_laws(
    samples: Path, name: str, issued: date, in_force_from: date, repealed: int
) -> None:
    source = load(samples / "zh-laws" / name, Settings().loading)
    facts = read_temporal_facts(parse(source, "law"))
    assert (facts.issued, facts.in_force_from) == (issued, in_force_from)
    assert len(facts.repeals) == repealed


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("as from 1 January 2017 along", [date(2017, 1, 1)]),
        ("November 24, 2016", [date(2016, 11, 24)]),
        ("自2011年1月1日起施行", [date(2011, 1, 1)]),
        ("[2016-12-07 16:38:54]", [date(2016, 12, 7)]),
        ("31 June 2017", []),
        ("code 1427, No. 19 of 2009", []),
    ],
)
def test_dates_in_a_text(text: str, dates: list[date]) -> None:
    assert [day for _, day in find_dates(text)] == dates


def facts_of(text: str, document_id: str) -> TemporalFacts:
    return read_temporal_facts(parse(SourceText(text, "text/plain"), document_id))


@pytest.fixture
def timeline() -> Timeline:
    """The real announcement 67, and two later ones that repeal it and a part of it."""
    later = facts_of(
        "1. This Announcement shall enter into force as from 1 May 2020 along with simultaneous "
        "repeal of GACC Announcement No. 67 of 2016.",
        "later",
    )
    partial = facts_of(
        "1. Items 3 and 5 of GACC Announcement No. 67 of 2016 are repealed. This Announcement "
        "shall enter into force as from 1 May 2018.",
        "partial",
    )
    entry = catalog_entry("gacc-2016-67")
    return Timeline(
        {"a": read_temporal_facts(parsed("gacc-2016-67")), "partial": partial, "later": later},
        {
            "a": entry.work,
            "partial": WorkNumber(WorkKind.ANNOUNCEMENT, 1, 2018, "GACC"),
            "later": WorkNumber(WorkKind.ANNOUNCEMENT, 1, 2020, "GACC"),
        },
        {"a": entry.title},
    )


@pytest.mark.parametrize(
    ("path", "as_of", "status", "proof"),
    [
        ("2", date(2016, 12, 31), Status.NOT_YET_IN_FORCE, "gacc-2016-67#9"),
        ("2", date(2017, 1, 1), Status.IN_FORCE, "gacc-2016-67#9"),
        ("2", date(2018, 6, 1), Status.IN_FORCE, "gacc-2016-67#9"),
        ("5.1", date(2018, 6, 1), Status.REPEALED, "partial#1"),
        ("5", date(2018, 4, 30), Status.IN_FORCE, "gacc-2016-67#9"),
        ("2", date(2020, 5, 1), Status.REPEALED, "later#1"),
    ],
)
def test_status_on_a_day_with_its_proof(
    timeline: Timeline, path: str, as_of: date, status: Status, proof: str
) -> None:
    found = timeline.status("a", path, as_of)
    assert (found.status, found.proof) == (status, proof)


def test_what_the_corpus_cannot_prove_is_unknown() -> None:
    facts = read_temporal_facts(parsed("msr-expo-2018"))
    found = Timeline({"m": facts}, {"m": None}, {}).status("m", "1", date(2026, 1, 1))
    assert (found.status, found.since, found.proof) == (Status.UNKNOWN, None, None)
