from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from real_corpus import catalog_entry, parsed
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, documents_of, facts_of

from app.wording import status_line
from ingest.clauses.parse import parse
from ingest.corpus.documents import timeline_of
from ingest.facts.acts import AMENDMENT, REPEAL, Formula, acts
from ingest.facts.dates import find_dates
from ingest.facts.modifications import Status, Timeline
from ingest.facts.references import WorkKind, WorkNumber
from ingest.facts.temporal_facts import read_temporal_facts
from ingest.loaders import load
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


@pytest.mark.parametrize(
    ("formula", "text", "targets"),
    [
        (
            REPEAL,
            "Items 3 to 5 and 7(2) of GACC Announcement No. 67 of 2016 are repealed.",
            [("GACC Announcement No. 67 of 2016", ("3", "4", "5", "7.2"))],
        ),
        (
            REPEAL,
            "《甲办法》（海关总署令第111号）第三条、第五条至第七条、第十条第（三）项同时废止。",
            [("甲办法", ("3", "5", "6", "7", "10.3"))],
        ),
        (REPEAL, "《甲办法》第十条之一、第十一条第二款予以废止。", [("甲办法", ("10-1", "11.p2"))]),
        (REPEAL, "废止《甲办法》、《乙规定》。", [("甲办法", ()), ("乙规定", ())]),
        (
            REPEAL,
            "In accordance with GACC Decree No. 5, GACC Announcement No. 2 of 2011 is repealed.",
            [("GACC Announcement No. 2 of 2011", ())],
        ),
        (
            REPEAL,
            "Goods under No. 5 of 2010 are taxed. This Announcement repeals No. 2 of 2011.",
            [("Announcement No. 2 of 2011", ())],
        ),
        (
            REPEAL,
            "The “Administrative Measures on Import of Solid Wastes” are hereby repealed.",
            [("Administrative Measures on Import of Solid Wastes", ())],
        ),
        (AMENDMENT, "将《甲条例》第三条修改为：“依照《乙法》第九条执行。”", [("甲条例", ("3",))]),
        (AMENDMENT, "对《甲条例》作如下修改：", [("甲条例", ())]),
        (
            AMENDMENT,
            "Item 4 of GACC Announcement No. 67 of 2016 is amended to read as follows:",
            [("GACC Announcement No. 67 of 2016", ("4",))],
        ),
        (AMENDMENT, "The rule, as amended in 2015, applies to No. 67 of 2016.", []),
        (
            REPEAL,
            "Article 3 of GACC Decree No. 999 is repealed as of June 1, 2025.",
            [("GACC Decree No. 999", ("3",))],
        ),
        (
            REPEAL,
            "Articles 2a, 3-1 and 7(2)(b) of the Measures of the Customs on Postal Samples are "
            "repealed as from 1 June 2025.",
            [("Measures of the Customs on Postal Samples", ("2-1", "3-1", "7.2.2"))],
        ),
        (
            REPEAL,
            "Article IV of the Agreement on Postal Samples is hereby repealed.",
            [("Agreement on Postal Samples", ("4",))],
        ),
        (
            REPEAL,
            "海关总署公告２０２３年第１８５号第十条之一自２０２５年３月１日起废止。",
            [("GACC Announcement No. 185 of 2023", ("10-1",))],
        ),
        # a part that cannot be told is dropped: it is not the whole
        (REPEAL, "《甲办法》第十十条同时废止。", []),
        (REPEAL, "《甲办法》附件2同时废止。", []),
        (REPEAL, "Annex 2 to GACC Announcement No. 67 of 2016 is repealed.", []),
        (
            REPEAL,
            "The first sentence of item 2 of No. 67 of 2016 is repealed.",
            [("Announcement No. 67 of 2016", ("2",))],
        ),
    ],
)
def test_acts_on_other_documents(
    formula: Formula, text: str, targets: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = [(target.title or str(target.work), target.items) for target in acts(text, formula)]
    assert found == targets


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("《甲办法》自2025年3月1日起废止。本办法自2025年5月1日起施行。", date(2025, 3, 1)),
        ("Decree No. 9 is repealed with effect from 1 March 2025.", date(2025, 3, 1)),
        ("本办法自2025年5月1日起施行。《甲办法》同时废止。", date(2025, 5, 1)),
    ],
)
def test_a_repeal_counts_from_its_own_day(text: str, since: date) -> None:
    assert [made.effective for made in facts_of(f"一、{text}").repeals] == [since]


