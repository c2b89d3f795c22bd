"""PDF: paragraphs, columns, furniture, page boxes, and what cannot be read."""

import io
import re
from pathlib import Path

import pypdf
import pytest
from pdf_files import LONG, body, pdf_of, shown
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits, load
from ingest.loaders.pdf.characters import written_characters
from ingest.loaders.pdf.document import load_pdf
from ingest.loaders.pdf.furniture import PageRows, furniture_rows
from ingest.loaders.pdf.lines import TextColumn, blocks, line_of, rows
from ingest.loaders.pdf.paragraphs import Measures, joint, paragraphs
from ingest.loaders.pdf.runs import TextRun
from ingest.settings import PROJECT

CORPUS = PROJECT / "corpus" / "documents"
LIMITS = LoadingLimits()


def squeezed_lines(text: str) -> list[str]:
    """Lines without white space and hyphens, blank ones left out."""
    return [line for line in (re.sub(r"[\s\-]+", "", line) for line in text.split("\n")) if line]


@pytest.mark.parametrize(
    ("pdf", "document", "bar", "whole"),
    [
        ("gacc-2016-68.pdf", "gacc-2016-68.txt", 1.0, True),
        ("msr-expo-2018-two-columns.pdf", "msr-expo-2018.txt", 0.98, False),
    ],
)
def test_share_of_identical_paragraphs(
    samples: Path, pdf: str, document: str, bar: float, whole: bool
) -> None:
    """The second sample holds the document's first page only, so its lines are a prefix."""
    got = squeezed_lines(body(load(samples / "pdf" / pdf, LIMITS)))
    expected = squeezed_lines((CORPUS / document).read_text(encoding="utf-8"))
    if whole:
        assert len(got) == len(expected)
    share = sum(a == b for a, b in zip(got, expected, strict=False)) / len(got)
    print(f"{pdf}: {share:.1%} of {len(got)} paragraphs identical")
    assert share >= bar


def test_what_a_browser_prints_around_a_page_is_furniture(samples: Path) -> None:
    source = load(samples / "pdf" / "gacc-2016-68.pdf", LIMITS)
    furniture = [source.text[start:end] for start, end in source.page_furniture]
    assert [line.split("  ")[0] for line in furniture] == [
        "11/22/26, 4:52 AM",
        "http://127.0.0.1:8765/announcement.html",
    ]


def test_each_line_has_its_page_and_box(samples: Path) -> None:
    source = load(samples / "pdf" / "msr-expo-2018-two-columns.pdf", LIMITS)
    assert all(box.page == 1 and 0 <= box.x0 < box.x1 <= 612 for box in source.boxes)
    assert all(0 <= box.y0 < box.y1 <= 792 for box in source.boxes)
    starts = [(box.start, box.end) for box in source.boxes]
    assert starts == sorted(starts)
    boxed = "".join(source.text[start:end] for start, end in starts)
    assert re.sub(r"\s", "", boxed) == re.sub(r"\s", "", source.text)
    at = source.text.index("Concerning the temporarily imported goods")
    box = next(box for box in source.boxes if box.start <= at < box.end)
    assert box.x0 > 306  # in the right column


def test_a_page_without_text_layer(samples: Path) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        load(samples / "pdf" / "scanned-no-text.pdf", LIMITS)
    assert str(caught.value) == (
        "scanned-no-text.pdf: page 1 has no text layer; run OCR first, for example: "
        "ocrmypdf in.pdf out.pdf"
    )


def test_a_truncated_file(samples: Path) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        load(samples / "pdf" / "truncated.pdf", LIMITS)
    assert str(caught.value) == (
        "truncated.pdf: the PDF is damaged or cut off; get the file again from its source"
    )


# --- PDFs written here, byte by byte -------------------------------------------------


def test_several_pages_without_text_are_all_named() -> None:
    picture = "q 1 0 0 1 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q"
    data = pdf_of(picture, shown([(50, 700, "Some text.")]), picture, picture)
    with pytest.raises(UnreadableDocument, match=r"x: pages 1, 3-4 have no text layer; run OCR"):
        load_pdf(data, "x", LIMITS)


