"""Questions that rows of tables answer, asked of a small corpus, embedded for real."""

import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from small_corpus import with_documents

from app.answer.quoted_table import QuotedTable
from app.contract import Answer, Question
from app.desk import ClauseDesk
from app.views.answer import view_answer

RATES = """# 海关总署公告2027年第901号

一、下列样品的暂定税率如下：

| 税则号列 | 商品名称 | 暂定税率（%） |
| --- | --- | --- |
| 39269010 | 塑料封志 | 3 |
| 9027.89.90 | 光谱样品仪 | 6 |
| 48211000 | 纸制标签 | 9 |

二、本公告自2027年3月1日起施行。
"""
LIMITS = """# 海关总署公告2027年第902号

一、样品留存时限按照下表执行：

| 口岸 | 运输方式 | 留存时限（小时） |
| --- | --- | --- |
| 东山口岸 | 海运 | 48 |
| 东山口岸 | 空运 | 12 |

二、本公告自2027年3月1日起施行。
"""


@cache
def desk() -> ClauseDesk:
    return ClauseDesk(with_documents(Path(mkdtemp()), RATES, LIMITS))


def ask(question: str) -> Answer:
    return desk().ask(Question(text=question))


@pytest.mark.parametrize(
    "question",
    [
        "What is the daily storage fee for textiles?",  # another row is inspected "daily"
        "纺织品每天的仓储费是多少？",  # the row has no word of it
    ],
)
def test_a_table_is_quoted_whole_where_words_and_reading_tell_no_row(question: str) -> None:
    rule = """# Warehouse Rule No. 903 of 2027

1. The storage fee is as follows:

| Class of sample | Fee per day (yuan) | Inspection |
| --- | --- | --- |
| Food | 120 | daily |
| Machinery | 60 | weekly |
| Textiles | 35 | none |
"""
    answer = ClauseDesk(with_documents(Path(mkdtemp()), rule)).ask(Question(text=question))
    assert "| Food | 120 | daily |" in answer.answer
    assert "| Textiles | 35 | none |" in answer.answer


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("39269010的暂定税率是多少？", "| 39269010 | 塑料封志 | 3 |"),
        ("3926.90.10的暂定税率是多少？", "| 39269010 | 塑料封志 | 3 |"),
        ("税号90278990的暂定税率是多少？", "| 9027.89.90 | 光谱样品仪 | 6 |"),
        ("纸制标签的暂定税率是多少？", "| 48211000 | 纸制标签 | 9 |"),
        ("东山口岸空运样品的留存时限是多少小时？", "| 东山口岸 | 空运 | 12 |"),
    ],
)
def test_a_row_is_quoted_with_its_header(question: str, row: str) -> None:
    first, header, *others = ask(question).citations
    assert first.quote == row and header.quote.startswith("一、") and "| --- " not in header.quote
    assert not any(other.quote.startswith("|") for other in others)
    assert first.locator == header.locator == "item 一"  # and not its paragraph 3
    for citation in ask(question).citations:
        text = desk().library().documents[citation.document_id].parsed.text
        assert text[citation.start : citation.end] == citation.quote


def test_a_page_shows_a_row_as_a_table_under_one_citation() -> None:
    answer = ask("东山口岸空运样品的留存时限是多少小时？")
    view = view_answer(answer, desk().library(), "zh")
    assert [passage.n for passage in view.passages] == [1]
    assert view.passages[0].table == QuotedTable(
        "一、样品留存时限按照下表执行：",
        (("口岸", "运输方式", "留存时限（小时）"),),
        (("东山口岸", "空运", "12"),),
        "",
    )
    assert view.passages[0].source.locator == "一"


def test_numbers_count_up_where_tables_answer_two_questions() -> None:
    answer = ask("48211000的暂定税率是多少？东山口岸空运样品的留存时限是多少小时？")
    marks = [int(n) for n in re.findall(r"\[(\d+)\]$", answer.answer, re.MULTILINE)]
    assert len(answer.citations) > 2 and marks == [c.n for c in answer.citations]
    view = view_answer(answer, desk().library(), "zh")
    assert [passage.n for passage in view.passages] == [1, 2]


@pytest.mark.parametrize("code", ["39269010", "3926.90.10"])
def test_a_code_finds_its_row_and_nothing_else(code: str) -> None:
    quotes = " ".join(citation.quote for citation in ask(f"{code}的暂定税率是多少？").citations)
    assert "48211000" not in quotes and "9027.89.90" not in quotes


@pytest.mark.parametrize(
    "question", ["39269011的暂定税率是多少？", "What is the provisional rate for 3926.90.11?"]
)
def test_a_code_that_no_row_holds_is_refused(question: str) -> None:
    assert not ask(question).answered


def test_a_question_for_a_list_gets_the_whole_table() -> None:
    answer = ask("哪些样品有暂定税率？")
    assert any("塑料封志" in c.quote and "纸制标签" in c.quote for c in answer.citations)
    table = view_answer(answer, desk().library(), "zh").passages[0].table
    assert table is not None and len(table.columns) == 1 and len(table.rows) == 3
