import pytest
from real_corpus import parsed

from ingest.facts.references import WorkKind, WorkNumber, find_references


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("subject to GACC Announcement No. 59 of 2015.", ["GACC Announcement No. 59 of 2015"]),
        ("GACC Announcement No.67, 2016 on Materials", ["GACC Announcement No. 67 of 2016"]),
        (
            "China's Certification and Accreditation Administration (CNCA) address exemptions "
            "(Announcement No. 3, 2005 and No. 38, 2008)",
            ["CNCA Announcement No. 3 of 2005", "CNCA Announcement No. 38 of 2008"],
        ),
        (
            "announcements in No. 104 of 2008, No. 19 of 2009 and No. 31 of 2009 issued by the "
            "General Administration of Customs",
            [
                "GACC Announcement No. 104 of 2008",
                "GACC Announcement No. 19 of 2009",
                "GACC Announcement No. 31 of 2009",
            ],
        ),
        ("(in GACC Decrees No. 111 and 218)", ["GACC Decree No. 111", "GACC Decree No. 218"]),
        (
            "No. 233 Decree of the General Administration of Customs",
            ["GACC Decree No. 233"],
        ),
        (
            "in the No. 146 Decreed of General Administration of Quality Supervision, Inspection "
            "and Quarantine and revised according to the No. 238 Decreed of General "
            "Administration of Customs",
            ["AQSIQ Decree No. 146", "GACC Decree No. 238"],
        ),
        ("海关总署公告2016年第68号", ["GACC Announcement No. 68 of 2016"]),
        ("2016年第68号公告第七条", ["Announcement No. 68 of 2016"]),
        ("1997年8月1日 海关总署令第65号发布", ["GACC Decree No. 65"]),
        ("国务院令第390号公布", ["State Council Decree No. 390"]),
        ("署公告〔2016〕68号", ["GACC Announcement No. 68 of 2016"]),
        ("What does announcement 68 say?", ["Announcement No. 68"]),
        ("Announcement 68/2016", ["Announcement No. 68 of 2016"]),
        ("GACC Ann. 68/2016, item 3", ["GACC Announcement No. 68 of 2016"]),
        ("第68号公告", ["Announcement No. 68"]),
        # numbers that are no references
        ("code 1427 within 20 days, No. 17, Baiye Road", []),
        ("Joann. 12 of 2016 boxes", []),
        ("(code 5100) as from 1 January 2017", []),
        ("", []),
    ],
)
def test_references_in_a_text(text: str, works: list[str]) -> None:
    assert [str(reference.work) for reference in find_references(text)] == works


@pytest.mark.parametrize(
    ("asked", "held", "same"),
    [
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2016), "GACC", True),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68), "GACC", True),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2017), "GACC", False),
        (WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2016, "CNCA"), "GACC", False),
        (WorkNumber(WorkKind.DECREE, 68), "GACC", False),
    ],
)
def test_what_a_question_leaves_out_does_not_part_two_works(
    asked: WorkNumber, held: str, same: bool
) -> None:
    work = WorkNumber(WorkKind.ANNOUNCEMENT, 68, 2016, held)
    assert asked.matches(work) is work.matches(asked) is same


def test_a_reference_stands_where_it_says() -> None:
    text = parsed("gacc-2016-68").text
    for reference in find_references(text):
        assert str(reference.work.number) in text[reference.start : reference.end]
