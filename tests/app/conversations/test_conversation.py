import threading
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from page_index import real_desk, real_index
from scripted_model import Script, ScriptedModel, points

from app.answer.stream import AnswerEvent
from app.contract import Answer
from app.conversations.answer_job import AnswerJob
from app.conversations.conversation import Conversation, Turn
from app.desk import ClauseDesk
from app.llm.prompts import PromptTask
from app.views.answer import AnswerView, coverage_of, view_answer
from app.views.holdings import age_words, holdings
from app.wording import Language
from ingest.facts.modifications import Status

EXPENDABLE = "Are drills and grinding wheels expendable materials?"
NOT_COVERED = "What does GACC Announcement No. 999 of 2031 say about bonded goods?"
FAR_OFF = "What is the corporate income tax rate in Brazil?"
NOT_HELD = "What does GACC Announcement No. 59 of 2015 say about testing?"


def asked(question: str, as_of: date | None = None) -> Turn:
    conversation = Conversation()
    turn = conversation.ask(question, as_of)
    conversation.answer(turn, real_desk())
    return turn


def seen(turn: Turn, language: Language = "en") -> AnswerView:
    assert turn.answer is not None
    return view_answer(turn.answer, real_desk().library(), language)


def test_a_question_is_kept_before_it_is_answered() -> None:
    conversation = Conversation()
    turn = conversation.ask(EXPENDABLE)
    assert list(conversation) == [turn]
    assert turn.is_pending
    conversation.answer(turn, real_desk())
    assert not turn.is_pending
    assert turn.error is None


def test_history_is_the_questions_before_without_the_unreadable() -> None:
    conversation = Conversation()
    first = conversation.ask(EXPENDABLE)
    unreadable = conversation.ask("???")
    conversation.answer(unreadable, real_desk())
    last = conversation.ask("and blades?")
    assert conversation.history(first) == ()
    assert conversation.history(last) == (EXPENDABLE,)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("   ", "the question is empty"),
        ("?!…", "the question has no words"),
        ("word " * 2000, "characters, at most"),
        ("\x00\x07", "the question is empty"),
    ],
)
def test_a_question_that_cannot_be_read_is_one_line(question: str, line: str) -> None:
    turn = asked(question)
    assert turn.error is not None
    assert line in turn.error
    assert "\n" not in turn.error
    assert turn.answer is None


def test_a_bug_ends_one_turn_and_not_the_conversation(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Answer:
        raise ZeroDivisionError

    monkeypatch.setattr(ClauseDesk, "stream", broken)
    turn = asked(EXPENDABLE)
    assert turn.error is not None
    assert "log" in turn.error
    assert not turn.is_pending
    assert "ZeroDivisionError" in caplog.text


def test_a_passage_has_lead_line_quote_status_and_proof() -> None:
    passage = seen(asked(EXPENDABLE)).passages[0]
    assert passage.source.locator == "Item 3"
    assert passage.source.name == "GACC Announcement No. 67 of 2016"
    assert passage.status is Status.IN_FORCE
    assert passage.status_words == "in force since 1 January 2017, as far as the corpus shows"
    assert passage.proof is not None
    assert passage.proof.place.clause_id == "gacc-2016-67#9"
    text = real_desk().document_text("gacc-2016-67")
    place = passage.source.place
    assert passage.quote == text[place.start : place.end]
    assert "grinding wheel" in passage.quote


def test_the_status_is_that_of_the_day_asked_about() -> None:
    passage = seen(asked(EXPENDABLE, date(2016, 12, 1))).passages[0]
    assert passage.status is Status.NOT_YET_IN_FORCE
    assert passage.status_words == "not yet in force: it enters into force on 1 January 2017"


def test_a_chinese_interface_gets_chinese_names_and_status() -> None:
    passage = seen(asked(EXPENDABLE, date(2017, 6, 1)), "zh").passages[0]
    assert passage.source.name == "海关总署公告2016年第67号"
    assert passage.source.locator == "第3条"
    assert passage.status_words.startswith("自2017年1月1日起施行")


@pytest.mark.parametrize(("question", "by_confidence"), [(NOT_COVERED, False), (FAR_OFF, True)])
def test_not_covered_offers_the_nearest_clauses_once(question: str, by_confidence: bool) -> None:
    view = seen(asked(question))
    assert view.refusal is not None
    assert (view.coverage is not None) == by_confidence
    assert view.refusal.explanation.startswith("Not covered: ")
    assert "Nearest clauses" not in view.refusal.explanation
    assert len(view.refusal.nearest) == 3
    assert view.passages == ()


def test_not_held_quotes_the_citing_clause() -> None:
    view = seen(asked(NOT_HELD))
    assert view.refusal is not None
    assert "GACC Announcement No. 59 of 2015 but does not hold it" in view.refusal.explanation
    assert "\n" not in view.refusal.explanation
    assert [p.source.place.document_id for p in view.passages] == ["gacc-2016-68"]
    assert "No. 59 of 2015" in view.passages[0].quote


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "very_likely"),
        (0.8, "very_likely"),
        (0.79, "likely"),
        (0.5, "likely"),
        (0.49, "unlikely"),
        (0.19, "very_unlikely"),
        (0.0, "very_unlikely"),
    ],
)
def test_confidence_becomes_words(confidence: float, words: str) -> None:
    assert coverage_of(confidence) == words


