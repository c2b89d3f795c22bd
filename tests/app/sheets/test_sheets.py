"""Sheets of questions as people keep them: in, answered, ended in the middle, out."""

from pathlib import Path

import openpyxl
import pytest
from commands import Invoke, one_line
from page_index import real_desk, real_index

from app.contract import Question
from app.sheets.answered_sheet import write_answers
from app.sheets.answers import SheetAnswers
from app.sheets.questions import BadSheet, read_sheet
from ingest.loaders import LoadingLimits

MODE = "What is control mode code 5100?"
FISH = "How do I cook a fish soup for ten people?"
CHINESE = "什么是消耗性材料？"


def csv_file(folder: Path, text: str) -> Path:
    (folder / "questions.csv").write_text(text, encoding="utf-8")
    return folder / "questions.csv"


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        # told by its header, wherever it stands and whatever else asks
        (f"No,Question,Remark\n1,{MODE},why?\n2,Deposits for exhibits,why?\n", None, [(2, MODE), (3, "Deposits for exhibits")]),
        (f"编号;问题\n1;{CHINESE}\n\n2;{MODE}\n", None, [(2, CHINESE), (4, MODE)]),
        # by what asks
        (f"Ref,Text\nA,{MODE}\nB,{FISH}\n", None, [(2, MODE), (3, FISH)]),
        (f"{MODE}\n{FISH}\n", None, [(1, MODE), (2, FISH)]),
        ('"May goods, once imported, be sold?"\n"And how, if so?"\n', None, [(1, "May goods, once imported, be sold?"), (2, "And how, if so?")]),
        # by name
        (f"Ref,Text\nA,{MODE}\n", "b", [(2, MODE)]),
        (f"Ref,Ask,Question\nDuty on oil?,{MODE},x\n", "Ask", [(2, MODE)]),
    ],
)  # fmt: skip
def test_the_column_that_asks(
    tmp_path: Path, text: str, column: str | None, expected: list[tuple[int, str]]
) -> None:
    assert list(read_sheet(csv_file(tmp_path, text), LoadingLimits(), column).rows) == expected


@pytest.mark.parametrize(("text", "column"), [("a,b\n1,2\n", None), (f"Question\n{MODE}\n", "Z"), (f"Question\n{MODE}\n", "Fee")])  # fmt: skip
def test_a_sheet_that_asks_nothing_is_told_so(
    tmp_path: Path, text: str, column: str | None
) -> None:
    with pytest.raises(BadSheet, match="by its letter"):
        read_sheet(csv_file(tmp_path, text), LoadingLimits(), column)


def test_the_sheet_comes_back_with_its_answers(app: Invoke, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "Audit"
    for row in (("Owner", "Question"), ("Ann", MODE), ("=1+1", FISH), ("Cy", ""), ("Di", CHINESE)):
        page.append(row)
    page["A2"].font = openpyxl.styles.Font(italic=True)
    book.save(tmp_path / "in.xlsx")
    real_index()
    ended = app("sheet", tmp_path / "in.xlsx", "--out", tmp_path / "out.xlsx")
    assert ended.code == 0, ended.err
    assert "2 of 3 questions answered" in ended.err
    back = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert back.sheetnames == ["Audit", "Clauses quoted"]
    page = back["Audit"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == ["Owner", "Question", "Answer", "Citation", "Status", "Confidence", "Link"]
    assert page["A2"].font.italic
    assert rows[2][0] == "=1+1"  # the sheet's own formula
    alone = real_desk().ask(Question(text=MODE))
    assert rows[1][2] == alone.answer
    assert rows[1][5] == round(alone.confidence, 2)
    assert rows[1][3].startswith("[1] GACC Announcement No. 68 of 2016, item")
    assert rows[1][6].endswith("/?clause=gacc-2016-68%237.p2")
    assert rows[2][2].startswith("REFUSED: ")
    assert page["C3"].fill.fgColor.rgb != page["C2"].fill.fgColor.rgb
    assert rows[3][2] is None
    quoted = [[cell.value for cell in row] for row in back["Clauses quoted"].iter_rows()]
    assert quoted[1][:2] == [2, "gacc-2016-68#7.p2"]
    assert quoted[1][5] == alone.citations[0].quote
    # a row is in the language of its question
    assert "海关总署公告" in rows[4][3]
    assert "施行" in rows[4][4]
    *_, chinese = quoted
    assert chinese[2].startswith("海关总署公告") and chinese[3].startswith("第")
    assert "施行" in chinese[4]


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    asked = read_sheet(csv_file(tmp_path, f'Question,Note\n"=HYPERLINK(""http://x"")?",@x\n{MODE},+1\n'), LoadingLimits())  # fmt: skip
    rows = list(SheetAnswers(real_desk().ask, "", asked, tmp_path / "kept").run(lambda *_: None))
    (tmp_path / "out.xlsx").write_bytes(write_answers(asked, rows, real_desk().library(), "http://here"))  # fmt: skip
    for page in openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets:
        assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_run_that_was_ended_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = read_sheet(csv_file(tmp_path, f"Question\n{MODE}\n{FISH}\n{CHINESE}\n"), LoadingLimits())  # fmt: skip
    desk, kept = real_desk(), tmp_path / "kept"
    first = SheetAnswers(lambda q: desk.ask(q), desk.fingerprint, asked, kept).run(lambda *_: None)
    begun = [next(first), next(first)]
    first.close()
    (file,) = kept.iterdir()
    with file.open("a", encoding="utf-8") as torn:  # killed while it wrote
        torn.write('{"question": "' + CHINESE)
    asked_again: list[str] = []
    ask = desk.ask
    monkeypatch.setattr(desk, "ask", lambda q: asked_again.append(q.text) or ask(q))
    answers = SheetAnswers(lambda q: desk.ask(q), desk.fingerprint, asked, kept)
    rows = list(answers.run(lambda *_: None))
    assert asked_again == [CHINESE]
    assert rows[:2] == begun
    answers.forget()
    assert not list(kept.iterdir())


def test_ctrl_c_keeps_what_is_answered(
    app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = csv_file(tmp_path, f"Question\n{MODE}\n{FISH}\n")
    desk = real_desk()

    def ended(question: Question) -> object:
        if question.text == FISH:
            raise KeyboardInterrupt
        return ask(question)

    ask = desk.ask
    monkeypatch.setattr(desk, "ask", ended)
    monkeypatch.setattr("app.cli._ready_desk", lambda: desk)
    told = app("sheet", file, "--out", tmp_path / "out.xlsx")
    assert told.code == 1
    assert "ended after 1: the same command goes on" in told.err
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert page["B2"].value
    assert page["B3"].value is None
    monkeypatch.setattr(desk, "ask", ask)
    assert app("sheet", file, "--out", tmp_path / "out.xlsx").code == 0


def test_other_endings_are_refused_at_once(app: Invoke, tmp_path: Path) -> None:
    ended = app("sheet", tmp_path / "none.csv", "--out", tmp_path / "out.csv")
    assert one_line(ended.err) == "error: out.csv: the answers are written as .xlsx"
