"""``python -m eval``: exit codes, messages, and a --help that answers at once."""

import json
import re
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest
import yaml
from click.testing import CliRunner, Result
from fake_system import FakeSystem, fake_topics, topic

from app.views.evaluation_report import TopicKind
from eval.cli import commands
from eval.measures.catalogue import MEASURES
from eval.run import system
from ingest.errors import ClauseDeskError, IndexMissing
from ingest.settings import PROJECT

BOUNDS = "[run]\nas_of = 2020-01-01\nalpha = 0.05\n"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FakeSystem:
    fake = FakeSystem()
    monkeypatch.setattr(system, "open_clause_desk", lambda *_: fake)
    return fake


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    topics = tmp_path / "topics.jsonl"
    topics.write_text("\n".join(t.model_dump_json() for t in fake_topics()), encoding="utf-8")
    bounds = tmp_path / "thresholds.toml"
    bounds.write_text(BOUNDS, encoding="utf-8")
    return ["--topics", str(topics), "--thresholds", str(bounds)]


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def run(files: list[str], folder: Path, *more: str) -> Result:
    baseline = str(folder / "baseline.json")
    return invoke("run", *files, "--baseline", baseline, "--out", str(folder / "out"), *more)


def test_help_answers_at_once() -> None:
    before = getrusage(RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "eval", "run", "--help"], capture_output=True, text=True, check=True
    )
    after = getrusage(RUSAGE_CHILDREN)
    assert "--update-baseline" in done.stdout
    # processor time, not the clock's: the machine may be busy with other tests
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


@pytest.mark.usefixtures("desk")
def test_where_there_is_no_terminal_lines_tell_how_far_a_run_is(
    files: list[str], tmp_path: Path
) -> None:
    told = run(files, tmp_path).stderr.splitlines()
    assert told[0] == f"topics: 0 of {len(fake_topics())}"
    assert told[-1].startswith("reports: ")


@pytest.mark.usefixtures("desk")
def test_reports_stand_in_the_folder_of_the_settings(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path / "var"))
    invoke("run", *files, "--baseline", str(tmp_path / "baseline.json"))
    assert (tmp_path / "var" / "eval" / "own" / "report.json").is_file()


def test_the_kinds_are_those_of_topics() -> None:
    for command in ("run", "new-topic"):
        (option,) = (p for p in commands.commands[command].params if "--kind" in p.opts)
        assert option.type.to_info_dict()["choices"] == tuple(kind.value for kind in TopicKind)


