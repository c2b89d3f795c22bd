"""The parser on the five real documents, whole, and on any tree in any numbering."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_corpus import parsed

from ingest.clauses.numbering import STYLES, UNIT
from ingest.clauses.parse import parse
from ingest.loaders import with_marks_read
from ingest.structure import ParsedDocument, SegmentKind, SourceText

DOCUMENTS = ("ccc-exemption", "gacc-2016-67", "gacc-2016-68", "gacc-2018-19", "msr-expo-2018")


def parse_text(text: str) -> ParsedDocument:
    return parse(with_marks_read(SourceText(text, "text/plain")), "d")


def assert_accounts_for_every_character(document: ParsedDocument) -> None:
    spans = [(clause.start, clause.end) for clause in document.clauses]
    spans += [(segment.start, segment.end) for segment in document.segments]
    position = 0
    for start, end in sorted(spans):
        assert start == position and end > start
        position = end
    assert position == len(document.text)
    for segment in document.segments:
        blank = not document.text[segment.start : segment.end].strip()
        assert blank == (segment.kind is SegmentKind.BLANK)


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_every_character_belongs_to_one_clause_or_segment(document_id: str) -> None:
    assert_accounts_for_every_character(parsed(document_id))


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_offsets_are_exact_and_ids_unique(document_id: str) -> None:
    document = parsed(document_id)
    assert len(document.by_path) == len(document.clauses)
    ids = {clause.id for clause in document.clauses}
    for clause in document.clauses:
        assert document.text[clause.start : clause.end] == clause.text == clause.text.strip()
        assert clause.id == f"{document_id}#{clause.path}"
        assert {*clause.children, clause.parent or clause.id} <= ids
    assert [c.start for c in document.clauses] == sorted(c.start for c in document.clauses)


#: all paths of a document, in reading order
PATHS = {
    "ccc-exemption": """p1 p2 p3 s1 s1.p1 s1.b1 s1.b2 s1.b3 s1.b4 s1.b5 s1.b6 s1.p2
        s2 s2.b1 s2.b2 s2.b3 s2.b4 s2.b5 s3 s3.b1 s3.b2 s3.b3 s3.b4 s3.b5 s3.b6""",
    "gacc-2016-67": """p1 1 2 2.p2 2.p3 3 4 4.1 4.2 5 5.1 5.2 5.3 6 6.p2 7 7.p2 7.p3 8 9
        schedule.1""",
    "gacc-2016-68": "p1 1 2 2.1 2.2 2.3 2.p2 3 4 5 6 7 7.p2 7.p3 8 9 10 11 12 p2",
    "gacc-2018-19": """p1 1 1.1 1.1.p2 1.2 1.2.1 1.2.2 1.3
        2 2.1 2.1.1 2.1.2 2.1.3 2.1.4 2.1.5 2.1.6 2.2 2.2.1 2.2.2 2.3 2.4 2.5
        2.6 2.6.1 2.6.2 2.6.3 2.6.4 2.6.5 2.6.p2 3 3.1 3.2 p2""",
    "msr-expo-2018": """p1 1 1.p1 1.1 1.1.1 1.1.2 1.1.3 1.2 1.2.p1 1.2.1 1.2.2 1.2.3 1.2.4
        1.2.5 1.2.6 1.2.7 1.2.8 1.2.9 1.2.10
        2 2.1 2.1.1 2.1.1.p1 2.1.1.p2 2.1.2 2.1.2.1 2.1.2.2 2.1.2.3 2.1.2.4 2.1.2.4.p2 2.1.2.5
        2.1.2.6 2.2 2.2.1 2.2.1.p1 2.2.2 2.2.2.p1
        3 3.1 3.1.p1 3.1.1 3.1.2 3.1.3 3.1.4 3.1.5 3.2 3.2.p1 3.2.p2 3.2.1 3.2.1.p2
        3.2.1.1 3.2.1.2 3.2.1.3 3.2.1.4 3.2.2 3.2.3 3.2.4 3.2.5 3.2.p3
        3.3 3.3.1 3.3.2 3.3.3 3.3.4
        4 4.1 4.1.p1 4.2 4.2.1 4.2.1.p1 4.2.1.p2 4.2.1.p3 4.2.2 4.2.2.p1 4.2.2.p2 4.2.3 4.2.3.p1
        5 5.p1 5.p2 schedule.1 schedule.2 schedule.4 schedule.5 schedule.6 schedule.7 schedule.8
        schedule.p1""",
}


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_clause_tree_of_the_whole_document(document_id: str) -> None:
    assert [clause.path for clause in parsed(document_id).clauses] == PATHS[document_id].split()


@pytest.mark.parametrize(
    ("document_id", "path", "num", "locator", "begins"),
    [
        ("gacc-2016-67", "4.2", "(2)", "item 4(2)", "(2) The quantity of the materials in final"),
        ("gacc-2016-67", "2.p2", None, "item 2, paragraph 2", "Where being listed into the catalog"),
        ("gacc-2016-67", "2.p3", None, "item 2, paragraph 3", "Where being turned to domestic sale"),
        ("gacc-2016-67", "schedule.1", "Annex:", "annex", "Annex: Processing-Trade Expendable"),
        ("gacc-2016-68", "2.3", "(3)", "item 2(3)", "(3) Approved by other government agencies"),
        ("gacc-2016-68", "2.p2", None, "item 2, paragraph 2", "Bonded testing and repair business"),
        ("gacc-2016-68", "7.p3", None, "item 7, paragraph 3", "Duty-paid price of value-added"),
        ("gacc-2016-68", "p2", None, "paragraph 2", "This Announcement shall enter into force"),
        ("gacc-2018-19", "2.1.4", "(4)", "item Ⅱ 1(4)", "(4) Domestic Sales: prior to the 15th day"),
        ("gacc-2018-19", "2.6.p2", None, "item Ⅱ 6, paragraph 2", "Within 30 days upon the removal"),
        ("gacc-2018-19", "3.1", "(1)", "item Ⅲ(1)", "(1) Upon the implementation"),
        ("gacc-2018-19", "p2", None, "paragraph 2", "This Announcement shall enter into force"),
        ("msr-expo-2018", "2.1.2.5", "(5)", "item 二(一)2(5)", "(5)For exhibits listed in the catal"),
        ("msr-expo-2018", "3.2.p3", None, "item 三(二), paragraph 3", "The part exceeding the limited"),
        ("msr-expo-2018", "4.2.1.p3", None, "item 四(二)1, paragraph 3", "A limited value of 800 Chin"),
        ("msr-expo-2018", "schedule.4", "4:", "schedule 4", "4:Inbound Exhibits ConsigneeAgent"),
        ("msr-expo-2018", "schedule.p1", None, "schedules, paragraph 1", "Inbound Animals, Plants"),
        ("ccc-exemption", "s1.b3", None, "section “CCC Exemption Conditions”, bullet 3",
         "- Products to build a production line"),
    ],
)  # fmt: skip
def test_number_locator_and_words(
    document_id: str, path: str, num: str | None, locator: str, begins: str
) -> None:
    clause = parsed(document_id).by_path[path]
    assert (clause.num, clause.locator) == (num, locator)
    assert clause.text.startswith(begins)


@pytest.mark.parametrize(
    ("document_id", "path", "heading"),
    [
        ("gacc-2018-19", "2.1.4", "Ⅱ Main Contents"),
        (
            "msr-expo-2018",
            "2.1.2.5",
            "二、Pre-exhibition Management of Inbound Exhibits › (一)Declaration and Inspection & "
            "Quarantine Management of Inbound Exhibits › 2.Inspection and Quarantine Management of "
            "Inbound Exhibits",
        ),
        ("gacc-2016-67", "4.2", None),
    ],
)
def test_headings_above(document_id: str, path: str, heading: str | None) -> None:
    assert parsed(document_id).by_path[path].heading == heading


@pytest.mark.parametrize(
    ("document_id", "path", "lead_in"),
    [
        ("gacc-2016-67", "4.2", "4"),
        ("gacc-2018-19", "2.6.3", "2.6"),
        ("gacc-2018-19", "3.1", None),
        ("msr-expo-2018", "1.2.9", "1.2.p1"),
        ("msr-expo-2018", "3.2.5", "3.2.p2"),
        ("msr-expo-2018", "3.2.1.4", "3.2.1.p2"),
        ("ccc-exemption", "s1.b2", "s1.p1"),
        ("ccc-exemption", "s3.b1", "s3"),
    ],
)
def test_list_items_know_what_introduces_them(
    document_id: str, path: str, lead_in: str | None
) -> None:
    clause = parsed(document_id).by_path[path]
    assert clause.lead_in == (f"{document_id}#{lead_in}" if lead_in else None)


@pytest.mark.parametrize(
    ("document_id", "furniture"),
    [
        ("gacc-2016-67", ["[2016-12-07 16:38:54]",
                          "General Administration of Customs of China (GACC)",
                          "November 24, 2016", "Source: ETCN"]),
        ("msr-expo-2018", []),
        ("ccc-exemption",
         ["Content contribution supported by [China Certification Corporation](#)"]),
    ],
)  # fmt: skip
def test_title_block_and_signature_are_furniture(document_id: str, furniture: list[str]) -> None:
    document = parsed(document_id)
    found = [s for s in document.segments if s.kind is SegmentKind.FURNITURE]
    assert [document.text[s.start : s.end] for s in found] == furniture


@pytest.mark.parametrize(
    "words", ["GACC Announcement No. 59 of 2015", "above Clause 1", "Schedule 7", "Decrees No. 111"]
)
def test_numbers_inside_sentences_are_no_headings(words: str) -> None:
    for document_id in DOCUMENTS:
        for clause in parsed(document_id).clauses:
            assert clause.num is None or words not in clause.num


def test_run_together_words_stay_as_they_are() -> None:
    document = parsed("msr-expo-2018")
    assert "Chineseyuaneach time" in document.by_path["4.2.1.p3"].text
    assert "theCustoms Clearance Guidelines" in document.by_path["p1"].text


@pytest.mark.parametrize(
    ("document_id", "at", "inserted"),
    [
        # a paragraph put into item 3 changes no id of another clause
        ("gacc-2016-67", "4. Import materials", "A new paragraph of item 3.\n\n"),
        ("msr-expo-2018", "(二)Inspection of Inbound", "One more sentence here.\n"),
    ],
)
def test_ids_are_stable_when_unrelated_text_changes(
    document_id: str, at: str, inserted: str
) -> None:
    before = parsed(document_id)
    after = parse_text(before.text.replace(at, inserted + at, 1))
    old = {clause.path: clause.text for clause in before.clauses}
    new = {clause.path: clause.text for clause in after.clauses}
    assert set(old) < set(new) and len(new) == len(old) + 1
    assert all(new[path] == text for path, text in old.items())


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        # a reference at the start of a wrapped line is no item
        ("1. Duties under Clause\n2. of the Measures apply.\n2. Others.", ["1", "2"]),
        # a list begins anew under the paragraph that introduces it
        (
            "1. The following apply:\n(1) one;\n(2) two.\nThe following do not:\n(1) three;\n2. Next.",
            ["1", "1.1", "1.2", "1.p2", "1.p2.1", "2"],
        ),
        # decimals hang under the item that they name; a quantity does not
        ("1. Scope\n1.1 Goods\n1.2 Firms\n2. Terms\n2.1 Duty", ["1", "1.1", "1.2", "2", "2.1"]),
        ("1. Scope.\n1.5 million yuan are due.", ["1", "1.p2"]),
        # articles run on through chapters; an inserted one has its own id
        (
            "第一章 总则\n第一条 甲。\n第二章 分则\n第二条 乙：\n（一）丙；\n（二）丁。\n第二条之一 戊。",
            ["1", "2", "2.1", "2.2", "2-1"],
        ),
        # a reference that begins a paragraph is no article
        ("第一条 甲。\n第一条规定的货物，应当申报。\n第二条 乙。", ["1", "1.p2", "2"]),
        # items may be numbered on from heading to heading, or anew under each
        (
            "# Pets\n\n## Dogs\n\n1) One.\n\n2) Two.\n\n## Cats\n\n3) Three:\n- a chip.\n\n4) Four.",
            ["1", "2", "3", "3.b1", "4"],
        ),
        (
            "# Pets\n\n## Dogs\n\n1) One.\n\n2) Two.\n\n## Cats\n\n1) Three.\n\n2) Four.",
            ["s1", "s1.1", "s1.2", "s2", "s2.1", "s2.2"],
        ),
        # bold numbers; a paragraph's first part on its own line
        ("**1. Scope**\n\n1.1 Goods.\n\n**2. Terms**\n\n2.1 Duty.", ["1", "1.1", "2", "2.1"]),
        (
            "**1.—(1)** This applies to wood.\n\n(2) It does not to fruit.\n\n**2.** Keep it dry.",
            ["1", "1.1", "1.2", "2"],
        ),
        # without any structure, paragraphs
        ("One sentence.\n\nAnother sentence.", ["p1", "p2"]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_small_structures(text: str, paths: list[str]) -> None:
    document = parse_text(text)
    assert_accounts_for_every_character(document)
    assert [clause.path for clause in document.clauses] == paths


LISTS = sorted(
    name
    for name, style in STYLES.items()
    if style.rank is None and not style.weak and not style.bare and name not in ("decimal", "colon")
)
UNITS = sorted(name for name, style in STYLES.items() if style.rank == UNIT)


@dataclass
class Tree:
    """A numbered document to print: each node has words, paragraphs and items below."""

    paragraphs: int
    items: list["Tree"] = field(default_factory=list)


def trees(depth: int) -> st.SearchStrategy[Tree]:
    items = st.lists(trees(depth - 1), max_size=4) if depth else st.just([])
    return st.builds(Tree, st.integers(0, 2), items)


def print_tree(
    tree: Tree, styles: list[str], path: str, lines: list[str], paths: list[str]
) -> None:
    for ordinal, item in enumerate(tree.items, start=1):
        own = f"{path}.{ordinal}" if path else str(ordinal)
        number = STYLES[styles[0]].print(ordinal)
        lines.append(f"{number}The clause {own.replace('.', '-')} states a rule.")
        paths.append(own)
        for paragraph in range(2, item.paragraphs + 2):
            lines.append(f"Paragraph {paragraph} says more about it.")
            paths.append(f"{own}.p{paragraph}")
        print_tree(item, styles[1:], own, lines, paths)


@settings(max_examples=300, deadline=None)
@given(
    tree=trees(3),
    # one style a level; decimals and headings have their own tests, articles stand on top only
    styles=st.lists(st.sampled_from(LISTS), min_size=4, max_size=4, unique=True),
    articles=st.sampled_from([None, *UNITS]),
    line_end=st.sampled_from(["\n", "\r\n", "\n\n"]),
)  # fmt: skip
def test_any_tree_in_any_numbering_parses_back(
    tree: Tree, styles: list[str], articles: str | None, line_end: str
) -> None:
    lines: list[str] = []
    paths: list[str] = []
    print_tree(tree, [articles, *styles] if articles else styles, "", lines, paths)
    document = parse_text(line_end.join(["Measures on Trees", *lines]))
    assert [clause.path for clause in document.clauses] == paths
    assert_accounts_for_every_character(document)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                ["1. A", "(1) b", "一、甲", "（一）乙", "第一条 丙", "第一章", "Annex: x", "1:y", "2:z",
                 "- bullet", "# T", "## H", "\r", "\x0b", "\u2028", "Source: X", "Article 1", "Article 2a Z", "Article IV", "### I", "### A", "Annex 1", "ANNEX II", "Appendix B", "附件", "附件：", "附件：1. 甲", "附表一", "Protocol", "Whereas:", "(2) c", "(1)", "(2)", "Contents", "目录", "Chapter 1", "Section 2", "第二章", "第一条之二 丁", "IN WITNESS WHEREOF", "“甲", "乙”", "\u200b", "<meta x>", "1  a", "2  b", "1. (a) x", "(b) y", "一、甲\n1. A", "二、乙\n2. B", "三、丙\n3. C", "Attachments", "2016年1月1日", "1.1 q"]
            ),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_text_is_accounted_for(lines: list[str]) -> None:
    document = parse_text("\n".join(lines))
    assert_accounts_for_every_character(document)
    assert len(document.by_path) == len(document.clauses)
