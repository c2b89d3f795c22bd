import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.coordination import joined


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare the fee inside and outside the port.", ["inside", "outside"]),
        ("What is the difference between a permit and a licence?", ["a permit", "a licence"]),
        ("Sugar versus salt: what is due on each?", ["Sugar", "salt"]),
        ("What is owed by the seller and by the buyer?", ["by the seller", "by the buyer"]),
        ("How is duty paid for a ship as opposed to a barge?", ["a ship", "a barge"]),
        ("Fee for boats compared to that for barges?", ["for boats", "for barges"]),
        (
            "Compare fees for the boat, the barge and the raft",
            ["the boat", "the barge", "the raft"],
        ),
        ("Which is taxed first, the boat or the barge?", ["the boat", "the barge"]),
        ("港内和港外企业分别交什么费？", ["港内", "港外企业"]),
        ("海运、空运和陆运各要什么单证？", ["海运", "空运", "陆运"]),
        ("第3号公告和第5号公告怎么规定？", ["第3号公告", "第5号公告"]),
        (
            "Fee and office for a boat versus the fee and berth for a barge?",
            ["Fee and office for a boat", "the fee and berth for a barge"],
        ),
        ("No. 5 vs No. 7 on salt", ["No. 5", "No. 7"]),
        (
            "What does Order No. 5 of 2016 say on salt compared with Order No. 7 of 2016?",
            ["Order No. 5 of 2016", "Order No. 7 of 2016"],
        ),
        ("Compare the Harbour Law and the Salt Law on fees", ["Harbour Law", "Salt Law"]),
        ("How does a permit for boats differ from a licence?", ["a permit for boats", "a licence"]),
        ("“第3号公告”与第5号公告对盐的规定有何不同？", ["第3号公告", "第5号公告"]),
        ("《盐法》和《港口条例》对费用的规定有什么区别？", ["盐法", "港口条例"]),
        ("盐法与港口条例对费用怎么规定？", ["盐法", "港口条例"]),
        ("普通船和快船的费用有什么不同？", ["普通船", "快船"]),
        ("盐商与粮商对债务的责任有何区别？", ["盐商", "粮商"]),
        (
            "Which fees are due under the charter of the guild versus the charter of the town?",
            ["the charter of the guild", "the charter of the town"],
        ),
        ("When and where is the form handed in?", ["When", "where"]),
        ("By whom and within what time is it paid?", ["By whom", "within what time"]),
        ("船舶要在什么时间、向哪个部门申报？", ["在什么时间", "向哪个部门"]),
    ],
)
def test_sides_of_a_comparison(question: str, sides: list[str]) -> None:
    assert [side.words for side in joined(question)[0].sides] == sides


@pytest.mark.parametrize(
    "question",
    [
        "What are the terms and conditions?",
        "May boats and barges moor here?",
        "How small must a crate be compared with what shops sell?",
        "主要涉及哪些行业的产品？",
        "参与竞标的企业有什么要求？",
    ],
)
def test_what_is_not_set_against_each_other(question: str) -> None:
    assert joined(question) == []


def test_each_side_is_asked_alone() -> None:
    (found,) = joined("Under which code do boats and barges, respectively, enter the port?")
    assert [side.question for side in found.sides] == [
        "Under which code do boats, respectively, enter the port?",
        "Under which code do barges, respectively, enter the port?",
    ]


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("No. 5 vs No. 7 on salt", "on salt"),
        ("“第3号公告”与第5号公告对盐的规定有何不同？", "对盐的规定有何不同"),
        ("Compare the fee inside and outside the port.", "Compare the fee  the port"),
        ("普通船和快船的费用有什么不同？", "的费用有什么不同"),
    ],
)
def test_what_is_asked_of_all_sides(question: str, frame: str) -> None:
    assert joined(question)[0].frame == frame


@pytest.mark.parametrize(
    ("question", "set_apart"),
    [
        ("Compare the fee inside and outside the port.", True),
        ("When and where is the form handed in?", False),
        ("Which rules hold for the boats, barges and rafts?", False),
    ],
)
def test_what_is_named_together_may_have_one_clause(question: str, set_apart: bool) -> None:
    assert joined(question)[0].set_apart is set_apart


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_taken_apart_or_left_whole(text: str) -> None:
    for found in joined(text):
        assert len(found.sides) > 1
        assert all(side.words in text for side in found.sides)
