"""Topics asked several times: means, spread, and what was right only sometimes."""

from datetime import date

import pytest
from fake_system import FakeSystem, fake_topics

from app.contract import Answer, Question
from eval.errors import NoReply
from eval.run.repeats import how_steady, merged
from eval.run.runner import TopicsAsked, locate, run_topics
from eval.run.system import CorpusView

SYSTEM = FakeSystem()
CORPUS = CorpusView.of(SYSTEM)
TOPICS = locate(fake_topics(), CORPUS).located


class Moody(FakeSystem):
    """Refuses one question, and gives no answer to another."""

    def ask(self, question: Question) -> Answer:
        if question.text == "Marked in half width":
            return super().ask(Question(text="Best pizza topping recipe?"))
        if question.text == "半角标记?":
            raise NoReply("it timed out")
        return super().ask(question)


def run(system: FakeSystem) -> TopicsAsked:
    return run_topics(system, TOPICS, CORPUS, as_of=date(2020, 1, 1))


def test_a_single_run_stays_as_it_is() -> None:
    asked = run(SYSTEM)
    assert merged([asked]) == (asked, None)


def test_means_spread_and_what_turned() -> None:
    (answers, unanswered), repeats = merged([run(SYSTEM), run(Moody()), run(SYSTEM)])
    assert unanswered == ("topic mark/zh1: no answer, it timed out",)
    assert len(answers) == len(TOPICS) - 1
    assert repeats is not None
    assert repeats.unsteady == ("mark/en1",)
    moody = next(one.outcome for one in answers if one.topic.id == "mark/en1")
    assert not moody.right
    assert moody.why_wrong[0] == "wrong 1 of 3 times"
    assert moody.values["right"] == pytest.approx(2 / 3, abs=1e-6)
    (right,) = (row for row in repeats.spread if row.measure == "right")
    assert right.low < right.mean < right.high
    assert right.high == pytest.approx(10 / 12, abs=1e-6)
    assert right.low == pytest.approx(9 / 12, abs=1e-6)
    lines = how_steady(repeats)
    assert lines[0].startswith("over 3 times: right 0.806 (0.750 to 0.833); ")
    assert lines[1] == "right at one time and wrong at another: mark/en1"


def test_what_does_not_differ_is_said_so() -> None:
    _, repeats = merged([run(SYSTEM), run(SYSTEM)])
    assert repeats is not None
    assert how_steady(repeats) == ("over 2 times: no measure differed",)