def test_an_english_article_is_repealed_and_no_other() -> None:
    measures = (
        "Measures on Postal Samples\n\n(Promulgated by GACC Decree No. 999 on March 1, 2023)\n\n"
        "1. These Measures shall enter into force as of May 1, 2023.\n\n2. B.\n\n3. C.\n\n(1) D;\n"
    )
    repealing = (
        "GACC Announcement No. 447 of 2025 on Samples\n\n1. Article 3 of the Measures on Postal "
        "Samples is repealed as of June 1, 2025.\n\n2. This Announcement shall enter into force "
        "as of May 1, 2025.\n"
    )
    documents = documents_of(measures, repealing)
    [law, _] = documents
    timeline = timeline_of(documents)
    assert timeline.status(law, "3.1", date(2025, 6, 1)).status is Status.REPEALED
    assert timeline.status(law, "3.1", date(2025, 5, 31)).status is Status.IN_FORCE
    assert timeline.status(law, "2", date(2025, 6, 1)).status is Status.IN_FORCE


def test_an_internal_document_is_never_in_force() -> None:
    documents = documents_of(OLD_DEPOSITS)
    [name] = documents
    entry = documents[name].entry.model_copy(update={"kind": "internal"})
    documents[name] = replace(documents[name], entry=entry)
    found = timeline_of(documents).status(name, "1", date(2023, 1, 1))
    assert (found.status, found.since, found.is_law) == (Status.UNKNOWN, None, False)
    assert status_line(found, "en") == "internal document, not law"


def test_a_list_of_repealed_documents() -> None:
    facts = facts_of(
        "一、下列文件自本公告发布之日起废止：\n\n（一）《甲办法》\n\n（二）《乙规定》\n"
    )
    assert [(repeal.name, repeal.proof) for repeal in facts.repeals] == [
        ("甲办法", "x#1"),
        ("乙规定", "x#1"),
    ]


HEAD_ON_ONE_LINE = """样品检验办法

（2015年3月2日海关总署令第301号公布　根据2018年6月1日《甲决定》第一次修订　根据2024年2月1日《乙决定》第二次修订）

第一条 为了规范样品检验，制定本办法。

第二条 本办法自发布之日起施行。
"""


@pytest.mark.parametrize("text", [LAW_2024, HEAD_ON_ONE_LINE])
def test_the_latest_amendment_line_dates_the_text(text: str) -> None:
    facts = facts_of(text)
    assert facts.amended == date(2024, 2, 1)
    assert [told.day for told in facts.amended_by] == [date(2018, 6, 1), date(2024, 2, 1)]
    assert facts.issued == date(2024, 2, 1)


def test_a_law_in_force_from_its_promulgation_is_so_from_the_first() -> None:
    facts = facts_of(HEAD_ON_ONE_LINE)
    assert (facts.in_force_from, facts.in_force_proof) == (date(2015, 3, 2), "x#2")


def test_a_preamble_that_names_an_amended_law_is_no_amendment_line() -> None:
    facts = facts_of(
        "关于样品的公告\n\n根据2016年2月6日国务院修订的《甲条例》，现公告如下：\n\n一、照此办理。\n"
    )
    assert (facts.amended, facts.amended_by) == (None, ())


@pytest.mark.parametrize(
    ("document_id", "as_of", "status", "since", "proof"),
    [
        ("2018", date(2015, 4, 1), Status.NOT_YET_IN_FORCE, date(2018, 6, 1), "2018#p2"),
        ("2018", date(2018, 6, 1), Status.IN_FORCE, date(2015, 5, 1), "2018#4"),
        ("2018", date(2024, 1, 31), Status.IN_FORCE, date(2015, 5, 1), "2018#4"),
        ("2018", date(2024, 2, 1), Status.REPEALED, date(2024, 2, 1), "2024#p3"),
        ("2024", date(2024, 1, 31), Status.NOT_YET_IN_FORCE, date(2024, 2, 1), "2024#p3"),
        ("2024", date(2024, 2, 1), Status.IN_FORCE, date(2015, 5, 1), "2024#5"),
    ],
)
def test_of_the_texts_of_a_work_the_latest_that_has_begun_is_in_force(
    document_id: str, as_of: date, status: Status, since: date, proof: str
) -> None:
    documents = documents_of(LAW_2018, LAW_2024)
    work = next(iter(documents.values())).entry.work_key
    found = timeline_of(documents).status(f"{work}-{document_id}", "2", as_of)
    assert (found.status, found.since, found.proof) == (status, since, f"{work}-{proof}")


