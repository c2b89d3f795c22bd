"""Workbooks and CSV files: rows as a sheet shows them."""

import csv
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest
from office_packages import package_of, parts_of
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from ingest.clauses.parse import parse
from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits, load
from ingest.loaders.sheets.number_formats import shown
from ingest.structure import SourceText

LIMITS = LoadingLimits()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (85076000, "General", "85076000"),
        (1012100, "00000000", "01012100"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "1E-07"),
        (0.065, "0.0%", "6.5%"),
        (0.5, "0%", "50%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1200, "#,##0", "1,200"),
        (-5.5, "0.0;(0.0)", "(5.5)"),
        (0, '0.0;-0.0;"free"', "free"),
        (12.5, "#.##", "12.5"),
        (0.25, "#.00", ".25"),
        (300, '[$¥-804]#,##0"元/台"', "¥300元/台"),
        (300, '"RMB" 0.00_ ', "RMB 300.00"),
        (1250000, "0.00,,", "1.25"),
        (12345, "0.0E+00", "1.2E+04"),
        (datetime(2026, 3, 1), 'yyyy"年"m"月"d"日"', "2026年3月1日"),
        (datetime(2026, 3, 1), "yyyy-mm-dd", "2026-03-01"),
        (datetime(2026, 3, 1, 14, 5), "d mmm yy h:mm AM/PM", "1 Mar 26 2:05 PM"),
        (time(9, 5), "hh:mm", "09:05"),
        (True, "General", "TRUE"),
        ("0850", "@", "0850"),
        ("#N/A", "General", "#N/A"),
    ],
)
def test_a_value_as_its_cell_shows_it(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Rates"
    sheet.append(["Provisional rates for samples"])
    sheet.merge_cells("A1:D1")
    sheet.append(["Code", "Goods", "Rate", None])
    sheet.append([None, None, "general", "agreed"])
    for merged in ("C2:D2", "A2:A3", "B2:B3"):
        sheet.merge_cells(merged)
    sheet.append([1012100, "Horses", 0.1, 0.005])
    sheet.append([None, "Ponies", 0.1, None])
    sheet.merge_cells("A4:A5")
    sheet.append(["Second class"])
    sheet.append(["06011010", "Bulbs", 0.04, "=C7/2"])
    sheet.append(["06012000", "Hidden", 0.1, 0.1])
    sheet.row_dimensions[8].hidden = True
    old = TextBlock(InlineFont(strike=True), "old")
    sheet.append(
        [
            "0702",
            CellRichText("Tomato", TextBlock(InlineFont(vertAlign="superscript"), "1"), old),
            1,
        ]
    )
    sheet["C9"].font = Font(strike=True)
    sheet["A4"].number_format = "00000000"
    for row in (4, 5, 7):
        sheet[f"C{row}"].number_format = sheet[f"D{row}"].number_format = "0.0%"
    secret = book.create_sheet("Draft")
    secret["A1"] = "not yet"
    secret.sheet_state = "hidden"
    book.create_sheet("Notes")["A1"] = "The rates apply from 1 March 2026."
    return book


def stored(book: openpyxl.Workbook, folder: Path) -> Path:
    path = folder / "rates.xlsx"
    book.save(path)
    return path


def read(path: Path) -> SourceText:
    return load(path, LIMITS)


def test_a_workbook(tmp_path: Path) -> None:
    source = read(stored(workbook(), tmp_path))
    assert source.text.split("\n") == [
        "Provisional rates for samples",
        "Rates",
        "Code | Goods | Rate general | Rate agreed",
        "01012100 | Horses | 10.0% | 0.5%",
        "01012100 | Ponies | 10.0% | ",
        "Second class",
        "06011010 | Bulbs | 4.0% | ",
        "0702 | Tomato¹ |  | ",
        "Notes",
        "The rates apply from 1 March 2026.",
        "",
    ]
    assert source.warnings == (
        "hidden sheets are left out: Draft",
        "1 hidden rows of Rates are left out",
        "2 struck-out stretches of text are left out",
        "1 formulas have no value in the file; open it in Excel or LibreOffice, save it and add that",
    )


def test_a_row_says_its_sheet_and_knows_its_header(tmp_path: Path) -> None:
    document = parse(read(stored(workbook(), tmp_path)), "d")
    assert document.title == "Provisional rates for samples"
    row = next(clause for clause in document.clauses if "Bulbs" in clause.text)
    assert row.locator == "Rates, row 7"
    above = [document.by_id[each].text for each in row.read_under or ()]
    assert above == ["Rates", "Code | Goods | Rate general | Rate agreed", "Second class"]


def test_a_far_cell_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "Code", "Rate"
    book.active["A1048576"], book.active["XFD1048576"] = "1001", "5"
    assert read(stored(book, tmp_path)).text == "Code | Rate | \n1001 |  | 5\n"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda data: data[:-300], "damaged or cut off"),
        (lambda data: _with_part(data, "xl/pad.bin", b"\0" * 300_000_000), "unpacks to more than"),
        (
            lambda data: _with_part(data, "xl/workbook.xml", b"<a"),
            "not a workbook that can be read",
        ),
    ],
)
def test_what_is_no_workbook_is_said_in_a_line(tmp_path: Path, change, line: str) -> None:
    path = stored(workbook(), tmp_path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UnreadableDocument, match=line) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    return package_of({**parts_of(data), name: content})


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'Code,Goods,Rate\r\n1001,"Wheat, hard\nor soft",5\r\n', "1001 | Wheat, hard or soft | 5"),
        ("商品编码;名称;税率\n0101;马;10\n".encode("gb18030"), "0101 | 马 | 10"),
        (b"Code\tGoods\n1001\tWheat, rye\n", "1001 | Wheat, rye"),
        (b"\xef\xbb\xbfRates of 2026,,\nCode,Goods,Rate\n1001,Wheat,5\n", "1001 | Wheat | 5"),
    ],
)
def test_a_csv_file(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_bytes(data)
    source = read(path)
    assert source.text.endswith(f"{text}\n")
    assert source.media_type == "text/csv"
    last = parse(source, "d").clauses[-1]
    assert last.read_under and last.locator.startswith("row ")


def test_prose_named_csv_stays_prose(tmp_path: Path) -> None:
    path = tmp_path / "notice.csv"
    path.write_text("1. Samples shall be declared.\n", encoding="utf-8")
    assert read(path).text == "1. Samples shall be declared.\n"


def test_a_short_file_leaves_others_their_long_fields(tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_bytes(b"a,b\n1,2\n")
    load(tmp_path / "short.csv", LIMITS)
    assert list(csv.reader(["x" * 1000])) == [["x" * 1000]]
