"""Citations as people write them -> what they name; the corpus is the shipped one."""

from functools import cache

import pytest
from page_index import real_desk

from app.text_check.citations import CitationReader

N67, N68, N19, MSR = "gacc-2016-67", "gacc-2016-68", "gacc-2018-19", "msr-expo-2018"


@cache
def reader() -> CitationReader:
    return CitationReader(real_desk().searcher())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a number, and a place before or behind it
        ("GACC Announcement No. 67 of 2016, item 4(2), applies.", [(N67, "4.2")]),
        ("Item 4 (2) of Announcement 67 of 2016 applies.", [(N67, "4.2")]),
        ("Items 4 and 5 of GACC Announcement No. 67 of 2016.", [(N67, "4"), (N67, "5")]),
        ("Under Announcement No. 19 of 2018, item Ⅱ 1(4), pay.", [(N19, "2.1.4")]),
        ("item 7, paragraph 2, of Announcement No. 68 of 2016", [(N68, "7.p2")]),
        ("paragraph 2 of item 7 of Announcement No. 68 of 2016", [(N68, "7.p2")]),
        (
            "Ⅱ 2 of Announcement No. 19 of 2018 and 4(2) of GACC Announcement No. 67 of 2016",
            [(N19, "2.2"), (N67, "4.2")],
        ),
        ("para. 3 of item 2 of Announcement No. 67 of 2016", [(N67, "2.p3")]),
        ("the third paragraph of item 7 of Announcement No. 68 of 2016", [(N68, "7.p3")]),
        ("Announcement No. 67 of 2016, item no. 4(2)", [(N67, "4.2")]),
        ("Announcement No. 67 of 2016, § 4(2)", [(N67, "4.2")]),
        ("海关总署公告2018年第19号第二部分", [(N19, "2")]),
        # a bare kind is the document named last
        ("海关总署公告2016年第67号第4条适用，并按公告第7条办理。", [(N67, "4"), (N67, "7")]),
        ("海关总署公告2018年第19号第二条第1款第（五）项", [(N19, "2.1.5")]),
        ("Ⅱ 1(4), GACC Announcement No. 19 of 2018", [(N19, "2.1.4")]),
        ("Item 4 of Announcement No. 67 of 2016; clause 2 there", [(N67, "4"), (N67, "4.2")]),
        # a list goes on by its last levels alone
        ("Announcement No. 67 of 2016, item 4(1) and (2)", [(N67, "4.1"), (N67, "4.2")]),
        (
            "海关总署公告2018年第19号第二部分第1条第4项；同条第（5）项",
            [(N19, "2.1.4"), (N19, "2.5")],
        ),
        # a line of a numbered memo ends a place
        (
            "4. See GACC Announcement No. 67 of 2016, item 4.\n5. Within 15 days the firm pays.",
            [(N67, "4")],
        ),
        # a title by its form, held or not, beside a place and without one
        (
            "MSR Expo Guidelines, item 4.2.3; Customs Clearance Guidelines for the MSR Expo, Part IV(2)1",
            [(MSR, "4.2.3"), (MSR, "4.2.1")],
        ),
        ("Interim Regulations on Toll Roads, Article 9: pay.", [(None, "9")]),
        ("The Lisbon Convention of 1982 applies.", [(None, None)]),
        ("Mr. Brown, Article 9 of GACC Announcement No. 67 of 2016 applies.", [(N67, "9")]),
        ("《海关法》第三条，《统计法》第五条", [(None, "3"), (None, "5")]),
        # a short name
        ("The MSR Expo Guidelines, item 4.2.3, say so.", [(MSR, "4.2.3")]),
        ("The CCC exemption guidance says so.", [("ccc-exemption", None)]),
        ("Customs Clearance Guidelines for the MSR Expo, 四(二)3", [(MSR, "4.2.3")]),
        # a few words of one name, beside a place
        ("Section 三(三)2 of the Expo guidelines; then 三(三)1.", [(MSR, "3.3.2"), (MSR, "3.3.1")]),
        ("The Expo guidelines are clear.", []),
        # as answers print it
        ("The MSR Expo Guidelines, item 四(二)3, paragraph 1, say so.", [(MSR, "4.2.3.p1")]),
        # places without a word, as people copy them
        (
            "Announcement No. 19 of 2018: the list is told (I.3), the day too (II.1(4)).",
            [(N19, None), (N19, "1.3"), (N19, "2.1.4")],
        ),
        ("Part I.1 of Announcement No. 19 of 2018 and III(1).", [(N19, "1.1"), (N19, "3.1")]),
        (
            "The MSR Expo Guidelines say so (三(三)3), see also 二（一）2（5）.",
            [(MSR, None), (MSR, "3.3.3"), (MSR, "2.1.2.5")],
        ),
        (
            "The MSR Expo Guidelines, section 四(二)1, 2 and 3.",
            [(MSR, "4.2.1"), (MSR, "4.2.2"), (MSR, "4.2.3")],
        ),
        # what was cited last
        (
            "Announcement 67 of 2016, item 4. The same item says more, 同项.",
            [(N67, "4"), (N67, "4"), (N67, "4")],
        ),
        (
            "GACC Announcement No. 67 of 2016 rules. Item 7 thereof; ibid., item 8. Item 2 too.",
            [(N67, None), (N67, "7"), (N67, "8"), (N67, "2")],
        ),
        ("Item 3 of Announcement 67 of 2016 says so. Ibid.", [(N67, "3"), (N67, "3")]),
        (
            "Announcement No. 67 of 2016 and Announcement No. 68 of 2016. Item 3 thereof.",
            [(N67, None), (N68, None), (N68, "3")],
        ),
        # names that the text itself gives
        (
            "GACC Announcement No. 19 of 2018 (hereinafter the “Mode Notice”) applies. "
            "GACC Announcement No. 67 of 2016 too. The Mode Notice, item Ⅱ 2.",
            [(N19, None), (N67, None), (N19, "2.2")],
        ),
        # Chinese
        (
            "根据海关总署公告2016年第67号第四条第二项，同条第一项，该公告第六条。",
            [(N67, "4.2"), (N67, "4.1"), (N67, "6")],
        ),
        ("依照2016年第68号公告第七条第二款办理。", [(N68, "7.p2")]),
        # held nowhere
        ("《海关法》第五条", [(None, "5")]),
        ("食品安全法第三条", [(None, "3")]),
        ("Article 5 of the Food Safety Law applies.", [(None, "5")]),
        ("GACC Announcement No. 99 of 2031, Article 3.", [(None, "3")]),
        # whether it is of a document that is not held is not guessed
        (
            "Announcement 67 of 2016 replaced Announcement No. 2 of 2011. See item 5.",
            [(N67, None), (None, None), (N67, "5")],
        ),
        # unless that place speaks of it
        (
            "Announcement 67 of 2016 repealed Announcement No. 2 of 2011 (item 9).",
            [(N67, None), (None, None), (N67, "9")],
        ),
        # a place of something else is none of what was cited last
        ("Announcement 67 of 2016. Article 5 of the contract.", [(N67, None), (None, "5")]),
        # no citation at all
        ("We propose to pay within 5 days, as 2 of 3 partners asked.", []),
        ("Plan I. 15 boxes, type II, 第三(三)班, (i) first, V. Am I (a) a buyer?", []),
    ],
)
def test_citations(text: str, expected: list[tuple[str | None, str | None]]) -> None:
    found = reader().read(text)
    assert [
        (next(iter(one.documents), None), next(iter(one.paths), None)) for one in found
    ] == expected


