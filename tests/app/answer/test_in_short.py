"""The line above the quotes: a phrase of the clause that answers, or none."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from page_index import real_desk
from small_corpus import with_documents

from app.answer.in_short import in_short
from app.contract import CheckOutcome, Question, ShortAnswer
from app.desk import ClauseDesk
from app.search.passages import PassageChooser
from ingest.models.clause_model import ClauseModel

KILNS = """Order on Kilns and Glazes

1. A potter shall notify the guild of a new kiln within 12 days after the first firing.

2. The yearly fee for a kiln is 340 yuan, to be paid to the guild.

3. Kilns are declared under mode code 7731 in the guild's register.

4. Questions about glazes are answered by the guild's desk, telephone 0755-88123456.

5. Glazes that hold lead shall not be sold on the market.

6. Apprentices may fire a kiln.

7. A kiln may be moved to another town if the guild has been told.

8. Clay from abroad shall be kept for 3 years by the importer and for 5 years by the trader.

9. The guild registers 24 colours of glaze.

10. This Order shall enter into force as from 1 May 2027 along with the repeal of GACC Announcement No. 81 of 2019.

11. Ovens of brick are inspected by the warden every spring. Such ovens may be lit at noon.
"""
BELLS = """# 海关总署公告2027年第905号

一、铸钟企业应当在完工之日起15日内办理登记。

二、铸钟登记费为每口260元。

三、铸钟出口按照监管方式代码6612申报。

四、裂纹钟不得出口。

五、本公告自2027年8月1日起施行。
"""


@cache
def desk() -> ClauseDesk:
    return ClauseDesk(with_documents(Path(mkdtemp()), KILNS, BELLS))


def short(question: str) -> ShortAnswer | None:
    """Whether or not the corpus is said to cover the question."""
    searcher = desk().searcher()
    trace = searcher.trace(Question(text=question))
    chooser = PassageChooser(searcher.library.snapshot, searcher.library.documents, ClauseModel())
    passages = chooser.choose(trace.found.answers)
    return in_short(replace(trace, passages=tuple(passages)))


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("How soon must a potter notify the guild of a new kiln?", "within 12 days after the first firing"),
        ("How much is the yearly fee for a kiln?", "340 yuan"),
        ("Under which code are kilns declared?", "7731"),
        ("What is the telephone of the desk for glazes?", "0755-88123456"),
        ("How many colours of glaze does the guild register?", "24 colours"),
        ("When does the Order on Kilns and Glazes enter into force?", "1 May 2027"),
        ("Which announcement is repealed by the Order on Kilns?", "No. 81 of 2019"),
        ("May apprentices fire a kiln?", "Yes: “Apprentices may fire a kiln.”"),
        (
            "Can glazes that hold lead be sold on the market?",
            "No: “Glazes that hold lead shall not be sold on the market.”",
        ),
        # a condition takes the verdict away, not the words
        (
            "Can a kiln be moved to another town?",
            "“A kiln may be moved to another town if the guild has been told.”",
        ),
        ("铸钟企业应当在完工后多少日内办理登记？", "15日内"),
        ("铸钟登记费是多少元？", "260元"),
        ("铸钟出口的监管方式代码是多少？", "6612"),
        ("海关总署公告2027年第905号从哪天开始施行？", "2027年8月1日"),
        ("裂纹钟可以出口吗？", "否：“裂纹钟不得出口。”"),
    ],
)  # fmt: skip
def test_the_phrase_that_answers(question: str, line: str) -> None:
    found = short(question)
    assert found is not None
    assert found.text == line
    assert (found.by, found.check) == ("clause", CheckOutcome.VERIFIED)


@pytest.mark.parametrize(
    "question",
    [
        # two phrases fit, and which one is asked for can't be told
        "How long shall clay from abroad be kept?",
        # two things are asked
        "How much is the fee and which code is declared for a kiln?",
        "What are the respective fees of a kiln?",
        # no phrase of the clause is what is asked for
        "Why must a potter notify the guild?",
        "How long may an apprentice fire a kiln?",
    ],
)
def test_where_it_cannot_be_told_there_is_none(question: str) -> None:
    assert short(question) is None


def test_the_span_is_where_the_words_stand() -> None:
    found = short("Under which code are kilns declared?")
    assert found is not None and found.span is not None
    (document,) = [
        id_ for id_ in desk().library().documents if "mode code 7731" in desk().document_text(id_)
    ]
    assert desk().document_text(document)[slice(*found.span)] == "7731"


def test_the_line_stands_at_the_head_of_the_answer() -> None:
    answer = desk().ask(
        Question(text="What does item 3 of the Order on Kilns and Glazes say, which code?")
    )
    assert answer.short is None or answer.answer.startswith(f"In short: {answer.short.text} [1]")


def test_words_that_hang_in_the_air_are_no_line() -> None:
    assert short("May ovens be lit at noon?") is None
    real = real_desk().ask(Question(text="Can we sell the exhibits in China after the exhibition?"))
    assert real.answered and real.short is None