def test_a_blank_page_is_said_and_does_no_harm() -> None:
    source = load_pdf(pdf_of(shown([(50, 700, "Some text.")]), ""), "x", LIMITS)
    assert (source.text, source.warnings) == ("Some text.\n", ("nothing is printed on page 2",))


def test_all_pages_blank() -> None:
    with pytest.raises(UnreadableDocument, match="every page is blank"):
        load_pdf(pdf_of("", ""), "x", LIMITS)


def test_too_many_pages() -> None:
    writer = pypdf.PdfWriter()
    for _ in range(5000):
        writer.add_blank_page(width=100, height=100)
    output = io.BytesIO()
    writer.write(output)
    with pytest.raises(UnreadableDocument, match=r"5000 pages, more than the limit of 2000"):
        load_pdf(output.getvalue(), "x", LIMITS)


def test_a_password_is_said(tmp_path: Path) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(pdf_of(shown([(50, 700, "Secret.")]), passwords=("open sesame", "owner")))
    with pytest.raises(UnreadableDocument, match=r"^secret.pdf: protected by a password; open"):
        load(path, LIMITS)


def test_a_file_protected_against_changes_only_is_read(tmp_path: Path) -> None:
    path = tmp_path / "open.pdf"
    data = pdf_of(shown([(50, 700, "Public.")]), passwords=("", "owner"))
    path.write_bytes(data)
    assert load(path, LIMITS).text == "Public.\n"


def test_an_undecodable_text_layer_is_said() -> None:
    with pytest.raises(UnreadableDocument, match=r"text layer of page 1 .*--force-ocr"):
        load_pdf(pdf_of("BT /Missing 10 Tf 50 700 Td (abc) Tj ET"), "x", LIMITS)


def test_form_fields_are_said() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(shown([(50, 700, "Name:")]))))
    writer = pypdf.PdfWriter(clone_from=reader)
    field = {"/FT": NameObject("/Tx"), "/T": TextStringObject("name")}
    reference = writer._add_object(DictionaryObject({NameObject(k): v for k, v in field.items()}))
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([reference])})
    writer.root_object[NameObject("/AcroForm")] = form
    output = io.BytesIO()
    writer.write(output)
    source = load_pdf(output.getvalue(), "x", LIMITS)
    assert source.warnings == ("what is filled into form fields is not read",)


def test_turned_text_is_kept_apart() -> None:
    turned = "BT /F1 30 Tf 0.7 0.7 -0.7 0.7 200 300 Tm (DRAFT) Tj ET"
    page = shown([(50, 700, "One line of text."), (50, 660, "Another.")]) + turned
    source = load_pdf(pdf_of(page), "x", LIMITS)
    assert body(source).split() == ["One", "line", "of", "text.", "Another."]
    assert [source.text[start:end] for start, end in source.page_furniture] == ["DRAFT"]
    assert "not horizontal on page 1" in source.warnings[0]


def page_of(top: str, bottom: str, *lines: str) -> str:
    """A page with a header, a footer and lines between them."""
    body_lines = [(50.0, 650.0 - 12 * index, line) for index, line in enumerate(lines)]
    return shown([(50, 770, top), *body_lines, (290, 30, bottom)])


def test_a_paragraph_goes_on_over_the_page_and_furniture_waits() -> None:
    source = load_pdf(
        pdf_of(
            page_of("Customs Gazette", "1", *[LONG] * 4),
            page_of("Customs Gazette", "2", *[LONG] * 3, "end of it."),
            page_of("Customs Gazette", "3", "Another one", LONG[:50]),
        ),
        "x",
        LIMITS,
    )
    lines = [line for line in source.text.split("\n") if line]
    assert lines[0] == "Customs Gazette"
    assert lines[1] == " ".join([LONG] * 7) + " end of it."
    assert lines[2:6] == ["1", "Customs Gazette", "2", "Customs Gazette"]
    assert len(source.page_furniture) == 6
    assert {box.page for box in source.boxes if box.start <= len(lines[1])} == {1, 2}