def test_a_text_that_leaves_out_its_last_amendment_is_dated_by_the_catalog() -> None:
    documents = documents_of(LAW_2018, LAW_2024)
    old, new = documents
    entry = documents[old].entry.model_copy(update={"expression_date": date(2020, 1, 1)})
    documents[old] = replace(documents[old], entry=entry)
    assert timeline_of(documents).status(old, "2", date(2019, 1, 1)).since == date(2020, 1, 1)
    # what the text tells cannot be made earlier
    entry = documents[new].entry.model_copy(update={"expression_date": date(2019, 1, 1)})
    documents[new] = replace(documents[new], entry=entry)
    assert documents[new].expression.since == date(2024, 2, 1)


def test_a_repealed_announcement_has_its_successor() -> None:
    timeline = timeline_of(documents_of(OLD_DEPOSITS, NEW_DEPOSITS))
    found = timeline.status("gacc-2019-5", "3", date(2022, 5, 1))
    assert (found.status, found.proof) == (Status.REPEALED, "gacc-2022-8#3")
    assert timeline.successors("gacc-2019-5", date(2022, 5, 1)) == ("gacc-2022-8",)
    assert timeline.successors("gacc-2019-5", date(2022, 4, 30)) == ()
    # and before it begins, the one that it is to repeal stands in its place
    assert timeline.successors("gacc-2022-8", date(2022, 4, 30)) == ("gacc-2019-5",)
    assert timeline.successors("gacc-2022-8", date(2019, 5, 31)) == ()


def test_a_new_law_repeals_the_old_one_of_the_same_title_and_not_itself() -> None:
    old = "样品办法\n\n第一条 旧。\n\n第二条 本办法自2010年1月1日起施行。\n"
    new = "样品办法\n\n第一条 新。\n\n第二条 本办法自2020年1月1日起施行。《样品办法》同时废止。\n"
    facts = {"old": facts_of(old, "old"), "new": facts_of(new, "new")}
    titles = {"old": "样品办法", "new": "中华人民共和国样品办法"}
    timeline = Timeline(facts, {"old": None, "new": None}, titles)
    assert timeline.status("old", "1", date(2020, 1, 1)).status is Status.REPEALED
    assert timeline.status("new", "1", date(2020, 1, 1)).status is Status.IN_FORCE


def test_a_text_that_a_later_document_amends_says_so() -> None:
    amending = (
        "GACC Announcement No. 1 of 2020 on Changes\n\n"
        "1. Item 2 of GACC Announcement No. 5 of 2019 is amended to read as follows: no deposit.\n\n"
        "2. This Announcement shall enter into force as from 1 March 2020.\n"
    )
    timeline = timeline_of(documents_of(OLD_DEPOSITS, amending))
    day = date(2020, 3, 1)
    assert timeline.status("gacc-2019-5", "2", day).overtaken == day
    assert timeline.status("gacc-2019-5", "2", date(2020, 2, 29)).overtaken is None
    assert timeline.status("gacc-2019-5", "1", day).overtaken is None
    words = status_line(timeline.status("gacc-2019-5", "2", day), "en")
    assert (
        words
        == "in force since 1 June 2019, but amended on 1 March 2020, as far as the corpus shows"
    )


def test_a_number_without_issuer_is_one_of_the_same_issuer() -> None:
    quality = OLD_DEPOSITS.replace(
        "GACC Announcement No. 5 of 2019 on", "AQSIQ Announcement No. 5 of 2019 on"
    )
    repealing = NEW_DEPOSITS.replace(
        "repeal of GACC Announcement No. 5", "repeal of Announcement No. 5"
    )
    timeline = timeline_of(documents_of(OLD_DEPOSITS, quality, repealing))
    day = date(2023, 1, 1)
    assert timeline.status("gacc-2019-5", "1", day).status is Status.REPEALED
    assert timeline.status("aqsiq-2019-5", "1", day).status is Status.IN_FORCE
