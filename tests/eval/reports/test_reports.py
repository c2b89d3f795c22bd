"""The forms of a report, and the files that a run writes."""

import json
import re
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from evaluated import HOSTILE, Mutant, options
from fake_system import FakeSystem, fake_topics, topic
from pydantic import TypeAdapter
from rich.console import Console

from app.contract import Answer, CheckOutcome, Question, Rejected, ShortAnswer
from app.views.evaluation_report import EvaluationReport, ReliabilityBin, RiskPoint
from eval.errors import CannotRun
from eval.evaluation import Options, PeerRun, RunReport, baseline_of, evaluate
from eval.measures.latency import Latency
from eval.reports.charts import latency_chart, reliability_chart, risk_coverage_chart
from eval.reports.files import write_reports
from eval.reports.html import html_report
from eval.reports.json_report import report_json
from eval.reports.junit import junit_xml
from eval.reports.markdown import escape, markdown_report
from eval.reports.peers_table import peers_markdown, write_between_markers
from eval.reports.terminal import print_report
from eval.run.baseline import save_baseline


@pytest.fixture(scope="module")
def worse(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """A run that lost a must topic against its baseline."""
    chosen = options(tmp_path_factory.mktemp("worse"))
    save_baseline(baseline_of(evaluate(FakeSystem(), chosen)), chosen.baseline)
    return evaluate(Mutant(), chosen)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """A run whose question tries to be markup."""
    folder = tmp_path_factory.mktemp("hostile")
    asked = topic("x/y", f"Solid wastes recycling {HOSTILE}", {"gacc-2016-67#9": "1 January 2017"})
    return evaluate(FakeSystem(), options(folder, (asked,)))


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    chosen = options(tmp_path)
    first = evaluate(FakeSystem(), chosen)
    again = evaluate(FakeSystem(), chosen)
    assert report_json(first) == report_json(again)
    assert markdown_report(first) == markdown_report(again)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    save_baseline(baseline_of(first), one)
    save_baseline(baseline_of(again), two)
    assert one.read_bytes() == two.read_bytes()


def test_json_says_what_happened(worse: RunReport) -> None:
    data = json.loads(report_json(worse))
    assert data["exit_code"] == 1
    (lost,) = data["since_baseline"]["lost"]
    assert lost["topic"] == "early/en1"
    assert lost["must"]
    row = next(row for row in data["topics"] if row["topic"] == "early/en1")
    assert row["why_wrong"] == ["status shown: in force; expected: not yet in force"]
    assert row["values"]["status_accuracy"] == 0.0
    assert "milliseconds" not in report_json(worse)
    risk, bins = data["curves"]["risk_coverage"], data["curves"]["reliability"]
    assert risk[-1]["coverage"] == 1.0
    assert sum(filled["n"] for filled in bins) == len(data["topics"])


def test_the_page_reads_what_was_written(worse: RunReport) -> None:
    adapter = TypeAdapter(EvaluationReport)
    written = report_json(worse)
    read = adapter.validate_json(written)
    assert json.dumps(asdict(read), ensure_ascii=False, indent=1) + "\n" == written


def test_junit_fails_exactly_what_fails_the_run(worse: RunReport) -> None:
    root = ET.fromstring(junit_xml(worse))
    topics, bounds, changes = root
    assert topics.get("tests") == "13"
    failures = {case.get("name") for case in topics if case.find("failure") is not None}
    assert failures == {"early/en1"}
    skipped = {case.get("name") for case in topics if case.find("skipped") is not None}
    assert skipped == {"loss/en1", "trap/en1"}
    assert topics.get("failures") == "1"
    assert bounds.get("failures") == str(sum(not bound.holds for bound in worse.bounds))
    assert changes.get("failures") == "0"
    case = next(case for case in topics if case.get("name") == "early/en1")
    assert case.get("classname") == "dev.as_of"
    assert "expected: gacc-2016-67#2.p3" in (case.findtext("failure") or "")


def test_markdown_shows_the_verdict_and_the_wrong_topics(worse: RunReport) -> None:
    text = markdown_report(worse)
    assert text.startswith("## ❌ Evaluation worse: 10 of 13 topics right\n")
    assert "- must topic early/en1 was right and is wrong" in text.replace("\\", "")
    assert "| status_accuracy | 100.0% | 66.7% |" in text
    rows = [line for line in text.splitlines() if line.startswith(("| ❌", "| `"))]
    assert rows[0].startswith("| ❌ `early/en1` |")
    assert len(rows) == 3


def test_the_terminal_shows_measures_kinds_and_verdict(worse: RunReport) -> None:
    out = StringIO()
    print_report(worse, Console(file=out, width=120))
    shown = out.getvalue()
    assert "dev (9 topics)" in shown
    assert re.search(r"status_accuracy\s+100\.0%\s+66\.7%", shown)
    assert "✗ must topic early/en1 was right and is wrong" in shown
    assert "worse: 10 of 13 topics right (all topics)" in shown


def test_html_is_one_file_that_needs_no_network(worse: RunReport) -> None:
    page = html_report(worse)
    assert not re.search(r"<script|<link|<img|@import|url\(|src=", page)
    assert not re.search(r"https?://", page)
    assert page.count("<svg") == 3
    assert "fails the run" in page
    assert "<mark>subjected to customs duties and relevant interests</mark>" in page


def test_text_stays_text_in_every_form(hostile: RunReport) -> None:
    page = html_report(hostile)
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page
    assert "<script>" not in markdown_report(hostile)
    ET.fromstring(junit_xml(hostile))


def test_markdown_escape() -> None:
    assert escape("a | b\n<c> `d` [e](f) *g*") == ("a \\| b \\<c\\> \\`d\\` \\[e\\](f) \\*g\\*")


def test_files_are_written(worse: RunReport, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    written = write_reports(worse, folder)
    assert [path.name for path in written] == [
        "report.json", "timings.json", "junit.xml", "summary.md", "report.html",
    ]  # fmt: skip
    timings = json.loads((folder / "timings.json").read_text(encoding="utf-8"))
    assert len(timings["topics"]) == 13
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match="can't write reports to"):
        write_reports(worse, tmp_path / "file" / "below")


def test_charts_are_well_formed() -> None:
    for chart in (
        risk_coverage_chart([RiskPoint(0.5, 0.1), RiskPoint(1.0, 0.4)], 0.7),
        risk_coverage_chart([], 0.0),
        reliability_chart([ReliabilityBin(0.9, 1.0, 4, 0.95, 1.0)]),
        reliability_chart([]),
        latency_chart([1.0, 2.0, 300.0], Latency(2.0, 250.0)),
        latency_chart([0.0], Latency(0.0, 0.0)),
    ):
        ET.fromstring(chart)


def test_a_run_of_another_mode_is_refused(tmp_path: Path) -> None:
    chosen = Options(topics=options(tmp_path).topics, mode="generative")
    with pytest.raises(CannotRun, match="asked for generative answers, got extractive ones"):
        evaluate(FakeSystem(), chosen)


class Pointed(FakeSystem):
    """Answers with sentences that a language model pointed at, and with words of its own."""

    def ask(self, question: Question) -> Answer:
        answer = super().ask(question)
        lie = Rejected(text="It costs 99 yuan.", citations=(1,), reasons=("no quote says 99",))
        short = ShortAnswer(
            text="It is so.", citations=(1,), check=CheckOutcome.NOT_CHECKED, by="model"
        )
        pointed = {"mode": "generative", "model": "m", "short": short, "rejected": (lie,)}
        return answer.model_copy(update=pointed) if answer.answered else answer


def test_a_generative_run_lists_the_models_own_words_for_a_judge(tmp_path: Path) -> None:
    chosen = Options(topics=options(tmp_path).topics, mode="generative")
    report = evaluate(Pointed(), chosen)
    assert (report.mode, report.model) == ("generative", "m")
    files = write_reports(report, tmp_path / "out")
    rows = [json.loads(line) for line in files[-1].read_text(encoding="utf-8").splitlines()]
    assert files[-1].name == "model_words.jsonl"
    shown, left_out = rows[0], rows[1]
    assert (shown["check"], shown["words"]) == ("not_checked", "It is so.") and shown["quotes"][0]
    assert left_out["check"] == "failed" and left_out["reasons"] == ["no quote says 99"]
    with pytest.raises(CannotRun, match="asked for extractive answers, got generative ones"):
        evaluate(Pointed(), options(tmp_path))


def test_topics_of_another_corpus_cannot_be_run(tmp_path: Path) -> None:
    gone = topic("gone/en1", "?", {"no-such#1": "x"})
    with pytest.raises(CannotRun, match="holds the gold of no topic"):
        evaluate(FakeSystem(), options(tmp_path, (gone,)))
    some = evaluate(FakeSystem(), options(tmp_path, (gone, *fake_topics()[:1])))
    assert some.verdict.failures[-1].startswith("topic gone/en1: the corpus holds no clause")
    assert "topics.stale" in junit_xml(some)


def test_the_peers_table_goes_between_its_markers(worse: RunReport, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(
        "# Top\n<!-- peers:start -->\nold\n<!-- peers:end -->\nbelow\n", encoding="utf-8"
    )
    with_peer = RunReport(
        **{name: getattr(worse, name) for name in RunReport.__slots__ if name != "peers"},
        peers=(PeerRun("Other", "another one", worse.asked),),
    )
    table = peers_markdown(with_peer)
    write_between_markers(readme, table)
    write_between_markers(readme, table)  # again changes nothing
    text = readme.read_text(encoding="utf-8")
    assert text == f"# Top\n<!-- peers:start -->\n{table}\n<!-- peers:end -->\nbelow\n"
    assert "| **Other** (another one) | 88.9% |" in text
    (tmp_path / "bare.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(CannotRun, match="has no <!-- peers:start -->"):
        write_between_markers(tmp_path / "bare.md", table)
    with pytest.raises(CannotRun, match="No such file"):
        write_between_markers(tmp_path / "missing.md", table)