def test_holdings_on_a_day() -> None:
    shelf = {
        found.document_id: found
        for found in holdings(real_desk().library(), date(2017, 6, 1), "en")
    }
    assert shelf["gacc-2016-67"].status is Status.IN_FORCE
    assert shelf["gacc-2018-19"].status is Status.NOT_YET_IN_FORCE
    assert shelf["ccc-exemption"].status is Status.UNKNOWN
    assert shelf["gacc-2016-68"].clauses > 12


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2020, 5, 2, 12, 0, 0), "just now"),
        (datetime(2020, 5, 2, 11, 59, 0), "1 min ago"),
        (datetime(2020, 5, 2, 9, 30, 0), "2 h ago"),
        (datetime(2020, 5, 1, 11, 0, 0), "1 d ago"),
        (datetime(2020, 5, 2, 12, 5, 0), "just now"),  # another machine's clock
    ],
)
def test_age_in_words(then: datetime, words: str) -> None:
    assert age_words(then, datetime(2020, 5, 2, 12, 0, 0), "en") == words


class PausingModel(ScriptedModel):
    """Points, then translates nothing until it is let go on."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.go_on = threading.Event()

    def reply(self, task: PromptTask, message: str, seconds: float) -> Iterator[str]:
        if self.messages:
            assert self.go_on.wait(30)
        return super().reply(task, message, seconds)


def test_a_reader_who_stops_keeps_what_was_shown() -> None:
    model = PausingModel(points(1))
    desk = ClauseDesk(real_index(), model)
    conversation = Conversation()
    turn = conversation.ask("成品出区用什么监管方式代码？")
    job = conversation.begin(turn, desk)
    assert conversation.begin(turn, desk) is job  # drawn anew, the work goes on
    steps = 0
    while job.answer is None or job.answer.mode != "generative":
        steps = job.wait(steps, 30)
    conversation.stop(turn)
    model.go_on.set()
    assert turn.answer is not None and not turn.is_pending
    assert len(turn.answer.statements) == 1
    assert seen(turn).passages


def test_what_is_stopped_before_anything_was_found_is_over() -> None:
    conversation = Conversation()
    turn = conversation.ask(EXPENDABLE)
    never = threading.Event()

    def search() -> Iterator[AnswerEvent]:
        never.wait(30)
        yield from ()

    turn.job = AnswerJob(search)
    conversation.stop(turn)
    never.set()
    assert turn.answer is None and turn.error is None
    assert not turn.is_pending