def test_what_may_be_of_a_document_that_is_not_held_is_unsure() -> None:
    text = "Announcement 67 of 2016 replaced Announcement No. 2 of 2011. See item 5."
    assert reader().read(text)[-1].unsure


def test_a_few_words_of_a_name_are_no_proof_of_it() -> None:
    (found,) = reader().read("Section 三(三)2 of the Expo guidelines.")
    assert found.documents == (MSR,) and found.unsure


def test_a_citation_is_told_by_its_offsets() -> None:
    text = "They rely on item 3 of GACC Announcement No. 67 of 2016."
    (found,) = reader().read(text)
    assert text[found.start : found.end] == "item 3 of GACC Announcement No. 67 of 2016"


@pytest.mark.parametrize("before", ["", "Straße İstanbul ﬁ: ", "\u202e\x00 "])
def test_offsets_hold_behind_letters_that_grow_when_they_are_folded(before: str) -> None:
    title = real_desk().library().documents["ccc-exemption"].entry.title
    text = f"{before}{title.upper()}, paragraph 3."
    (found,) = reader().read(text)
    assert text[found.start : found.end] == f"{title.upper()}, paragraph 3"


def test_the_marks_around_a_title_belong_to_its_citation() -> None:
    title = real_desk().library().documents["ccc-exemption"].entry.title
    text = f"See “{title}”, paragraph 3."
    (found,) = reader().read(text)
    assert text[found.start : found.end] == f"“{title}”, paragraph 3"
