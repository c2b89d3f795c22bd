"""Days and spans of time as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses.numbering import print_chinese
from ingest.facts.dates import find_dates, is_date, time_spans


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("this seventeenth day of February 1953", ["1953-02-17"]),
        ("on this 5<sup>th</sup> day of February 2008", ["2008-02-05"]),
        ("fifteenth day of May, two thousand and nine", ["2009-05-15"]),
        ("May 1, nineteen hundred and ninety-five", ["1995-05-01"]),
        ("Nov. 24, 2016", ["2016-11-24"]),
        ("２０２３年９月１日", ["2023-09-01"]),
        ("二〇二五年三月一日", ["2025-03-01"]),
        ("2024年6月底", ["2024-06-30"]),
        ("2024/06/30", ["2024-06-30"]),
        ("HS 8504.10.10 and 2004.10.10", []),
        ("31 June 2017", []),
    ],
)
def test_days(text: str, days: list[str]) -> None:
    assert [str(day) for _, day in find_dates(text)] == days


@given(st.dates(date(1949, 10, 1), date(2099, 12, 31)))
def test_every_day_reads_back_in_every_writing(day: date) -> None:
    digits = str.maketrans("0123456789", "〇一二三四五六七八九")
    for written in (
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{str(day.year).translate(digits)}年{print_chinese(day.month)}月{print_chinese(day.day)}日",
        day.isoformat(),
    ):
        assert find_dates(written) == [(0, day)]
        assert is_date(written)
        assert not is_date(f"{written} x")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("valid for a period of two (2) years", [(24, 0)]),
        ("有效期6个月", [(6, 0)]),
        ("试行一年，三十日内", [(12, 0), (0, 30)]),
        ("自2024年1月1日", []),
    ],
)
def test_spans(text: str, spans: list[tuple[int, int]]) -> None:
    assert [(span.months, span.days) for span in time_spans(text)] == spans


def test_a_span_ends_on_the_day_before_its_first_comes_again() -> None:
    [span] = time_spans("two years")
    assert span.last_day(date(2022, 7, 1)) == date(2024, 6, 30)
    [month] = time_spans("one month")
    assert month.last_day(date(2023, 1, 31)) == date(2023, 2, 27)