@pytest.mark.usefixtures("desk")
def test_run_then_baseline_then_hold(files: list[str], tmp_path: Path) -> None:
    first = run(files, tmp_path, "--update-baseline")
    assert first.exit_code == 0, first.output
    assert "baseline written" in first.stdout
    again = run(files, tmp_path)
    assert again.exit_code == 0, again.output
    assert "no measure moved" in again.stdout
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    history = (tmp_path / "out" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    first_run, second_run = (json.loads(line) for line in history)
    assert first_run["at"] <= second_run["at"]
    assert (first_run["topics"], first_run["right"]) == (second_run["topics"], second_run["right"])
    assert 0 < first_run["right"] <= first_run["topics"] == len(fake_topics())
    assert 0 < first_run["figures"]["dev"]["right"] <= 1


@pytest.mark.usefixtures("desk")
def test_a_worse_run_exits_1(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(files, tmp_path, "--update-baseline").exit_code == 0
    monkeypatch.setattr("fake_system.THRESHOLD", 1.1)  # refuses everything
    worse = run(files, tmp_path)
    assert worse.exit_code == 1
    assert "must topic code/en1 was right and is wrong" in worse.stdout
    update = run(files, tmp_path, "--update-baseline")
    assert update.exit_code == 0
    assert "from right to wrong: account/en1, account/zh1," in update.stdout


@pytest.mark.usefixtures("desk")
def test_other_topics_are_held_against_no_bounds_and_leave_the_projects_reports(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path))
    alone = invoke("run", *files[:2])
    assert alone.exit_code == 0, alone.output
    report = json.loads((tmp_path / "eval" / "own" / "report.json").read_text(encoding="utf-8"))
    assert (report["thresholds"], report["since_baseline"]) == ([], None)
    assert not (tmp_path / "eval" / "report.json").exists()


@pytest.mark.usefixtures("desk")
def test_a_threshold_exits_1(files: list[str], tmp_path: Path) -> None:
    Path(files[3]).write_text(BOUNDS + "[always.at_least]\nright = 1.0\n", encoding="utf-8")
    assert run(files, tmp_path).exit_code == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--split", "test", "--kind", "code"], "no topic fits"),
        (["--kind", "code", "--update-baseline"], "a baseline needs all topics"),
        (["--readme", "README.md"], "add --peers"),
        (["--mode", "generative"], "asked for generative answers"),
        (["--topics", "missing.jsonl"], "can't read topics from missing.jsonl"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_cannot_run_says_why(
    files: list[str], tmp_path: Path, more: list[str], message: str
) -> None:
    result = run(files, tmp_path, *more)
    assert isinstance(result.exception, ClauseDeskError)
    assert message in str(result.exception)


def test_errors_are_one_line_and_exit_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eval", "run", "--topics", str(tmp_path / "missing.jsonl")],
        capture_output=True,
        text=True,
        check=False,
        env={"CLAUSEDESK_VAR": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("error: ")


def test_a_missing_index_is_said(monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    def missing(*_: object) -> FakeSystem:
        raise IndexMissing("no index; run `python -m ingest build`")

    monkeypatch.setattr(system, "open_clause_desk", missing)
    assert isinstance(invoke("run", *files).exception, IndexMissing)


def test_check(desk: FakeSystem, files: list[str], tmp_path: Path) -> None:
    no_rule = tmp_path / "no_rule.toml"
    gold = {id_ for t in fake_topics() for id_ in t.gold}
    rest = [c.id for c in desk.clauses() if c.id not in gold]
    no_rule.write_text("".join(f'"{id_}" = "not here"\n' for id_ in rest), encoding="utf-8")
    good = invoke("check", *files[:2], "--no-rule", str(no_rule))
    assert good.exit_code == 0, good.output
    assert "13 topics; 6 of 6 clauses that state a rule are asked about; 0 problems" in good.stdout
    no_rule.write_text("", encoding="utf-8")
    bad = invoke("check", *files[:2], "--no-rule", str(no_rule))
    assert bad.exit_code == 1
    assert "no topic asks about gacc-2016-67#1" in bad.stdout


@pytest.mark.usefixtures("desk")
def test_selftest(files: list[str]) -> None:
    result = invoke("selftest", "--short", *files)
    assert result.exit_code == 0, result.output
    assert "6 of 6 mutations caught" in result.stdout


@pytest.mark.usefixtures("desk")
def test_new_topic_by_flags(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    result = invoke(
        "new-topic", "--file", str(path), "--id", "code/en9", "--kind", "code",
        "--language", "en", "--question", "Which code?", "--as-of", "2020-01-01",
        "--gold", "gacc-2016-68#7.p2", "code 5100", "--figure", "5100", "--must",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (line,) = path.read_text(encoding="utf-8").splitlines()
    expected = topic(
        "code/en9", "Which code?", {"gacc-2016-68#7.p2": "code 5100"},
        kind="code", figures=("5100",), as_of="2020-01-01",
    )  # fmt: skip
    assert line == expected.model_dump_json()


@pytest.mark.usefixtures("desk")
def test_new_topic_by_form(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    answers = ["code/en9", "code", "en", "Which code?", "gacc-2016-68#7.p2", "code 5100", ""]
    result = CliRunner().invoke(
        commands, ["new-topic", "--file", str(path)], input="\n".join(answers) + "\n"
    )
    assert result.exit_code == 0, result.output
    assert json.loads(path.read_text(encoding="utf-8"))["gold"] == ["gacc-2016-68#7.p2"]


@pytest.mark.usefixtures("desk")
def test_a_wrong_new_topic_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    result = invoke(
        "new-topic", "--file", str(path), "--id", "no variant", "--kind", "code",
        "--language", "en", "--question", "?", "--gold", "gacc-2016-68#3", "x",
    )  # fmt: skip
    assert "no topic: id: String should match pattern" in str(result.exception)
    assert not path.exists()


def test_every_command_and_measure_is_documented() -> None:
    text = (PROJECT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    for name in commands.commands:
        if name != "calibrate":  # for developers of the desk, documented beside its model
            assert f"python -m eval {name}" in text, name
    for parameter in commands.commands["run"].params:
        assert any(option in text for option in parameter.opts), parameter.name
    for name in MEASURES:
        assert f"`{name}`" in text, name


@pytest.mark.parametrize(
    "example", ["github-actions-example.yml", "gitlab-ci-example.yml", "jenkinsfile-example"]
)
def test_the_examples_for_ci_use_options_that_exist(example: str) -> None:
    text = (PROJECT / "docs" / example).read_text(encoding="utf-8")
    if example.endswith(".yml"):
        assert yaml.safe_load(text)
    # a command goes on over ends of lines that are folded (yml) or escaped
    calls = re.findall(r"-m eval ([\w-]+)((?:\s+\\?\s*(?:--[a-z-]+|[\w./]+))*)", text)
    assert {name for name, _ in calls} == {"check", "run", "comment"}
    for name, arguments in calls:
        known = {option for p in commands.commands[name].params for option in p.opts}
        used = set(re.findall(r"--[a-z-]+", arguments))
        assert used
        assert used <= known, name


@pytest.mark.usefixtures("desk")
def test_another_assistant_is_held_against_no_file_of_ours(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounds that it would break, and a baseline that it would change, if they were its own."""
    Path(files[3]).write_text(BOUNDS + "[always.at_least]\nright = 1.0\n", encoding="utf-8")
    monkeypatch.setattr("eval.evaluation.THRESHOLDS_FILE", Path(files[3]))
    monkeypatch.setattr("eval.endpoint.client.open_assistant", lambda *_: FakeSystem())
    monkeypatch.setattr(FakeSystem, "searcher", lambda _: None, raising=False)
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path / "var"))
    asked = ["run", *files[:2], "--endpoint", "http://127.0.0.1:1"]
    done = invoke(*asked, "--repeats", "2")
    assert done.exit_code == 0, done.output
    told = " ".join(done.stdout.split())
    assert "all topics, 2 times each, asked of http://127.0.0.1:1" in told
    assert "over 2 times: no measure differed" in told
    assert "no baseline to compare with" in told
    assert (tmp_path / "var" / "eval" / "own" / "endpoint" / "report.json").is_file()
    assert not (tmp_path / "var" / "eval" / "report.json").exists()
    assert invoke(*asked, *files[2:]).exit_code == 1  # bounds that are named count
    without = invoke(*asked, "--update-baseline")
    assert "have a baseline of their own: add --baseline" in str(without.exception)
    own = str(tmp_path / "own.json")
    assert invoke(*asked, "--baseline", own, "--update-baseline").exit_code == 0
    assert "no measure moved" in invoke(*asked, "--baseline", own).stdout


@pytest.mark.parametrize("sizes", ["", "ten", "10,0", "10,-5", "10,,100"])
def test_a_bench_of_no_size_is_told(sizes: str) -> None:
    result = invoke("bench", "--sizes", sizes)
    assert result.exit_code == 2
    assert "give numbers like 10,1000" in result.output


@pytest.mark.parametrize(("command", "package"), [("calibrate", "sklearn"), ("train", "torch")])
def test_a_plain_install_says_what_fitting_and_training_need(
    tmp_path: Path, command: str, package: str
) -> None:
    code = (
        f"import runpy, sys; sys.modules['{package}'] = None\n"
        f"sys.argv = ['eval', '{command}', '--corpora', '{tmp_path}']\n"
        "runpy.run_module('eval', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    line = rf"error: package {package}\S* is not installed: run `pip install .*\[dev\]`\n"
    assert re.fullmatch(line, done.stderr), done.stderr