def test_blank_lines_where_the_page_shows_white_space() -> None:
    upper = [(50.0, 700.0, LONG), (50, 688, LONG), (50, 676, "its end."), (50, 664, "A short one")]
    page = shown([*upper, (50, 630, "Signed"), (50, 618, "2018")])
    source = load_pdf(pdf_of(page), "x", LIMITS)
    assert source.text == f"{LONG} {LONG} its end.\nA short one\n\nSigned\n2018\n"


def test_a_turned_page_reads_as_shown() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of("BT /F1 10 Tf 0 1 -1 0 100 50 Tm (Sideways) Tj ET")))
    writer = pypdf.PdfWriter(clone_from=reader)
    writer.pages[0].rotate(90)
    output = io.BytesIO()
    writer.write(output)
    source = load_pdf(output.getvalue(), "x", LIMITS)
    assert (source.text, source.page_furniture) == ("Sideways\n", ())
    assert source.boxes[0].x0 == pytest.approx(50)
    assert source.boxes[0].y1 < 600


def test_text_in_a_form_is_read_once_even_if_it_draws_itself() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of("/X Do")))
    writer = pypdf.PdfWriter(clone_from=reader)
    resources = writer.pages[0]["/Resources"].get_object()
    form = DecodedStreamObject()
    form.set_data(b"BT /F1 10 Tf 50 700 Td (In a form) Tj ET /X Do")
    form.update({NameObject("/Type"): NameObject("/XObject")})
    form.update({NameObject("/Subtype"): NameObject("/Form")})
    reference = writer._add_object(form)
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): reference})
    output = io.BytesIO()
    writer.write(output)
    assert load_pdf(output.getvalue(), "x", LIMITS).text == "In a form\n"


# --- the steps by themselves ---------------------------------------------------------


def run(text: str, x0: float, baseline: float, size: float = 10) -> TextRun:
    return TextRun(text, x0, x0 + 0.5 * size * len(text), baseline, size, pagination=False)


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        ("一", "( )Entry Requirements", "(一)Entry Requirements"),
        ("( )Entry Requirements", "一", "(一)Entry Requirements"),
        ("二", "、Entry Regulations", "二、Entry Regulations"),
        ("十二", "（ ）取得法人资格", "（十二）取得法人资格"),
        ("3", ". Low-value goods", "3. Low-value goods"),
    ],
)
def test_a_numeral_on_a_line_of_its_own_is_put_back(upper: str, lower: str, expected: str) -> None:
    lines = [line_of([run(upper, 50, 700)], 1), line_of([run(lower, 50, 690)], 1)]
    found = paragraphs([[TextColumn(lines, 50, 400)]])[0]
    assert [[line.text for line in paragraph.lines] for paragraph in found] == [[expected]]


def test_a_fallback_glyph_off_the_baseline_stays_in_its_row() -> None:
    row = rows([run("(", 50, 700), run("一", 55, 702), run(")Entry", 60, 700)], 1)
    assert [line.text for line in row] == ["(一)Entry"]


def test_bold_by_printing_twice_is_read_once() -> None:
    assert rows([run("Title", 50, 700), run("Title", 50.3, 700)], 1)[0].text == "Title"


def test_rows_of_a_table_are_no_columns() -> None:
    cells = [
        run(text, x, y)
        for y, row in ((700, "No. Form Days"), (688, "1 Import 15"), (676, "2 Export 30"))
        for x, text in zip((50, 150, 300), row.split(), strict=True)
    ]
    (block,) = blocks(rows(cells, 1))
    assert [line.text for line in block.lines] == [
        "No. | Form | Days",
        "1 | Import | 15",
        "2 | Export | 30",
    ]


