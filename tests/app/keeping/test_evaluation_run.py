"""An evaluation of a server: followed, cancelled, one at a time, and told when it breaks off."""

import sys
from pathlib import Path

import pytest

from app.errors import Busy
from app.keeping.evaluation_run import EvaluationRuns
from ingest.settings import Settings

WORKS = "print('topics: 40 of 900', file=sys.stderr); print('reports: a', file=sys.stderr)"
FAILS = "print('topics: 1 of 900', file=sys.stderr); sys.exit('the index is gone: build it')"
NAMES = "sys.exit(str(sys.argv[1:]))"
LASTS = "print('topics: 5 of 900', file=sys.stderr, flush=True); time.sleep(600)"


def runs(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> EvaluationRuns:
    command = (sys.executable, "-c", f"import sys, time; {program}")
    monkeypatch.setattr("app.keeping.evaluation_run.COMMAND", command)
    return EvaluationRuns(Settings(corpus=folder, var=folder))


def test_a_run_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = runs(monkeypatch, tmp_path, WORKS).start(own=False)
    run.wait()
    assert (run.is_running, run.done, run.total, run.error) == (False, 40, 900, "")


def test_a_run_that_breaks_off_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = runs(monkeypatch, tmp_path, FAILS).start(own=False)
    run.wait()
    assert run.error == "the index is gone: build it"


def test_a_run_of_the_companys_own_topics_names_their_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = runs(monkeypatch, tmp_path, NAMES)
    for own, topics in ((True, ["--topics", str(tmp_path / "topics.jsonl")]), (False, [])):
        run = server.start(own=own)
        run.wait()
        assert (run.own, run.error) == (own, str(topics))


def test_one_run_at_a_time_which_can_be_cancelled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = runs(monkeypatch, tmp_path, LASTS)
    run = server.start(own=False)
    with pytest.raises(Busy, match="wait for it or cancel it"):
        server.start(own=True)
    run.cancel()
    run.wait()
    assert (run.is_running, run.error) == (False, "")
    server.start(own=False).cancel()
