"""Reading and embedding over a cluster: the same index, whoever is killed; a real Ray on this
machine, its node at a loopback address."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import cluster_corpus
import pytest
from cluster_corpus import corpus_of_many_formats, processes_below
from commands import one_line

from ingest import cluster, pipeline
from ingest.cluster import tasks_of
from ingest.errors import ClauseDeskError, UnreadableDocument
from ingest.loaders import LoadingLimits
from ingest.models.clause_model import ClauseText, Vectors
from ingest.settings import PROJECT, Settings

# it reads its environment when it is imported, which is left to the program
if find_spec("ray") is None:
    pytest.skip("Ray is not installed: pip install 'clause-desk[ray]'", allow_module_level=True)
pytestmark = pytest.mark.alone  # a cluster takes both cores of a small machine

#: patience with a build, of which starting Ray is the most
SECONDS = 180


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two workers that was begun with `ray start`."""
    with socket.socket() as free:
        free.bind(("127.0.0.2", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))  # a socket's path is short
    head = subprocess.Popen(
        [
            *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
            *("--node-ip-address=127.0.0.2", f"--port={port}", "--num-cpus=2"),
            *("--include-dashboard=false", "--disable-usage-stats", f"--temp-dir={folder}"),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    try:
        assert head.stdout is not None
        for line in head.stdout:
            if "--block" in line:  # its last words once it serves
                break
        else:
            pytest.fail("the cluster did not start")
        yield f"127.0.0.2:{port}"
    finally:
        below = processes_below(head.pid)
        head.terminate()
        head.wait(SECONDS)
        _ended(below)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return corpus_of_many_formats(tmp_path)


def _environment(settings: Settings | None = None, **more: str) -> dict[str, str]:
    paths = os.pathsep.join([str(PROJECT), str(PROJECT / "tests")])
    own = {"PYTHONPATH": paths, "RAY_ADDRESS": "", **more}
    if settings is not None:
        own |= {"CLAUSEDESK_CORPUS": str(settings.corpus), "CLAUSEDESK_VAR": str(settings.var)}
    return {**os.environ, **own}


def _run(settings: Settings, *command: str, ray: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=PROJECT,
        env=_environment(settings, CLAUSEDESK_RAY=ray),
        check=False,
    )


def _over(settings: Settings, address: str) -> Settings:
    return settings.model_copy(update={"ray": address})


def _elsewhere(settings: Settings) -> Settings:
    """The same corpus with a var folder of its own."""
    return settings.model_copy(update={"var": settings.var.with_name("other")})


def _rows(file: Path, table: str) -> dict[bytes, bytes]:
    connection = sqlite3.connect(file)
    try:
        return dict(connection.execute(f"SELECT * FROM {table}"))
    finally:
        connection.close()


def _vectors(settings: Settings) -> dict[bytes, bytes]:
    return _rows(settings.var / pipeline.CACHE, "vector")


def _silent(*_: object) -> None:
    pass


def _ended(processes: Sequence[int]) -> None:
    """Wait until they have ended; AssertionError for one that goes on."""
    until = time.monotonic() + SECONDS
    while left := [pid for pid in processes if _is_running(pid)]:
        assert time.monotonic() < until, left
        time.sleep(0.1)


def _is_running(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except OSError:
        return False


def test_an_index_is_the_same_with_and_without_a_cluster(settings: Settings, address: str) -> None:
    alone = pipeline.build(settings, _silent)
    there = _elsewhere(settings)
    built = _run(there, "-m", "ingest", "build", ray=address)
    assert built.returncode == 0, built.stderr
    assert (there.index / "CURRENT").read_text().strip() == alone.fingerprint
    assert _vectors(there) == _vectors(settings)
    told = built.stderr.replace("\r", "\n").split("\n")
    # how far it is, and not a word of Ray's
    assert {line.partition(":")[0] for line in told if line} == {"read", "vectors", "words"}
    assert any(line.startswith("read: 100%") for line in told)
    assert sorted(path.name for path in there.var.iterdir()) == sorted(
        path.name for path in settings.var.iterdir()
    )


def test_a_worker_that_is_killed_costs_time_only(
    settings: Settings, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = pipeline.build(settings, _silent)
    killed = tmp_path / "killed"
    mortal = partial(cluster_corpus.embedded_by_a_mortal, killed=killed)
    monkeypatch.setattr(pipeline, "_embed_on_a_core", mortal)
    there = _over(_elsewhere(settings), address)
    assert pipeline.build(there, _silent).fingerprint == alone.fingerprint
    assert killed.exists()
    assert _vectors(there) == _vectors(settings)


def test_results_come_in_order_whoever_is_killed(address: str, tmp_path: Path) -> None:
    task = partial(cluster_corpus.squared, killed=tmp_path / "killed")
    with tasks_of(Settings(ray=address)) as over:
        assert list(over(task, range(12))) == [number * number for number in range(12)]
    assert (tmp_path / "killed").exists()


def test_limits_and_errors_of_a_document_are_the_same_on_a_worker(
    settings: Settings, address: str
) -> None:
    strict = settings.model_copy(update={"loading": LoadingLimits(max_pages=1)})
    lines = []
    for chosen in (strict, _over(strict, address)):
        with pytest.raises(UnreadableDocument) as error:
            pipeline.build(chosen, _silent)
        lines.append(str(error.value))
    assert lines[0] == lines[1] and lines[0].startswith("print.pdf: ")


def test_a_build_whose_driver_is_killed_goes_on_behind_what_it_has_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = pipeline.build(_elsewhere(settings), _silent)
    script = str(PROJECT / "tests" / "cluster_corpus.py")
    of_cluster: list[int] = []
    for step in (3, 7):  # while it reads, while it embeds
        killed = _run(settings, script, str(step), ray="auto")
        assert killed.returncode == -9, killed.stderr
        assert not (settings.index / "CURRENT").exists()
        of_cluster += json.loads(killed.stdout)
    read, vectors = _rows(settings.var / "read.sqlite", "document"), _vectors(settings)
    assert len(read) == 5 and vectors

    def read_again(*_: object, **__: object) -> list[bytes]:
        raise AssertionError("a document was read twice")

    def embed_again(clauses: Sequence[ClauseText]) -> Vectors:
        embedded.extend(clauses)
        return embed(clauses)

    embedded: list[ClauseText] = []
    embed = pipeline.clause_model().embed_clauses
    monkeypatch.setattr(pipeline.clause_model(), "embed_clauses", embed_again)
    monkeypatch.setattr("ingest.pipeline.load_bytes", read_again)
    assert pipeline.build(settings, _silent).fingerprint == alone.fingerprint
    assert len(embedded) == len(_vectors(settings)) - len(vectors)
    assert _vectors(settings) == _vectors(_elsewhere(settings))
    assert not _rows(settings.var / "read.sqlite", "document")  # the index holds them now
    _ended(of_cluster)  # a cluster of its own goes with the build that began it


def test_a_cluster_whose_workers_have_all_gone_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined = cluster._Cluster("auto")
    begun = SimpleNamespace(remote=lambda _, task, given: task(given))
    there = SimpleNamespace(
        remote=lambda **_: lambda _: begun, get=lambda made: made, exceptions=None
    )
    monkeypatch.setattr(joined, "_ray", there)
    monkeypatch.setattr(joined, "_cores", lambda: 0)
    assert list(joined.map(len, ["a", "bc"])) == [1, 2]


def test_without_the_extra_one_line_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClauseDeskError, match=r"pip install 'clause-desk\[ray\]'"):
        pipeline.build(_over(settings, "auto"), _silent)


def test_an_address_without_a_cluster_is_one_line_in_bounded_time(settings: Settings) -> None:
    with socket.create_server(("", 0)) as silent:  # takes what is said and never answers
        wrong = f"127.0.0.1:{silent.getsockname()[1]}"
        ended = _run(settings, "-m", "ingest", "build", ray=wrong)
    assert ended.returncode == 2
    assert f"the Ray cluster of CLAUSEDESK_RAY={wrong} cannot be used" in one_line(ended.stderr)


def test_workers_with_another_program_are_refused(
    settings: Settings, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_program", lambda: "another")
    with pytest.raises(ClauseDeskError, match="runs another version of this program"):
        pipeline.build(_over(settings, address), _silent)


def test_without_the_setting_ray_is_never_imported(settings: Settings) -> None:
    code = (
        "import sys; from ingest.pipeline import build; from ingest.settings import load_settings\n"
        "build(load_settings(), print); sys.exit('ray' in sys.modules)"
    )
    environment = {k: v for k, v in _environment(settings).items() if k != "CLAUSEDESK_RAY"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, cwd=PROJECT)
    assert done.returncode == 0
