"""Clauses of both languages in one corpus: a question in one of them finds both."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from small_corpus import with_documents

from app.contract import Question
from app.desk import ClauseDesk

BOATS = """GACC Announcement No. 31 of 2027 on Boats for Hire

1. A boat for hire shall carry a life jacket for each passenger.

2. A boat for hire shall be inspected once every two years.

3. Whoever lets a boat without a licence shall pay a fine of 800 yuan.

4. A licence is applied for with form B-7 at the harbour office.

5. Boats may not leave the harbour after ten in the evening.

6. This Announcement shall enter into force as from 1 June 2027.
"""
HORSES = """# 海关总署公告2027年第32号

一、出租马匹的经营者应当为每位骑马人提供头盔。

二、出租的马匹每六个月应当接受兽医检查一次。

三、未经许可出租马匹的，处五百元罚款。

四、申请许可应当向县马业管理站提交H-2表。

五、夜间十点后不得骑马进入林区。

六、本公告自2027年7月1日起施行。
"""


@cache
def desk() -> ClauseDesk:
    return ClauseDesk(with_documents(Path(mkdtemp()), BOATS, HORSES))


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("What is the fine for hiring out without a licence?", ("31#3", "32#3")),
        ("没有许可证就出租，罚多少钱？", ("31#3", "32#3")),
        ("How often are they inspected?", ("31#2", "32#2")),
        ("多久检查一次？", ("31#2", "32#2")),
        ("which form do I hand in to get the licence, and where?", ("31#4", "32#4")),
        ("申请许可要交什么表？", ("31#4", "32#4")),
    ],
)
def test_a_question_finds_its_clause_in_either_language(
    question: str, clauses: tuple[str, str]
) -> None:
    found = desk().search(Question(text=question))[:5]
    endings = {retrieved.clause_id.removeprefix("gacc-2027-") for retrieved in found}
    assert set(clauses) <= endings


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("How often does a vet look at a hired horse?", "32#2"),
        ("租船的没有执照，罚款多少？", "31#3"),
        ("What must each rider be given for the head?", "32#1"),
        ("船上要给每个乘客准备什么？", "31#1"),
    ],
)
def test_the_clause_in_the_other_language_is_not_lost_behind_those_in_its_own(
    question: str, clause: str
) -> None:
    found = desk().search(Question(text=question))[:3]
    assert f"gacc-2027-{clause}" in [retrieved.clause_id for retrieved in found]
