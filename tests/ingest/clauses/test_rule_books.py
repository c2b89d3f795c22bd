"""Rule books of every kind keep their numbers: small whole texts and their clauses, and trees
printed with the words of laws (Part, Chapter, Article ...) and parsed back."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clauses.numbering import STYLES, UNIT, read_number
from ingest.clauses.parse import LONGEST_CLAUSE, parse, unnumbered
from ingest.loaders import with_marks_read
from ingest.structure import ParsedDocument, SegmentKind, SourceText


def parse_text(text: str) -> ParsedDocument:
    document = parse(with_marks_read(SourceText(text, "text/plain")), "d")
    spans = [(clause.start, clause.end) for clause in document.clauses]
    spans += [(segment.start, segment.end) for segment in document.segments]
    position = 0
    for start, end in sorted(spans):
        assert start == position and end > start
        position = end
    assert position == len(document.text)
    assert len(document.by_path) == len(document.clauses)
    return document


@pytest.mark.parametrize(
    ("line", "ordinal", "words"),
    [
        ("Article 3", "3", ""),
        ("Article 3 Scope", "3", "Scope"),
        ("ARTICLE  IV", "4", ""),
        ("Article IV – Definitions", "4", "Definitions"),
        ("Article 2a", "2-1", ""),
        ("Article 3-1 A second offence doubles the fine.", "3-1", "A second offence doubles the fine."),
        ("Article 3 bis", "3-1", ""),
        ("Article the Third", "3", ""),
        ("Article l4", "14", ""),  # a scanner's l for 1
        ("**Article 5** The importer pays.", "5", "The importer pays."),
        ("Section 7. Short title. This is an Act.", "7", "Short title. This is an Act."),
        ("Rule 10: Time limits", "10", "Time limits"),
        ("Regulation 12", "12", ""),
        ("Standard 3.5 Customs shall not charge.", "3.5", "Customs shall not charge."),
        ("Part A", "1", ""),
        ("Chapter II General Provisions", "2", "General Provisions"),
        ("第三條　收件人應當申報。", "3", "收件人應當申報。"),
        ("第１２条　申报", "12", "申报"),
        ("第十条之一 申报", "10-1", "申报"),
        ("第10-1條 申報", "10-1", "申報"),
        ("第10条之2 申报", "10-2", "申报"),
        ("第一分编  通则", "1", "通则"),
        ("1A. An electronic form", "1-1", "An electronic form"),
        ("１．企业", "1", "企业"),
    ],
)  # fmt: skip
def test_a_number_with_its_word(line: str, ordinal: str, words: str) -> None:
    number = read_number(line)[0]
    assert (number.ordinal, line[number.width :].strip()) == (ordinal, words)


@pytest.mark.parametrize(
    "line",
    [
        "Article 3 of the Convention applies.",
        "Article 5 (2) applies to samples.",
        "Article 5, paragraph 2, applies.",
        "Articles 16 to 18 do not apply.",
        "Section 7 and Schedule 2 apply.",
        "Part of the goods",
        "Rule of origin",
        "第三条规定的样品",
        "第三條、第四條所列",
    ],
)
def test_a_reference_that_begins_a_line_is_no_number(line: str) -> None:
    assert read_number(line) == []


#: a name, a text, the paths of its clauses, the headings that carry no id
TEXTS = [
    (
        "articles number on through chapters; name and text stand below the number",
        """Rules on Samples

CHAPTER I
GENERAL PROVISIONS

Article 1
Purpose

These Rules regulate samples.

Article 2

Samples are:

(a) marked;

(b) torn, namely:

(i) in one place;

(ii) in two.

More follows.

Chapter II Final Provisions

Article 2a Branch articles stand between.

