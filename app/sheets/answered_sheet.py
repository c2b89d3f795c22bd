"""The sheet of questions with its answers beside them, and a sheet of the clauses quoted."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from app.contract import Answer, Citation
from app.library import Library
from app.sheets.answers import AnsweredRow
from app.sheets.questions import QuestionSheet, write_text
from app.views.legal_citation import permanent_link
from app.wording import Language, citation_name, locator_in, status_line
from ingest.text.language import language_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = ("Answer", "Citation", "Status", "Confidence", "Link")
#: what stands in front of a row that has no answer
REFUSED, NOT_ASKED = "REFUSED", "NOT ASKED"
CLAUSES = "Clauses quoted"
_CLAUSE_COLUMNS = ("Row", "Clause", "Document", "Place", "Status", "Words")
_REFUSED_FILL, _HEADER_FILL = "F8CBAD", "D9E1F2"
_WIDTHS = (70, 40, 36, 12, 46)


def write_answers(
    sheet: QuestionSheet, rows: Sequence[AnsweredRow], library: Library, base: str
) -> bytes:
    """The bytes of an .xlsx file; ``base``: the address of the page to which links lead.

    The workbook of ``sheet`` is changed: a sheet is written once.
    """
    from openpyxl.styles import Alignment, Font, PatternFill

    first = sheet.sheet.max_column + 1
    page = sheet.sheet
    _head(page, sheet.header, first, COLUMNS, _WIDTHS)
    for one in rows:
        cells = _cells(one, library)
        for at, words in enumerate(cells):
            write_text(page, one.row, first + at, words)
            page.cell(one.row, first + at).alignment = Alignment(wrap_text=True, vertical="top")
        if one.answer is not None:
            confidence = page.cell(one.row, first + 3)
            confidence.value, confidence.number_format = round(one.answer.confidence, 2), "0.00"
        if one.answer is None or not one.answer.answered:
            for at in range(len(COLUMNS)):
                page.cell(one.row, first + at).fill = PatternFill("solid", fgColor=_REFUSED_FILL)
            page.cell(one.row, first).font = Font(bold=True)
        elif one.answer.citations:
            cell = page.cell(one.row, first + 4)
            address = permanent_link(base, one.answer.citations[0].clause_id)
            write_text(page, one.row, first + 4, address)
            cell.hyperlink, cell.style = address, "Hyperlink"
    _write_clauses(sheet, rows, library)
    file = BytesIO()
    sheet.workbook.save(file)
    return file.getvalue()


def _cells(one: AnsweredRow, library: Library) -> tuple[str, str, str]:
    """Answer, citations, statuses; a line a citation."""
    if one.answer is None:
        return f"{NOT_ASKED}: {one.why}", "", ""
    answer = one.answer
    words = answer.answer if answer.answered else f"{REFUSED}: {answer.answer}"
    language = language_of(answer.question)
    named = [f"[{c.n}] {_name(c, library, language)}" for c in answer.citations]
    statuses = dict.fromkeys(_status(c, answer, library) for c in answer.citations)
    return words, "\n".join(named), "\n".join(statuses)


def _name(citation: Citation, library: Library, language: Language) -> str:
    entry = library.documents[citation.document_id].entry
    return f"{citation_name(entry, language)}, {locator_in(citation.locator, language)}"


def _status(citation: Citation, answer: Answer, library: Library) -> str:
    status = library.status(library.clause(citation.clause_id), answer.as_of)
    return status_line(status, language_of(answer.question))


def _write_clauses(sheet: QuestionSheet, rows: Sequence[AnsweredRow], library: Library) -> None:
    from openpyxl.styles import Alignment

    name, number = CLAUSES, 2
    while name in sheet.workbook.sheetnames:
        name, number = f"{CLAUSES} {number}", number + 1
    page = sheet.workbook.create_sheet(name)
    _head(page, 1, 1, _CLAUSE_COLUMNS, (8, 24, 40, 24, 36, 90))
    at = 1
    for one in rows:
        if one.answer is None:
            continue
        language = language_of(one.answer.question)
        for citation in one.answer.citations:
            at += 1
            page.cell(at, 1).value = one.row
            told = (
                citation.clause_id,
                citation_name(library.documents[citation.document_id].entry, language),
                locator_in(citation.locator, language),
                _status(citation, one.answer, library),
                citation.quote,
            )
            for column, words in enumerate(told, start=2):
                write_text(page, at, column, words)
                page.cell(at, column).alignment = Alignment(wrap_text=True, vertical="top")


def _head(
    page: "Worksheet", row: int, first: int, names: Sequence[str], widths: Sequence[int]
) -> None:
    """Names in the header's row; a sheet without one keeps its first row, and only gets widths."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, (name, width) in enumerate(zip(names, widths, strict=True)):
        page.column_dimensions[get_column_letter(first + at)].width = width
        if row:
            cell = page.cell(row, first + at)
            cell.value, cell.font = name, Font(bold=True)
            cell.fill = PatternFill("solid", fgColor=_HEADER_FILL)
