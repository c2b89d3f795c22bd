import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clauses.numbering import STYLES, read_number
from ingest.clauses.numerals import print_chinese, read_chinese


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百", 100),
        ("一百零三", 103),
        ("一百一十", 110),
        ("二百五十六", 256),
        ("一千零一", 1001),
        ("一千二百六十", 1260),
        ("二〇一六", 2016),
        ("两千", 2000),
    ],
)
def test_reads_chinese_numerals(numeral: str, value: int) -> None:
    assert read_chinese(numeral) == value


@pytest.mark.parametrize("numeral", ["", "百千", "第一", "1", "一二百", "abc"])
def test_what_is_no_numeral_is_refused(numeral: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        read_chinese(numeral)


@given(st.integers(1, 9999))
def test_chinese_numerals_round_trip(value: int) -> None:
    assert read_chinese(print_chinese(value)) == value


@pytest.mark.parametrize("name", STYLES)
@settings(deadline=None)
@given(data=st.data())
def test_every_style_reads_what_it_prints(name: str, data: st.DataObject) -> None:
    style = STYLES[name]
    value = data.draw(st.integers(1, min(style.largest, 999)))
    line = style.print(value) + ("" if style.bare else "Words of the clause")
    found = read_number(line, is_heading=style.bare)
    assert (name, value) in [(number.style, number.value) for number in found]


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        ("1. Articles listed", [("arabic_dot", 1, "1.")]),
        ("1.Exhibition Form", [("arabic_dot", 1, "1.")]),
        ("10.Other materials", [("arabic_dot", 10, "10.")]),
        ("(1)For exhibits", [("arabic_paren", 1, "(1)")]),
        ("（三）展品", [("chinese_paren", 3, "（三）")]),
        ("(一)Entry", [("chinese_paren", 1, "(一)")]),
        ("五. Journalists", [("chinese_dot", 5, "五.")]),
        ("一、Entry", [("chinese_dot", 1, "一、")]),
        ("Ⅱ Main Contents", [("roman_character", 2, "Ⅱ")]),
        ("4:Inbound Exhibits", [("colon", 4, "4:")]),
        ("第十条 取得认证机构资质", [("chinese_article", 10, "第十条")]),
        ("第一百零三条　罚则", [("chinese_article", 103, "第一百零三条")]),
        ("第二章 认证机构", [("chinese_chapter", 2, "第二章")]),
        ("(i) first", [("letter_paren", 9, "(i)"), ("small_roman_paren", 1, "(i)")]),
        ("1.5 million", [("decimal", 5, "1.5")]),
        # no clause numbers: a year, a decimal, a reference, a date, a word
        ("2016. The year", []),
        ("第十条规定的货物", []),
        ("第十条、第十一条所列", []),
        ("3.14", []),
        ("20 days prior", []),
        ("In order to", []),
    ],
)
def test_numbers_at_the_start_of_a_line(line: str, readings: list[tuple[str, int, str]]) -> None:
    assert [(n.style, n.value, n.num) for n in read_number(line)] == readings


def test_inserted_article_keeps_its_suffix() -> None:
    [number] = read_number("第十条之一 海关可以")
    assert (number.value, number.branch, number.num) == (10, 1, "第十条之一")
