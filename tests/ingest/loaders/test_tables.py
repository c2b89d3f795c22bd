"""Tables of every format: a line a row, what is merged into it, and what it is read under."""

import io
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from programs import needs_chromium, page_printed_by_chromium
from word_files import W, saved

from ingest.loaders import LoadingLimits, load
from ingest.loaders.docx.document import load_docx
from ingest.loaders.html.page import load_html
from ingest.loaders.tables import Cell, row_lines
from ingest.structure import SourceText

LIMITS = LoadingLimits()


def told(source: SourceText) -> list[tuple[str, list[str]]]:
    """Each row that says something, with the rows it is read under."""
    return [
        (source.text[row.start : row.end], [source.text[a.start : a.end] for a in above])
        for row in source.rows
        if not row.is_header
        for above in [[source.rows[index] for index in row.under]]
    ]


HEADER = "Port | Road | Hours by sea | Hours by air"
#: one table in the words of each format
EXPECTED = [
    ("East | A1 | 48 | 12", [HEADER]),
    ("East | A2 | 36 | 36", [HEADER]),
    ("Second class: bonded areas", [HEADER]),
    ("West | B1 | 72 | 7 (by night) 8", [HEADER, "Second class: bonded areas"]),
]
HTML_TABLE = """<table border=1>
<tr><td rowspan=2>Port</td><td rowspan=2><a href=x>Road</a></td><td colspan=2>Hours</td></tr>
<tr><td>by sea</td><td>by air</td></tr>
<tr><td rowspan=2><a href=1>East</a></td><td><a href=2>A1</a></td><td>48</td><td>12</td></tr>
<tr><td><a href=3>A2</a></td><td colspan=2>36</td></tr>
<tr><td colspan=4>Second class: bonded areas</td></tr>
<tr><td>West</td><td>B1</td><td>72</td><td><table><tr><td>7</td></tr></table><ul><li>(by night)
<li>8</ul></td></tr></table>"""


def test_a_web_page() -> None:
    page = f"<h1>Notice</h1><p>1. The hours are:</p>{HTML_TABLE}<p>2. It applies.</p>"
    assert told(load_html(page.encode(), "x.html")) == EXPECTED


def test_a_table_of_links_is_no_navigation_and_what_follows_it_stands_apart() -> None:
    rows = "".join(
        f"<tr><td><a href={n}>{n}</a></td><td><a href=n{n}>goods {n}</a></td></tr>"
        for n in range(85070000, 85070012)
    )
    page = (
        "<nav><ul><li><a href=/>Home</a></li></ul></nav><div class=content><h1>Notice on"
        " goods that need a licence</h1><p>1. The goods listed in the annex need a licence before "
        "they enter the territory.</p><p>2. This notice applies from 1 March.</p><p>Annex</p><table>"
        f"<tr><td><a href=a>Code</a></td><td><a href=b>Goods</a></td></tr>{rows}</table>"
        "<p>Bureau of Samples</p></div><div class=footer><a href=/x>Map</a></div>"
    )
    source = load_html(page.encode(), "x.html")
    assert ("85070011 | goods 85070011", ["Code | Goods"]) in told(source)
    assert source.text.endswith("85070011 | goods 85070011\n\nBureau of Samples\n")
    assert "Home" not in source.text


def test_a_caption_is_read_with_each_row() -> None:
    page = (
        "<p>x</p><table><caption>Rates</caption><tr><th>A<th>B<tr><td>1<td>2<tr><td>3<td>4</table>"
    )
    assert told(load_html(page.encode(), "x.html")) == [
        ("1 | 2", ["Rates", "A | B"]),
        ("3 | 4", ["Rates", "A | B"]),
    ]


def test_a_table_for_layout_is_none() -> None:
    words = "The importer shall keep the records of each sample. " * 12
    page = f"<table><tr><td>menu<td>{words}</td></tr><tr><td>a<td>b</table>"
    assert load_html(page.encode(), "x.html").rows == ()


def test_a_word_file() -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    down, on, wide = "<w:vMerge w:val='restart'/>", "<w:vMerge/>", "<w:gridSpan w:val='{}'/>"
    nested = (
        "<w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>7</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>(by night)</w:t></w:r></w:p><w:p><w:r><w:t>8</w:t></w:r></w:p></w:tc>"
    )
    rows = (
        [(down, "Port"), (down, "Road"), (wide.format(2), "Hours")],
        [(on, ""), (on, ""), ("", "by sea"), ("", "by air")],
        [(down, "East"), ("", "A1"), ("", "48"), ("", "12")],
        [(on, ""), ("", "A2"), (wide.format(2), "36")],
        [(wide.format(4), "Second class: bonded areas")],
        [("", "West"), ("", "B1"), ("", "72")],
    )
    xml = [f"<w:tr>{''.join(cell.format(*each) for each in row)}</w:tr>" for row in rows]
    xml[-1] = xml[-1].replace("</w:tr>", f"{nested}</w:tr>")
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:tbl {W}>{''.join(xml)}</w:tbl>"))
    assert told(load_docx(saved(document), "x.docx", LIMITS)) == EXPECTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "N\n\n| Code | Rate |\n|:---|---:|\n| 1001 | 5 |\n| `a|b` | 6 |\n\n1. Rule | no row\n",
            [("| 1001 | 5 |", ["| Code | Rate |"]), ("| `a|b` | 6 |", ["| Code | Rate |"])],
        ),
        ("Code | Rate\n--- | ---\n1001 | 5\nend\n", [("1001 | 5", ["Code | Rate"])]),
        ("a | b\n--- | --- | ---\n1 | 2\n", []),
        (
            "Rates\n\nCode\tGoods\tRate\n1001\tWheat\t5\n1002\tRye\t6\n",
            [("1001\tWheat\t5", ["Code\tGoods\tRate"]), ("1002\tRye\t6", ["Code\tGoods\tRate"])],
        ),
        (
            "Code    Goods   Rate\n1001    Wheat   5\n1002    Rye     6\n",
            [
                ("1001    Wheat   5", ["Code    Goods   Rate"]),
                ("1002    Rye     6", ["Code    Goods   Rate"]),
            ],
        ),
        ("1.  First rule\n2.  Second rule\n3.  Third rule\n", []),
        ("Bureau   A   B\nx\n", []),
    ],
)
def test_tables_written_as_text(
    tmp_path: Path, text: str, expected: list[tuple[str, list[str]]]
) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(text, encoding="utf-8")
    source = load(path, LIMITS)
    assert source.text == text
    assert told(source) == expected