NO_MEASURES = Measures(None, False, False, False, frozenset())


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("the goods", "shall be", "the goods shall be"),
        ("应当经国务院认证", "认可监督管理部门", "应当经国务院认证认可监督管理部门"),
        ("自2003年", "11月1日起", "自2003年11月1日起"),
        ("《条例》规定的", "ATA单证册", "《条例》规定的ATA单证册"),
        ("under “Processing”", "(code 1427)", "under “Processing” (code 1427)"),
        ("Contact No.: 0769-", "22004507)", "Contact No.: 0769-22004507)"),
        ("Zhuhai-", "Macao", "Zhuhai-Macao"),
        ("write-", "offs", "write-offs"),
        ("proces\u00ad", "sing", "processing"),
        ("Import/", "Export", "Import/Export"),
        ("2016 -", "2018", "2016 - 2018"),
    ],
)
def test_how_two_lines_meet(before: str, after: str, joined: str) -> None:
    dropped, between = joint(before, after, NO_MEASURES)
    assert before[: len(before) - dropped] + between + after == joined


def test_a_hyphen_goes_where_the_document_knows_the_word() -> None:
    known = Measures(None, False, False, False, frozenset({"processing", "by-products"}))
    assert joint("proces-", "sing of", known) == (1, "")
    assert joint("wastes and by-", "products", known) == (0, "")
    divides = Measures(None, False, False, True, frozenset({"by-products"}))
    assert joint("regu-", "lations", divides) == (1, "")
    assert joint("wastes and by-", "products", divides) == (0, "")


@pytest.mark.parametrize(
    ("layer", "written"),
    [
        ("ﬁnal oﬀer", "final offer"),
        ("⼀、⼆", "一、二"),
        ("⽤⼾", "用户"),
        ("⻓期", "长期"),
        ("ⅷ", "ⅷ"),
    ],
)
def test_characters_are_put_back(layer: str, written: str) -> None:
    assert written_characters(layer) == written


def sheet(*lines: tuple[float, str]) -> PageRows:
    return PageRows(tuple(rows([run(text, 50, y) for y, text in lines], 1)), 800)


def test_headers_and_page_numbers_by_repetition_and_place() -> None:
    pages = [
        sheet((780, "Gazette No. 5"), (700, f"Text {word}"), (600, "Item"), (25, f"- {n} -"))
        for n, word in enumerate(("one", "two", "three"), start=7)
    ]
    assert furniture_rows(pages) == [{0, 3}] * 3


@pytest.mark.parametrize(
    ("y", "text", "is_furniture"),
    [
        (20, "3", True),
        (20, "第 3 页 共 10 页", True),
        (20, "Page 3 of 10", True),
        (20, "3/10", True),
        (400, "3", False),
        (20, "3. Item", False),
        (785, "2026/11/22 16:52  关于公告", True),
        (785, "11/22/26, 4:52 AM  Announcement", True),
        (700, "11/22/26, 4:52 AM  Announcement", False),
        (20, "https://example.org/a.html  1/1", True),
        (600, "https://example.org/a.html", False),
    ],
)
def test_furniture_on_a_single_page(y: float, text: str, is_furniture: bool) -> None:
    lines = sorted([(650.0, "Body text"), (450.0, "More text"), (y, text)], reverse=True)
    index = lines.index((y, text))
    assert (furniture_rows([sheet(*lines)]) == [{index}]) is is_furniture


def test_two_pages_that_begin_alike_have_no_header() -> None:
    pages = [sheet((770, "Whoever"), (758, f"does {n}"), (746, "shall pay")) for n in "ab"]
    assert furniture_rows(pages) == [set()] * 2


def test_a_header_close_to_the_text_on_all_pages() -> None:
    text = [(758.0 - 12 * line, f"line {'x' * line}") for line in range(1, 9)]
    pages = [sheet((770, "Gazette"), (758, f"does {n}"), *text) for n in "abcd"]
    assert furniture_rows(pages) == [{0}] * 4


def test_repeated_text_in_the_body_is_no_furniture() -> None:
    pages = [sheet((500, "The same sentence."), (480, f"Other {n}")) for n in "abc"]
    assert furniture_rows(pages) == [set()] * 3