Article 3 The end.
""",
        "1 2 2.1 2.2 2.2.1 2.2.2 2.2.p2 2-1 3",
        ["CHAPTER I\nGENERAL PROVISIONS", "Chapter II Final Provisions"],
    ),
    (
        "Markdown headings, with and without a space",
        "<meta charset='utf-8' />\n\n##Verdrag\n\n####Agreement on Samples\n\n### Article  I  \n\n"
        "####Definitions\n\nA sample is small.\n\n### Article  II  \n\n1. It is free.\n2. It is marked.\n",
        "1 2 2.1 2.2",
        ["Agreement on Samples"],
    ),
    (
        "一、 and headings without a number above articles that number on",
        "# 样品规定\n\n## 一、总则\n\n第一条 甲。\n\n第二条 乙。\n\n## 二、登记\n\n第三条 丙：\n\n一、丁；\n\n"
        "二、戊。\n\n## 附则\n\n第四条 己。\n",
        "1 2 3 3.1 3.2 4",
        ["一、总则", "二、登记", "附则"],
    ),
    (
        "a part in a file of its own begins at its own number",
        "# 样品法典\n\n# 登记编\n\n## 第一章 一般规定\n\n第四百六十三条 甲。\n\n第四百六十四条 乙。\n",
        "463 464",
        ["登记编", "第一章 一般规定"],
    ),
    (
        "items that number on from chapter to chapter",
        "Notes on Samples\n\nChapter 1 Goods\n\n1. One.\n\n2. Two.\n\nChapter 2 Forms\n\n3. Three.\n",
        "1 2 3",
        ["Chapter 1 Goods", "Chapter 2 Forms"],
    ),
    (
        "chapters whose items begin anew",
        "Notes on Samples\n\nChapter 1 Goods\n\n1. One.\n\n2. Two.\n\nChapter 2 Forms\n\n1. Three.\n",
        "1 1.1 1.2 2 2.1",
        [],
    ),
    (
        "sections that begin anew in each part",
        "Act\n\nPart 1 A\n\nSection 1 One.\n\nSection 2 Two.\n\nPart 2 B\n\nSection 1 Three.\n",
        "1 1.1 1.2 2 2.1",
        [],
    ),
    (
        "sections within articles",
        "Convention\n\nArticle I\n\nSection 1 It is a person.\n\nArticle II\n\n"
        "Section 2 It is immune.\n\nSection 3 It is free.\n",
        "1 1.1 2 2.2 2.3",
        [],
    ),
    (
        "a table of contents is no clause",
        "样品办法\n\n目　录\n\n第一章 总则\n第二章 登记\n\n第一章 总则\n\n第一条 甲。\n\n第二章 登记\n\n第二条 乙。\n",
        "1 2",
        ["第一章 总则", "第二章 登记"],
    ),
    (
        "a table of contents with pages",
        "Rules\n\nArticle 1 Purpose ........ 2\nArticle 2 Scope ........ 3\nArticle 3 Term ........ 9\n\n"
        "Article 1 Purpose is this.\n\nArticle 2 Scope is that.\n",
        "1 2",
        [],
    ),
    (
        "recitals",
        "COUNCIL REGULATION\n\nWhereas:\n\n(1) Goods move.\n\n(2) They are watched.\n\nHAS ADOPTED:\n\n"
        "Article 1\n\nScope\n\n1. It applies.\n\n2. It ends.\n",
        "p1 recital.1 recital.2 p2 1 1.1 1.2",
        [],
    ),
    (
        "a number on a line of its own",
        "Rules\n\n(1)\n\nGoods move.\n\n(2)\n\nThey are watched.\n",
        "1 2",
        [],
    ),
    (
        "two numbers on one line",
        "Rules\n\n1. (a) Goods move.\n\n(b) They are watched.\n\n2. Goods (a) stay.\n",
        "1 1.1 1.2 2",
        [],
    ),
    (
        "an article that another law's amendment quotes is not its own",
        "关于修改《样品规定》的决定\n\n一、第二条修改为：“第二条 甲。\n\n第三条 乙。”\n\n二、删去第五条。\n",
        "1 1.p2 2",
        [],
    ),
    (
        "annexes begin anew behind the signature; the list above it only names them",
        "公告\n\n一、甲。\n\n二、乙。\n\n附件：\n1. 样品清单\n2. 填写规则\n\n海关总署\n\n2030年1月1日\n\n"
        "附件1\n\n样品清单\n\n1. 图书。\n\n附件2\n\n填写规则\n\n第一条 丙。\n\n第二条 丁。\n",
        "1 2 schedule.1 schedule.2 annex.1 annex.1.1 annex.2 annex.2.1 annex.2.2",
        ["附件："],
    ),
    (
        "Roman annexes with appendices, a protocol after the signature",
        "Convention\n\nArticle 1 One.\n\nArticle 2 Two.\n\nIN WITNESS WHEREOF they have signed.\n\n"
        "ANNEX I\n\n1. Goods.\n\nAppendix 1\n\n1. Forms.\n\nANNEX II\n\n1. Ships.\n\nPROTOCOL\n\n"
        "Article 1 Three.\n\nArticle 2 Four.\n",
        "1 2 p1 annex.1 annex.1.1 annex.1.annex.1 annex.1.annex.1.1 annex.2 annex.2.1 annex.3 "
        "annex.3.1 annex.3.2",
        [],
    ),
    (
        "a second instrument in the same file",
        "# Convention\n\n### Article 1\n\nOne.\n\n### Article 2\n\nTwo.\n\n# General Regulations\n\n"
        "### Article 1\n\nThree.\n\n### Article 2\n\nFour.\n",
        "1 2 annex.1 annex.1.1 annex.1.2",
        [],
    ),
    (
        "headings that are nothing but a number",
        "# Protocol\n\n### I\n\n#### General\n\nOne.\n\n### II\n\nTwo.\n",
        "1 2",
        [],
    ),
    (
        "a bilingual text, paragraph by paragraph",
        "样品办法\n\n第一条 甲。\nArticle 1 A.\n\n第二条 乙：\nArticle 2 B:\n（一）丙；\n(1) C;\n（二）丁。\n(2) D.\n\n"
        "第三条 戊。\nArticle 3 E.\n",
        "1 2 2.1 2.2 3",
        [],
    ),
    (
        "a list in front of the articles belongs to its paragraph",
        "解释\n\n决定如下：\n\n一、改第一条。\n\n二、改第二条。\n\n修改后：\n\n第一条 甲。\n\n第二条 乙。\n",
        "p1 p1.1 p1.2 p1.2.p2 1 2",
        [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "paths", "headings"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS]
)
def test_clauses_of_a_rule_book(text: str, paths: str, headings: list[str]) -> None:
    document = parse_text(text)
    assert [clause.path for clause in document.clauses] == paths.split()
    named = [s for s in document.segments if s.kind is SegmentKind.HEADING]
    assert [document.text[s.start : s.end] for s in named] == headings


@pytest.mark.parametrize(
    ("path", "locator", "words"),
    [
        ("2.1.1", "Article 2(1)(a)", "(a) marked;"),
        ("2.2", "Article 2(2)", "2. Torn ones are not."),
        ("1.p2", "Article 1, paragraph 2", "They are small."),
        ("1-1", "Article 1a", "Article 1a\n\nBranches\n\nBranches are samples."),
        ("annex.1.2", "Annex I, item 2", "2. Films."),
        ("annex.1.annex.2.1", "Annex I, Appendix B, item 1", "1. Forms."),
        ("annex.2.1", "Schedule 2, Rule 1", "Rule 1 They are short."),
    ],
)
def test_locators(path: str, locator: str, words: str) -> None:
    text = (
        "Rules\n\nArticle 1 They regulate samples.\n\nThey are small.\n\nArticle 1a\n\nBranches\n\n"
        "Branches are samples.\n\nArticle 2\n\n1. Samples are:\n\n(a) marked;\n\n(b) whole.\n\n"
        "2. Torn ones are not.\n\nANNEX I\n\nGoods\n\n1. Books.\n\n2. Films.\n\nAppendix B\n\n"
        "1. Forms.\n\nSchedule 2\n\nRule 1 They are short.\n\nRule 2 They are long.\n"
    )
    clause = parse_text(text).by_path[path]
    assert (clause.locator, clause.text) == (locator, words)


def test_a_chapter_is_the_heading_of_its_articles() -> None:
    text = "Rules\n\nPart I\n\nGoods\n\nChapter 1 Books\n\nArticle 1 A.\n\nPart II\n\nForms\n\nArticle 2 B.\n"
    document = parse_text(text)
    assert document.by_path["1"].headings == ("Part I Goods", "Chapter 1 Books")
    assert document.by_path["2"].headings == ("Part II Forms",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Rules\n\n" + "Goods move and are watched. " * 200, True),
        ("Rules\n\n1. " + "Goods move and are watched. " * 200, False),
        ("Rules\n\n" + "Goods move and are watched.\n\n" * 200, False),
    ],
)
def test_a_long_clause_without_a_number_is_a_warning(text: str, told: bool) -> None:
    warnings = unnumbered(parse_text(text))
    assert bool(warnings) == told
    assert all("line of its own" in warning and str(LONGEST_CLAUSE)[0] for warning in warnings)


HEADINGS = sorted(
    (style.rank, name)
    for name, style in STYLES.items()
    if style.rank is not None and style.rank < UNIT and "section" not in name
)
UNITS = sorted(name for name, style in STYLES.items() if style.rank == UNIT)


@st.composite
def law_books(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """Lines, the paths of their clauses, their headings: chapters above articles that number on."""
    levels = draw(st.lists(st.sampled_from(HEADINGS), unique_by=lambda level: level[0], max_size=3))
    unit = draw(st.sampled_from(UNITS))
    counts = {name: 0 for _, name in levels}
    lines: list[str] = []
    paths: list[str] = []
    headings: list[str] = []
    article = 0
    for _ in range(draw(st.integers(1, 4))):
        for _, name in sorted(levels):
            counts[name] += 1
            headings.append(f"{STYLES[name].print(counts[name])}Of things")
            lines.append(headings[-1])
        for _ in range(draw(st.integers(1, 3))):
            article += 1
            own_line = draw(st.booleans())
            number = STYLES[unit].print(article)
            words = f"The article {article} states a rule."
            lines += [number.strip(), words] if own_line else [f"{number}{words}"]
            paths.append(str(article))
            items = draw(st.integers(0, 3))
            lines += [f"({item}) An item of it." for item in range(1, items + 1)]
            paths += [f"{article}.{item}" for item in range(1, items + 1)]
    return lines, paths, headings


@settings(max_examples=200, deadline=None)
@given(book=law_books(), annexes=st.lists(law_books(), max_size=2))
def test_any_law_book_with_annexes_parses_back(
    book: tuple[list[str], list[str], list[str]],
    annexes: Sequence[tuple[list[str], list[str], list[str]]],
) -> None:
    lines, paths, headings = (list(part) for part in book)
    for number, (annex_lines, annex_paths, annex_headings) in enumerate(annexes, start=1):
        lines += [f"Annex {number}", "Rules of their own", *annex_lines]
        paths += [f"annex.{number}", *(f"annex.{number}.{path}" for path in annex_paths)]
        headings += annex_headings
    text = "\n\n".join(["Measures on Trees", *lines])
    document = parse_text(text)
    assert [clause.path for clause in document.clauses] == paths
    named = [s for s in document.segments if s.kind is SegmentKind.HEADING]
    assert [document.text[s.start : s.end] for s in named] == headings
