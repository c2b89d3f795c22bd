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
    ],
)
def test_sides_of_a_comparison(question: str, sides: list[str]) -> None:
    assert [side.words for side in joined(question)[0]] == sides


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
    (sides,) = joined("Under which code do boats and barges, respectively, enter the port?")
    assert [side.question for side in sides] == [
        "Under which code do boats, respectively, enter the port?",
        "Under which code do barges, respectively, enter the port?",
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_taken_apart_or_left_whole(text: str) -> None:
    for sides in joined(text):
        assert len(sides) > 1
        assert all(side.words in text for side in sides)
