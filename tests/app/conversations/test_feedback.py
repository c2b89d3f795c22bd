from datetime import date
from pathlib import Path

import pytest
from page_index import real_desk, real_index
from postgres import Postgres
from streamlit.testing.v1 import AppTest

from app.contract import Question
from app.conversations.feedback import feedback_on, keep_feedback, read_feedback
from eval.tools.new_topic import proposed_topic
from ingest.errors import ClauseDeskError
from ingest.settings import PROJECT

ANSWERED = "What is control mode code 5100?"
REFUSED = "What will the weather be in Dongguan?"


def keep(question: str, helpful: bool, reason: str, var: Path) -> None:
    answer = real_desk().ask(Question(text=question, as_of=date(2020, 1, 1)))
    keep_feedback(feedback_on(answer, (), helpful, reason), var)


def test_a_helpful_answer_becomes_a_whole_topic(tmp_path: Path) -> None:
    keep(ANSWERED, True, "", tmp_path)
    [given] = read_feedback(tmp_path)
    topic = proposed_topic(given)
    assert topic is not None
    assert (topic.answerable, topic.gold) == (
        True,
        ("gacc-2016-68#7.p2", "gacc-2016-68#7"),  # the second says when the first holds
    )
    assert "code 5100" in topic.evidence[0]


def test_a_helpful_refusal_becomes_a_topic_that_is_not_covered(tmp_path: Path) -> None:
    keep(REFUSED, True, "", tmp_path)
    topic = proposed_topic(read_feedback(tmp_path)[0])
    assert topic is not None
    assert (topic.answerable, topic.kind, topic.gold) == (False, "not_covered", ())


@pytest.mark.usefixtures("kept_in")
def test_the_last_word_counts_and_a_wrong_answer_needs_a_person(tmp_path: Path) -> None:
    keep(ANSWERED, True, "", tmp_path)
    keep(ANSWERED, False, " another clause says so ", tmp_path)
    [given] = read_feedback(tmp_path)
    assert (given.helpful, given.reason) == (False, "another clause says so")
    assert proposed_topic(given) is None


def test_a_word_said_before_a_database_was_set_counts_too(
    tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ANSWERED, True, "", tmp_path)
    monkeypatch.setenv("CLAUSEDESK_DATABASE", postgres_server.new_database())
    keep(REFUSED, True, "", tmp_path)
    assert [given.question for given in read_feedback(tmp_path)] == [ANSWERED, REFUSED]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    keep(ANSWERED, True, "", tmp_path)
    with (tmp_path / "feedback.jsonl").open("a") as lines:
        lines.write("{}\n")
    with pytest.raises(ClauseDeskError, match="line 2 is no feedback"):
        read_feedback(tmp_path)


def test_nobody_said_anything(tmp_path: Path) -> None:
    assert read_feedback(tmp_path) == []


def test_a_thumb_on_the_page_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    shutil.copytree(real_index().index, tmp_path / "index")
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path))
    page = AppTest.from_file(str(PROJECT / "app" / "pages" / "start.py"), default_timeout=60).run()
    page.chat_input[0].set_value(ANSWERED).run()
    page.feedback(key="thumb-0").set_value(1).run()
    [given] = read_feedback(tmp_path)
    assert (given.question, given.helpful) == (ANSWERED, True)