GRID = "td,th{border:1px solid #000} table{border-collapse:collapse}"


@needs_chromium
def test_a_printed_page_and_the_same_page_turned(tmp_path: Path) -> None:
    long = " that needs several lines of its cell" * 4
    table = HTML_TABLE.replace("<table><tr><td>7</td></tr></table>", "7 ").replace(
        "A1<", f"A1{long}<"
    )
    body = f"<p>1. The hours are as follows:</p>{table}<p>2. It applies.</p>"
    printed = page_printed_by_chromium(
        body.replace("<ul><li>", "").replace("<li>", ""), GRID, tmp_path
    )
    source = load(printed, LIMITS)
    words = [(row.replace(long, ""), above) for row, above in told(source)]
    assert words == EXPECTED
    boxes = {source.text[box.start : box.end]: box for box in source.boxes}
    first, last = boxes[f"East | A1{long} | 48 | 12"], boxes[EXPECTED[-1][0]]
    assert first.y0 > last.y1  # points, from the bottom of the page up
    for degrees in (90, 270):
        turned = tmp_path / f"{degrees}.pdf"
        turned.write_bytes(_turned(printed, degrees))
        assert load(turned, LIMITS).text == source.text


def _turned(pdf: Path, degrees: int) -> bytes:
    """What a page shows, printed sideways."""
    writer = pypdf.PdfWriter()
    page = writer.add_page(pypdf.PdfReader(pdf).pages[0])
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    aside = (height, 0.0) if degrees == 90 else (0.0, width)
    page.add_transformation(pypdf.Transformation().rotate(degrees).translate(*aside))
    page.mediabox = page.cropbox = pypdf.generic.RectangleObject((0, 0, height, width))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@needs_chromium
def test_a_table_goes_on_over_pages_with_its_header_once(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{8500 + n}</td><td>goods {n}</td></tr>" for n in range(90))
    head = "<thead><tr><th>Code</th><th>Goods</th></tr></thead>"
    body = f"<p>1. The goods are:</p><table>{head}{rows}</table><p>2. It applies.</p>"
    source = load(page_printed_by_chromium(body, GRID, tmp_path), LIMITS)
    assert told(source) == [(f"{8500 + n} | goods {n}", ["Code | Goods"]) for n in range(90)]
    assert {box.page for box in source.boxes} > {1, 2}
    furniture = [source.text[start:end] for start, end in source.page_furniture]
    assert furniture.count("Code | Goods") == source.text.count("Code | Goods") - 1 > 0


# --- rows by themselves ----------------------------------------------------------------


def cells(*rows: str) -> list[list[Cell]]:
    return [[Cell(text.strip()) for text in row.split("|")] for row in rows]


@pytest.mark.parametrize(
    ("rows", "headers"),
    [
        (("Code | Goods | Rate", "1001 | Wheat | 5"), 1),
        (("1001 | Wheat | 5", "1002 | Rye | 6"), 0),
        (("1001 | Wheat | 5", "Rest | see there | none"), 0),
        (("Goods | 2025 | 2026", "Wheat | 5 | 6"), 1),  # years name columns too
        (("Name | Duty", "Importer | declares"), 0),  # words alone: it may be a row as well
    ],
)
def test_what_can_only_name_the_columns(rows: tuple[str, ...], headers: int) -> None:
    assert [line.is_header for line in row_lines(cells(*rows))].count(True) == headers


def test_the_first_row_of_words_is_found_and_read_with_the_others() -> None:
    first, second = row_lines(cells("Name | Duty", "Importer | declares"))
    assert not first.is_header
    assert second.under == (first,)


@given(
    st.lists(
        st.lists(
            st.builds(
                Cell, st.sampled_from(("a", "b 1", "7", "")), st.integers(0, 9), st.integers(0, 9)
            ),
            max_size=5,
        ),
        max_size=8,
    )
)
def test_any_spans_give_every_word_once_or_more(rows: list[list[Cell]]) -> None:
    lines = row_lines(rows)
    text = "\n".join(line.text for line in lines)
    assert all(cell.text in text for row in rows for cell in row)
    known = {id(line) for line in lines}
    assert all(id(above) in known for line in lines for above in line.under)
