"""The Evaluation page, state by state: no run, a run, runs over time, files that are wrong."""

import json
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evaluated import HOSTILE, options, worse_report
from fake_system import FakeSystem, topic
from page_driver import Opener, keys, marked, markup, words
from page_index import real_desk, real_index

from app.contract import Question
from app.conversations.feedback import feedback_on, keep_feedback
from app.pages.evaluation import run_section
from app.teaching.topics import keep_topic, own_topics, topic_of
from app.views.evaluation import EvaluationUnreadable, read_evaluation, read_history
from app.views.evaluation_report import CorpusChange
from app.wording import day_words
from eval.evaluation import RunReport, evaluate
from eval.reports.files import append_to_history, history_record, write_reports
from ingest.settings import Settings


@pytest.fixture(scope="module")
def worse(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """A run that lost topics against its baseline."""
    return worse_report(tmp_path_factory.mktemp("worse"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The real index, and a var/eval of this test's own."""
    real = real_index()
    var = tmp_path / "var"
    var.mkdir()
    (var / "index").symlink_to(real.index)
    return Settings(corpus=real.corpus, var=var)


def test_without_a_run_the_page_says_what_to_do(open_page: Opener, settings: Settings) -> None:
    tab = open_page(settings, "evaluation")
    assert not tab.exception
    assert "There has been no evaluation yet" in words(tab)
    assert keys(tab, "evaluation-") == ["evaluation-run"]
    assert "Over time" not in words(tab)


def test_a_run_is_shown_with_figures_plots_and_failing_topics(
    open_page: Opener, settings: Settings, worse: RunReport
) -> None:
    folder = settings.var / "eval"
    write_reports(worse, folder)
    append_to_history(worse, folder)
    tab = open_page(settings, "evaluation")
    assert not tab.exception
    shown = words(tab)
    right = sum(outcome.right for outcome in worse.outcomes)
    assert f"worse {right} of {len(worse.outcomes)} topics right" in shown
    singles = [outcome.right for outcome in worse.outcomes if outcome.kind == "single"]
    assert f"{sum(singles)} of {len(singles)} questions for one clause" in shown
    assert "1 question that may not be wrong was right and is wrong now" in shown
    assert "These figures are of another state of the corpus" in shown
    assert "Right answers and refusals" in shown and "newly wrong" in shown
    charts = [json.loads(chart.proto.spec) for chart in tab.get("vega_lite_chart")]
    assert len(charts) == 3  # one run alone is no line
    evaluation = read_evaluation(settings.var)
    assert evaluation is not None
    wrong = [topic for topic in evaluation.report.topics if not topic.right]
    kept = [topic.question for topic in wrong if topic.split == "test"]
    opened = [expander.label.replace("\\", "") for expander in tab.expander]
    # the one that may not be wrong stands with the failures, what else is wrong below
    [must] = [t for t in wrong if t.topic == "early/en1"]
    listed = [t.question for t in wrong if t.split == "dev"]
    assert opened[0] == must.question and sorted(opened[1:]) == sorted(listed) != []
    assert " ".join(must.answer.split()) in " ".join(shown.split())
    assert keys(tab, "gold-lost-early/en1")
    assert ("kept aside: to be read" in shown) == bool(kept)
    tab.selectbox(key="failing_kind").set_value(wrong[0].kind).run()
    assert 0 < len(tab.expander) <= len(opened)
    tab = open_page(settings, "evaluation", lang="zh")
    assert "道不允许答错的题目原本答对，现在答错" in words(tab)
    assert "must topic" not in words(tab)
    assert "所示效力状态与当日不符。" in words(tab)


def test_a_corpus_other_than_the_baselines_is_told(
    open_page: Opener, settings: Settings, worse: RunReport
) -> None:
    assert worse.comparison is not None
    change = CorpusChange(added=("park-rules",), removed=(), edited=())
    comparison = replace(worse.comparison, corpus=change)
    write_reports(replace(worse, comparison=comparison), settings.var / "eval")
    shown = words(open_page(settings, "evaluation"))
    assert "not the one that the baseline was stored with (added: park-rules)" in shown


def test_how_long_a_run_takes_is_told_from_the_last_one(
    open_page: Opener, settings: Settings, worse: RunReport
) -> None:
    folder = settings.var / "eval"
    folder.mkdir()
    record = history_record(worse, datetime(2026, 1, 1, tzinfo=UTC))
    assert record["seconds"] is not None
    (folder / "history.jsonl").write_text(json.dumps(record | {"seconds": 130.0, "topics": 698}))
    assert "about 2 minutes for 698 questions" in words(open_page(settings, "evaluation"))


def test_it_is_run_from_its_page_with_progress_and_cancelled(
    open_page: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import sys, time; print('topics: 40 of 900', file=sys.stderr, flush=True);time.sleep(600)"
    )
    monkeypatch.setattr("app.keeping.evaluation_run.COMMAND", (sys.executable, "-c", program))
    tab = open_page(settings, "evaluation")
    tab.button(key="evaluation-run").click().run()
    assert not tab.exception
    runs = run_section._runs()
    run = runs.latest
    assert run is not None and run.is_running
    try:
        while run.total == 0:
            run.wait(0.05)
            assert run.is_running
        tab.run()
        [bar] = tab.get("progress")
        assert bar.proto.text.startswith("40 of 900 questions asked · ")
        tab.button(key="evaluation-cancel").click().run()
    finally:
        run.cancel()
    run.wait()
    tab.run()
    assert keys(tab, "evaluation-") == ["evaluation-run"]
    assert 'role="alert"' not in markup(tab)


def test_a_run_that_breaks_off_is_told(
    open_page: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import sys; sys.exit('topics.jsonl:3 is <b>no topic</b>')"
    monkeypatch.setattr("app.keeping.evaluation_run.COMMAND", (sys.executable, "-c", program))
    tab = open_page(settings, "evaluation")
    tab.button(key="evaluation-run").click().run()
    run = run_section._runs().latest
    assert run is not None
    run.wait()
    tab.run()
    assert not tab.exception
    assert "The evaluation broke off. topics.jsonl:3 is <b>no topic</b>" in words(tab)
    assert "<b>no topic" not in markup(tab)


def test_runs_over_time(open_page: Opener, settings: Settings, worse: RunReport) -> None:
    folder = settings.var / "eval"
    folder.mkdir()
    records = [history_record(worse, datetime(2026, 1, day, tzinfo=UTC)) for day in (2, 1, 3)]
    records.append(records[0] | {"selection": "dev, kind zh"})
    lines = [json.dumps(record) for record in records]
    (folder / "history.jsonl").write_text("\n".join([*lines, '{"at": "2026-', ""]))
    history = read_history(settings.var)
    assert [run.at.day for run in history.runs] == [1, 2, 2, 3]
    assert history.unreadable == 1
    tab = open_page(settings, "evaluation")
    assert "There has been no evaluation yet" in words(tab)
    assert "1 line of the history cannot be read and is left out" in words(tab)
    assert "2026-01-03 00:00" in words(tab) and "dev, kind zh" in words(tab)
    (chart,) = tab.get("vega_lite_chart")
    assert not tab.exception and chart.proto.alt.startswith("3 runs over all topics")


def test_what_was_found_is_opened(open_page: Opener, settings: Settings, worse: RunReport) -> None:
    write_reports(worse, settings.var / "eval")
    tab = open_page(settings, "evaluation")
    key = keys(tab, "found-topic-")[0]
    clause = real_desk().clause(key[key.index("gacc-") :])
    tab.button(key=key).click().run()
    assert not tab.exception and clause.text in marked(tab)


def test_hostile_topics_stay_text(open_page: Opener, settings: Settings, tmp_path: Path) -> None:
    asked = topic("x/y", f"Solid wastes recycling {HOSTILE}", {"gacc-2016-67#9": "1 January 2017"})
    report = evaluate(FakeSystem(), options(tmp_path, (asked,)))
    write_reports(report, settings.var / "eval")
    tab = open_page(settings, "evaluation")
    assert not tab.exception
    assert "<script>alert" not in markup(tab)


def test_files_that_cannot_be_read_are_told(open_page: Opener, settings: Settings) -> None:
    folder = settings.var / "eval"
    folder.mkdir()
    (folder / "report.json").write_text('{"selection": 1}')
    with pytest.raises(EvaluationUnreadable, match="no report of this version"):
        read_evaluation(settings.var)
    assert "run `python -m eval run` again" in words(open_page(settings, "evaluation"))


def test_the_companys_own_topics_have_figures_of_their_own(
    open_page: Opener, settings: Settings, worse: RunReport, tmp_path: Path
) -> None:
    write_reports(worse, settings.var / "eval")
    tab = open_page(settings, "evaluation")
    assert "evaluation-own" not in [
        one.key for one in tab.segmented_control
    ]  # nothing to choose between
    corpus = tmp_path / "corpus"
    shutil.copytree(settings.corpus, corpus)
    settings = Settings(corpus=corpus, var=settings.var)
    asked = feedback_on(real_desk().ask(Question(text="Which code?")), (), False, "")
    keep_topic(settings, topic_of(asked, ()), real_desk().library())
    tab = open_page(settings, "evaluation")
    right = sum(outcome.right for outcome in worse.outcomes)
    assert f"worse {right} of {len(worse.outcomes)} topics right" in words(tab)
    tab.segmented_control(key="evaluation-own").set_value(True).run()
    assert not tab.exception
    assert "There has been no evaluation yet" in words(tab)
    own = replace(worse, asked=worse.asked[:5], bounds=(), comparison=None)
    write_reports(own, settings.var / "eval" / "own")
    append_to_history(own, settings.var / "eval" / "own")
    tab = open_page(settings, "evaluation")
    tab.segmented_control(key="evaluation-own").set_value(True).run()
    shown = words(tab)
    assert f"{sum(o.right for o in own.outcomes)} of 5 topics right" in shown
    assert "verdict-" not in markup(tab) and "kept aside" not in shown.lower()
    wrong = [
        o.question for o in read_evaluation(settings.var, own=True).report.topics if not o.right
    ]
    assert sorted(e.label.replace("\\", "") for e in tab.expander) == sorted(wrong)


def test_in_chinese(open_page: Opener, settings: Settings, worse: RunReport) -> None:
    write_reports(worse, settings.var / "eval")
    tab = open_page(settings, "evaluation", lang="zh")
    assert not tab.exception
    assert "变差" in words(tab) and "回答与拒答正确" in words(tab)


def test_a_thumb_down_becomes_a_topic_and_is_taken_back(
    open_page: Opener, settings: Settings, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(settings.corpus, corpus)
    settings = Settings(corpus=corpus, var=settings.var)
    tab = open_page(settings, "evaluation")
    assert "Nobody has said yet" in words(tab)
    asked = Question(text="What is control mode code 5100?")
    answer = real_desk().ask(asked)
    keep_feedback(feedback_on(answer, (), False, "the second paragraph"), settings.var)
    tab = open_page(settings, "evaluation")
    assert "the second paragraph" in words(tab)
    assert "Not right" in tab.expander[-1].label
    day = day_words(datetime.now().astimezone().date(), "en")
    assert tab.expander[-1].label.startswith(day)
    # nothing chosen makes no topic by itself
    assert tab.button(key=keys(tab, "keep-")[0]).disabled
    tab.multiselect[0].set_value(["gacc-2016-68#7.p2"]).run()
    tab.button(key=keys(tab, "keep-")[0]).click().run()
    [kept] = own_topics(corpus)
    assert (kept.question, kept.gold, kept.answerable) == (
        asked.text,
        ("gacc-2016-68#7.p2",),
        True,
    )
    assert f"A topic: {kept.id}" in words(tab)
    tab.button(key=keys(tab, "drop-")[0]).click().run()
    assert own_topics(corpus) == ()
    tab.button(key=keys(tab, "seen-")[0]).click().run()
    assert not tab.exception and keys(tab, "seen-") == []
    tab.button(key=keys(tab, "ask-")[0]).click().run()
    assert not tab.exception
    assert asked.text in words(tab) and "code 5100" in words(tab)
